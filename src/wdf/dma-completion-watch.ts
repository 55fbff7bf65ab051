// SPDX-License-Identifier: MIT
/**
 * Finds transfers that are completed although the device has not moved one byte of them: reads that are completed too early, and a DPC that calls
 * DmaCompleted* again after FALSE, which means that the next transfer was started.
 */
import type { Mapping } from "../machine/index.ts";
import type { MappedElement } from "../nt/index.ts";
import type { WdfDmaTransaction } from "./dma-transaction.ts";

export class CompletionWatch {
  readonly #transaction: WdfDmaTransaction;
  #mappings: readonly Mapping[] = [];
  #movedBefore = 0;
  /** The DPC call in which DmaCompleted* returned FALSE last; 0 = none. */
  #falseIn = 0;
  /** The DPC call in which the transaction ended; 0 = none. */
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
    if (bytes === 0 || this.#moved !== this.#movedBefore || this.#transaction.stager.isStopped === true) return;
    if (this.#falseIn !== 0 && this.#falseIn === this.#dpc) this.#reportDouble();
    else if (!this.#transaction.writeToDevice) this.#reportEarly(bytes);
  }

  #reportDouble(): void {
    const { framework, progress } = this.#transaction;
    framework.violation({
      rule: "done-double",
      message: `${framework.apiName()} was called again in the DPC in which it had returned FALSE for ${framework.name(this.#transaction)}; the device has moved nothing of the transfer of ${progress.current} bytes that was started since`,
      explanation:
        "FALSE means that the framework has already started the next transfer: leave the DPC without touching the transaction, and complete that transfer when its own interrupt comes.",
      objectId: this.#transaction.id,
    });
  }

  #reportEarly(bytes: number): void {
    const { framework, progress } = this.#transaction;
    framework.violation({
      rule: "done-before-device-done",
      message: `${framework.apiName()} reports ${bytes} bytes from the device for the transfer of ${progress.current} bytes of ${framework.name(this.#transaction)}, and the device has written none of them`,
      explanation:
        "The buffer still holds what it held before, and the device may write to it after the mapping is gone. Check the device's done bit before completing, and report 0 bytes for a transfer that failed.",
      objectId: this.#transaction.id,
    });
  }

  get #moved(): number {
    return this.#mappings.reduce((sum, { moved }) => sum + moved, 0);
  }

  get #dpc(): number {
    return this.#transaction.framework.nt.dpc.run;
  }
}
