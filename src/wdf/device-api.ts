// SPDX-License-Identifier: MIT
/** WdfDeviceCreate, interfaces, names, WDM objects, request dispatching and PnP state (wdfdevice.h). */
import { passiveLevel } from "../machine/index.ts";
import type { ApiTable } from "../nt/index.ts";
import { WdfDevice } from "./device.ts";
import { guidText, sized } from "./device-init-api.ts";
import { createDevice } from "./device-create.ts";
import { WDF_DEVICE_PNP_CAPABILITIES, WDF_DEVICE_STATE } from "./device-structs.ts";
import { findFileObject } from "./file-object.ts";
import type { WdfFramework } from "./framework.ts";
import { reportFailed } from "./pnp-sequence.ts";
import { WdfQueue } from "./queue.ts";
import { dispatchType } from "./queue-structs.ts";
import { requestType } from "./request-structs.ts";
import { status } from "./status.ts";
import { WdfString } from "./string.ts";
import { readUnicodeString } from "./unicode-string.ts";

/** WDF_DEVICE_FAILED_ACTION. */
const failedAction = { attemptRestart: 1, noRestart: 2 } as const;

export function deviceApi(framework: WdfFramework): ApiTable {
  const deviceOf = (handle: number): WdfDevice => framework.resolve(handle, WdfDevice, "WDFDEVICE");
  return {
    WdfDeviceCreate: (init: number, attributes: number, device: number) => createDevice(framework, init, attributes, device),
    WdfDeviceCreateDeviceInterface: (handle: number, guid: number, reference: number) => createInterface(deviceOf(handle), guid, reference),
    WdfDeviceGetFileObject: (handle: number, file: number) => findFileObject(deviceOf(handle), file)?.handle ?? 0,
    WdfDeviceCreateSymbolicLink: (handle: number, name: number) => {
      const device = deviceOf(handle);
      framework.requirePointer(name, "SymbolicLinkName");
      if (!framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
      const link = readUnicodeString(framework.machine.memory, name);
      if (!framework.nt.names.link(link, device.deviceObject)) return status.objectNameCollision;
      device.symbolicLinks.push(link);
      return status.success;
    },
    WdfDeviceGetDriver: (handle: number) => deviceOf(handle).parent?.handle ?? 0,
    WdfDeviceGetDefaultQueue: (handle: number) => deviceOf(handle).defaultQueue?.handle ?? 0,
    WdfDeviceConfigureRequestDispatching: (handle: number, queue: number, type: number) =>
      configureDispatching(deviceOf(handle), framework.resolve(queue, WdfQueue, "WDFQUEUE"), type),
    WdfDeviceSetAlignmentRequirement: (handle: number, mask: number) => {
      const device = deviceOf(handle);
      if (((mask + 1) & mask) !== 0) reportAlignment(device, mask >>> 0);
      device.alignmentRequirement = mask >>> 0;
    },
    WdfDeviceGetAlignmentRequirement: (handle: number) => deviceOf(handle).alignmentRequirement,
    WdfDeviceWdmGetDeviceObject: (handle: number) => deviceOf(handle).deviceObject.address,
    WdfDeviceWdmGetAttachedDevice: (handle: number) => deviceOf(handle).init.lower?.address ?? 0,
    WdfDeviceWdmGetPhysicalDevice: (handle: number) => deviceOf(handle).physicalDevice?.address ?? 0,
    WdfWdmDeviceGetWdfDeviceHandle: (deviceObject: number) => {
      framework.requirePointer(deviceObject, "DeviceObject");
      return framework.handles.all().find((object) => object instanceof WdfDevice && object.deviceObject.address === deviceObject >>> 0)?.handle ?? 0;
    },
    WdfDeviceGetDeviceState: (handle: number, state: number) => {
      deviceOf(handle);
      const view = sized(framework, WDF_DEVICE_STATE, state, "DeviceState");
      for (const member of ["Disabled", "DontDisplayInUI", "Failed", "NotDisableable", "Removed", "ResourcesChanged", "AssignedToGuest"] as const)
        view?.set(member, deviceOf(handle).pnpFlags.get(member) ?? 2);
    },
    WdfDeviceSetDeviceState: (handle: number, state: number) => {
      const device = deviceOf(handle);
      const view = sized(framework, WDF_DEVICE_STATE, state, "DeviceState");
      if (view === undefined) return;
      for (const member of ["Disabled", "DontDisplayInUI", "Failed", "NotDisableable", "Removed", "ResourcesChanged", "AssignedToGuest"] as const)
        device.pnpFlags.set(member, view.get(member));
      if (view.get("Failed") === 1 && device.failure === undefined) {
        device.failure = "WdfDeviceSetDeviceState with Failed set";
        reportFailed(device);
      }
    },
    WdfDeviceSetPnpCapabilities: (handle: number, capabilities: number) => {
      const device = deviceOf(handle);
      const view = sized(framework, WDF_DEVICE_PNP_CAPABILITIES, capabilities, "PnpCapabilities");
      if (view === undefined) return;
      for (const member of [
        "LockSupported",
        "EjectSupported",
        "Removable",
        "DockDevice",
        "UniqueID",
        "SilentInstall",
        "SurpriseRemovalOK",
        "HardwareDisabled",
        "NoDisplayInUI",
        "Address",
        "UINumber",
      ] as const)
        device.pnpFlags.set(member, view.get(member));
    },
    WdfDeviceGetCharacteristics: (handle: number) => deviceOf(handle).init.characteristics,
    WdfDeviceSetCharacteristics: (handle: number, characteristics: number) => {
      deviceOf(handle).init.characteristics = characteristics >>> 0;
    },
    WdfDeviceRetrieveDeviceName: (handle: number, string: number) => {
      const { init } = deviceOf(handle);
      const target = framework.resolve(string, WdfString, "WDFSTRING");
      return init.name === undefined ? status.objectNameNotFound : target.assign(init.name);
    },
    WdfDeviceSetFailed: (handle: number, action: number) => {
      const device = deviceOf(handle);
      if (device.failure !== undefined) return;
      device.failure = `WdfDeviceSetFailed (${action === failedAction.attemptRestart ? "WdfDeviceFailedAttemptRestart" : "WdfDeviceFailedNoRestart"})`;
      reportFailed(device, action === failedAction.attemptRestart);
    },
    // What IRP_MN_QUERY_BUS_INFORMATION tells the function drivers of children; children of this machine have none.
    WdfDeviceSetBusInformationForChildren: (handle: number, information: number) => {
      deviceOf(handle);
      framework.requirePointer(information, "BusInformation");
    },
    WdfDeviceSetStaticStopRemove: (handle: number, isStoppable: number) => {
      deviceOf(handle).isStaticallyPinned = (isStoppable & 0xff) === 0;
    },
    WdfDeviceGetSystemPowerAction: (handle: number) => deviceOf(handle).systemPowerAction,
  };
}

function createInterface(device: WdfDevice, guid: number, reference: number): number {
  const { framework } = device;
  const { memory } = framework.machine;
  const text = guidText(memory.read(framework.requirePointer(guid, "InterfaceClassGUID"), 16));
  if (!framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
  const name = reference === 0 ? "" : readUnicodeString(memory, reference);
  device.addInterface(text, name);
  return status.success;
}

function reportAlignment(device: WdfDevice, mask: number): void {
  device.framework.breakpoint({
    rule: "cb-alignment-not-mask",
    message: `WdfDeviceSetAlignmentRequirement: ${mask} is not a mask of the form 2^n - 1`,
    explanation: "Pass an alignment mask such as FILE_LONG_ALIGNMENT (3) or FILE_512_BYTE_ALIGNMENT (511), not the alignment itself.",
    objectId: device.id,
  });
}

/** WdfDeviceConfigureRequestDispatching (fxpkgio.cpp): one queue for each request type. */
function configureDispatching(device: WdfDevice, queue: WdfQueue, type: number): number {
  const refuse = (why: string, result: number): number => {
    device.framework.breakpoint({
      rule: "queue-dispatch-config",
      message: `WdfDeviceConfigureRequestDispatching: ${device.framework.name(queue)} ${why}`,
      explanation: "Each of read, write, device control, internal device control and create goes to one queue of the device that has a handler for it.",
      objectId: queue.id,
    });
    return result;
  };
  const types: readonly number[] = [requestType.create, requestType.read, requestType.write, requestType.deviceControl, requestType.internalDeviceControl];
  if (!types.includes(type)) return refuse(`cannot be configured for request type ${type}`, status.invalidParameter);
  if (queue.device !== device) return refuse("belongs to another device", status.invalidDeviceRequest);
  if (device.typeQueues.has(type)) return refuse(`cannot take request type ${type}: another queue has it already`, status.wdfBusy);
  const { callbacks } = queue.config;
  const handlers: Readonly<Record<number, number>> = {
    [requestType.read]: callbacks.EvtIoRead,
    [requestType.write]: callbacks.EvtIoWrite,
    [requestType.deviceControl]: callbacks.EvtIoDeviceControl,
    [requestType.internalDeviceControl]: callbacks.EvtIoInternalDeviceControl,
  };
  if (queue.config.dispatchType !== dispatchType.manual && (handlers[type] ?? 0) === 0 && callbacks.EvtIoDefault === 0)
    return refuse(`has no handler for request type ${type}`, status.invalidParameter);
  device.typeQueues.set(type, queue);
  queue.undeletable = "it is configured for request dispatching";
  return status.success;
}
