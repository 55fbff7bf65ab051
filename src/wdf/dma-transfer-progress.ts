// SPDX-License-Identifier: MIT
/**
 * The byte counters of a transaction. While a transfer is in progress, transferred + current + remaining = total; that is what all of its
 * arithmetic keeps (kmdf m_Transferred, m_CurrentFragmentLength, m_Remaining, m_TransactionLength).
 */
import { assert } from "../base/index.ts";

export class TransferProgress {
  #total = 0;
  #remaining = 0;
  #transferred = 0;
  #current = 0;

  /** Length of the transaction, bytes. */
  get total(): number {
    return this.#total;
  }
  /** Bytes in no transfer yet. */
  get remaining(): number {
    return this.#remaining;
  }
  /** Bytes of completed transfers. */
  get transferred(): number {
    return this.#transferred;
  }
  /** Length of the transfer in progress, or of the one being prepared; 0 before the first and after the end. */
  get current(): number {
    return this.#current;
  }

  /** A new transaction of `total` bytes; 0 as Release does. */
  reset(total = 0): void {
    this.#total = total;
    this.#remaining = total;
    this.#transferred = 0;
    this.#current = 0;
  }

  /** Takes `length` of the remaining bytes for the next transfer. */
  begin(length: number): void {
    assert(length <= this.#remaining, "a transfer is at most as long as what remains");
    this.#current = length;
    this.#remaining -= length;
  }

  /** Only `length` bytes of the transfer were mapped. */
  shrink(length: number): void {
    assert(length <= this.#current, "a mapping is at most as long as its transfer");
    this.#remaining += this.#current - length;
    this.#current = length;
  }

  /** The transfer could not be started; its bytes remain. */
  abandon(): void {
    this.shrink(0);
  }

  /** The device moved `length` bytes of the transfer. */
  complete(length: number): void {
    this.shrink(length);
    this.#transferred += length;
  }

  /** The transaction is over. */
  end(): void {
    this.#current = 0;
  }
}
