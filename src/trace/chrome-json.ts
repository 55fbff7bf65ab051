// SPDX-License-Identifier: MIT
/**
 * Chrome JSON trace events, as Perfetto and chrome://tracing read them. Every row of a lane is a thread of its own, on which spans nest
 * strictly, so that all of them can be complete events and an arrow can go through each. Format: "Trace Event Format" of the Chromium
 * project; times in microseconds from the first event, with nanoseconds as decimals.
 */
import { type TraceSnapshot, tracePhase } from "../protocol/index.ts";
import { encodeChunks } from "./chunked-text.ts";
import { type TraceExport, exportedArguments, wholeEvent } from "./event-arguments.ts";
import { eventTitle } from "./event-text.ts";
import { type TraceIndex, indexTrace } from "./trace-index.ts";

type JsonEvent = Readonly<Record<string, unknown>>;

const process = 1;
/** The whole trace as one JSON document. For long traces use `chromeJsonChunks`. */
export function toChromeJson(trace: TraceSnapshot): string {
  return [...documentPieces({ trace })].join("");
}

/** The JSON document in UTF-8, piece by piece. */
export function chromeJsonChunks(source: TraceExport): Generator<Uint8Array> {
  return encodeChunks(documentPieces(source));
}

function* documentPieces(source: TraceExport): Generator<string> {
  yield '{"displayTimeUnit":"ns","traceEvents":[';
  let separator = "\n";
  for (const event of jsonEvents(source)) {
    yield `${separator}${JSON.stringify(event)}`;
    separator = ",\n";
  }
  yield "\n]}\n";
}

function* jsonEvents(source: TraceExport): Generator<JsonEvent> {
  const { trace } = source;
  const index = indexTrace(trace);
  const threads = threadIds(index);
  yield* metadata(index, threads);
  const start = trace.time[0] ?? 0;
  for (let row = 0; row < trace.count; row++) {
    const phase = trace.phase[row];
    if (phase === tracePhase.end) continue;
    const event = wholeEvent(trace, index, row);
    const lane = index.lane[row] ?? 0;
    const first = threads[lane] ?? 0;
    const common = { pid: process, ts: micros(event.time - start), cat: event.info.lane };
    if (event.kind === "irql") {
      yield { ph: "C", ...common, tid: first, name: "IRQL", args: { irql: event.args[0] } };
      continue;
    }
    const args = exportedArguments(source, index, event);
    const name = eventTitle(trace, event);
    const tid = first + (index.row[row] ?? 0);
    if (phase === tracePhase.instant) {
      yield { ph: "i", s: "t", ...common, tid, name, args };
      continue;
    }
    const end = index.end[row] ?? 0;
    // A begin without an end is a bar that is still open.
    const slice = { ...common, tid, name, ...arrow(index, row), args };
    yield end === 0 ? { ph: "B", ...slice } : { ph: "X", dur: micros(trace.time[end - 1] ?? 0, event.time), ...slice };
  }
}

/** Nanoseconds since `from` as microseconds with three decimals; prints without an exponent from 1 ns to 2^53 ns. */
const micros = (nanoseconds: number, from = 0): number => Math.round(nanoseconds - from) / 1000;

/** Thread id of the first row of each lane; the rows of a lane are neighbours. */
function threadIds({ rowCounts }: TraceIndex): number[] {
  const ids: number[] = [];
  let next = 1;
  for (const rows of rowCounts) {
    ids.push(next);
    next += rows;
  }
  return ids;
}

function* metadata({ lanes, rowCounts }: TraceIndex, threads: readonly number[]): Generator<JsonEvent> {
  yield { ph: "M", pid: process, name: "process_name", args: { name: "Emulated machine" } };
  for (const [i, lane] of lanes.entries()) {
    for (let row = 0; row < (rowCounts[i] ?? 1); row++) {
      const tid = (threads[i] ?? 0) + row;
      yield { ph: "M", pid: process, tid, name: "thread_name", args: { name: row === 0 ? lane.name : `${lane.name} (${row + 1})` } };
      yield { ph: "M", pid: process, tid, name: "thread_sort_index", args: { sort_index: tid } };
    }
  }
}

/**
 * The arrow through a slice, as attributes of the slice itself: separate arrow events are bound by time, which is ambiguous where slices begin
 * together. One slice has one arrow: that of its chain.
 */
function arrow(index: TraceIndex, row: number): JsonEvent {
  const step = index.stepOf(row);
  if (step === undefined) return {};
  return { bind_id: hexadecimal(index.chain[row] ?? 0), ...(step === "first" ? {} : { flow_in: true }), ...(step === "last" ? {} : { flow_out: true }) };
}

const hexadecimal = (id: number): string => `0x${id.toString(16)}`;
