// SPDX-License-Identifier: MIT
/** What differs between the transaction classes: how a transfer is cut, mapped, unmapped, and what is held in between. */
import type { FieldView } from "../protocol/index.ts";

export interface TransferStager {
  /** Last step of Initialize. NTSTATUS. */
  prepare(): number;
  /** Execute and AllocateResources: gets what all transfers need, then maps the first one. NTSTATUS. <= DISPATCH_LEVEL. */
  start(): number;
  /** DmaCompleted: maps the next transfer. NTSTATUS. */
  stageNext(): number;
  /** The device is done with the transfer: its mapping ends; data of reads is in the buffer afterwards. NTSTATUS. */
  finishTransfer(): number;
  /** Gives back what is held; a reservation only with `force`. */
  release(force: boolean): void;
  /** Map registers of a reservation (WdfDmaTransactionAllocateResources); 0 = none. */
  readonly reservedMapRegisters: number;
  /** The driver has stopped the transfer in progress (WdfDmaTransactionStopSystemTransfer): the device need not have finished it. */
  readonly isStopped?: boolean;
  /** The transaction's memory is about to go. */
  dispose(): void;
  fields(): FieldView[];
}
