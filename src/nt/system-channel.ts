// SPDX-License-Identifier: MIT
/**
 * A channel of the system DMA controller as the HAL uses it for a subordinate device: one transfer at a time, programmed when it is mapped, and reported by a
 * DPC when it ends (DMA_COMPLETION_ROUTINE of the WDK).
 */
import type { Mapping, SystemDmaChannel } from "../machine/index.ts";
import type { DmaCompletionStatus, DmaTransferContext, SubordinateDescription } from "./dma-types.ts";
import type { DpcQueue, HostDpc } from "./dpc.ts";
import type { ChannelGate } from "./map-registers.ts";

/** What the HAL programs and reports. */
export interface SystemTransfer {
  readonly mappings: readonly Mapping[];
  readonly writeToDevice: boolean;
  /** Added to the device address of the description, bytes. */
  readonly deviceOffset: number;
  readonly context: DmaTransferContext | undefined;
  /** Called once at DISPATCH_LEVEL when the transfer ends by itself or is canceled; absent: the device tells the driver itself. */
  readonly onComplete: ((status: DmaCompletionStatus) => void) | undefined;
  readonly objectId: number;
}

export class SystemChannel {
  /** Who may use the channel: one adapter at a time, whichever description it was made from. */
  readonly gate: ChannelGate;
  readonly #channel: SystemDmaChannel;
  readonly #description: SubordinateDescription;
  readonly #dpc: DpcQueue;
  readonly #completion: HostDpc;
  #transfer: SystemTransfer | undefined;
  #ended: { readonly transfer: SystemTransfer; readonly status: DmaCompletionStatus } | undefined;

  constructor(dpc: DpcQueue, channel: SystemDmaChannel, gate: ChannelGate, description: SubordinateDescription) {
    this.gate = gate;
    this.#channel = channel;
    this.#description = description;
    this.#dpc = dpc;
    this.#completion = dpc.create(`DMA channel ${channel.number}`, () => this.#report());
  }

  /** The channel moves data for this adapter. */
  get isActive(): boolean {
    return this.#transfer !== undefined && this.#channel.isActive;
  }

  /** ReadDmaCounter: bytes that have not moved. */
  get counter(): number {
    return this.isActive ? this.#channel.remaining : 0;
  }

  /** For views: `channel 1, request line 3`. */
  get name(): string {
    return `channel ${this.#channel.number}, request line ${this.#channel.line.requestLine} (${this.#channel.line.name})`;
  }

  /** Programs the controller with what was mapped. */
  start(transfer: SystemTransfer): void {
    this.#transfer = transfer;
    this.#channel.start({
      elements: transfer.mappings.map(({ logical, length }) => ({ address: logical, length })),
      direction: transfer.writeToDevice ? "toDevice" : "fromDevice",
      deviceAddress: this.#description.deviceAddress + BigInt(transfer.deviceOffset),
      isDemandMode: this.#description.demandMode,
      isLooped: this.#description.autoInitialize,
      objectId: transfer.objectId,
      onEnd: (result) => this.#end(transfer, result === "complete" ? "complete" : "error"),
    });
  }

  /** Masks the channel without a report: the transfer is flushed or its registers go. */
  stop(): void {
    if (this.#transfer === undefined) return;
    this.#transfer = undefined;
    this.#channel.stop();
  }

  /** CancelMappedTransfer: true when there was a transfer of `context` to stop. */
  cancel(context: DmaTransferContext): boolean {
    const transfer = this.#transfer;
    if (transfer === undefined || transfer.context !== context || !this.#channel.isActive) return false;
    this.#channel.stop();
    if (transfer.onComplete === undefined) context.isCancelled = true;
    this.#end(transfer, "cancelled");
    return true;
  }

  #end(transfer: SystemTransfer, status: DmaCompletionStatus): void {
    if (transfer.onComplete === undefined) return;
    this.#ended = { transfer, status };
    this.#dpc.insert(this.#completion);
  }

  #report(): void {
    const ended = this.#ended;
    this.#ended = undefined;
    ended?.transfer.onComplete?.(ended.status);
  }
}
