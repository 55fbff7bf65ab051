// SPDX-License-Identifier: MIT
/**
 * Virtual time and the event queue. Time advances by executed statements (counted by the instrumented code), by register accesses and by
 * stalls; when the CPU is idle it jumps to the next event. Events with equal deadlines fire in the order they were set.
 */
import { assert } from "../base/index.ts";

/** The statement counter of the instrumented code. */
export interface StatementCounter {
  /** Statements executed since the machine started. */
  executed(): number;
  /** Asks for a call of the statement hook after `statements` more statements, at the latest. */
  limit(statements: number): void;
}

export interface ClockEvent {
  /** Absolute virtual time, ns. */
  readonly due: number;
  readonly sequence: number;
  readonly callback: () => void;
}

export class Clock {
  readonly statementNs: number;
  readonly #counter: StatementCounter;
  /** Time that did not come from statements, ns. */
  #offset = 0;
  #sequence = 0;
  /** Ascending by (due, sequence). */
  readonly #events: ClockEvent[] = [];
  /** Virtual time at which `onEnd` is called, ns; the machine is meant to have ended by then. */
  end = Number.POSITIVE_INFINITY;
  onEnd: () => void = () => undefined;

  constructor(counter: StatementCounter, statementNs: number) {
    this.#counter = counter;
    this.statementNs = statementNs;
  }

  /** Virtual time, ns. */
  get now(): number {
    return this.timeOf(this.#counter.executed());
  }

  /** Virtual time when so many statements are executed and nothing else has happened since the last of them, ns. */
  timeOf(statement: number): number {
    return statement * this.statementNs + this.#offset;
  }

  get statement(): number {
    return this.#counter.executed();
  }

  /** Time passes without statements (a register access, a stall). Due events fire at the next `runDue`. */
  advance(nanoseconds: number): void {
    this.#offset += nanoseconds;
    this.#limit();
  }

  /** Calls `callback` once when `nanoseconds` have passed. */
  after(nanoseconds: number, callback: () => void): ClockEvent {
    assert(nanoseconds >= 0 && Number.isFinite(nanoseconds), "a delay must be a finite number of nanoseconds, 0 or more");
    const event = { due: this.now + nanoseconds, sequence: this.#sequence++, callback };
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#events[middle];
      if (other !== undefined && other.due <= event.due) low = middle + 1;
      else high = middle;
    }
    this.#events.splice(low, 0, event);
    if (low === 0) this.#limit();
    return event;
  }

  /** False when the event has fired or was cancelled. */
  cancel(event: ClockEvent): boolean {
    const index = this.#events.indexOf(event);
    if (index < 0) return false;
    this.#events.splice(index, 1);
    return true;
  }

  /** Deadline of the next event, ns. */
  get nextDue(): number | undefined {
    return this.#events[0]?.due;
  }

  /** Fires everything that is due. True when something fired. */
  runDue(): boolean {
    if (this.now >= this.end) this.onEnd();
    let fired = false;
    for (let next = this.#events[0]; next !== undefined && next.due <= this.now; next = this.#events[0]) {
      this.#events.shift();
      fired = true;
      next.callback();
    }
    this.#limit();
    return fired;
  }

  /** Idle: moves time to the next event, `until` (absolute ns) at most. False when there is no event before it. */
  jump(until = Number.POSITIVE_INFINITY): boolean {
    const due = this.nextDue;
    if (due === undefined || due > until) {
      if (until !== Number.POSITIVE_INFINITY && until > this.now) this.#offset += until - this.now;
      return false;
    }
    if (due > this.now) this.#offset += due - this.now;
    return true;
  }

  /** Tells the counter when the hook is needed next. */
  #limit(): void {
    const due = Math.min(this.nextDue ?? Number.POSITIVE_INFINITY, this.now < this.end ? this.end : Number.POSITIVE_INFINITY);
    if (due !== Number.POSITIVE_INFINITY) this.#counter.limit(Math.max(0, Math.ceil((due - this.now) / this.statementNs)));
  }
}
