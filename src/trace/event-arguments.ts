// SPDX-License-Identifier: MIT
/** What exporters say about an event beside its name and its time, and where the driver functions of a trace are written. */
import { type DecodedEvent, type TraceSnapshot, decodeEvent, eventFunction, namedArguments } from "../protocol/index.ts";
import type { TraceIndex } from "./trace-index.ts";

export interface SourcePlace {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/** Driver functions by name. */
export type TraceSources = Readonly<Record<string, SourcePlace>>;

/** What a file of a trace is written from. */
export interface TraceExport {
  readonly trace: TraceSnapshot;
  readonly sources?: TraceSources | undefined;
}

/** The begin or instant in `row`; a span has the arguments of its end, which is when results are known. */
export function wholeEvent(trace: TraceSnapshot, { end }: TraceIndex, row: number): DecodedEvent {
  const event = decodeEvent(trace, row);
  const last = end[row] ?? 0;
  return last === 0 ? event : { ...event, args: decodeEvent(trace, last - 1).args };
}

/** Arguments by name: those of the event, then its coordinates and, for the driver's functions, `source` as `file:line`. */
export function exportedArguments({ trace, sources }: TraceExport, index: TraceIndex, event: DecodedEvent): Record<string, string | number> {
  const { object, statement, id } = event;
  const correlation = index.correlation[id - trace.firstEvent] ?? 0;
  const place = sources?.[eventFunction(trace, event) ?? ""];
  const named = namedArguments(trace, event);
  if (named["function"] === "") delete named["function"];
  return {
    ...named,
    ...(object === 0 ? {} : { object }),
    ...(correlation === 0 ? {} : { correlation }),
    statement,
    event: id,
    ...(place === undefined ? {} : { source: `${place.file}:${place.line}` }),
  };
}
