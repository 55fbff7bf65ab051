// SPDX-License-Identifier: MIT
/**
 * WDFQUEUE: requests that wait, requests the driver owns, and the loop that presents them (kmdf fxioqueue.cpp). The loop makes the same
 * checks in the same order at every turn; control calls and power transitions only change what it sees.
 */
import { hex } from "../base/index.ts";
import { passiveLevel } from "../machine/index.ts";
import type { FieldView } from "../protocol/index.ts";
import type { ObjectAttributes } from "./attributes.ts";
import { CallbackLock } from "./callback-lock.ts";
import { type WdfDevice, levelName, scopeName } from "./device.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfObject } from "./object.ts";
import { executionLevel, synchronizationScope } from "./object-structs.ts";
import { type QueueCallbacks, type QueueConfig, dispatchType, queueState } from "./queue-structs.ts";
import type { WdfRequest } from "./request.ts";
import { status } from "./status.ts";

/** `held`: the device is not in D0; `stopping`: on the way there. */
export type QueuePower = "on" | "stopping" | "held";

/** A control call that is waiting for its moment. */
export interface QueueCompletion {
  readonly name: string;
  readonly run: () => void;
}

export class WdfQueue extends WdfObject {
  readonly device: WdfDevice;
  readonly config: QueueConfig;
  readonly executionLevel: number;
  readonly synchronizationScope: number;
  /** Lock that WdfObjectAcquireLock takes. */
  readonly presentationLock: CallbackLock;
  /** Lock around the callbacks; undefined with scope None. */
  readonly callbackLock: CallbackLock | undefined;
  /** Not presented yet, oldest first. */
  readonly waiting: WdfRequest[] = [];
  readonly owned: WdfRequest[] = [];
  isAccepting = true;
  isDispatching = true;
  /** A purge is on: requests that become cancelable are canceled at once. */
  isCanceling = false;
  power: QueuePower;
  /** EvtIoStop notifications are being made: cancel callbacks wait. */
  isNotifyingStop = false;
  /** Stop: called when the driver owns nothing. */
  idleCompletion: QueueCompletion | undefined;
  /** Drain and purge: called when the queue is empty and the driver owns nothing. */
  emptyCompletion: QueueCompletion | undefined;
  readyNotify: { readonly callback: number; readonly context: number } | undefined;
  #isReadyDue = false;
  readonly #toCancel: WdfRequest[] = [];
  readonly #canceledOnQueue: WdfRequest[] = [];
  #activations = 0;
  #isDeferred = false;
  override readonly disposesAtPassive = true;

  constructor(framework: WdfFramework, device: WdfDevice, parent: WdfObject, attributes: ObjectAttributes, config: QueueConfig) {
    super(framework, "WDFQUEUE", parent, attributes);
    this.device = device;
    this.config = config;
    this.executionLevel = attributes.executionLevel === executionLevel.inherit ? device.executionLevel : attributes.executionLevel;
    this.synchronizationScope =
      attributes.synchronizationScope === synchronizationScope.inherit ? device.synchronizationScope : attributes.synchronizationScope;
    const own = this.synchronizationScope === synchronizationScope.device ? device.presentationLock : new CallbackLock(framework, this, this.executionLevel);
    this.presentationLock = own;
    this.callbackLock = this.synchronizationScope === synchronizationScope.none ? undefined : own;
    this.power = !config.isPowerManaged || device.areQueuesOn ? "on" : "held";
    device.queues.push(this);
  }

  /** WDF_IO_QUEUE_STATE bits. */
  get stateBits(): number {
    return (
      (this.isAccepting ? queueState.acceptRequests : 0) |
      (this.isDispatching ? queueState.dispatchRequests : 0) |
      (this.waiting.length === 0 ? queueState.noRequests : 0) |
      (this.owned.length === 0 ? queueState.driverNoRequests : 0) |
      (this.power === "on" ? 0 : queueState.pnpHeld)
    );
  }

  /** A handler of this queue is running, or its dispatcher is. */
  get isActive(): boolean {
    return this.#activations > 0;
  }

