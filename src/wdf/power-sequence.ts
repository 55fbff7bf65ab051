// SPDX-License-Identifier: MIT
/**
 * D0 entry and D0 exit of a device, with the undo of every failure (kmdf powerstatemachine.cpp; kmdf-dma specification 7.2, 7.3 and 7.5).
 * Generators: they wait for requests while the rest of the machine goes on.
 */
import type { PnpSequence } from "../nt/index.ts";
import type { DevicePowerState, WdfDevice } from "./device.ts";
import { type PnpPowerCallback, powerDeviceState } from "./device-structs.ts";
import { startQueues, stopQueues } from "./queue-power.ts";
import { isSuccess, status, statusText } from "./status.ts";

/** D0 entry from `previous`. On failure everything is undone and the failing callback's status is returned. */
export function* enterD0(device: WdfDevice, previous: DevicePowerState): PnpSequence {
  const { trace } = device.framework.machine;
  const span = trace.begin("power", device.id, 0, trace.text("D0 entry"));
  const result = yield* entrySteps(device, previous);
  trace.end("power", span, trace.text(isSuccess(result) ? "D0 entry" : `D0 entry failed: ${statusText(result)}`));
  device.powerStep = undefined;
  return result;
}

function* entrySteps(device: WdfDevice, previous: DevicePowerState): PnpSequence {
  const label = "D0 entry";
  const { powerMachine } = device;
  const isStart = previous === "D3Final";
  if (isStart) powerMachine.enter("StartingCheckDeviceType", "D0Starting");
  else powerMachine.enter("CheckDeviceType", "CheckParentState", "Waking");
  let result = yield* step(device, label, "EvtDeviceD0Entry", [powerDeviceState[previous]]);
  if (!isSuccess(result)) {
    reportPowerUpFailed(device, isStart);
    return failed(device, "EvtDeviceD0Entry", result);
  }
  if (isStart) powerMachine.enter("D0StartingConnectInterrupt");
  else powerMachine.enter("NotifyingD0EntryToWakeInterrupts", "WakingConnectInterrupt");
  for (const interrupt of device.interrupts.slice()) {
    device.powerStep = `${label}: connect interrupt ${interrupt.messageNumber}`;
    result = interrupt.connect();
    if (!isSuccess(result)) return yield* undo(device, "EvtInterruptEnable", result, isStart);
  }
  result = yield* step(device, label, "EvtDeviceD0EntryPostInterruptsEnabled", [powerDeviceState[previous]]);
  if (!isSuccess(result)) return yield* undo(device, "EvtDeviceD0EntryPostInterruptsEnabled", result, isStart);
  powerMachine.enter(isStart ? "D0StartingDmaEnable" : "WakingDmaEnable");
  for (const enabler of device.enablers.slice()) {
    device.powerStep = `${label}: DMA enabler`;
    result = enabler.powerUp();
    if (!isSuccess(result)) return yield* undoDma(device, "a DMA enabler callback", result, isStart);
  }
  device.powerStep = `${label}: child lists`;
  for (const list of device.childLists.slice()) list.rescan();
  powerMachine.enter(isStart ? "D0StartingPostHardwareEnabled" : "WakingPostHardwareEnabled");
  powerMachine.settle();
  device.powerStep = `${label}: wake`;
  device.wake.disarm();
  powerMachine.enter(isStart ? "D0StartingStartSelfManagedIo" : "StartSelfManagedIo");
  device.powerStep = `${label}: queues`;
  yield* startQueues(device);
  const isFirst = !device.isSelfManagedIoInitialized;
  device.isSelfManagedIoInitialized = true;
  const selfManaged = isFirst ? "EvtDeviceSelfManagedIoInit" : "EvtDeviceSelfManagedIoRestart";
  result = yield* step(device, label, selfManaged, []);
  if (!isSuccess(result)) {
    powerMachine.enter(isStart ? "InitialSelfManagedIoFailed" : "StartSelfManagedIoFailed");
    yield* stopQueues(device);
    powerMachine.enter(isStart ? "InitialPostHardwareEnabledFailed" : "WakingPostHardwareEnabledFailed");
    return yield* undoDma(device, selfManaged, result, isStart);
  }
  device.isSelfManagedIoStarted = true;
  device.powerState = "D0";
  if (isStart) powerMachine.enter("DecideD0State");
  powerMachine.enter("D0");
  powerMachine.settle();
  device.powerPolicy.poweredUp();
  device.idle.poweredUp();
  return status.success;
}

