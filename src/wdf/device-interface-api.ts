// SPDX-License-Identifier: MIT
/** Interfaces of a device that it has created: their symbolic links and states (wdfdevice.h; kmdf fxdeviceinterfaceapi.cpp). */
import type { ApiTable } from "../nt/index.ts";
import { WdfDevice } from "./device.ts";
import { guidText } from "./device-init-api.ts";
import type { DeviceInterface } from "./device-interface.ts";
import type { WdfFramework } from "./framework.ts";
import { status } from "./status.ts";
import { WdfString } from "./string.ts";
import { readUnicodeString } from "./unicode-string.ts";

export function deviceInterfaceApi(framework: WdfFramework): ApiTable {
  const deviceOf = (handle: number): WdfDevice => framework.resolve(handle, WdfDevice, "WDFDEVICE");
  const setState = (handle: number, guid: number, reference: number, enabled: number): void => {
    const device = deviceOf(handle);
    for (const entry of findInterfaces(device, guid, reference)) {
      entry.isDisabledByDriver = (enabled & 0xff) === 0;
      entry.isEnabled = !entry.isDisabledByDriver && device.pnpState === "Started";
    }
  };
  return {
    WdfDeviceSetDeviceInterfaceState: setState,
    WdfDeviceSetDeviceInterfaceStateEx: setState,
    WdfDeviceRetrieveDeviceInterfaceString: (handle: number, guid: number, reference: number, string: number) => {
      const device = deviceOf(handle);
      const target = framework.resolve(string, WdfString, "WDFSTRING");
      const [entry] = findInterfaces(device, guid, reference);
      return entry === undefined ? status.objectNameNotFound : target.assign(entry.symbolicLink);
    },
  };
}

function findInterfaces(device: WdfDevice, guid: number, reference: number): DeviceInterface[] {
  const { memory } = device.framework.machine;
  const text = guidText(memory.read(device.framework.requirePointer(guid, "InterfaceClassGUID"), 16));
  const name = reference === 0 ? "" : readUnicodeString(memory, reference);
  return device.interfaces.filter((entry) => entry.guid === text && entry.reference === name);
}
