// SPDX-License-Identifier: MIT
/** What the PnP manager asks of the device: start, stop, removal, surprise removal (kmdf pnpstatemachine.cpp; kmdf-dma specification 7.2, 7.4). */
import type { Wait, WaitResult } from "../machine/index.ts";
import type { AssignedResources, DevicePower, PnpDriverStack, PnpSequence, PowerCause, SystemSleep } from "../nt/index.ts";
import { WdfCmResourceList } from "./cm-resource-list.ts";
import type { WdfDevice } from "./device.ts";
import { assignInterrupts } from "./interrupt-resources.ts";
import { enterD0, exitD0 } from "./power-sequence.ts";
import { purgeQueues } from "./queue-power.ts";
import { ResourceFilter } from "./resource-filter.ts";
import { isSuccess, status, statusText } from "./status.ts";
import { powerUpDevice, resumeDevice, sleepDevice } from "./system-sleep.ts";

export class DeviceStack implements PnpDriverStack {
  readonly #device: WdfDevice;
  #raw: WdfCmResourceList | undefined;
  #translated: WdfCmResourceList | undefined;
  /** EvtDevicePrepareHardware was called; EvtDeviceReleaseHardware is due. */
  #isPrepared = false;
  /** Purge and self-managed I/O flush, once. */
  #isFlushed = false;
  readonly #filter: ResourceFilter;

  constructor(device: WdfDevice) {
    this.#device = device;
    this.#filter = new ResourceFilter(device);
  }

  *start(assigned: AssignedResources): PnpSequence {
    const device = this.#device;
    const { pnpMachine } = device;
    const isRestart = device.pnpState === "Stopped";
    device.pnpState = isRestart ? "Restarting" : "InitStarting";
    const resources = yield* this.#filter.filter(assigned);
    // The request first goes to the drivers below; then the hardware is there.
    if (pnpMachine.is("ObjectCreated")) pnpMachine.enter("Init");
    pnpMachine.enter(isRestart ? "StoppedWaitForStartCompletion" : "InitStarting");
    pnpMachine.enter(isRestart ? "StartingFromStopped" : "HardwareAvailable");
    const removed = yield* this.#filter.removeAdded(resources);
    if (!isSuccess(removed)) return yield* this.#startFailed("EvtDeviceRemoveAddedResources", removed);
    device.resources = resources;
    assignInterrupts(device, resources);
    const prepared = yield* this.#prepare(resources);
    if (!isSuccess(prepared)) return yield* this.#startFailed("EvtDevicePrepareHardware", prepared);
    device.pnpState = "HardwareAvailable";
    if (isRestart) pnpMachine.enter("Restarting");
    pnpMachine.settle();
    device.powerPolicy.starting();
    const entered = yield* enterD0(device, device.powerState);
    if (!isSuccess(entered)) return yield* this.#startFailed("the D0 entry", entered);
    device.powerPolicy.started();
    if (!isRestart) pnpMachine.enter("EnableInterfaces");
    for (const entry of device.interfaces) entry.isEnabled = !entry.isDisabledByDriver;
    device.pnpState = "Started";
    pnpMachine.enter("Started");
    pnpMachine.settle();
    device.idle.update();
    return status.success;
  }

  *powerDown(target: Exclude<DevicePower, "D0">, cause: PowerCause): PnpSequence {
    const device = this.#device;
    const isIdle = cause === "idle";
    const isArming = isIdle && device.idle.wakesFromS0;
    if (isIdle) device.powerPolicy.idle(isArming);
    const result = yield* exitD0(device, target, true, isArming ? () => device.wake.arm("S0") : undefined);
    if (!isSuccess(result)) return yield* this.#powerFailed("FailedPowerDown", result);
    if (isIdle) device.powerPolicy.poweredDown();
    return result;
  }

  *sleep(state: SystemSleep): PnpSequence {
    const result = yield* sleepDevice(this.#device, state);
    return isSuccess(result) ? result : yield* this.#powerFailed("FailedPowerDown", result);
  }

  resume(): PnpSequence {
    return this.#raise(resumeDevice(this.#device));
  }

  powerUp(): PnpSequence {
    return this.#raise(enterD0(this.#device, this.#device.powerState));
  }

  *#raise(sequence: PnpSequence): PnpSequence {
    const device = this.#device;
    const result = yield* sequence;
    if (isSuccess(result)) return result;
    device.powerState = "D3Final";
    return yield* this.#powerFailed("FailedIoStarting", result);
  }

