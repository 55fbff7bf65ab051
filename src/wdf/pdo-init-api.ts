// SPDX-License-Identifier: MIT
/** WdfPdoInit*: what a bus driver says about a child before WdfDeviceCreate (wdfpdo.h; kmdf fxdeviceinitapi.cpp). PASSIVE_LEVEL. */
import { passiveLevel } from "../machine/index.ts";
import type { ApiTable } from "../nt/index.ts";
import { WdfDevice } from "./device.ts";
import { guidText } from "./device-init-api.ts";
import type { WdfFramework } from "./framework.ts";
import { type PdoInfo, WDF_PDO_EVENT_CALLBACKS, pdoCallbackBytesBefore111, pdoCallbackNames } from "./pdo.ts";
import { status } from "./status.ts";
import { StructView } from "./struct-view.ts";
import { readUnicodeString } from "./unicode-string.ts";

export function pdoInitApi(framework: WdfFramework): ApiTable {
  const { memory } = framework.machine;
  /** Runs `action` for a PDO; anything else is STATUS_INVALID_DEVICE_REQUEST. */
  const withPdo = (pointer: number, action: (pdo: PdoInfo) => number): number => {
    const init = framework.deviceInits.resolve(pointer);
    if (!framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
    if (init === undefined) return status.invalidParameter;
    if (init.pdo !== undefined) return action(init.pdo);
    framework.breakpoint({
      rule: "setup-device-init-api",
      message: `${framework.apiName()}: the PWDFDEVICE_INIT is not that of a child device`,
      explanation: "WdfPdoInit functions take the PWDFDEVICE_INIT of EvtChildListCreateDevice or WdfPdoInitAllocate.",
    });
    return status.invalidDeviceRequest;
  };
  const text = (address: number, name: string): string => readUnicodeString(memory, framework.requirePointer(address, name));
  const assign = (pointer: number, address: number, name: string, set: (pdo: PdoInfo, value: string) => void): number => {
    const value = text(address, name);
    return withPdo(pointer, (pdo) => {
      set(pdo, value);
      return status.success;
    });
  };
  const change = (pointer: number, set: (pdo: PdoInfo) => void): void => {
    withPdo(pointer, (pdo) => {
      set(pdo);
      return status.success;
    });
  };
  return {
    WdfPdoInitAllocate: (parent: number) => {
      const device = framework.resolve(parent, WdfDevice, "WDFDEVICE");
      if (!framework.verifierIrqlAtMost(passiveLevel)) return 0;
      return framework.deviceInits.createPdo(device, true).id;
    },
    WdfPdoInitSetEventCallbacks: (pointer: number, callbacks: number) => {
      const view = new StructView(memory, WDF_PDO_EVENT_CALLBACKS, framework.requirePointer(callbacks, "DispatchTable"));
      change(pointer, (pdo) => setCallbacks(framework, pdo, view));
    },
    WdfPdoInitAssignDeviceID: (pointer: number, id: number) =>
      assign(pointer, id, "DeviceID", (pdo, value) => {
        pdo.deviceId = value;
      }),
    WdfPdoInitAssignInstanceID: (pointer: number, id: number) =>
      assign(pointer, id, "InstanceID", (pdo, value) => {
        pdo.instanceId = value;
      }),
    WdfPdoInitAddHardwareID: (pointer: number, id: number) => assign(pointer, id, "HardwareID", (pdo, value) => void pdo.hardwareIds.push(value)),
    WdfPdoInitAddCompatibleID: (pointer: number, id: number) => assign(pointer, id, "CompatibleID", (pdo, value) => void pdo.compatibleIds.push(value)),
    WdfPdoInitAssignContainerID: (pointer: number, id: number) =>
      assign(pointer, id, "ContainerID", (pdo, value) => {
        pdo.containerId = value;
      }),
    WdfPdoInitAddDeviceText: (pointer: number, description: number, location: number, locale: number) => {
      const entry = { description: text(description, "DeviceDescription"), location: text(location, "DeviceLocation"), locale: locale >>> 0 };
      return withPdo(pointer, (pdo) => {
        pdo.texts.push(entry);
        return status.success;
      });
    },
    WdfPdoInitSetDefaultLocale: (pointer: number, locale: number) =>
      change(pointer, (pdo) => {
        pdo.defaultLocale = locale >>> 0;
      }),
    WdfPdoInitAssignRawDevice: (pointer: number, guid: number) => {
      const name = guidText(memory.read(framework.requirePointer(guid, "DeviceClassGuid"), 16));
      return withPdo(pointer, (pdo) => {
        pdo.rawClass = name;
        return status.success;
      });
    },
    WdfPdoInitAllowForwardingRequestToParent: (pointer: number) =>
      change(pointer, (pdo) => {
        pdo.forwardsToParent = true;
      }),
    WdfPdoInitRemovePowerDependencyOnParent: (pointer: number) =>
      change(pointer, (pdo) => {
        pdo.dependsOnParentPower = false;
      }),
  };
}

function setCallbacks(framework: WdfFramework, pdo: PdoInfo, view: StructView<keyof typeof WDF_PDO_EVENT_CALLBACKS.fields>): void {
  const size = view.get("Size");
  if (size !== WDF_PDO_EVENT_CALLBACKS.size && size !== pdoCallbackBytesBefore111) {
    framework.breakpoint({
      rule: "KMDF-STRUCTURE-SIZE",
      message: `WdfPdoInitSetEventCallbacks: WDF_PDO_EVENT_CALLBACKS.Size is ${size}, expected ${WDF_PDO_EVENT_CALLBACKS.size}; the call is ignored`,
      explanation: "Initialize the structure with WDF_PDO_EVENT_CALLBACKS_INIT before use.",
    });
    return;
  }
  for (const name of pdoCallbackNames) if (WDF_PDO_EVENT_CALLBACKS.fields[name].offset < size) pdo.callbacks.set(name, view.get(name));
}
