// SPDX-License-Identifier: MIT
/** Whether an event of the trace is what a watch looks out for. */
import { type TraceKind, type Watch, traceKinds, tracePhase } from "../protocol/index.ts";

export type EventWatch = Extract<Watch, { kind: "event" }>;

/** An event as `TraceRecorder.onEvent` gets it. */
export interface ObservedEvent {
  readonly kind: TraceKind;
  readonly phase: number;
  readonly objectId: number;
  readonly arguments: readonly [number, number, number];
  /** Text of argument 0 when it is one. */
  readonly text: string | undefined;
  readonly n: number;
}

export function matches(watch: EventWatch, event: ObservedEvent): boolean {
  if (watch.event !== event.kind || watch.phase !== event.phase) return false;
  if (watch.n !== undefined && watch.n !== event.n) return false;
  if (watch.text !== undefined && watch.text !== event.text) return false;
  const [address, length] = event.arguments;
  if (watch.range !== undefined && !(address < watch.range.end && address + length > watch.range.start)) return false;
  return watch.tests.every(({ argument, mask, min, max }) => {
    const raw = event.arguments[argument];
    const value = mask === undefined ? raw : (raw & mask) >>> 0;
    return value >= min && value <= max;
  });
}

/** Counts events: transfers by transaction, all others by kind. */
export class EventCounts {
  readonly #ofKind: number[] = [];
  readonly #transfers = new Map<number, number>();

  /** Ordinal of an event, from 1; 0 for the end of a span. */
  next(kind: TraceKind, phase: number, objectId: number, first: number): number {
    if (phase === tracePhase.end) return 0;
    if (kind === "transfer") {
      // The first transfer of a transaction is the one at offset 0.
      const n = first === 0 ? 1 : (this.#transfers.get(objectId) ?? 0) + 1;
      this.#transfers.set(objectId, n);
      return n;
    }
    const { id } = traceKinds[kind];
    const n = (this.#ofKind[id] ?? 0) + 1;
    this.#ofKind[id] = n;
    return n;
  }
}
