// SPDX-License-Identifier: MIT
/**
 * Statistics of a range of time: how often and how long each sort of event, how much was moved, how long the processor was at which IRQL, and how long
 * each request took from interrupt to ISR to DPC to completion.
 */
import { traceKinds, tracePhase } from "../protocol/index.ts";
import type { RegisterNames } from "./event-text.ts";
import type { Layout } from "./layout.ts";
import { Percentiles } from "./percentiles.ts";
import type { Range } from "./scene.ts";
import { type SliceRow, gallop, lowerBound } from "./slice-row.ts";
import type { Lane, TimelineModel } from "./timeline-model.ts";

export interface NameStatistics {
  readonly name: string;
  readonly lane: Lane;
  readonly count: number;
  /** Sums and extremes of durations, ns; undefined for events without duration. */
  readonly durations?: {
    readonly total: number;
    /** Without what lies upon it in its lane. */
    readonly self: number;
    readonly least: number;
    readonly greatest: number;
    readonly median: number;
    readonly percentile95: number;
  };
  /** Longest pause between one and the next, ns. */
  readonly gap: number;
  /** The one that took longest, or the first. */
  readonly example: number;
}

class Sum {
  count = 0;
  total = 0;
  self = 0;
  least = Number.POSITIVE_INFINITY;
  greatest = -1;
  gap = 0;
  lastEnd = Number.NaN;
  example = 0;
  readonly percentiles = new Percentiles();
  readonly lane: Lane;
  readonly name: number;
  readonly isInstant: boolean;

  constructor(lane: Lane, name: number, isInstant: boolean) {
    this.lane = lane;
    this.name = name;
    this.isInstant = isInstant;
  }

  add(event: number, start: number, end: number, inner: number): void {
    const duration = end - start;
    this.count++;
    this.total += duration;
    this.self += duration - inner;
    if (duration < this.least) this.least = duration;
    if (duration > this.greatest) {
      this.greatest = duration;
      this.example = event;
    }
    if (start - this.lastEnd > this.gap) this.gap = start - this.lastEnd;
    if (end > this.lastEnd || this.count === 1) this.lastEnd = end;
    this.percentiles.add(duration);
  }

  addInstant(event: number, time: number): void {
    if (this.count++ === 0) this.example = event;
    else if (time - this.lastEnd > this.gap) this.gap = time - this.lastEnd;
    this.lastEnd = time;
  }
}

/** Time of what lies upon slices that are asked for in the order of time: the search goes on where it was. */
class InnerTime {
  #from = 0;

  reset(): void {
    this.#from = 0;
  }

