// SPDX-License-Identifier: MIT
/**
 * One virtual processor: its interrupt request level, the software interrupt at dispatch level (Windows runs DPCs there) and the delivery
 * of device interrupts. Interrupts nest on the current stack: delivery is a plain nested call.
 */
import type { TraceSink } from "../protocol/index.ts";
import type { Clock } from "./clock.ts";
import type { InterruptController, InterruptVector } from "./interrupt-controller.ts";

export const passiveLevel = 0;
export const apcLevel = 1;
export const dispatchLevel = 2;
export const highLevel = 31;

/** Deliveries in a row without a statement of the interrupted code, after which the interrupt is a storm. */
const stormLimit = 1000;

export class Cpu {
  readonly number: number;
  readonly #interrupts: InterruptController;
  readonly #clock: Clock;
  readonly #trace: TraceSink;
  #irql = passiveLevel;
  #dispatchRequested = false;
  /** Runs the work of the software interrupt; called at dispatch level until nothing is left. */
  dispatchHandler: () => void = () => undefined;
  /** An interrupt that came again and again; may return to mask it. */
  onStorm: (entry: InterruptVector, claimed: boolean) => void = () => undefined;
  /** Asks for a statement hook as soon as possible, because something is deliverable. */
  requestAttention: () => void = () => undefined;

  constructor(number: number, clock: Clock, interrupts: InterruptController, trace: TraceSink) {
    this.number = number;
    this.#clock = clock;
    this.#interrupts = interrupts;
    this.#trace = trace;
    interrupts.onPending = () => {
      if (this.isDeliverable) this.requestAttention();
    };
  }

  get irql(): number {
    return this.#irql;
  }

  /** Sets the level without delivering anything; for restoring after nested code. */
  setIrql(irql: number): void {
    if (irql === this.#irql) return;
    this.#irql = irql;
    this.#trace.instant("irql", 0, 0, irql);
  }

  /** Raises to `irql` and returns the old level. */
  raise(irql: number): number {
    const old = this.#irql;
    this.setIrql(irql);
    return old;
  }

  /** Lowers to `irql` and delivers what the old level held back. */
  lower(irql: number): void {
    this.setIrql(irql);
    this.deliver();
  }

  /** Something waits for the level to fall below dispatch level. */
  requestDispatch(): void {
    this.#dispatchRequested = true;
    if (this.#irql < dispatchLevel) this.requestAttention();
  }

  get isDeliverable(): boolean {
    return (this.#dispatchRequested && this.#irql < dispatchLevel) || this.#interrupts.next(this.#irql) !== undefined;
  }

  /** Delivers every interrupt above the current level, then the software interrupt. True when something ran. */
  deliver(): boolean {
    let ran = false;
    for (let deliveries = 0; ; ) {
      const entry = this.#interrupts.next(this.#irql);
      if (entry !== undefined) {
        const claimed = this.#service(entry);
        ran = true;
        if (++deliveries >= stormLimit) {
          this.onStorm(entry, claimed);
          this.#interrupts.disconnect(entry);
        }
        this.#clock.runDue();
      } else if (this.#dispatchRequested && this.#irql < dispatchLevel) {
        this.#dispatchRequested = false;
        const old = this.raise(dispatchLevel);
        this.dispatchHandler();
        this.setIrql(old);
        ran = true;
      } else return ran;
    }
  }

  #service(entry: InterruptVector): boolean {
    entry.pending = false;
    const span = this.#trace.begin("interruptDelivered", 0, entry.raisedBy, entry.vector);
    const old = this.raise(entry.irql);
    const claimed = entry.service?.() ?? false;
    this.setIrql(old);
    this.#trace.end("interruptDelivered", span, entry.vector, claimed ? 1 : 0);
    return claimed;
  }
}
