// SPDX-License-Identifier: MIT
/** Control devices: devices without hardware, which programs open by name (wdfcontrol.h; kmdf fxcontrolapi.cpp). */
import { passiveLevel } from "../machine/index.ts";
import type { ApiTable } from "../nt/index.ts";
import { WdfDevice } from "./device.ts";
import { WdfDriver } from "./driver.ts";
import type { WdfFramework } from "./framework.ts";
import { readUnicodeString } from "./unicode-string.ts";

/** WDF_DEVICE_SHUTDOWN_FLAGS. */
const shutdownFlags = { normal: 1, lastChance: 2 } as const;

export function controlDeviceApi(framework: WdfFramework): ApiTable {
  return {
    WdfControlDeviceInitAllocate: (driver: number, sddl: number) => {
      framework.resolve(driver, WdfDriver, "WDFDRIVER");
      const text = readUnicodeString(framework.machine.memory, framework.requirePointer(sddl, "SDDLString"));
      if (!framework.verifierIrqlAtMost(passiveLevel)) return 0;
      const init = framework.deviceInits.createControl();
      init.sddl = text;
      return init.id;
    },
    WdfControlDeviceInitSetShutdownNotification: (pointer: number, callback: number, flags: number) => {
      const init = framework.deviceInits.resolve(pointer);
      const target = framework.requirePointer(callback, "Notification");
      if (!framework.verifierIrqlAtMost(passiveLevel) || init === undefined) return;
      const bits = flags & 0xff;
      if (init.kind === "control" && bits !== 0 && (bits & ~(shutdownFlags.normal | shutdownFlags.lastChance)) === 0) {
        init.shutdown = { callback: target, flags: bits };
        return;
      }
      framework.breakpoint({
        rule: "setup-device-init-api",
        message: `WdfControlDeviceInitSetShutdownNotification: ${init.kind === "control" ? `the flags ${bits} are not WDF_DEVICE_SHUTDOWN_FLAGS` : "the PWDFDEVICE_INIT is not that of a control device"}`,
        explanation:
          "Only control devices (WdfControlDeviceInitAllocate) are told of the shutdown, with WdfDeviceShutdown or WdfDeviceLastChanceShutdown. The call is ignored.",
      });
    },
    WdfControlFinishInitializing: (handle: number) => {
      const device = framework.resolve(handle, WdfDevice, "WDFDEVICE");
      if (!framework.verifierIrqlAtMost(passiveLevel)) return;
      if (device.kind === "control") {
        device.isInitialized = true;
        return;
      }
      framework.breakpoint({
        rule: "setup-device-init-api",
        message: `WdfControlFinishInitializing: ${framework.name(device)} is not a control device`,
        explanation: "The framework finishes the initialization of PnP devices itself. The call is ignored.",
        objectId: device.id,
      });
    },
  };
}