  busy(row: SliceRow, start: number, end: number): number {
    const { closed } = row;
    const first = gallop(row.start, closed, start, Math.min(this.#from, closed));
    this.#from = gallop(row.start, closed, end, first);
    return row.busy(first, this.#from);
  }
}

/** Events of the shown lanes that lie in `range` at least in part, by name, longest in all first. Open ones count until now. */
export function statistics(model: TimelineModel, layout: Layout, { from, to }: Range, registers: RegisterNames): NameStatistics[] {
  const sums: Sum[] = [];
  const inner = new InnerTime();
  const { nameOf } = model.columns;
  for (const { lane } of layout.lanes) {
    const ofLane: (Sum | undefined)[] = [];
    for (const [depth, row] of [lane.instants, ...lane.rows].entries()) {
      const below = lane.nests && depth > 0 ? lane.rows[depth] : undefined;
      const last = lowerBound(row.start, row.count, to);
      const { start, end } = row;
      for (let i = row.firstEndingAt(from); i < last; i++) {
        const event = row.event[i] ?? 0;
        const name = nameOf[event] ?? 0;
        let sum = ofLane[name];
        if (sum === undefined) {
          sum = new Sum(lane, name, depth === 0);
          ofLane[name] = sum;
          sums.push(sum);
        }
        const begin = start[i] ?? 0;
        if (depth === 0) sum.addInstant(event, begin);
        else {
          const until = Math.min(end[i] ?? 0, model.lastTime);
          sum.add(event, begin, until, below === undefined ? 0 : inner.busy(below, begin, until));
        }
      }
      inner.reset();
    }
  }
  return sums.map((sum) => resultOf(sum, model, registers)).sort((a, b) => (b.durations?.total ?? -1) - (a.durations?.total ?? -1) || b.count - a.count);
}

function resultOf(sum: Sum, model: TimelineModel, registers: RegisterNames): NameStatistics {
  const { lane, count, total, self, least, greatest, percentiles, gap, example } = sum;
  return {
    name: model.names.text(sum.name, model.store.texts, registers),
    lane,
    count,
    gap,
    example,
    ...(sum.isInstant
      ? {}
      : {
          durations: {
            total,
            self: Math.max(0, self),
            least,
            greatest,
            median: Math.min(greatest, percentiles.at(0.5)),
            percentile95: Math.min(greatest, percentiles.at(0.95)),
          },
        }),
  };
}

export interface RangeSummary {
  /** Bytes that the device read from and wrote to memory. */
  readonly bytes: number;
  readonly transfers: number;
  /** ns at each IRQL that occurs. */
  readonly levels: ReadonlyMap<number, number>;
}

export function summary(model: TimelineModel, { from, to }: Range): RangeSummary {
  let bytes = 0;
  const bus = model.lanes.find(({ id }) => id === "dma")?.instants;
  if (bus !== undefined) {
    for (let i = lowerBound(bus.start, bus.count, from), end = lowerBound(bus.start, bus.count, to); i < end; i++) {
      const event = model.store.event(bus.event[i] ?? 0);
      if (event?.kind === "deviceRead" || event?.kind === "deviceWrite") bytes += event.args[1];
    }
  }
  const transfers = (model.lanes.find(({ id }) => id === "transfers")?.rows ?? []).reduce(
    (sum, row) => sum + Math.max(0, lowerBound(row.start, row.count, to) - row.firstEndingAt(from)),
    0,
  );
  return { bytes, transfers, levels: levelTimes(model, Math.max(0, from), Math.min(to, model.lastTime)) };
}

function levelTimes(model: TimelineModel, from: number, to: number): ReadonlyMap<number, number> {
  const levels = new Map<number, number>();
  const steps = model.lanes.find(({ family }) => family === "irql")?.steps;
  if (steps === undefined || to <= from) return levels;
  let time = from;
  let level = steps.at(from);
  const add = (until: number): void => {
    if (until > time) levels.set(level, (levels.get(level) ?? 0) + until - time);
  };
  for (let i = lowerBound(steps.time, steps.count, from); i < steps.count && (steps.time[i] ?? 0) < to; i++) {
    const next = steps.time[i] ?? 0;
    if (next < time) continue;
    add(next);
    time = next;
    level = steps.value[i] ?? 0;
  }
  add(to);
  return levels;
}

export interface RequestTimes {
  /** From 1. */
  readonly number: number;
  readonly event: number;
  readonly name: string;
  readonly submitted: number;
  /** ns until it was complete; undefined while it is not. */
  readonly duration?: number;
  readonly transfers: number;
  /** Longest time from the interrupt to its ISR, with the event of that ISR. */
  readonly interrupt?: { readonly ns: number; readonly event: number };
  /** Longest time from queueing a DPC to its begin, with the event of that DPC. */
  readonly dpc?: { readonly ns: number; readonly event: number };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Requests that lie in `range` at least in part. */
export function requestTable(model: TimelineModel, range: Range, registers: RegisterNames): RequestTimes[] {
  const table = new Map<number, Writable<RequestTimes>>();
  const { store } = model;
  for (const chunk of store.chunks) {
    for (let i = 0; i < chunk.count; i++) {
      if (chunk.phase[i] !== tracePhase.begin) continue;
      const id = chunk.firstEvent + i;
      const kind = chunk.kind[i] ?? 0;
      if (kind === traceKinds.requestArrived.id) {
        const end = store.endOf(id)?.time;
        const submitted = chunk.time[i] ?? 0;
        const name = model.names.text(model.nameOf(id), store.texts, registers);
        table.set(id, { number: table.size + 1, event: id, name, submitted, transfers: 0, ...(end === undefined ? {} : { duration: end - submitted }) });
        continue;
      }
      const request = table.get(model.requestOf(id));
      if (request === undefined) continue;
      if (kind === traceKinds.transfer.id) request.transfers++;
      const ns = (chunk.time[i] ?? 0) - store.timeOf(chunk.parent[i] ?? 0);
      if (kind === traceKinds.interruptDelivered.id && ns >= (request.interrupt?.ns ?? 0)) request.interrupt = { ns, event: id };
      if (kind === traceKinds.dpc.id && ns >= (request.dpc?.ns ?? 0)) request.dpc = { ns, event: id };
    }
  }
  return [...table.values()].filter(({ submitted, duration }) => submitted <= range.to && submitted + (duration ?? Number.POSITIVE_INFINITY) >= range.from);
}
