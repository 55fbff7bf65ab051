// SPDX-License-Identifier: MIT
/**
 * Finds a transfer that is completed twice: DmaCompleted* returned FALSE, which means that the next transfer was started, and the same DPC
 * calls DmaCompleted* again although the device has not moved one byte of that transfer.
 */
import type { Mapping } from "../machine/index.ts";
import type { MappedElement } from "../nt/index.ts";
import type { WdfDmaTransaction } from "./dma-transaction.ts";

export class CompletionWatch {
  readonly #transaction: WdfDmaTransaction;
  #mappings: readonly Mapping[] = [];
  #movedBefore = 0;
  /** Insertion of the DPC in which DmaCompleted* returned FALSE last; 0 = none. */
  #falseIn = 0;
  /** Insertion of the DPC in which the transaction ended; 0 = none. */
  #endedIn = 0;

  constructor(transaction: WdfDmaTransaction) {
    this.#transaction = transaction;
  }

  transferStarted(elements: readonly MappedElement[]): void {
    const { dma } = this.#transaction.framework.machine;
    const mappings = elements.map(({ address }) => dma.find(address));
    this.#mappings = [...new Set(mappings.filter((mapping) => mapping !== undefined))];
    this.#movedBefore = this.#moved;
    this.#falseIn = 0;
    this.#endedIn = 0;
  }

  /** DmaCompleted* is about to return FALSE. */
  returnsFalse(): void {
    this.#falseIn = this.#dpc;
  }

  /** The transaction is over. */
  ends(): void {
    this.#endedIn = this.#dpc;
  }

  /** The DPC in execution is the one in which the transaction ended. */
  get isEndedByThisDpc(): boolean {
    return this.#endedIn !== 0 && this.#endedIn === this.#dpc;
  }

  /** DmaCompleted* is called for `bytes` bytes. */
  completes(bytes: number): void {
    const { framework, progress } = this.#transaction;
    if (bytes === 0 || this.#falseIn === 0 || this.#falseIn !== this.#dpc || this.#moved !== this.#movedBefore) return;
    framework.violation({
      rule: "done-double",
      message: `${framework.apiName()} was called again in the DPC in which it had returned FALSE for ${framework.name(this.#transaction)}; the device has moved nothing of the transfer of ${progress.current} bytes that was started since`,
      explanation:
        "FALSE means that the framework has already started the next transfer: leave the DPC without touching the transaction, and complete that transfer when its own interrupt comes.",
      objectId: this.#transaction.id,
    });
  }

  get #moved(): number {
    return this.#mappings.reduce((sum, { moved }) => sum + moved, 0);
  }

  get #dpc(): number {
    return this.#transaction.framework.nt.dpc.running?.queuedBy ?? 0;
  }
}
