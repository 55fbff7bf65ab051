// SPDX-License-Identifier: MIT
/** Trace events as columns: transferable, comparable byte for byte, decoded with `traceKinds`. */

export interface TraceSnapshot {
  /** Id of the first event (ids start at 1). */
  readonly firstEvent: number;
  readonly count: number;
  /** Virtual ns. */
  readonly time: Float64Array;
  readonly statement: Float64Array;
  readonly kind: Uint8Array;
  /** tracePhase. */
  readonly phase: Uint8Array;
  readonly irql: Uint8Array;
  readonly object: Uint32Array;
  /** Id of the event that caused this one; for `end`, of the span's begin. */
  readonly parent: Uint32Array;
  /** Three arguments an event. */
  readonly args: Float64Array;
  /** Interned texts; index = number in the arguments. */
  readonly texts: readonly string[];
}
