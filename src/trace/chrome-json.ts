// SPDX-License-Identifier: MIT
/**
 * Chrome JSON trace events, as Perfetto and chrome://tracing read them: nested work of the CPU as complete events, everything that may
 * overlap (requests, transactions, transfers, device activity) as async spans, IRQL as a counter, causes as flow arrows between CPU slices.
 * Format: "Trace Event Format" of the Chromium project; times in microseconds with nanoseconds as decimals.
 */
import { type TraceSnapshot, tracePhase } from "../protocol/index.ts";
import { type DecodedEvent, decodeEvent, eventName, namedArguments } from "./decode.ts";

type JsonEvent = Readonly<Record<string, unknown>>;

const process = 1;
/** Lanes in their order from top to bottom. */
const lanes = { cpu: 1, log: 2, interrupt: 3, device: 4, dma: 5, request: 6, power: 7 } as const;
/** Kinds whose spans nest on the CPU, by construction of the machine (plain nested calls). */
const nested: ReadonlySet<string> = new Set(["callback", "api", "interruptDelivered", "dpc", "workItem", "timer"]);

interface Span {
  readonly begin: DecodedEvent;
  end: DecodedEvent | undefined;
}

/** The whole trace as one JSON document. */
export function toChromeJson(trace: TraceSnapshot): string {
  const spans = new Map<number, Span>();
  const instants: DecodedEvent[] = [];
  for (let i = 0; i < trace.count; i++) {
    const event = decodeEvent(trace, i);
    if (event.phase === tracePhase.begin) spans.set(event.id, { begin: event, end: undefined });
    else if (event.phase === tracePhase.end) {
      const span = spans.get(event.parent);
      if (span !== undefined) span.end = event;
    } else instants.push(event);
  }
  const last = trace.time[trace.count - 1] ?? 0;
  const events: JsonEvent[] = [...metadata()];
  for (const span of spans.values()) events.push(...spanEvents(trace, span, last));
  for (const event of instants) events.push(instantEvent(trace, event));
  events.push(...flows(spans, last));
  return `{"displayTimeUnit":"ns","traceEvents":[\n${events.map((event) => JSON.stringify(event)).join(",\n")}\n]}\n`;
}

/** Nanoseconds as microseconds with three decimals; a number prints without exponent below 2^53 ns. */
const micros = (nanoseconds: number): number => Math.round(nanoseconds) / 1000;

function laneOf(event: DecodedEvent): number {
  if (nested.has(event.kind)) return lanes.cpu;
  const lane = event.info.lane;
  return lane in lanes ? lanes[lane as keyof typeof lanes] : lanes.cpu;
}

function* metadata(): Generator<JsonEvent> {
  yield { ph: "M", pid: process, name: "process_name", args: { name: "Emulated machine" } };
  const names = { cpu: "CPU 0", log: "Log", interrupt: "Interrupts", device: "Device", dma: "DMA", request: "Requests", power: "PnP and power" };
  for (const [lane, tid] of Object.entries(lanes)) {
    yield { ph: "M", pid: process, tid, name: "thread_name", args: { name: names[lane as keyof typeof names] } };
    yield { ph: "M", pid: process, tid, name: "thread_sort_index", args: { sort_index: tid } };
  }
}

function spanEvents(trace: TraceSnapshot, { begin, end }: Span, last: number): JsonEvent[] {
  const args = { ...namedArguments(trace, end === undefined ? begin : { ...begin, args: end.args }), object: begin.object, statement: begin.statement, event: begin.id };
  const common = { pid: process, tid: laneOf(begin), cat: begin.info.lane, name: eventName(trace, begin) };
  if (nested.has(begin.kind)) return [{ ph: "X", ...common, ts: micros(begin.time), dur: micros((end?.time ?? last) - begin.time), args }];
  const id = `0x${begin.id.toString(16)}`;
  const start = { ph: "b", ...common, id, ts: micros(begin.time), args };
  return end === undefined ? [start] : [start, { ph: "e", ...common, id, ts: micros(end.time) }];
}

function instantEvent(trace: TraceSnapshot, event: DecodedEvent): JsonEvent {
  if (event.kind === "irql") return { ph: "C", pid: process, tid: lanes.cpu, name: "IRQL", ts: micros(event.time), args: { irql: event.args[0] } };
  const args = { ...namedArguments(trace, event), object: event.object, statement: event.statement, event: event.id };
  return { ph: "i", s: "t", pid: process, tid: laneOf(event), cat: event.info.lane, name: eventName(trace, event), ts: micros(event.time), args };
}

/** Arrows from the CPU slice that caused another one. Flows need slices at both ends, so causes among async spans are left to their ids. */
function* flows(spans: ReadonlyMap<number, Span>, last: number): Generator<JsonEvent> {
  for (const { begin } of spans.values()) {
    const cause = spans.get(begin.parent);
    if (cause === undefined || !nested.has(begin.kind) || !nested.has(cause.begin.kind)) continue;
    const common = { pid: process, tid: lanes.cpu, cat: "cause", name: "cause", id: `0x${begin.id.toString(16)}` };
    yield { ph: "s", ...common, ts: micros(Math.min(cause.begin.time, cause.end?.time ?? last)) };
    yield { ph: "f", bp: "e", ...common, ts: micros(begin.time) };
  }
}
