// SPDX-License-Identifier: MIT
/** What the PnP manager asks of the device: start, stop, removal, surprise removal (kmdf pnpstatemachine.cpp; kmdf-dma specification 7.2, 7.4). */
import type { Wait, WaitResult } from "../machine/index.ts";
import type { AssignedResources, DevicePower, PnpDriverStack, PnpSequence, PowerCause, SystemSleep } from "../nt/index.ts";
import { WdfCmResourceList } from "./cm-resource-list.ts";
import type { WdfDevice } from "./device.ts";
import { assignInterrupts } from "./interrupt-resources.ts";
import { enterD0, exitD0 } from "./power-sequence.ts";
import { purgeQueues } from "./queue-power.ts";
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

  constructor(device: WdfDevice) {
    this.#device = device;
  }

  *start(resources: AssignedResources): PnpSequence {
    const device = this.#device;
    const isRestart = device.pnpState === "Stopped";
    device.pnpState = isRestart ? "Restarting" : "InitStarting";
    device.resources = resources;
    assignInterrupts(device, resources);
    const prepared = this.#prepare(resources);
    if (!isSuccess(prepared)) return yield* this.#startFailed("EvtDevicePrepareHardware", prepared);
    device.pnpState = "HardwareAvailable";
    const entered = yield* enterD0(device, device.powerState);
    if (!isSuccess(entered)) return yield* this.#startFailed("the D0 entry", entered);
    device.pnpState = "Started";
    device.idle.update();
    for (const entry of device.interfaces) entry.isEnabled = !entry.isDisabledByDriver;
    return status.success;
  }

  *powerDown(target: Exclude<DevicePower, "D0">, cause: PowerCause): PnpSequence {
    const device = this.#device;
    const isArming = cause === "idle" && device.idle.wakesFromS0;
    const result = yield* exitD0(device, target, true, isArming ? () => device.wake.arm("S0") : undefined);
    if (!isSuccess(result)) reportFailed(device);
    return result;
  }

  *sleep(state: SystemSleep): PnpSequence {
    const result = yield* sleepDevice(this.#device, state);
    if (!isSuccess(result)) reportFailed(this.#device);
    return result;
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
    if (!isSuccess(result)) {
      device.pnpState = "Failed";
      device.powerState = "D3Final";
    }
    return result;
  }

  *queryRemove(): PnpSequence {
    const device = this.#device;
    yield { until: () => device.powerStep === undefined, reason: "the power transition in progress" };
    if (device.isStaticallyPinned) return status.invalidDeviceState;
    const result = device.callPnp("EvtDeviceQueryRemove", [], "query remove");
    if (isSuccess(result)) device.pnpState = "QueriedRemoving";
    return result;
  }

  *stop(): PnpSequence {
    const device = this.#device;
    if (device.isStaticallyPinned) return status.invalidDeviceState;
    const query = device.callPnp("EvtDeviceQueryStop", [], "query stop");
    if (!isSuccess(query)) return query;
    yield* this.#leaveIdle();
    device.pnpState = "StartedStopping";
    const result = device.powerState === "D0" ? yield* exitD0(device, "D3Final", false) : status.success;
    this.#release();
    device.pnpState = "Stopped";
    if (!isSuccess(result)) reportFailed(device);
    return result;
  }

  *surpriseRemove(): PnpSequence {
    const device = this.#device;
    device.pnpState = "SurpriseRemove";
    device.idle.poweringDown();
    device.wake.cancel();
    device.callPnp("EvtDeviceSurpriseRemoval", [], "surprise removal");
    if (device.powerState === "D0") yield* exitD0(device, "D3Final", false);
    else this.#disconnectInterrupts();
    yield* this.#leaveHardware();
    return status.success;
  }

  *remove(): PnpSequence {
    const device = this.#device;
    yield* this.#leaveIdle();
    if (device.powerState === "D0") yield* exitD0(device, "D3Final", false);
    this.#disconnectInterrupts();
    yield* this.#leaveHardware();
    yield* purgeQueues(device, false);
    if (device.isSelfManagedIoInitialized) device.callPnp("EvtDeviceSelfManagedIoCleanup", [], "removal");
    device.pnpState = "Removed";
    device.delete();
    return status.success;
  }

  /** A device that is idle in Dx is powered up, so that it is stopped from D0. */
  *#leaveIdle(): PnpSequence {
    const device = this.#device;
    if (!device.idle.isIdle || device.pnpState === "SurpriseRemove") return status.success;
    return yield* powerUpDevice(device);
  }

  #prepare(resources: AssignedResources): number {
    const device = this.#device;
    this.#raw = new WdfCmResourceList(device.framework, device, "raw", resources.rawDescriptors);
    this.#translated = new WdfCmResourceList(device.framework, device, "translated", resources.translatedDescriptors);
    this.#isPrepared = true;
    device.isPreparingHardware = true;
    device.powerStep = "start: EvtDevicePrepareHardware";
    const result = device.callPnp("EvtDevicePrepareHardware", [this.#raw.handle, this.#translated.handle], "device start");
    device.isPreparingHardware = false;
    device.powerStep = undefined;
    return result;
  }

  *#startFailed(what: string, result: number): PnpSequence {
    const device = this.#device;
    device.failure ??= `${what} returned ${statusText(result)}`;
    device.pnpState = "Failed";
    device.powerState = "D3Final";
    yield* this.#leaveHardware();
    return result;
  }

  /** EvtDeviceReleaseHardware; interrupts created in EvtDevicePrepareHardware go in reverse order. */
  #release(): void {
    const device = this.#device;
    if (!this.#isPrepared) return;
    this.#isPrepared = false;
    device.powerStep = "EvtDeviceReleaseHardware";
    device.callPnp("EvtDeviceReleaseHardware", [this.#translated?.handle ?? 0], "release hardware");
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
  }

  /** Release hardware, disable interfaces, purge power-managed queues, flush self-managed I/O. */
  *#leaveHardware(): Generator<Wait, void, WaitResult> {
    const device = this.#device;
    this.#release();
    if (this.#isFlushed) return;
    this.#isFlushed = true;
    for (const entry of device.interfaces) entry.isEnabled = false;
    yield* purgeQueues(device, true);
    if (device.isSelfManagedIoInitialized) device.callPnp("EvtDeviceSelfManagedIoFlush", [], "removal");
  }

  #disconnectInterrupts(): void {
    for (const interrupt of [...this.#device.interrupts].reverse()) if (interrupt.isConnected) interrupt.disconnect(false);
  }
}

/** The device has failed: the PnP manager removes it, and starts it again when the driver asked for that. */
export function reportFailed(device: WdfDevice, attemptRestart = false): void {
  const { pnp } = device.framework.nt;
  pnp.request("deviceFailed", () => {
    if (attemptRestart) pnp.request("start", () => undefined);
  });
}
