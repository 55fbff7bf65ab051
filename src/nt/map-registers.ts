// SPDX-License-Identifier: MIT
/** Map registers of one adapter: granted in the order of the requests; a request that finds too few waits for those before it to give theirs back. */
import { assert } from "../base/index.ts";
import { ntStatus } from "../protocol/index.ts";
import type { DmaTransferContext } from "./dma-types.ts";

export interface RegisterRequest {
  readonly count: number;
  /** The request needs the adapter's channel too. */
  readonly needsChannel: boolean;
  readonly context: DmaTransferContext | undefined;
  /** Fail instead of waiting. */
  readonly immediate: boolean;
  readonly label: string;
  /** Called when the registers belong to the request: before `request` returns, or when others were freed. */
  readonly grant: () => void;
}

/** The channel that a KeepObject request holds; adapters of one system DMA channel share it. */
export class ChannelGate {
  readonly #pumps: (() => void)[] = [];
  #isHeld = false;

  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** `pump` is called when the channel is free again. */
  join(pump: () => void): void {
    this.#pumps.push(pump);
  }

  leave(pump: () => void): void {
    const index = this.#pumps.indexOf(pump);
    if (index >= 0) this.#pumps.splice(index, 1);
  }

  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    for (const pump of this.#pumps.slice()) pump();
  }
}

export class MapRegisters {
  /** Registers one request may have. */
  readonly perRequest: number;
  /** Registers of all requests together. */
  readonly capacity: number;
  readonly #queue: RegisterRequest[] = [];
  readonly #gate: ChannelGate;
  readonly #pump = (): void => this.pump();
  #inUse = 0;
  #granted = 0;

  constructor(perRequest: number, capacity: number, gate = new ChannelGate()) {
    this.perRequest = perRequest;
    this.capacity = capacity;
    this.#gate = gate;
    gate.join(this.#pump);
  }

  /** The adapter goes: it is not asked any more when a shared channel is free. */
  leave(): void {
    this.#gate.leave(this.#pump);
  }

  get inUse(): number {
    return this.#inUse;
  }

  /** Registers that were granted so far, those that were given back included. */
  get granted(): number {
    return this.#granted;
  }

  /** Labels of the requests that wait, first come first. */
  get waiting(): readonly string[] {
    return this.#queue.map(({ label }) => label);
  }

  /** NTSTATUS: success also when the request waits. */
  request(request: RegisterRequest): number {
    if (request.count > this.perRequest) return ntStatus.STATUS_INSUFFICIENT_RESOURCES;
    if (this.#queue.length === 0 && this.#fits(request)) {
      this.#inUse += request.count;
      this.#granted += request.count;
      request.grant();
      return ntStatus.STATUS_SUCCESS;
    }
    if (request.immediate) return ntStatus.STATUS_INSUFFICIENT_RESOURCES;
    this.#queue.push(request);
    return ntStatus.STATUS_SUCCESS;
  }

  /** Gives registers back; waiting requests that fit now are granted before it returns. */
  release(count: number): void {
    assert(count <= this.#inUse, "map registers are released once");
    this.#inUse -= count;
    this.pump();
  }

  holdChannel(): void {
    this.#gate.hold();
  }

  releaseChannel(): void {
    this.#gate.release();
  }

  /** Takes the waiting request of `context` out of the queue; false when none waits. */
  cancel(context: DmaTransferContext): boolean {
    const index = this.#queue.findIndex((request) => request.context === context);
    if (index < 0) return false;
    this.#queue.splice(index, 1);
    this.pump();
    return true;
  }

  /** Grants waiting requests from the head of the queue as long as they fit. */
  pump(): void {
    for (let first = this.#queue[0]; first !== undefined && this.#fits(first); first = this.#queue[0]) {
      this.#queue.shift();
      this.#inUse += first.count;
      this.#granted += first.count;
      first.grant();
    }
  }

  #fits(request: RegisterRequest): boolean {
    return this.#inUse + request.count <= this.capacity && !(request.needsChannel && this.#gate.isHeld);
  }
}
