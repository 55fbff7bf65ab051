// SPDX-License-Identifier: MIT
/**
 * A trace made ready for timelines: where each span ends, on which lane and row it lies, which request it serves and which slice it follows
 * from. Columns by trace row, about 30 bytes an event, so that exporters can go through a long trace in one pass.
 */
import { Correlator, type Origin, type TraceSnapshot, traceKinds, tracePhase } from "../protocol/index.ts";
import { type Placement, RowStacks } from "./row-stacks.ts";
import { type TraceLane, TraceLanes, cpuLane } from "./trace-lane.ts";

export interface TraceIndex {
  readonly lanes: readonly TraceLane[];
  /** Rows of each lane; at least 1. */
  readonly rowCounts: readonly number[];
  /** Lane of a begin or instant. */
  readonly lane: Uint16Array;
  /** Row in its lane: of a begin its own, of an instant that of the span of the same object. */
  readonly row: Uint16Array;
  /** Spans of the same row around a begin. */
  readonly depth: Uint16Array;
  /** For a begin: trace row + 1 of its end; 0 = it never ended. */
  readonly end: Uint32Array;
  /** Event id of the request that an event serves; 0 = none. */
  readonly correlation: Uint32Array;
  /** For a begin: event id of the slice elsewhere that it follows from; 0 = none, or the slice around it says it already. */
  readonly cause: Uint32Array;
  /** `cause` where it is not the step before in the same chain. */
  readonly sideCause: Uint32Array;
  /** Event ids of the begins whose `sideCause` is event `id`, ascending. */
  effectsOf(id: number): readonly number[];
  /**
   * Event id that names the chain of slices which a begin belongs to: that of the request it serves, else of the slice that started it all.
   */
  readonly chain: Uint32Array;
  /** Place of a begin in its chain; undefined when it is no step of one with two steps or more. */
  stepOf(row: number): ChainStep | undefined;
}

export type ChainStep = "first" | "middle" | "last";

/** Kinds whose spans are steps of the way of a request. */
const stepKinds: ReadonlySet<number> = new Set(
  [
    traceKinds.requestArrived,
    traceKinds.callback,
    traceKinds.transaction,
    traceKinds.transfer,
    traceKinds.deviceActivity,
    traceKinds.interruptDelivered,
    traceKinds.dpc,
    traceKinds.workItem,
  ].map(({ id }) => id),
);
/** Kinds around a callback that are the same step as the callback. */
const wrapperKinds: ReadonlySet<number> = new Set([traceKinds.interruptDelivered, traceKinds.dpc, traceKinds.workItem].map(({ id }) => id));

/** Reads `trace` once. */
export function indexTrace(trace: TraceSnapshot): TraceIndex {
  const indexer = new Indexer(trace);
  for (let row = 0; row < trace.count; row++) indexer.read(row);
  return indexer.finish();
}

class Indexer {
  readonly #trace: TraceSnapshot;
  readonly #lanes: TraceLanes;
  readonly #stacks: readonly RowStacks[];
  readonly #correlator = new Correlator();
  readonly #correlation: Uint32Array;
  readonly #chains: Chains;
  /** Open CPU slices, innermost last. */
  readonly #running: number[] = [];
  readonly #rowOfObject = new Map<number, number>();
  readonly #end: Uint32Array;
  readonly #lane: Uint16Array;
  readonly #row: Uint16Array;
  readonly #depth: Uint16Array;
  readonly #cause: Uint32Array;
  readonly #sideCause: Uint32Array;
  readonly #chain: Uint32Array;

  constructor(trace: TraceSnapshot) {
    const { count } = trace;
    this.#trace = trace;
    this.#lanes = new TraceLanes(trace);
    this.#stacks = this.#lanes.all.map(({ isNested }) => new RowStacks(isNested));
    this.#correlation = new Uint32Array(count);
    this.#chains = new Chains(count);
    this.#end = endsOf(trace);
    this.#lane = new Uint16Array(count);
    this.#row = new Uint16Array(count);
    this.#depth = new Uint16Array(count);
    this.#cause = new Uint32Array(count);
    this.#sideCause = new Uint32Array(count);
    this.#chain = new Uint32Array(count);
  }

  read(row: number): void {
    const { phase, object, firstEvent } = this.#trace;
    if (phase[row] === tracePhase.end) {
      this.#ended(row);
      return;
    }
    const lane = this.#lanes.of(row);
    this.#lane[row] = lane;
    const top = this.#running.at(-1);
    const origin = this.#correlator.began(this.#trace, row, top === undefined ? 0 : firstEvent + top);
    this.#correlation[row] = this.#correlator.correlationOf(firstEvent + row);
    const owner = laneObject(lane, object[row] ?? 0);
    if (phase[row] === tracePhase.begin) this.#began(row, lane, origin, owner);
    else this.#row[row] = this.#rowOfObject.get(owner) ?? 0;
  }

