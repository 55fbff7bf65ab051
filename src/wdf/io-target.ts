// SPDX-License-Identifier: MIT
/**
 * WDFIOTARGET: where a driver sends requests (kmdf fxiotarget.cpp). The local target of a function driver is the PCI bus driver below it, which completes
 * every read, write and control request with STATUS_INVALID_DEVICE_REQUEST; a remote one is any device with a name or a DEVICE_OBJECT.
 */
import { hex } from "../base/index.ts";
import type { HostTimer } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import { type ObjectAttributes, noAttributes } from "./attributes.ts";
import type { WdfDevice } from "./device.ts";
import type { WdfFramework } from "./framework.ts";
import type { Completion, TargetDevice } from "./io-target-device.ts";
import { type TargetState, sendFlag, sentIoAction, targetState } from "./io-target-structs.ts";
import { WdfObject } from "./object.ts";
import type { SendableRequest } from "./request-sending.ts";
import { status } from "./status.ts";

export interface SendOptions {
  /** WDF_REQUEST_SEND_OPTIONS_FLAGS. */
  readonly flags: number;
  /** 100 ns units, negative = relative; used with the time-out flag. */
  readonly timeout: bigint;
}

/** A request that waits in a stopped target. */
interface PendedRequest {
  readonly request: SendableRequest;
  readonly complete: Completion;
  readonly timer: HostTimer | undefined;
}

export class WdfIoTarget extends WdfObject {
  readonly device: WdfDevice;
  readonly isLocal: boolean;
  state: TargetState;
  /** The device behind an open remote target; undefined for the bus driver below. */
  opened: TargetDevice | undefined;
  /** Name it was opened by, to open it again. */
  openName = "";
  readonly #timedOut = new Set<SendableRequest>();
  readonly #pended: PendedRequest[] = [];
  override readonly disposesAtPassive = true;

  constructor(framework: WdfFramework, device: WdfDevice, parent: WdfObject, attributes: ObjectAttributes, isLocal: boolean) {
    super(framework, "WDFIOTARGET", parent, attributes);
    this.device = device;
    this.isLocal = isLocal;
    this.state = isLocal ? "started" : "closed";
    if (isLocal) this.undeletable = "the local I/O target belongs to its device";
  }

  /** The target of WdfDeviceGetIoTarget. */
  static local(device: WdfDevice): WdfIoTarget {
    device.localTarget ??= new WdfIoTarget(device.framework, device, device, noAttributes, true);
    return device.localTarget;
  }

  /**
   * Sends a request. Returns STATUS_PENDING when it was taken (`complete` is called once, now or later), or why it was not.
   */
  send(request: SendableRequest, { flags, timeout }: SendOptions, complete: Completion): number {
    const ignoresState = (flags & sendFlag.ignoreTargetState) !== 0;
    if (this.device.pnpState === "Removed" || (!ignoresState && this.state !== "started" && this.state !== "stopped")) return status.invalidDeviceState;
    request.sending.target = this;
    const timer = this.#timer(request, flags, timeout);
    const finish = (result: number, information: number): void => {
      this.#stop(timer);
      request.sending.target = undefined;
      const isTimeOut = this.#timedOut.delete(request) && result === status.cancelled;
      complete(isTimeOut ? status.ioTimeout : result, information);
    };
    if (this.state === "stopped" && !ignoresState) this.#pended.push({ request, complete: finish, timer });
    else this.#deliver(request, finish);
    return status.pending;
  }

  #deliver(request: SendableRequest, complete: Completion): void {
    if (this.opened !== undefined) {
      this.opened.send(request, complete);
      return;
    }
    const { status: result, information } = this.framework.nt.pnp.callBusDriver();
    complete(result, information);
  }

  /** Lets what was sent while the target was stopped go on. */
  start(): void {
    this.state = "started";
    for (const { request, complete } of this.#pended.splice(0)) this.#deliver(request, complete);
  }

  /** Keeps what is sent from now on; what the device has is left there, canceled or awaited. */
  stop(action: number): void {
    if (this.state === "started") this.state = "stopped";
    if (action === sentIoAction.cancelSentIo) this.opened?.cancelAll();
    if (action !== sentIoAction.leaveSentIoPending) this.awaitSent();
  }

  /** Waits until the device has completed everything. */
  awaitSent(): void {
    const { opened } = this;
    if (opened === undefined || opened.sent.length === 0) return;
    this.framework.wait(`the requests that were sent to ${this.framework.name(this)}`, () => opened.sent.length === 0);
  }

  /** Cancels what waits and what was sent, and refuses requests from now on (purge, close). */
  end(state: "purged" | "closed" | "closedForQueryRemove"): void {
    this.state = state;
    if (state === "purged") this.opened?.cancelAll();
    else {
      this.opened?.close();
      this.opened = undefined;
    }
    for (const { complete, timer } of this.#pended.splice(0)) {
      this.#stop(timer);
      complete(status.cancelled, 0);
    }
  }

  /** WdfRequestCancelSentRequest: true when the request was waiting here. */
  cancel(request: SendableRequest): boolean {
    const index = this.#pended.findIndex((pended) => pended.request === request);
    const [pended] = index < 0 ? [] : this.#pended.splice(index, 1);
    if (pended === undefined) return this.opened?.cancel(request) === true;
    this.#stop(pended.timer);
    pended.complete(status.cancelled, 0);
    return true;
  }

  /** The request goes away without completion. */
  forget(request: SendableRequest): void {
    const index = this.#pended.findIndex((pended) => pended.request === request);
    if (index >= 0) this.#stop(this.#pended.splice(index, 1)[0]?.timer);
  }

  #timer(request: SendableRequest, flags: number, timeout: bigint): HostTimer | undefined {
    if ((flags & sendFlag.timeout) === 0 || timeout === 0n) return undefined;
    const { timers } = this.framework.nt;
    const expire = (): void => {
      this.#timedOut.add(request);
      this.cancel(request);
    };
    const timer = timers.create(expire, { name: "time-out of a sent request", objectId: request.id });
    timers.start(timer, timeout);
    return timer;
  }

  #stop(timer: HostTimer | undefined): void {
    if (timer !== undefined) this.framework.nt.timers.stop(timer);
  }

  /** DEVICE_OBJECT that requests go to; 0 when the target is closed. */
  get targetDevice(): number {
    if (this.state === "closed" || this.state === "closedForQueryRemove") return 0;
    return (this.opened?.device ?? this.device.init.lower)?.address ?? 0;
  }

  override label(): string {
    return `${this.isLocal ? "local" : "remote"}, ${this.state}`;
  }

  override fields(): FieldView[] {
    return [
      { name: "Target state", value: `${this.state} (${targetState[this.state]})` },
      { name: "Device", value: this.framework.name(this.device), objectId: this.device.id },
      { name: "Target DEVICE_OBJECT", value: hex(this.targetDevice, 8) },
      ...(this.opened?.sent ?? []).map((request) => ({ name: "Sent", value: request.description, objectId: request.id })),
      ...this.#pended.map(({ request }) => ({ name: "Waiting", value: request.description, objectId: request.id })),
    ];
  }

  protected override dispose(): void {
    this.end("closed");
  }
}
