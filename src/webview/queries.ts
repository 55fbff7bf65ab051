// SPDX-License-Identifier: MIT
/** Questions about the trace: the chain of causes, and the events in sight for the table. */
import { type DecodedEvent, type TraceKind, traceKinds, tracePhase } from "../protocol/index.ts";
import type { Layout } from "./layout.ts";
import { type SliceRow, lowerBound } from "./slice-row.ts";
import type { TimelineModel } from "./timeline-model.ts";
import type { Viewport } from "./viewport.ts";

/** Steps on the way of a request; what else happens meanwhile would hide it. */
const stepKinds: ReadonlySet<number> = new Set(
  [
    traceKinds.requestArrived,
    traceKinds.requestPresented,
    traceKinds.callback,
    traceKinds.transaction,
    traceKinds.transfer,
    traceKinds.deviceActivity,
    traceKinds.interruptRaised,
    traceKinds.interruptDelivered,
    traceKinds.dpcQueued,
    traceKinds.dpc,
    traceKinds.workItem,
    traceKinds.requestCompleted,
  ].map(({ id }) => id),
);

/**
 * The way of the request that the event serves, in the order of time: request, queue, callback, transaction, transfer, device, interrupt, DPC,
 * completion. Of an event that serves no request: its first cause and all that came of it.
 */
export function causalChain(model: TimelineModel, event: number, most = 2000): number[] {
  const { store } = model;
  const request = model.requestOf(event);
  let root = request === 0 ? event : request;
  if (request === 0) for (let cause = model.causeOf(root); cause !== 0 && cause < root; cause = model.causeOf(root)) root = cause;
  const members = new Set([root]);
  for (const chunk of store.chunks) {
    if (chunk.firstEvent + chunk.count <= root) continue;
    for (let i = Math.max(0, root - chunk.firstEvent); i < chunk.count && members.size < most; i++) {
      if (chunk.phase[i] === tracePhase.end) continue;
      const id = chunk.firstEvent + i;
      const belongs = request === 0 ? members.has(model.causeOf(id)) : model.requestOf(id) === request && stepKinds.has(chunk.kind[i] ?? 0);
      if (belongs) members.add(id);
    }
  }
  members.add(event);
  return [...members].filter((id) => model.isDrawn(id)).sort((a, b) => a - b);
}

const runsDriverCode: ReadonlySet<TraceKind> = new Set(["callback", "interruptDelivered", "dpc", "workItem"]);

/** Statement number at which to stop to see the event: the first one of a callback, and for anything else the one that makes it happen. */
export function statementToSee({ kind, statement }: DecodedEvent): number {
  return runsDriverCode.has(kind) ? statement + 1 : Math.max(1, statement);
}

/** Driver callback to show the source of: the event's own, or that of the work around it. */
export function functionToShow(model: TimelineModel, event: number): string | undefined {
  for (let id = event, steps = 0; id !== 0 && steps < 64; id = model.causeOf(id), steps++) {
    const found = model.store.event(id);
    const name = found?.kind === "callback" ? model.store.texts[found.args[2]] : undefined;
    if (name) return name;
    const inside = found === undefined ? undefined : callbackInside(model, id);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/** The callback that an interrupt, a DPC or a transfer runs: the first one that begins in it. */
function callbackInside(model: TimelineModel, event: number): string | undefined {
  const end = model.store.endOf(event)?.id ?? event + 1;
  for (let id = event + 1; id < Math.min(end, event + 8); id++) {
    const found = model.store.event(id);
    const name = found?.kind === "callback" && found.phase === tracePhase.begin ? model.store.texts[found.args[2]] : undefined;
    if (name) return name;
  }
  return undefined;
}

export interface EventsInView {
  /** In the order of time. */
  readonly events: readonly number[];
  readonly total: number;
}

/** Events of the lanes of `layout` that lie in `view` at least in part: `most` of them from number `from` on. */
export function eventsInView(layout: Layout, view: Viewport, most: number, from = 0): EventsInView {
  const runs = runsInView(layout, view);
  const total = runs.reduce((sum, { at, end }) => sum + end - at, 0);
  const skipped = skipTogether(runs, from);
  return { events: mergeRuns(runs, from - skipped + most).slice(from - skipped), total };
}

/** Number of `event` among the events in view; undefined when it is not one of them. */
export function numberInView(layout: Layout, view: Viewport, event: number): number | undefined {
  let number = 0;
  let isThere = false;
  for (const run of runsInView(layout, view)) {
    const index = idBound(run, event);
    number += index - run.at;
    isThere ||= index < run.end && run.row.event[index] === event;
  }
  return isThere ? number : undefined;
}

/** The events in view of each row. */
function runsInView(layout: Layout, view: Viewport): Run[] {
  return layout.lanes.flatMap(({ rows }) =>
    rows.flatMap(({ row }) => {
      const at = row.firstEndingAt(view.start);
      const end = upperBound(row, view.end, at);
      return end > at ? [{ row, at, end }] : [];
    }),
  );
}

interface Run {
  readonly row: SliceRow;
  at: number;
  readonly end: number;
}

/** First slice that begins after `time`. */
function upperBound(row: SliceRow, time: number, first: number): number {
  let index = lowerBound(row.start, row.count, time, first);
  while (index < row.count && row.start[index] === time) index++;
  return index;
}

/** Advances all runs to an event id such that at most `count` events lie before it; returns how many do. */
function skipTogether(runs: readonly Run[], count: number): number {
  let low = 0;
  let high = runs.reduce((greatest, { row, end }) => Math.max(greatest, row.event[end - 1] ?? 0), 0);
  const before = (id: number): number => runs.reduce((sum, run) => sum + Math.max(0, idBound(run, id) - run.at), 0);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (before(middle) <= count) low = middle;
    else high = middle - 1;
  }
  const skipped = before(low);
  for (const run of runs) run.at = idBound(run, low);
  return skipped;
}

/** First index of the run whose event is at least `id`; ids of a row ascend with its times. */
function idBound({ row, at, end }: Run, id: number): number {
  let low = at;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((row.event[middle] ?? 0) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

function mergeRuns(runs: readonly Run[], most: number): number[] {
  const merged: number[] = [];
  while (merged.length < most) {
    let best: Run | undefined;
    for (const run of runs) if (run.at < run.end && (best === undefined || (run.row.event[run.at] ?? 0) < (best.row.event[best.at] ?? 0))) best = run;
    if (best === undefined) break;
    merged.push(best.row.event[best.at++] ?? 0);
  }
  return merged;
}
