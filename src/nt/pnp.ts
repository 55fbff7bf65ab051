// SPDX-License-Identifier: MIT
/**
 * The PnP and power manager with the PCI bus driver below the driver under test: start, power transitions, removal and rebalance as sequences of steps
 * that may wait, one request after the other ("State Transitions for PnP Devices" of the WDK).
 */
import { assert } from "../base/index.ts";
import { type Machine, type Task, pciCommand } from "../machine/index.ts";
import { isNtSuccess, ntStatus } from "../protocol/index.ts";
import type { DeviceObject, DriverObject } from "./device-object.ts";
import type { IoManager } from "./io.ts";
import type { DevicePower, PnpDriverStack, PnpRequest, PnpSequence, SystemPower, SystemSleep } from "./pnp-stack.ts";
import type { Pool } from "./pool.ts";
import { type AssignedResources, resourcesOf, writeResources } from "./resources.ts";
import { WaitWake } from "./wait-wake.ts";

export type PnpState = "notStarted" | "started" | "stopped" | "surpriseRemoved" | "removed";

interface QueuedRequest {
  readonly kind: PnpRequest | "removeAfterSurprise";
  readonly onDone: (status: number) => void;
  /** Asked when the request's turn comes; false = it is not wanted any more. */
  readonly isWanted?: () => boolean;
  /** The driver's power policy asks, not the system. */
  readonly isIdle?: boolean;
}

export interface PnpParts {
  readonly machine: Machine;
  readonly io: IoManager;
  readonly pool: Pool;
  readonly driver: () => DriverObject;
}

const lowPower: ReadonlySet<QueuedRequest["kind"]> = new Set(["D1", "D2", "D3", "S1", "S2", "S3", "S4"]);

export class PnpManager {
  readonly #parts: PnpParts;
  readonly #queue: QueuedRequest[] = [];
  #isRunning = false;
  #state: PnpState = "notStarted";
  #power: DevicePower = "D3";
  #systemPower: SystemPower = "S0";
  /** The system has put the device into Dx; the driver's power policy cannot bring it back. */
  #isSystemLow = false;
  #pdo: DeviceObject | undefined;
  #resources: AssignedResources | undefined;
  /** Set by the framework when it has created its device; AddDevice may be called for it then. */
  stack: PnpDriverStack | undefined;
  /** Top of the device stack, to which requests are sent; set by the framework together with `stack`. */
  functionDevice: DeviceObject | undefined;
  readonly waitWake: WaitWake;

  constructor(parts: PnpParts) {
    this.#parts = parts;
    const { machine } = parts;
    this.waitWake = new WaitWake(machine, () => this.pdo.id);
    const { powerManagement } = machine.device;
    if (powerManagement !== undefined) powerManagement.onPme = () => machine.scheduler.queue("PME#", () => this.#wake());
  }

  /** Physical device object of the PCI function. */
  get pdo(): DeviceObject {
    this.#pdo ??= this.#parts.io.createDevice("\\Device\\NTPNP_PCI0001");
    return this.#pdo;
  }

  get state(): PnpState {
    return this.#state;
  }

  get isStarted(): boolean {
    return this.#state === "started";
  }

  /** Device power state as the bus has it. */
  get power(): DevicePower {
    return this.#power;
  }

  get systemPower(): SystemPower {
    return this.#systemPower;
  }

  /** What was assigned at the last start. */
  get resources(): AssignedResources | undefined {
    return this.#resources;
  }

  /** IofCallDriver to the PDO with a read, write or control request: the PCI bus driver has no such function. */
  callBusDriver(): { readonly status: number; readonly information: number } {
    return { status: ntStatus.STATUS_INVALID_DEVICE_REQUEST, information: 0 };
  }

  /** Queues a request; requests run one after the other as scheduler tasks. `onDone` gets the NTSTATUS. */
  request(kind: PnpRequest, onDone: (status: number) => void): void {
    this.#enqueue({ kind, onDone });
  }

  /**
   * The driver's power policy asks for a power state. When its turn comes and it is not wanted any more, or the system itself keeps the device in Dx,
   * nothing happens and `onDone` gets STATUS_POWER_STATE_INVALID.
   */
  requestIdle(kind: DevicePower, onDone: (status: number) => void, isWanted: () => boolean): void {
    this.#enqueue({ kind, onDone, isWanted, isIdle: true });
  }

  #enqueue(request: QueuedRequest): void {
    this.#queue.push(request);
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#parts.machine.scheduler.spawn("PnP manager", this.#run());
  }