  finish(): TraceIndex {
    const { firstEvent } = this.#trace;
    return {
      lanes: this.#lanes.all,
      rowCounts: this.#stacks.map(({ rowCount }) => Math.max(1, rowCount)),
      lane: this.#lane,
      row: this.#row,
      depth: this.#depth,
      end: this.#end,
      correlation: this.#correlation,
      cause: this.#cause,
      sideCause: this.#sideCause,
      effectsOf: effectLists(firstEvent, this.#sideCause),
      chain: this.#chain,
      stepOf: (row) => this.#chains.stepOf(row, this.#chain[row] ?? 0),
    };
  }

  #ended(row: number): void {
    const begin = (this.#trace.parent[row] ?? 0) - this.#trace.firstEvent;
    if (this.#end[begin] !== row + 1) return;
    this.#correlator.ended(this.#trace, row);
    if (this.#lane[begin] === cpuLane) this.#running.splice(this.#running.lastIndexOf(begin), 1);
  }

  #began(row: number, lane: number, origin: Origin, owner: number): void {
    const { firstEvent, parent } = this.#trace;
    const end = this.#end[row] ?? 0;
    const placement = this.#stacks[lane]?.place(row, end === 0 ? Number.POSITIVE_INFINITY : end - 1, (parent[row] ?? 0) - firstEvent) ?? firstRow;
    this.#row[row] = placement.row;
    this.#depth[row] = placement.depth;
    if (owner >= 0) this.#rowOfObject.set(owner, placement.row);
    if (lane === cpuLane) this.#running.push(row);
    this.#link(row, placement.enclosing - 1, origin);
  }

  /** Joins a begin to what it follows from; `around` is the row of the span that it lies upon, or -1. */
  #link(row: number, around: number, { slice, correlation }: Origin): void {
    const { firstEvent } = this.#trace;
    const isSaidAround = around >= 0 && (slice === firstEvent + around || slice === this.#cause[around]);
    if (!isSaidAround) this.#cause[row] = slice;
    const causing = (this.#cause[row] ?? 0) - firstEvent;
    this.#chain[row] = correlation || this.#chain[causing] || this.#chain[around] || firstEvent + row;
    const isOnTheWay = correlation !== 0 || causing >= 0 || around < 0;
    const before = isOnTheWay && isStep(this.#trace, row, around) ? this.#chains.add(row, this.#chain[row] ?? 0) : -1;
    if (before < 0 || before !== causing) this.#sideCause[row] = this.#cause[row] ?? 0;
  }
}

const firstRow: Placement = { row: 0, depth: 0, enclosing: 0 };

/** Ends by begin; an end without its begin, or a second one, belongs to nothing. */
function endsOf({ count, firstEvent, phase, parent }: TraceSnapshot): Uint32Array {
  const end = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    if (phase[i] !== tracePhase.end) continue;
    const begin = (parent[i] ?? 0) - firstEvent;
    if (begin >= 0 && begin < i && phase[begin] === tracePhase.begin && end[begin] === 0) end[begin] = i + 1;
  }
  return end;
}

/** Key of an object's row in a lane; object 0 is none, and its row is the first. */
const laneObject = (lane: number, object: number): number => (object === 0 ? -1 : object * 0x1_0000 + lane);

function isStep({ kind }: TraceSnapshot, row: number, around: number): boolean {
  const own = kind[row] ?? 0;
  return stepKinds.has(own) && !(own === traceKinds.callback.id && around >= 0 && wrapperKinds.has(kind[around] ?? 0));
}

/** First and last steps of chains. */
class Chains {
  readonly #isStep: Uint8Array;
  readonly #ends = new Map<number, { readonly first: number; last: number }>();

  constructor(count: number) {
    this.#isStep = new Uint8Array(count);
  }

  /** Adds a step; returns the row of the one before, or -1. */
  add(row: number, chain: number): number {
    this.#isStep[row] = 1;
    const ends = this.#ends.get(chain);
    if (ends === undefined) {
      this.#ends.set(chain, { first: row, last: row });
      return -1;
    }
    const before = ends.last;
    ends.last = row;
    return before;
  }

  stepOf(row: number, chain: number): ChainStep | undefined {
    const ends = this.#isStep[row] === 1 ? this.#ends.get(chain) : undefined;
    if (ends === undefined || ends.first === ends.last) return undefined;
    return row === ends.first ? "first" : row === ends.last ? "last" : "middle";
  }
}

/** Inverse of a column of causes: linked lists in two columns. */
function effectLists(firstEvent: number, cause: Uint32Array): (id: number) => readonly number[] {
  const head = new Uint32Array(cause.length);
  const next = new Uint32Array(cause.length);
  for (let i = cause.length - 1; i >= 0; i--) {
    const source = (cause[i] ?? 0) - firstEvent;
    if (source < 0 || cause[i] === 0) continue;
    next[i] = head[source] ?? 0;
    head[source] = i + 1;
  }
  return (id) => {
    const effects: number[] = [];
    for (let at = head[id - firstEvent] ?? 0; at !== 0; at = next[at - 1] ?? 0) effects.push(firstEvent + at - 1);
    return effects;
  };
}
