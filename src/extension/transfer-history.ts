// SPDX-License-Identifier: MIT
/** Transfers of each DMA transaction as the trace tells them: those of its latest use. Knows no editor. */
import { type TraceSnapshot, tracePhase, traceKinds } from "../protocol/index.ts";

export interface PastTransfer {
  /** Id of the event with which it began. */
  readonly event: number;
  readonly offset: number;
  readonly length: number;
  readonly elements: number;
  /** Virtual time, ns. */
  readonly begin: number;
  readonly end?: number;
}

/** A transaction of more transfers than this shows the latest. */
const mostTransfers = 256;

export class TransferHistory {
  /** By id of the transaction. */
  readonly #transfers = new Map<number, PastTransfer[]>();
  readonly #open = new Map<number, number>();

  clear(): void {
    this.#transfers.clear();
    this.#open.clear();
  }

  /** Takes events that follow those seen. */
  add(trace: TraceSnapshot): void {
    const { transaction, transfer } = traceKinds;
    for (let row = 0; row < trace.count; row++) {
      const [kind, phase, object = 0] = [trace.kind[row], trace.phase[row], trace.object[row]];
      if (kind === transaction.id && phase === tracePhase.begin) this.#transfers.delete(object);
      else if (kind === transfer.id && phase === tracePhase.begin) this.#begin(trace, row, object);
      else if (kind === transfer.id && phase === tracePhase.end) this.#end(trace.parent[row] ?? 0, object, trace.time[row] ?? 0);
    }
  }

  /** Of the transaction `id`, in order. */
  of(id: number): readonly PastTransfer[] {
    return this.#transfers.get(id) ?? [];
  }

  #begin(trace: TraceSnapshot, row: number, object: number): void {
    const list = this.#transfers.get(object) ?? [];
    const event = trace.firstEvent + row;
    const [offset = 0, length = 0, elements = 0] = trace.args.subarray(3 * row, 3 * row + 3);
    list.push({ event, offset, length, elements, begin: trace.time[row] ?? 0 });
    if (list.length > mostTransfers) list.shift();
    this.#transfers.set(object, list);
    this.#open.set(event, object);
  }

  #end(begin: number, object: number, time: number): void {
    const list = this.#transfers.get(this.#open.get(begin) ?? object);
    const index = list?.findIndex(({ event }) => event === begin) ?? -1;
    const found = list?.[index];
    if (list !== undefined && found !== undefined) list[index] = { ...found, end: time };
    this.#open.delete(begin);
  }
}