  /** A request comes from the device's dispatcher. */
  arrive(request: WdfRequest): void {
    if (!this.isAccepting) request.completeUnpresented(status.invalidDeviceState);
    else if (request.irp.isCancelled) request.completeUnpresented(status.cancelled);
    else {
      this.insert(request, "tail");
      this.dispatch();
    }
  }

  /** Puts a request into the queue without dispatching. */
  insert(request: WdfRequest, where: "head" | "tail"): void {
    if (this.waiting.length === 0) this.#isReadyDue = true;
    request.state = "queued";
    request.queue = this;
    request.cancelState = "not cancelable";
    if (where === "head") this.waiting.unshift(request);
    else this.waiting.push(request);
    request.irp.setCancelRoutine(() => this.#cancelWaiting(request));
    this.device.idle.update();
  }

  /** Forward and requeue: as `insert`, but a request that was canceled meanwhile is canceled here. */
  putBack(request: WdfRequest, where: "head" | "tail"): void {
    this.insert(request, where);
    if (request.irp.isCancelled || this.isCanceling) this.#cancelWaiting(request);
  }

  /** The driver gets the request: presented, retrieved, or told of its cancellation. */
  own(request: WdfRequest): void {
    const index = this.waiting.indexOf(request);
    if (index >= 0) this.waiting.splice(index, 1);
    request.irp.setCancelRoutine(undefined);
    request.state = "driver-owned";
    request.queue = this;
    request.wasPresented = true;
    request.stopAnswer = undefined;
    request.isResumeDue = false;
    this.owned.push(request);
  }

  /** The driver does not own the request any more. Does not dispatch. */
  disown(request: WdfRequest): void {
    const index = this.owned.indexOf(request);
    if (index >= 0) this.owned.splice(index, 1);
    this.forgetCancel(request);
    this.device.idle.update();
  }

  /** A driver-owned request was completed: the next one may come, unless a dispatcher of this queue will see to it. */
  requestGone(request: WdfRequest): void {
    this.disown(request);
    if (this.#activations === 0) this.dispatch();
  }

  /** A driver-owned request becomes cancelable, or is canceled already. */
  makeCancelable(request: WdfRequest, callback: number): void {
    request.cancelCallback = callback;
    if (request.irp.isCancelled || this.isCanceling) this.#queueCancel(request);
    else {
      request.cancelState = "cancelable";
      request.irp.setCancelRoutine(() => this.#queueCancel(request));
    }
  }

  /** Cancels a cancelable driver-owned request, as a purge does. */
  cancelOwned(request: WdfRequest): void {
    if (request.cancelState === "cancelable") this.#queueCancel(request);
  }

  forgetCancel(request: WdfRequest): void {
    const index = this.#toCancel.indexOf(request);
    if (index >= 0) this.#toCancel.splice(index, 1);
    if (request.cancelState === "cancelable") request.irp.setCancelRoutine(undefined);
    request.cancelState = "not cancelable";
  }

  /** Cancels every request that waits (purge, removal). */
  cancelAllWaiting(): void {
    for (const request of this.waiting.slice()) this.#cancelWaiting(request);
  }

  /** One activation of the dispatcher: presents what may be presented now. */
  dispatch(): void {
    if (this.#mustDefer()) return;
    this.#activations++;
    while (this.#turn());
    this.#activations--;
  }

  /** Calls a callback of this queue under its lock. */
  invoke(name: string, target: number, args: readonly number[], request?: WdfRequest, cause?: number): void {
    const call = (release: () => void): void => {
      const reason = {
        label: this.framework.machine.guest.currentApi ?? "I/O dispatch",
        objectId: request?.id ?? this.id,
        ...(cause === undefined ? {} : { cause }),
      };
      let isOver = false;
      let isBackground = false;
      this.framework.start(name, target, args, reason, () => {
        isOver = true;
        if (isBackground) this.#activations--;
        release();
        if (isBackground && this.#activations === 0) this.dispatch();
      });
      if (isOver) return;
      // A handler that waits is a thread of its own; when it returns it sees to what became due meanwhile.
      isBackground = true;
      this.#activations++;
    };
    if (this.callbackLock === undefined) call(() => undefined);
    else this.callbackLock.hold(name, call);
  }

  /** Too high a level, or the lock is taken: the dispatcher runs later. Requests for it coalesce. */
  #mustDefer(): boolean {
    const { cpu } = this.framework.machine;
    const run = (): void => {
      this.#isDeferred = false;
      this.dispatch();
    };
    const isPassive = this.executionLevel === executionLevel.passive;
    if (this.callbackLock?.isHeld === true) {
      if (!this.#isDeferred) this.callbackLock.whenFree(run);
    } else if (isPassive && cpu.irql > passiveLevel) {
      if (!this.#isDeferred) this.framework.runPassive(`dispatch of ${this.framework.name(this)}`, run);
    } else return false;
    this.#isDeferred = true;
    return true;
  }

  /** One turn of the dispatcher; false when nothing is left to do. */
  #turn(): boolean {
    if (!this.isNotifyingStop) {
      const canceled = this.#toCancel.shift();
      if (canceled !== undefined) return this.#presentCancel(canceled);
      const onQueue = this.#canceledOnQueue.shift();
      if (onQueue !== undefined) return this.#presentCanceledOnQueue(onQueue);
    }
    if (this.#activations === 1 && this.#runCompletions()) return true;
    if (this.power !== "on" || !this.isDispatching) return false;
    if (this.config.dispatchType === dispatchType.manual) return this.#notifyReady();
    const limit = this.config.dispatchType === dispatchType.sequential ? 1 : this.config.presentedLimit;
    const [next] = this.waiting;
    if (next === undefined || this.owned.length >= limit) return false;
    this.#present(next);
    return true;
  }

  #runCompletions(): boolean {
    const idle = this.idleCompletion;
    if (idle !== undefined && this.owned.length === 0) {
      this.idleCompletion = undefined;
      idle.run();
      return true;
    }
    const empty = this.emptyCompletion;
    if (empty === undefined || this.owned.length > 0 || this.waiting.length > 0) return false;
    this.emptyCompletion = undefined;
    empty.run();
    return true;
  }

  #notifyReady(): boolean {
    const notify = this.readyNotify;
    if (!this.#isReadyDue || notify === undefined || this.waiting.length === 0) return false;
    this.#isReadyDue = false;
    this.invoke("EvtIoQueueState", notify.callback, [this.handle, notify.context]);
    return true;
  }

  #present(request: WdfRequest): void {
    if (this.completeZeroLength(request)) return;
    const { irp } = request;
    const [name, target, args] = this.#handler(request);
    if (target === 0) {
      this.own(request);
      request.finish(status.invalidDeviceRequest, 0, 0);
      return;
    }
    this.own(request);
    const event = this.framework.machine.trace.instant("requestPresented", request.id, irp.span, this.id);
    this.invoke(name, target, [this.handle, request.handle, ...args], request, event);
  }

  /** Reads and writes of no bytes are completed here unless the queue allows them. True when that happened. */
  completeZeroLength(request: WdfRequest): boolean {
    const { irp } = request;
    if (this.config.allowsZeroLength || irp.length > 0 || (irp.major !== "read" && irp.major !== "write")) return false;
    const index = this.waiting.indexOf(request);
    if (index >= 0) this.waiting.splice(index, 1);
    if (request.wasPresented) request.finish(status.success, 0, 0);
    else request.completeUnpresented(status.success);
    this.device.idle.update();
    return true;
  }

  #handler({ irp }: WdfRequest): readonly [name: keyof QueueCallbacks, target: number, args: readonly number[]] {
    const { callbacks } = this.config;
    const specific = specificHandler(irp.major);
    if (specific !== undefined && callbacks[specific] !== 0) {
      const args = irp.major === "read" || irp.major === "write" ? [irp.length] : [irp.outputLength, irp.inputLength, irp.ioctlCode];
      return [specific, callbacks[specific], args];
    }
    return ["EvtIoDefault", callbacks.EvtIoDefault, []];
  }

  #queueCancel(request: WdfRequest): void {
    request.irp.setCancelRoutine(undefined);
    request.cancelState = "canceling";
    this.#toCancel.push(request);
    this.dispatch();
  }

  #presentCancel(request: WdfRequest): boolean {
    request.cancelState = "canceled";
    this.invoke("EvtRequestCancel", request.cancelCallback, [request.handle], request, request.irp.span);
    return true;
  }

  #cancelWaiting(request: WdfRequest): void {
    const index = this.waiting.indexOf(request);
    if (index < 0) return;
    this.waiting.splice(index, 1);
    request.irp.setCancelRoutine(undefined);
    if (!request.wasPresented) request.completeUnpresented(status.cancelled);
    else if (this.config.callbacks.EvtIoCanceledOnQueue === 0) request.finish(status.cancelled, 0, 0);
    else this.#canceledOnQueue.push(request);
    this.device.idle.update();
    if (this.#activations === 0) this.dispatch();
  }

  #presentCanceledOnQueue(request: WdfRequest): boolean {
    this.own(request);
    this.invoke("EvtIoCanceledOnQueue", this.config.callbacks.EvtIoCanceledOnQueue, [this.handle, request.handle], request, request.irp.span);
    return true;
  }

  override label(): string {
    const type = ["", "sequential", "parallel", "manual"][this.config.dispatchType] ?? "";
    const isDefault = this.device.defaultQueue === this ? "default, " : "";
    return `${isDefault}${type}, ${this.waiting.length} waiting, ${this.owned.length} driver-owned`;
  }

  override fields(): FieldView[] {
    const { config } = this;
    const fields: FieldView[] = [
      { name: "Dispatch type", value: ["", "sequential", "parallel", "manual"][config.dispatchType] ?? "" },
      { name: "Accepting", value: this.isAccepting ? "yes" : "no" },
      { name: "Dispatching", value: this.isDispatching ? "yes" : "no" },
      { name: "State bits", value: hex(this.stateBits) },
      { name: "Power managed", value: config.isPowerManaged ? `yes, ${this.power}` : "no" },
      { name: "AllowZeroLengthRequests", value: config.allowsZeroLength ? "yes" : "no" },
      { name: "SynchronizationScope", value: scopeName(this.synchronizationScope) },
      { name: "ExecutionLevel", value: levelName(this.executionLevel) },
      { name: "Callback lock", value: this.callbackLock === undefined ? "none" : this.callbackLock.isHeld ? "held" : "free" },
      { name: "Active dispatchers", value: String(this.#activations) },
    ];
    if (config.dispatchType === dispatchType.parallel)
      fields.push({ name: "NumberOfPresentedRequests", value: config.presentedLimit >= 0xffff_ffff ? "unlimited" : String(config.presentedLimit) });
    for (const request of this.waiting) fields.push({ name: "Waiting", value: `${hex(request.handle, 8)} ${request.description}`, objectId: request.id });
    for (const request of this.owned)
      fields.push({ name: "Driver-owned", value: `${hex(request.handle, 8)} ${request.description}, ${request.cancelState}`, objectId: request.id });
    for (const [name, target] of Object.entries(config.callbacks)) if (target !== 0) fields.push({ name, value: hex(target) });
    if (this.idleCompletion !== undefined) fields.push({ name: "Outstanding", value: this.idleCompletion.name });
    if (this.emptyCompletion !== undefined) fields.push({ name: "Outstanding", value: this.emptyCompletion.name });
    return fields;
  }

  /** Deletion: what waits is canceled, what the driver owns is awaited. */
  protected override dispose(): void {
    this.isAccepting = false;
    this.isCanceling = true;
    this.cancelAllWaiting();
    for (const request of this.owned.slice()) this.cancelOwned(request);
    this.framework.wait(
      `the completion of ${this.owned.length} driver-owned requests of ${this.framework.name(this)}, which is being deleted`,
      () => this.owned.length === 0 && !this.isActive,
    );
    const index = this.device.queues.indexOf(this);
    if (index >= 0) this.device.queues.splice(index, 1);
  }
}

function specificHandler(major: string): keyof QueueCallbacks | undefined {
  switch (major) {
    case "read":
      return "EvtIoRead";
    case "write":
      return "EvtIoWrite";
    case "deviceControl":
      return "EvtIoDeviceControl";
    case "internalDeviceControl":
      return "EvtIoInternalDeviceControl";
    default:
      return undefined;
  }
}
