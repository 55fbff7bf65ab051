// SPDX-License-Identifier: MIT
/**
 * The trace as lanes of rows. Events are only appended, in the order of their time; each is placed once. Work that nests (callbacks, framework
 * calls, interrupts, DPCs) goes one row deeper while something is open; what may overlap takes the first free row.
 */
import { Correlator, type TimelineLane, type TraceKind, type TraceSnapshot, timelineLanes, traceKinds, tracePhase } from "../protocol/index.ts";
import { type Category, budgets, categories, categoryOf, laneOf } from "./categories.ts";
import { EventNames } from "./event-names.ts";
import { SliceRow, grown } from "./slice-row.ts";
import { StepRow } from "./step-row.ts";
import { TraceStore } from "./trace-store.ts";

/** How a lane of steps is drawn: IRQLs as bands, a line as a wave, a number as columns. */
export type StepStyle = "level" | "wave" | "count";

export interface Lane {
  readonly id: string;
  readonly family: TimelineLane;
  /** What tells it from the others of its family: a lane of the device's, an interrupt vector. */
  readonly name?: string;
  /** Events that take no time stand in a row of their own. */
  readonly instants: SliceRow;
  readonly rows: SliceRow[];
  readonly steps?: StepRow;
  readonly stepStyle?: StepStyle;
  /** A slice of one row lies upon the one above it. */
  readonly nests: boolean;
}

const nesting: ReadonlySet<TimelineLane> = new Set(["driver", "framework", "interrupts", "dpc", "power"]);
const stepStyles: Partial<Readonly<Record<TimelineLane, StepStyle>>> = { irql: "level", lines: "wave", dpcQueue: "count" };
const kindNames = (Object.keys(traceKinds) as TraceKind[]).sort((a, b) => traceKinds[a].id - traceKinds[b].id);
const families: readonly (TimelineLane | undefined)[] = kindNames.map(laneOf);
/** Lanes whose slices are work of the processor. */
const isWork: readonly boolean[] = families.map((family) => family !== undefined && ["driver", "framework", "interrupts", "dpc"].includes(family));
const budgetOfKind: readonly (number | undefined)[] = kindNames.map((kind) => budgets[kind]);

/** Where an event is drawn. */
export interface Place {
  readonly lane: Lane;
  readonly row: SliceRow;
  readonly index: number;
}

export class TimelineModel {
  readonly store = new TraceStore();
  readonly names = new EventNames();
  readonly #lanes = new Map<string, Lane>();
  #sorted: readonly Lane[] | undefined;
  readonly #rows: { readonly lane: Lane; readonly row: SliceRow }[] = [];
  readonly #numbers = new Map<SliceRow, number>();
  /** Number of the row (+ 1), index in it, and name of each event that is drawn. */
  #rowOf = new Uint16Array(1024);
  #indexOf = new Uint32Array(1024);
  #nameOf = new Uint32Array(1024);
  readonly #correlator = new Correlator();
  /** Slice elsewhere that each event follows from. */
  #causeOf = new Uint32Array(1024);
  /** Open work of the processor, innermost last. */
  readonly #running: number[] = [];
  readonly #categoryOfName: Category[] = [];
  readonly #deviceLanes: Lane[] = [];
  readonly #lines = new Map<number, { readonly lane: Lane; hasFallen: boolean }>();
  #queuedDpcs = 0;
  /** Begin events of interrupts and DPCs that took longer than they should. */
  readonly overBudget: number[] = [];
  /** Events of violations. */
  readonly violations: number[] = [];
  /** Time of the last event, ns. */
  lastTime = 0;

  constructor() {
    for (const family of timelineLanes) if (family !== "device" && family !== "lines") this.#lane(family, family);
  }

  /** Lanes in the order in which they are drawn unless the user moved them; those of one family stand together. */
  get lanes(): readonly Lane[] {
    const order = (lane: Lane): number => timelineLanes.indexOf(lane.family);
    this.#sorted ??= [...this.#lanes.values()].sort((a, b) => order(a) - order(b));
    return this.#sorted;
  }