/** Undoes what came before the failing step: the end of the exit sequence, with D3Final as target. */
function* undo(device: WdfDevice, what: string, result: number, isStart: boolean): PnpSequence {
  device.powerMachine.enter(isStart ? "InitialConnectInterruptFailed" : "WakingConnectInterruptFailed");
  for (const interrupt of [...device.interrupts].reverse()) interrupt.disconnect(false);
  yield* step(device, "D0 entry failed", "EvtDeviceD0Exit", [powerDeviceState.D3Final]);
  reportPowerUpFailed(device, isStart);
  return failed(device, what, result);
}

/** The same, when DMA was enabled or being enabled. */
function* undoDma(device: WdfDevice, what: string, result: number, isStart: boolean): PnpSequence {
  device.powerMachine.enter(isStart ? "InitialDmaEnableFailed" : "WakingDmaEnableFailed");
  for (const enabler of device.enablers.slice()) enabler.powerDown();
  yield* step(device, "D0 entry failed", "EvtDeviceD0ExitPreInterruptsDisabled", [powerDeviceState.D3Final]);
  return yield* undo(device, what, result, isStart);
}

function reportPowerUpFailed({ powerMachine }: WdfDevice, isStart: boolean): void {
  if (isStart) powerMachine.enter("InitialPowerUpFailedDerefParent", "InitialPowerUpFailed", "Stopped");
  else powerMachine.enter(...(powerMachine.is("Waking") ? (["UpFailedDerefParent"] as const) : []), "ReportPowerUpFailedDerefParent", "ReportPowerUpFailed");
  powerMachine.settle();
}

/** D0 exit to `target`. A failure is recorded, the sequence goes on, and the first failing status is returned. `onIoStopped` arms the device for wake. */
export function* exitD0(device: WdfDevice, target: Exclude<DevicePowerState, "D0">, isExplicitDx: boolean, onIoStopped?: () => void): PnpSequence {
  device.idle.poweringDown();
  const { powerMachine } = device;
  const isFinal = target === "D3Final";
  powerMachine.enter(isFinal ? "GotoD3Stopped" : "GotoDx");
  const { trace } = device.framework.machine;
  const label = "D0 exit";
  const span = trace.begin("power", device.id, 0, trace.text(`${label} to ${target}`));
  let result: number = status.success;
  const note = (what: string, step: number): void => {
    if (isSuccess(step)) return;
    failed(device, what, step);
    if (isSuccess(result)) result = step;
  };
  if (device.isSelfManagedIoStarted) note("EvtDeviceSelfManagedIoSuspend", yield* step(device, label, "EvtDeviceSelfManagedIoSuspend", []));
  device.isSelfManagedIoStarted = false;
  device.powerStep = `${label}: queues`;
  yield* stopQueues(device);
  device.powerPolicy.ioStopped();
  onIoStopped?.();
  if (!isFinal) powerMachine.enter("NotifyingD0ExitToWakeInterrupts", "GotoDxIoStopped");
  for (const enabler of device.enablers.slice()) note("a DMA enabler callback", enabler.powerDown());
  note("EvtDeviceD0ExitPreInterruptsDisabled", yield* step(device, label, "EvtDeviceD0ExitPreInterruptsDisabled", [powerDeviceState[target]]));
  for (const interrupt of [...device.interrupts].reverse()) {
    device.powerStep = `${label}: disconnect interrupt ${interrupt.messageNumber}`;
    note("EvtInterruptDisable", interrupt.disconnect(isExplicitDx));
  }
  note("EvtDeviceD0Exit", yield* step(device, label, "EvtDeviceD0Exit", [powerDeviceState[target]]));
  device.powerState = target;
  device.powerStep = undefined;
  if (isFinal) powerMachine.enter(...(isSuccess(result) ? [] : (["FinalPowerDownFailed"] as const)), "Stopped");
  else powerMachine.enter(...(isSuccess(result) ? (["Dx"] as const) : (["GotoDxFailed", "ReportPowerDownFailed"] as const)));
  powerMachine.settle();
  trace.end("power", span, trace.text(`${label} to ${target}`));
  return result;
}

function step(device: WdfDevice, label: string, name: PnpPowerCallback, args: readonly number[]): PnpSequence {
  device.powerStep = `${label}: ${name}`;
  return device.callPnp(name, args, label);
}

function failed(device: WdfDevice, what: string, result: number): number {
  device.failure ??= `${what} returned ${statusText(result)}`;
  return result;
}
