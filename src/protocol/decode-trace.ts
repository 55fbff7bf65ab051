// SPDX-License-Identifier: MIT
/** Trace rows as objects, for exporters and views. */
import { type TraceKind, type TraceKindInfo, type TracePhase, traceKinds } from "./trace-event.ts";
import type { TraceSnapshot } from "./trace-snapshot.ts";

export interface DecodedEvent {
  readonly id: number;
  readonly kind: TraceKind;
  readonly info: TraceKindInfo;
  readonly phase: TracePhase;
  /** Virtual ns. */
  readonly time: number;
  readonly statement: number;
  readonly irql: number;
  readonly object: number;
  readonly parent: number;
  readonly args: readonly [number, number, number];
}

const kindById: readonly (readonly [TraceKind, TraceKindInfo])[] = (Object.entries(traceKinds) as [TraceKind, (typeof traceKinds)[TraceKind]][])
  .sort(([, a], [, b]) => a.id - b.id)
  .map(([kind, info]) => [kind, info]);

/** The `index`th row of `trace`. */
export function decodeEvent(trace: TraceSnapshot, index: number): DecodedEvent {
  const [kind, info] = kindById[trace.kind[index] ?? 0] ?? ["callback", traceKinds.callback];
  return {
    id: trace.firstEvent + index,
    kind,
    info,
    phase: (trace.phase[index] ?? 0) as TracePhase,
    time: trace.time[index] ?? 0,
    statement: trace.statement[index] ?? 0,
    irql: trace.irql[index] ?? 0,
    object: trace.object[index] ?? 0,
    parent: trace.parent[index] ?? 0,
    args: [trace.args[3 * index] ?? 0, trace.args[3 * index + 1] ?? 0, trace.args[3 * index + 2] ?? 0],
  };
}

/** Named arguments of an event as text and numbers. */
export function namedArguments(trace: TraceSnapshot, event: DecodedEvent): Record<string, string | number> {
  return Object.fromEntries(event.info.args.map(([name, reading], i) => [name, argumentValue(trace, reading, event.args[i] ?? 0)]));
}

function argumentValue(trace: TraceSnapshot, reading: TraceKindInfo["args"][number][1], value: number): string | number {
  switch (reading) {
    case "text":
      return trace.texts[value] ?? "";
    case "address":
      return `0x${value.toString(16).toUpperCase()}`;
    case "status":
      return `0x${(value >>> 0).toString(16).toUpperCase().padStart(8, "0")}`;
    default:
      return value;
  }
}

/** Short name of an event for a bar or row: what the framework or device calls it, or the kind. */
export function eventName(trace: TraceSnapshot, event: DecodedEvent): string {
  const texts = event.info.args.flatMap(([name, reading], i) => (reading === "text" && name !== "function" ? [trace.texts[event.args[i] ?? 0] ?? ""] : []));
  return texts.at(-1) || event.info.name;
}

/** Driver function that a callback event ran; undefined for other events and for functions without a name. */
export function eventFunction(trace: TraceSnapshot, event: DecodedEvent): string | undefined {
  return (event.kind === "callback" && trace.texts[event.args[2]]) || undefined;
}
