// SPDX-License-Identifier: MIT
/** A rule the driver (or device) broke: a value that stops the target; text for people is made from it at the edge. */

export interface BugCheck {
  /** Windows bug check code, e.g. 0x10D. */
  readonly code: number;
  /** e.g. `WDF_VIOLATION`. */
  readonly name: string;
  /** Parameters 1 to 4 as KeBugCheckEx gets them. */
  readonly parameters: readonly [number, number, number, number];
}

/** A place in driver code: function of the instrumented module, and original code offset. */
export interface CodePlace {
  readonly functionIndex: number;
  readonly offset: number;
}

export interface Violation {
  /** Stable rule id, e.g. `DMA-TX-STATE`; one page in docs/rules each. */
  readonly rule: string;
  /** What happened, with the values; one sentence, no final period. */
  readonly message: string;
  /** Why it is wrong and what to do; one or two sentences. */
  readonly explanation?: string;
  /** Present when Windows would stop with a blue screen here. */
  readonly bugCheck?: BugCheck;
  /** Framework object concerned (object id of the trace and views). */
  readonly objectId?: number;
  /** Address concerned (virtual, or logical for device faults). */
  readonly address?: number;
  /** Callback to look at, e.g. `EvtInterruptIsr`, when it is not driver code that was running: its function becomes the place. */
  readonly callback?: string;
  /** Code to look at when it is not the code that was running, such as the call that allocated what was left behind. */
  readonly origin?: CodePlace;
}

export interface StackEntry {
  readonly function: string;
  readonly file?: string;
  readonly line?: number;
}

/** A violation as reports and views show it. */
export interface ReportedViolation extends Violation {
  readonly file?: string;
  readonly line?: number;
  readonly stack: readonly StackEntry[];
  /** Statement number at which it was seen. */
  readonly statement: number;
  /** Virtual time, ns. */
  readonly time: number;
  /** With a bug check: the last trace messages of the driver, oldest first. */
  readonly traceMessages?: readonly string[];
}
