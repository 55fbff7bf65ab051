// SPDX-License-Identifier: MIT
/** A question about the trace and its answer as text, for language models. Knows no editor. */
import { type TraceSnapshot, decodeEvent, eventFunction, eventName, namedArguments } from "../../protocol/index.ts";

export interface TimelineQuestion {
  readonly text?: string;
  readonly kind?: string;
  readonly fromTime?: number;
  readonly toTime?: number;
  readonly limit?: number;
}

const usualEvents = 50;
const mostEvents = 200;
const phases = ["", "begin ", "end "] as const;

/** One line for each event that fits, and how many there are. */
export function answerTimelineQuestion(
  trace: TraceSnapshot,
  { text = "", kind = "", fromTime = 0, toTime = Number.POSITIVE_INFINITY, limit = usualEvents }: TimelineQuestion,
): string {
  const wanted = text.toLowerCase();
  const most = Math.max(1, Math.min(mostEvents, limit));
  const lines: string[] = [];
  let count = 0;
  for (let row = 0; row < trace.count; row++) {
    const event = decodeEvent(trace, row);
    if (event.time < fromTime || event.time > toTime) continue;
    if (kind !== "" && !`${event.kind} ${event.info.name}`.toLowerCase().includes(kind.toLowerCase())) continue;
    const line = eventLine(trace, event);
    if (!line.toLowerCase().includes(wanted)) continue;
    count++;
    if (lines.length < most) lines.push(line);
  }
  const left = count - lines.length;
  return [`${count} events${left > 0 ? `, the first ${lines.length}` : ""} (event, time ns, statement, IRQL, what):`, ...lines].join("\n");
}

function eventLine(trace: TraceSnapshot, event: ReturnType<typeof decodeEvent>): string {
  const { id, time, statement, irql, phase, info, object } = event;
  const values = Object.entries(namedArguments(trace, event)).flatMap(([name, value]) =>
    value === "" || name === "name" || name === "function" ? [] : [`${name} ${value}`],
  );
  const name = eventName(trace, event);
  const runs = eventFunction(trace, event);
  const what = [
    `${phases[phase] ?? ""}${info.name}`,
    ...(name === info.name ? [] : [name]),
    ...(runs === undefined ? [] : [`(${runs})`]),
    ...values,
    ...(object === 0 ? [] : [`object ${object}`]),
  ];
  return `#${id} ${time} ${statement} ${irql} ${what.join(" ")}`;
}
