// SPDX-License-Identifier: MIT
/** Parts of a trace by rows. */
import type { TraceSnapshot } from "../protocol/index.ts";

/** Rows [first, end) of `snapshot`; the columns are views. */
export function traceRows(snapshot: TraceSnapshot, first: number, end: number): TraceSnapshot {
  if (first === 0 && end === snapshot.count) return snapshot;
  const { time, statement, kind, phase, irql, object, parent, args, texts } = snapshot;
  return {
    firstEvent: snapshot.firstEvent + first,
    count: end - first,
    time: time.subarray(first, end),
    statement: statement.subarray(first, end),
    kind: kind.subarray(first, end),
    phase: phase.subarray(first, end),
    irql: irql.subarray(first, end),
    object: object.subarray(first, end),
    parent: parent.subarray(first, end),
    args: args.subarray(3 * first, 3 * end),
    texts,
  };
}

/** The events behind event `last`; all of them when the trace does not reach that far, because it is another history. */
export function traceAfter(snapshot: TraceSnapshot, last: number): TraceSnapshot {
  const rows = last - snapshot.firstEvent + 1;
  return traceRows(snapshot, rows >= 0 && rows <= snapshot.count ? rows : 0, snapshot.count);
}