  *#run(): Task {
    const { trace } = this.#parts.machine;
    for (let request = this.#queue.shift(); request !== undefined; request = this.#queue.shift()) {
      const { isIdle = false, isWanted } = request;
      if (isWanted?.() === false || (isIdle && this.#isSystemLow)) {
        request.onDone(ntStatus.STATUS_POWER_STATE_INVALID);
        continue;
      }
      if (!isIdle) this.#isSystemLow = lowPower.has(request.kind);
      const span = trace.begin("power", this.pdo.id, 0, trace.text(request.kind));
      const status = yield* this.#perform(request);
      trace.end("power", span, trace.text(request.kind));
      request.onDone(status >>> 0);
    }
    this.#isRunning = false;
  }

  #perform({ kind, isIdle = false }: QueuedRequest): PnpSequence {
    switch (kind) {
      case "start":
        return this.#start();
      case "D0":
        return this.#powerUp();
      case "D1":
      case "D2":
      case "D3":
        return this.#powerDown(kind, isIdle);
      case "S0":
        return this.#resumeSystem();
      case "S1":
      case "S2":
      case "S3":
      case "S4":
        return this.#sleepSystem(kind);
      case "remove":
        return this.#removeOrderly();
      case "surpriseRemove":
        return this.#surpriseRemove();
      case "deviceFailed":
        return this.#deviceFailed();
      case "removeAfterSurprise":
        return this.#removeAfterSurprise();
      case "rebalance":
        return this.#rebalance();
    }
  }

  *#start(): PnpSequence {
    if (this.#state !== "notStarted" && this.#state !== "removed") return ntStatus.STATUS_INVALID_DEVICE_STATE;
    this.#state = "notStarted";
    const { addDevice } = this.#parts.driver();
    if (addDevice === undefined) return ntStatus.STATUS_NO_SUCH_DEVICE;
    this.stack = undefined;
    const added = addDevice(this.pdo) >>> 0;
    if (!isNtSuccess(added)) return added;
    // A driver may succeed without creating a device; then it does not take part.
    if (this.stack === undefined) return ntStatus.STATUS_NO_SUCH_DEVICE;
    return yield* this.#startStack(this.stack);
  }

  *#startStack(stack: PnpDriverStack): PnpSequence {
    const { machine, pool } = this.#parts;
    this.#freeResources();
    this.#resources = writeResources(machine, pool, resourcesOf(machine));
    // The bus driver programs the BARs, puts the function into D0 and makes it a bus master before the function driver sees the start request.
    this.setBusPower("D0");
    machine.device.command |= pciCommand.ioSpace | pciCommand.memorySpace | pciCommand.busMaster;
    const status = yield* stack.start(this.#resources);
    if (isNtSuccess(status)) {
      this.#state = "started";
      return status;
    }
    yield* stack.remove();
    this.#removed();
    return status;
  }

  *#powerDown(target: Exclude<DevicePower, "D0">, isIdle: boolean): PnpSequence {
    if (this.#state !== "started" || this.stack === undefined) return ntStatus.STATUS_INVALID_DEVICE_STATE;
    if (this.#power === target) return ntStatus.STATUS_SUCCESS;
    if (!this.#hasState(target)) return ntStatus.STATUS_POWER_STATE_INVALID;
    if (this.#power === "D0") {
      const status = yield* this.stack.powerDown(target, isIdle ? "idle" : "explicit");
      if (!isNtSuccess(status)) return status;
    }
    this.setBusPower(target);
    return ntStatus.STATUS_SUCCESS;
  }

  /** A function with a power-management capability has D1 and D2 only if that says so. */
  #hasState(state: DevicePower): boolean {
    const { powerManagement } = this.#parts.machine.device.definition.pci;
    return (state !== "D1" && state !== "D2") || powerManagement === undefined || (powerManagement.states ?? []).includes(state);
  }

  *#powerUp(): PnpSequence {
    if (this.#state !== "started" || this.stack === undefined) return ntStatus.STATUS_INVALID_DEVICE_STATE;
    if (this.#power === "D0") return ntStatus.STATUS_SUCCESS;
    this.setBusPower("D0");
    const status = yield* this.stack.powerUp();
    if (!isNtSuccess(status)) yield* this.#surprise(this.stack);
    return status;
  }

  /** Unplugged, or as if it were: so the PnP manager removes a device that has failed, as one does that cannot power up. */
  *#surprise(stack: PnpDriverStack): PnpSequence {
    const status = yield* stack.surpriseRemove();
    this.#state = "surpriseRemoved";
    this.#enqueue({ kind: "removeAfterSurprise", onDone: () => undefined });
    return status;
  }

  *#sleepSystem(state: SystemSleep): PnpSequence {
    if (this.#systemPower !== "S0") return ntStatus.STATUS_INVALID_DEVICE_STATE;
    if (this.#state === "started" && this.stack !== undefined) {
      const status = yield* this.stack.sleep(state);
      if (!isNtSuccess(status)) return status;
    }
    this.#systemPower = state;
    this.#setSlotPower(state !== "S3" && state !== "S4");
    return ntStatus.STATUS_SUCCESS;
  }

  *#resumeSystem(): PnpSequence {
    if (this.#systemPower === "S0") return ntStatus.STATUS_SUCCESS;
    this.#setSlotPower(true);
    this.#systemPower = "S0";
    if (this.#state !== "started" || this.stack === undefined) return ntStatus.STATUS_SUCCESS;
    const status = yield* this.stack.resume();
    if (!isNtSuccess(status)) yield* this.#surprise(this.stack);
    return status;
  }

  #setSlotPower(isOn: boolean): void {
    const { powerManagement } = this.#parts.machine.device;
    if (powerManagement !== undefined) powerManagement.isCold = !isOn;
  }

  /** The bus driver's part of a PME#: completes the wait/wake request and, in a sleep state, wakes the system. */
  #wake(): void {
    if (this.waitWake.wake() && this.#systemPower !== "S0") this.request("S0", () => undefined);
  }

  *#removeOrderly(): PnpSequence {
    const { stack } = this;
    if (this.#state !== "started" || stack === undefined) return ntStatus.STATUS_INVALID_DEVICE_STATE;
    // IRP_MN_QUERY_REMOVE_DEVICE is vetoed while handles are open.
    if (this.#parts.io.openFiles.length > 0) return ntStatus.STATUS_PLUGPLAY_QUERY_VETOED;
    const query = yield* stack.queryRemove();
    if (!isNtSuccess(query)) return query;
    const status = yield* stack.remove();
    this.#removed();
    return status;
  }

  /** The function driver reported a failed device: surprise removal without the hardware going away. */
  *#deviceFailed(): PnpSequence {
    const { stack } = this;
    if ((this.#state !== "started" && this.#state !== "stopped") || stack === undefined) return ntStatus.STATUS_INVALID_DEVICE_STATE;
    return yield* this.#surprise(stack);
  }

  *#surpriseRemove(): PnpSequence {
    const { stack } = this;
    const { machine } = this.#parts;
    if (this.#state !== "started" || stack === undefined) return ntStatus.STATUS_INVALID_DEVICE_STATE;
    machine.device.remove();
    return yield* this.#surprise(stack);
  }

  *#removeAfterSurprise(): PnpSequence {
    const { stack } = this;
    const { io } = this.#parts;
    assert(stack !== undefined, "a device that was unplugged has its driver until it is removed");
    yield { until: () => io.openFiles.length === 0, reason: "the last handle of the device to be closed" };
    const status = yield* stack.remove();
    this.#removed();
    return status;
  }

  *#rebalance(): PnpSequence {
    const { stack } = this;
    if (this.#state !== "started" || stack === undefined) return ntStatus.STATUS_INVALID_DEVICE_STATE;
    const status = yield* stack.stop();
    if (!isNtSuccess(status)) return status;
    this.#state = "stopped";
    this.setBusPower("D3");
    return yield* this.#startStack(stack);
  }

  #removed(): void {
    const { machine } = this.#parts;
    this.#state = "removed";
    this.stack = undefined;
    machine.device.command &= ~pciCommand.busMaster;
    this.setBusPower("D3");
    this.#freeResources();
  }

  /** The bus driver's part of IRP_MN_SET_POWER for the device. */
  setBusPower(state: DevicePower): void {
    this.#power = state;
    if (this.#parts.machine.device.isPresent) this.#parts.machine.device.setPower(state);
  }

  #freeResources(): void {
    if (this.#resources === undefined) return;
    this.#parts.pool.free(this.#resources.rawList);
    this.#parts.pool.free(this.#resources.translatedList);
    this.#resources = undefined;
  }
}