  /** A started device that could not go to or leave Dx has failed: it gives up its hardware at once, and the PnP manager removes it then. */
  *#powerFailed(state: "FailedPowerDown" | "FailedIoStarting", result: number): PnpSequence {
    const device = this.#device;
    device.wake.forget();
    device.pnpMachine.enter(state);
    this.#stopPolicy();
    yield* this.#failHardware();
    device.pnpState = "Failed";
    if (state === "FailedPowerDown") reportFailed(device);
    return result;
  }

  /** Power policy stops with the device out of D0. */
  #stopPolicy(): void {
    this.#device.powerPolicy.stopping();
    this.#device.powerPolicy.poweredDown();
  }

  /** From the failure to where the device waits for its removal. */
  *#failHardware(): Generator<Wait, void, WaitResult> {
    const { pnpMachine, powerPolicy } = this.#device;
    if (this.#isPrepared) pnpMachine.enter("FailedOwnHardware");
    this.#disconnectInterrupts();
    yield* this.#release();
    pnpMachine.enter("Failed");
    yield* this.#cleanUp();
    powerPolicy.removed();
    pnpMachine.enter("FailedPowerPolicyRemoved", "FailedWaitForRemove");
    pnpMachine.settle();
  }

  *queryRemove(): PnpSequence {
    const device = this.#device;
    yield { until: () => device.powerStep === undefined, reason: "the power transition in progress" };
    return yield* this.#query("Remove", "EvtDeviceQueryRemove");
  }

  *stop(): PnpSequence {
    const device = this.#device;
    const query = yield* this.#query("Stop", "EvtDeviceQueryStop");
    if (!isSuccess(query)) return query;
    device.pnpState = "StartedStopping";
    device.pnpMachine.enter("StartedStopping");
    device.powerPolicy.stopping();
    const result = device.powerState === "D0" ? yield* exitD0(device, "D3Final", false) : status.success;
    device.powerPolicy.poweredDown();
    if (!isSuccess(result)) return yield* this.#stopFailed(result);
    device.pnpMachine.enter("Stopped");
    const released = yield* this.#release();
    if (!isSuccess(released)) return yield* this.#stopFailed(released);
    device.pnpMachine.settle();
    device.pnpState = "Stopped";
    return status.success;
  }

  /** A stop cannot be refused any more: the device goes down, has failed, and the PnP manager removes it. */
  *#stopFailed(result: number): PnpSequence {
    yield* this.#failHardware();
    this.#device.pnpState = "Failed";
    reportFailed(this.#device);
    return result;
  }

  /** Asks the driver; an idle device that may be stopped or removed is then brought to D0, so that it leaves from there. */
  *#query(what: "Remove" | "Stop", callback: "EvtDeviceQueryRemove" | "EvtDeviceQueryStop"): PnpSequence {
    const device = this.#device;
    const { pnpMachine } = device;
    yield { until: () => device.powerStep === undefined, reason: "the power transition in progress" };
    pnpMachine.enter(`Query${what}StaticCheck`);
    let result: number = device.isStaticallyPinned ? status.invalidDeviceState : status.success;
    if (isSuccess(result)) {
      pnpMachine.enter(`Query${what}AskDriver`);
      result = yield* device.callPnp(callback, [], `query ${what.toLowerCase()}`);
    }
    if (isSuccess(result)) {
      pnpMachine.enter(`Query${what}EnsureDeviceAwake`);
      if (device.idle.isIdle) {
        device.powerPolicy.returning(false);
        result = yield* powerUpDevice(device);
      }
    }
    pnpMachine.enter(isSuccess(result) ? `Query${what}Pending` : "Started");
    pnpMachine.settle();
    if (isSuccess(result) && what === "Remove") device.pnpState = "QueriedRemoving";
    return result;
  }

  *surpriseRemove(): PnpSequence {
    const device = this.#device;
    const { pnpMachine } = device;
    if (device.pnpState === "Failed") {
      yield* device.callPnp("EvtDeviceSurpriseRemoval", [], "surprise removal");
      return status.success;
    }
    const isStopped = device.pnpState === "Stopped";
    device.pnpState = "SurpriseRemove";
    device.idle.poweringDown();
    device.wake.cancel();
    pnpMachine.enter(isStopped ? "SurpriseRemove" : "SurpriseRemoveIoStarted");
    yield* device.callPnp("EvtDeviceSurpriseRemoval", [], "surprise removal");
    if (!isStopped) pnpMachine.enter("FailedIoStarting");
    device.powerPolicy.stopping();
    if (device.powerState === "D0") yield* exitD0(device, "D3Final", false);
    else this.#disconnectInterrupts();
    device.powerPolicy.poweredDown();
    yield* this.#failHardware();
    return status.success;
  }

  /** The first part of a removal: the device gives up power and hardware. A child that is ejected is there until it was ejected. */
  *withdraw(): PnpSequence {
    const device = this.#device;
    const { pnpMachine, powerPolicy } = device;
    if (pnpMachine.is("QueryRemovePending")) {
      pnpMachine.enter("QueriedRemoving");
      powerPolicy.stopping();
    }
    if (device.powerState === "D0") yield* exitD0(device, "D3Final", false);
    powerPolicy.poweredDown();
    if (pnpMachine.is("QueriedRemoving")) pnpMachine.enter("RemovingDisableInterfaces");
    this.#disconnectInterrupts();
    yield* this.#release();
    yield* this.#cleanUp();
    powerPolicy.removed();
    return status.success;
  }

  *remove(): PnpSequence {
    const device = this.#device;
    const { pnpMachine } = device;
    yield* this.withdraw();
    pnpMachine.enter("Removed", "RemovedChildrenRemoved", "FdoRemoved");
    device.powerMachine.enter("Final");
    device.powerMachine.settle();
    yield* purgeQueues(device, false);
    if (device.isSelfManagedIoInitialized) yield* device.callPnp("EvtDeviceSelfManagedIoCleanup", [], "removal");
    device.pnpState = "Removed";
    pnpMachine.enter("Final");
    pnpMachine.settle();
    this.#filter.free();
    device.delete();
    return status.success;
  }

  *#prepare(resources: AssignedResources): PnpSequence {
    const device = this.#device;
    this.#raw = new WdfCmResourceList(device.framework, device, "raw", resources.rawDescriptors);
    this.#translated = new WdfCmResourceList(device.framework, device, "translated", resources.translatedDescriptors);
    this.#isPrepared = true;
    device.isPreparingHardware = true;
    device.powerStep = "start: EvtDevicePrepareHardware";
    const result = yield* device.callPnp("EvtDevicePrepareHardware", [this.#raw.handle, this.#translated.handle], "device start");
    device.isPreparingHardware = false;
    device.powerStep = undefined;
    return result;
  }

  *#startFailed(what: string, result: number): PnpSequence {
    const device = this.#device;
    device.failure ??= `${what} returned ${statusText(result)}`;
    device.pnpState = "Failed";
    device.powerState = "D3Final";
    if (device.powerPolicy.machine.is("Starting", "Restarting")) {
      device.powerPolicy.startFailed();
      device.pnpMachine.enter("HardwareAvailablePowerPolicyFailed");
    }
    yield* this.#failHardware();
    return result;
  }

  /** EvtDeviceReleaseHardware; interrupts created in EvtDevicePrepareHardware go in reverse order. */
  *#release(): PnpSequence {
    const device = this.#device;
    if (!this.#isPrepared) return status.success;
    this.#isPrepared = false;
    device.powerStep = "EvtDeviceReleaseHardware";
    const result = yield* device.callPnp("EvtDeviceReleaseHardware", [this.#translated?.handle ?? 0], "release hardware");
    device.powerStep = undefined;
    for (const interrupt of [...device.interrupts].reverse()) {
      if (interrupt.config.isPrepareHardware) interrupt.delete();
      else interrupt.assignment = undefined;
    }
    this.#raw?.delete();
    this.#translated?.delete();
    this.#raw = undefined;
    this.#translated = undefined;
    device.resources = undefined;
    if (!isSuccess(result)) device.failure ??= `EvtDeviceReleaseHardware returned ${statusText(result)}`;
    return result;
  }

  /** Disables interfaces, purges power-managed queues, flushes self-managed I/O. */
  *#cleanUp(): Generator<Wait, void, WaitResult> {
    const device = this.#device;
    if (this.#isFlushed) return;
    this.#isFlushed = true;
    for (const entry of device.interfaces) entry.isEnabled = false;
    yield* purgeQueues(device, true);
    if (device.isSelfManagedIoInitialized) yield* device.callPnp("EvtDeviceSelfManagedIoFlush", [], "removal");
  }

  #disconnectInterrupts(): void {
    for (const interrupt of [...this.#device.interrupts].reverse()) if (interrupt.isConnected) interrupt.disconnect(false);
  }
}

/** The device has failed: the PnP manager removes it, and starts it again when the driver asked for that. */
export function reportFailed(device: WdfDevice, attemptRestart = false): void {
  if (device.onFailed !== undefined) {
    device.onFailed(attemptRestart);
    return;
  }
  const { pnp } = device.framework.nt;
  pnp.request("deviceFailed", () => {
    if (attemptRestart) pnp.request("start", () => undefined);
  });
}
