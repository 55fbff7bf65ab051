// SPDX-License-Identifier: MIT
/** Power policy settings of a device, and WdfDeviceStopIdle with its counterpart; what follows from them is in idle.ts. */
import { passiveLevel } from "../machine/index.ts";
import { type ApiTable, type DevicePower, deviceCapabilities } from "../nt/index.ts";
import { WdfDevice } from "./device.ts";
import { WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS, WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS } from "./device-structs.ts";
import type { WdfFramework } from "./framework.ts";
import { idleCaps } from "./idle.ts";
import { triState } from "./object-structs.ts";
import { status } from "./status.ts";
import { StructView } from "./struct-view.ts";

/** DEVICE_POWER_STATE: PowerDeviceD1 to PowerDeviceD3, PowerDeviceMaximum = let the framework choose. */
const dxRange = { first: 2, last: 5 } as const;
const deepestDx = 4;

export function devicePowerApi(framework: WdfFramework): ApiTable {
  const deviceOf = (handle: number): WdfDevice => framework.resolve(handle, WdfDevice, "WDFDEVICE");
  const stopIdle = (handle: number, wait: number): number => {
    const device = deviceOf(handle);
    const waits = (wait & 0xff) !== 0;
    if (waits && !framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
    if (device.failure !== undefined || device.pnpState === "Removed") return status.invalidDeviceState;
    device.powerReferences++;
    device.idle.update();
    if (device.powerState === "D0") return status.success;
    if (!waits) return status.pending;
    framework.wait(`${framework.name(device)} to enter D0`, () => device.powerState === "D0" || device.failure !== undefined);
    if (device.failure === undefined) return status.success;
    device.powerReferences--;
    device.idle.update();
    return status.powerStateInvalid;
  };
  const resumeIdle = (handle: number): void => {
    const device = deviceOf(handle);
    if (device.powerReferences > 0) {
      device.powerReferences--;
      device.idle.update();
      return;
    }
    framework.breakpoint({
      rule: "pwr-stopidle-unbalanced",
      message: `${framework.apiName()}: ${framework.name(device)} has no power reference from WdfDeviceStopIdle`,
      explanation: "Each successful WdfDeviceStopIdle (also one that returns STATUS_PENDING) needs exactly one WdfDeviceResumeIdle.",
      objectId: device.id,
    });
  };
  return {
    WdfDeviceAssignS0IdleSettings: (handle: number, settings: number) => assignIdle(deviceOf(handle), settings),
    WdfDeviceAssignSxWakeSettings: (handle: number, settings: number) => assignWake(deviceOf(handle), settings),
    WdfDeviceStopIdleNoTrack: stopIdle,
    WdfDeviceStopIdleActual: stopIdle,
    WdfDeviceResumeIdleNoTrack: resumeIdle,
    WdfDeviceResumeIdleActual: resumeIdle,
  };
}

function assignIdle(device: WdfDevice, address: number): number {
  const { framework } = device;
  const view = new StructView(framework.machine.memory, WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS, framework.requirePointer(address, "Settings"));
  if (!framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
  const size = view.get("Size");
  // Sizes of KMDF before 1.9, 1.9 and 1.11 end earlier.
  const { PowerUpIdleDeviceOnSystemWake, IdleTimeoutType } = WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS.fields;
  if (![PowerUpIdleDeviceOnSystemWake.offset, IdleTimeoutType.offset, WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS.size].includes(size))
    return status.infoLengthMismatch;
  if (!device.init.isPowerPolicyOwner) return status.invalidDeviceRequest;
  const caps = view.get("IdleCaps");
  const dxState = view.get("DxState");
  if (caps < idleCaps.cannotWake || caps > idleCaps.usbSelectiveSuspend || dxState < dxRange.first || dxState > dxRange.last) return status.invalidParameter;
  // PowerDeviceMaximum leaves the choice to the framework; without wake it is D3. No PCI function is a USB device.
  const target = caps === idleCaps.cannotWake ? plainTarget(dxState) : caps === idleCaps.canWake ? wakeTarget(framework, dxState) : undefined;
  if (target === undefined) return status.powerStateInvalid;
  const isPoweredUpOnResume = size > PowerUpIdleDeviceOnSystemWake.offset && view.get("PowerUpIdleDeviceOnSystemWake") === triState.true;
  device.idle.assign({ caps, target, timeoutMs: view.get("IdleTimeout"), enabled: view.get("Enabled"), isPoweredUpOnResume });
  return status.success;
}

function assignWake(device: WdfDevice, address: number): number {
  const { framework } = device;
  const view = new StructView(framework.machine.memory, WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS, framework.requirePointer(address, "Settings"));
  if (!framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
  if (view.get("Size") !== WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS.size) return status.infoLengthMismatch;
  if (!device.init.isPowerPolicyOwner) return status.invalidDeviceRequest;
  const dxState = view.get("DxState");
  if (dxState < dxRange.first || dxState > dxRange.last) return status.invalidParameter;
  const target = wakeTarget(framework, dxState);
  if (target === undefined) return status.powerStateInvalid;
  device.wake.assign({ target, enabled: view.get("Enabled") });
  return status.success;
}

type LowPower = Exclude<DevicePower, "D0">;

const plainTarget = (dxState: number): LowPower => (dxState === dxRange.first ? "D1" : dxState === dxRange.first + 1 ? "D2" : "D3");

/** The Dx to wake from: the deepest the bus driver reports, or the one the driver names, if that is not deeper. undefined: the device cannot wake. */
function wakeTarget(framework: WdfFramework, dxState: number): LowPower | undefined {
  const { DeviceWake, SystemWake } = deviceCapabilities(framework.machine);
  if (SystemWake === 0 || DeviceWake < dxRange.first) return undefined;
  if (dxState > deepestDx) return plainTarget(DeviceWake);
  return dxState <= DeviceWake ? plainTarget(dxState) : undefined;
}