  append(chunk: TraceSnapshot): void {
    if (chunk.count === 0) return;
    this.store.add(chunk);
    const size = this.store.last + 1;
    if (size > this.#rowOf.length) {
      const capacity = Math.max(size, Math.ceil(1.25 * this.#rowOf.length));
      this.#rowOf = grown(this.#rowOf, new Uint16Array(capacity));
      this.#indexOf = grown(this.#indexOf, new Uint32Array(capacity));
      this.#nameOf = grown(this.#nameOf, new Uint32Array(capacity));
      this.#causeOf = grown(this.#causeOf, new Uint32Array(capacity));
    }
    for (let i = 0; i < chunk.count; i++) {
      if (chunk.phase[i] === tracePhase.end) this.#close(chunk, i);
      else this.#place(chunk, i);
    }
    this.lastTime = Math.max(this.lastTime, chunk.time[chunk.count - 1] ?? 0);
  }

  /** Where the event (the begin of a span, or an instant) is drawn. */
  placeOf(event: number): Place | undefined {
    const found = this.#rows[(this.#rowOf[event] ?? 0) - 1];
    return found === undefined ? undefined : { ...found, index: this.#indexOf[event] ?? 0 };
  }

  isDrawn(event: number): boolean {
    return (this.#rowOf[event] ?? 0) !== 0;
  }

  /** By event: number of the row in which it is drawn, from 1, or 0 (`laneOfRow` knows its lane), and its name. For passes over all events. */
  get columns(): { readonly rowOf: Uint16Array; readonly nameOf: Uint32Array } {
    return { rowOf: this.#rowOf, nameOf: this.#nameOf };
  }

  laneOfRow(number: number): Lane | undefined {
    return this.#rows[number - 1]?.lane;
  }

  get rowCount(): number {
    return this.#rows.length;
  }

  /** ns; of an open one until now. 0 when it is not drawn. */
  durationOf(event: number): number {
    const row = this.#rows[(this.#rowOf[event] ?? 0) - 1]?.row;
    if (row === undefined) return 0;
    const index = this.#indexOf[event] ?? 0;
    return Math.min(row.end[index] ?? 0, this.lastTime) - (row.start[index] ?? 0);
  }

  /** Lane of a drawn event. */
  laneOf(event: number): Lane | undefined {
    return this.#rows[(this.#rowOf[event] ?? 0) - 1]?.lane;
  }

  /** Begin event of the request that the event serves; 0 = none. */
  requestOf(event: number): number {
    return this.#correlator.correlationOf(event);
  }

  /** Begin event of the slice that the event follows from, or, for an instant, happened in; 0 = nobody knows. */
  causeOf(event: number): number {
    return this.#causeOf[event] ?? 0;
  }

  /** Name (`names`) of a drawn event. */
  nameOf(event: number): number {
    return this.#nameOf[event] ?? 0;
  }

  #place(chunk: TraceSnapshot, i: number): void {
    const kind = chunk.kind[i] ?? 0;
    const family = families[kind];
    const time = chunk.time[i] ?? 0;
    const id = chunk.firstEvent + i;
    this.#causeOf[id] = this.#correlator.began(chunk, i, this.#running.at(-1) ?? 0).slice;
    if (family === undefined) return;
    if (isWork[kind] === true && chunk.phase[i] === tracePhase.begin) this.#running.push(id);
    if (family === "irql") {
      this.#lane(family, family).steps?.push(time, chunk.args[3 * i] ?? 0, id);
      return;
    }
    const name = this.names.idOf(chunk, i);
    this.#categoryOfName[name] ??= categoryOf(this.names.kindOf(name), chunk.texts[chunk.args[3 * i] ?? 0] ?? "");
    const lane = family === "device" ? this.#deviceLane(chunk, i) : this.#lane(family, family);
    const isInstant = chunk.phase[i] === tracePhase.instant;
    const row = isInstant ? lane.instants : lane.nests ? this.#deepest(lane) : this.#free(lane);
    const index = row.open(time, id, this.#categoryOfName[name] ?? categories.api);
    if (isInstant) row.close(time);
    this.#rowOf[id] = this.#numbers.get(row) ?? 0;
    this.#indexOf[id] = index;
    this.#nameOf[id] = name;
    if (kind === traceKinds.violation.id) this.violations.push(id);
    this.#countSteps(chunk, i, kind);
  }

  /** Levels that follow from events: interrupt lines and the length of the DPC queue. */
  #countSteps(chunk: TraceSnapshot, i: number, kind: number): void {
    const time = chunk.time[i] ?? 0;
    const id = chunk.firstEvent + i;
    const first = chunk.args[3 * i] ?? 0;
    if (kind === traceKinds.interruptRaised.id) this.#line(first).lane.steps?.push(time, 1, id);
    else if (kind === traceKinds.interruptLowered.id) {
      const line = this.#line(first);
      line.hasFallen = true;
      line.lane.steps?.push(time, 0, id);
    } else if ((kind === traceKinds.dpcQueued.id && first === 1) || kind === traceKinds.dpc.id) {
      this.#queuedDpcs = Math.max(0, this.#queuedDpcs + (kind === traceKinds.dpc.id ? -1 : 1));
      this.#lane("dpcQueue", "dpcQueue").steps?.push(time, this.#queuedDpcs, id);
    }
  }

  #close(chunk: TraceSnapshot, i: number): void {
    const begin = chunk.parent[i] ?? 0;
    const time = chunk.time[i] ?? 0;
    this.store.ended(begin, chunk.firstEvent + i);
    this.#correlator.ended(chunk, i);
    const top = this.#running.lastIndexOf(begin);
    if (top >= 0) this.#running.splice(top, 1);
    const found = this.#rows[(this.#rowOf[begin] ?? 0) - 1];
    if (found === undefined) return;
    const { row } = found;
    row.close(time);
    const kind = chunk.kind[i] ?? 0;
    if (kind === traceKinds.interruptDelivered.id) this.#served(chunk.args[3 * i] ?? 0, time, chunk.firstEvent + i);
    const budget = budgetOfKind[kind];
    const index = this.#indexOf[begin] ?? 0;
    if (budget === undefined || row.duration(index) <= budget) return;
    row.category[index] = categories.problem;
    this.overBudget.push(begin);
  }

  /** A message-signalled interrupt has no line that falls; it lasts until it was served. */
  #served(vector: number, time: number, id: number): void {
    const line = this.#lines.get(vector);
    const steps = line?.lane.steps;
    if (line === undefined || line.hasFallen || steps === undefined || steps.value[steps.count - 1] === 0) return;
    steps.push(time, 0, id);
  }

  #line(vector: number): { readonly lane: Lane; hasFallen: boolean } {
    const known = this.#lines.get(vector);
    if (known !== undefined) return known;
    const line = { lane: this.#lane(`lines/${vector}`, "lines", `0x${vector.toString(16).toUpperCase()}`), hasFallen: false };
    this.#lines.set(vector, line);
    return line;
  }

  #deviceLane(chunk: TraceSnapshot, i: number): Lane {
    const text = chunk.args[3 * i] ?? 0;
    const known = this.#deviceLanes[text];
    if (known !== undefined) return known;
    const name = chunk.texts[text] ?? "";
    const lane = this.#lane(`device/${name}`, "device", name);
    this.#deviceLanes[text] = lane;
    return lane;
  }

  /** The row below everything open. */
  #deepest({ rows }: Lane): SliceRow {
    let depth = rows.length;
    while (depth > 0 && rows[depth - 1]?.isOpen === false) depth--;
    return rows[depth] ?? this.#addRow(rows);
  }

  #free({ rows }: Lane): SliceRow {
    for (const row of rows) if (!row.isOpen) return row;
    return this.#addRow(rows);
  }

  #addRow(rows: SliceRow[]): SliceRow {
    const row = new SliceRow();
    rows.push(row);
    for (const lane of this.#lanes.values()) if (lane.rows === rows) this.#know(lane, row);
    return row;
  }

  #lane(id: string, family: TimelineLane, name?: string): Lane {
    const known = this.#lanes.get(id);
    if (known !== undefined) return known;
    const instants = new SliceRow();
    const stepStyle = stepStyles[family];
    const lane: Lane = {
      id,
      family,
      ...(name === undefined ? {} : { name }),
      instants,
      rows: [],
      ...(stepStyle === undefined ? {} : { steps: new StepRow(), stepStyle }),
      nests: nesting.has(family),
    };
    this.#lanes.set(id, lane);
    this.#sorted = undefined;
    this.#know(lane, instants);
    return lane;
  }

  #know(lane: Lane, row: SliceRow): void {
    this.#numbers.set(row, this.#rows.push({ lane, row }));
  }
}
