// SPDX-License-Identifier: MIT
/** Questions about the whole trace: search, the chain of causes, and the events in sight for the table. */
import { type DecodedEvent, type TraceKind, traceKinds, tracePhase } from "../protocol/index.ts";
import { type RegisterNames, eventLabel } from "./event-text.ts";
import type { Layout } from "./layout.ts";
import { lowerBound } from "./slice-row.ts";
import type { TimelineModel } from "./timeline-model.ts";
import type { Viewport } from "./viewport.ts";

/** Begin events and instants whose label contains `text`, whatever the case; at most `most`. */
export function search(model: TimelineModel, text: string, registers: RegisterNames, most = 10_000): number[] {
  const wanted = text.trim().toLowerCase();
  const found: number[] = [];
  if (wanted === "") return found;
  const { store } = model;
  for (const chunk of store.chunks) {
    for (let i = 0; i < chunk.count && found.length < most; i++) {
      if (chunk.phase[i] === tracePhase.end || chunk.kind[i] === traceKinds.irql.id) continue;
      const id = chunk.firstEvent + i;
      if (model.placeOf(id) === undefined) continue;
      const event = store.event(id);
      if (event !== undefined && eventLabel(store.texts, event, registers).toLowerCase().includes(wanted)) found.push(id);
    }
  }
  return found;
}

/**
 * The event's first cause and everything that came of it, in the order of time: request, queue, callback, transaction, transfer, interrupt, DPC. Each event
 * names the one that caused it, which is always earlier, so that one pass forward finds them all.
 */
export function causalChain(model: TimelineModel, event: number, most = 2000): number[] {
  const { store } = model;
  let root = event;
  for (let parent = store.event(root)?.parent ?? 0; parent !== 0; parent = store.event(root)?.parent ?? 0) root = parent;
  const members = new Set([root]);
  for (const chunk of store.chunks) {
    if (chunk.firstEvent + chunk.count <= root) continue;
    for (let i = Math.max(0, root - chunk.firstEvent); i < chunk.count && members.size < most; i++) {
      if (chunk.phase[i] !== tracePhase.end && members.has(chunk.parent[i] ?? 0)) members.add(chunk.firstEvent + i);
    }
  }
  return [...members].filter((id) => model.placeOf(id) !== undefined);
}

const runsDriverCode: ReadonlySet<TraceKind> = new Set(["callback", "interruptDelivered", "dpc", "workItem"]);

/** Statement number at which to stop to see the event: the first one of a callback, and for anything else the one that makes it happen. */
export function statementToSee({ kind, statement }: DecodedEvent): number {
  return runsDriverCode.has(kind) ? statement + 1 : Math.max(1, statement);
}

export interface EventsInView {
  /** The first ones, in the order of time. */
  readonly events: readonly number[];
  readonly total: number;
}

/** Events of the lanes of `layout` that lie in `view` at least in part. */
export function eventsInView(layout: Layout, view: Viewport, most: number): EventsInView {
  const found: { readonly time: number; readonly event: number }[] = [];
  let total = 0;
  for (const { rows } of layout.lanes) {
    for (const { row } of rows) {
      const first = row.firstEndingAt(view.start);
      const end = lowerBound(row.start, row.count, view.end, first);
      total += Math.max(0, end - first);
      for (let i = first; i < Math.min(end, first + most); i++) found.push({ time: row.start[i] ?? 0, event: row.event[i] ?? 0 });
    }
  }
  found.sort((a, b) => a.time - b.time || a.event - b.event);
  return { events: found.slice(0, most).map(({ event }) => event), total };
}
