// SPDX-License-Identifier: MIT
/**
 * Interrupt vectors with their levels: level-sensitive lines stay pending while asserted, messages are edges that are latched once. Delivery
 * is decided by the CPU (cpu.ts); what a service routine is, the layer above knows.
 */
import type { TraceSink } from "../protocol/index.ts";

export interface InterruptVector {
  readonly vector: number;
  readonly irql: number;
  readonly mode: "level" | "latched";
  /** Level: the line as the device drives it. */
  asserted: boolean;
  /** Latched: an edge has not been delivered yet. */
  pending: boolean;
  /** Called at `irql`; returns whether somebody claimed the interrupt. */
  service: (() => boolean) | undefined;
  /** Asserted, but still on its way to the processor. */
  isHeld: boolean;
  /** Trace event that raised it last. */
  raisedBy: number;
}

export class InterruptController {
  readonly #vectors: InterruptVector[] = [];
  readonly #trace: TraceSink;
  /** Told when something became pending; the CPU decides whether to deliver now. */
  onPending: () => void = () => undefined;
  /** Asked at every assertion: true when the interrupt reaches the processor only later, with a call of `release`. */
  hold: ((release: () => void) => boolean) | undefined;

  constructor(trace: TraceSink) {
    this.#trace = trace;
  }

  /** Adds a vector; vectors are unique. */
  add(vector: number, irql: number, mode: "level" | "latched"): InterruptVector {
    const entry: InterruptVector = { vector, irql, mode, asserted: false, pending: false, service: undefined, isHeld: false, raisedBy: 0 };
    this.#vectors.push(entry);
    this.#vectors.sort((a, b) => b.irql - a.irql || a.vector - b.vector);
    return entry;
  }

  get vectors(): readonly InterruptVector[] {
    return this.#vectors;
  }

  /** The device asserts the line or sends the message. A message to a vector without service routine is lost, as on a PC: false. */
  raise(entry: InterruptVector): boolean {
    if (entry.mode === "level") {
      if (entry.asserted) return true;
      entry.asserted = true;
    } else if (entry.service === undefined) {
      this.#trace.instant("interruptRaised", 0, 0, entry.vector);
      return false;
    } else entry.pending = true;
    entry.raisedBy = this.#trace.instant("interruptRaised", 0, 0, entry.vector);
    const release = (): void => {
      entry.isHeld = false;
      this.onPending();
    };
    entry.isHeld = this.hold?.(release) === true;
    if (!entry.isHeld) this.onPending();
    return true;
  }

  /** The device deasserts the line. */
  lower(entry: InterruptVector): void {
    if (entry.mode !== "level" || !entry.asserted) return;
    entry.asserted = false;
    this.#trace.instant("interruptLowered", 0, 0, entry.vector);
  }

  connect(entry: InterruptVector, service: () => boolean): void {
    entry.service = service;
    if (entry.asserted) this.onPending();
  }

  disconnect(entry: InterruptVector): void {
    entry.service = undefined;
    entry.pending = false;
  }

  /** The deliverable vector of the highest level above `irql`. */
  next(irql: number): InterruptVector | undefined {
    for (const entry of this.#vectors) {
      if (entry.irql <= irql) return undefined;
      if (entry.service !== undefined && !entry.isHeld && (entry.mode === "level" ? entry.asserted : entry.pending)) return entry;
    }
    return undefined;
  }
}
