// SPDX-License-Identifier: MIT
/** Registration of state change notifications, and the current states (wdfdevice.h). */
import { passiveLevel } from "../machine/index.ts";
import type { ApiTable } from "../nt/index.ts";
import { WdfDevice } from "./device.ts";
import type { WdfFramework } from "./framework.ts";
import { type MachineKind, normalizeState, stateNotification } from "./state-machine.ts";
import { status } from "./status.ts";

/** First state of each machine, and the Null state behind the last. */
const ranges: Readonly<Record<MachineKind, readonly [first: number, end: number]>> = {
  pnp: [0x100, 0x13a],
  power: [0x300, 0x369],
  powerPolicy: [0x500, 0x5c0],
};
const names: Readonly<Record<MachineKind, string>> = {
  pnp: "EvtDevicePnpStateChange",
  power: "EvtDevicePowerStateChange",
  powerPolicy: "EvtDevicePowerPolicyStateChange",
};

export function stateChangeApi(framework: WdfFramework): ApiTable {
  const deviceOf = (handle: number): WdfDevice => framework.resolve(handle, WdfDevice, "WDFDEVICE");
  const register = (machine: MachineKind) => (pointer: number, state: number, callback: number, types: number) => {
    const init = framework.deviceInits.resolve(pointer);
    framework.requirePointer(callback, names[machine]);
    if (!framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
    const [first, end] = ranges[machine];
    const normalized = normalizeState(state);
    if (init === undefined || normalized < first || normalized >= end) return status.invalidParameter;
    if ((types & ~stateNotification.all) !== 0 || types === 0) return status.invalidParameter;
    // A state has one callback; the last one counts.
    const known = init.stateCallbacks.findIndex((each) => each.machine === machine && normalizeState(each.state) === normalized);
    if (known >= 0) init.stateCallbacks.splice(known, 1);
    init.stateCallbacks.push({ machine, state, callback: callback >>> 0, types });
    return status.success;
  };
  return {
    WdfDeviceInitRegisterPnpStateChangeCallback: register("pnp"),
    WdfDeviceInitRegisterPowerStateChangeCallback: register("power"),
    WdfDeviceInitRegisterPowerPolicyStateChangeCallback: register("powerPolicy"),
    WdfDeviceGetDevicePnpState: (handle: number) => deviceOf(handle).pnpMachine.number,
    WdfDeviceGetDevicePowerState: (handle: number) => deviceOf(handle).powerMachine.number,
    WdfDeviceGetDevicePowerPolicyState: (handle: number) => deviceOf(handle).powerPolicy.machine.number,
  };
}
