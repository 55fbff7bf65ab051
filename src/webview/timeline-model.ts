// SPDX-License-Identifier: MIT
/**
 * The trace as lanes of rows. Events are only appended, in the order of their time; each is placed once. Work that nests (callbacks, framework
 * calls, interrupts, DPCs) goes one row deeper while something is open; what may overlap takes the first free row.
 */
import { type DecodedEvent, type TimelineLane, type TraceSnapshot, decodeEvent, eventName, timelineLanes, tracePhase } from "../protocol/index.ts";
import { budgets, categories, categoryOf, laneOf } from "./categories.ts";
import { SliceRow, grown } from "./slice-row.ts";
import { StepRow } from "./step-row.ts";
import { TraceStore } from "./trace-store.ts";

export interface Lane {
  readonly id: string;
  readonly family: TimelineLane;
  /** Of a lane that the device named; otherwise the family's name is shown. */
  readonly name?: string;
  /** Events that take no time stand in a row of their own. */
  readonly instants: SliceRow;
  readonly rows: SliceRow[];
  readonly steps?: StepRow;
}

const nesting: ReadonlySet<TimelineLane> = new Set(["driver", "framework", "interrupts", "dpc", "power"]);

/** Where an event is drawn. */
export interface Place {
  readonly lane: Lane;
  readonly row: SliceRow;
  readonly index: number;
}

export class TimelineModel {
  readonly store = new TraceStore();
  readonly #lanes = new Map<string, Lane>();
  readonly #rows: { readonly lane: Lane; readonly row: SliceRow }[] = [];
  readonly #numbers = new Map<SliceRow, number>();
  /** Number of the row (+ 1) and index in it of each event that is drawn. */
  #rowOf = new Uint16Array(1024);
  #indexOf = new Uint32Array(1024);
  /** Begin events of interrupts and DPCs that took longer than they should. */
  readonly overBudget: number[] = [];
  /** Time of the last event, ns. */
  lastTime = 0;

  constructor() {
    for (const family of timelineLanes) if (family !== "device") this.#lane(family, family);
  }

  /** Lanes in the order in which they are drawn; the device's own stand together. */
  get lanes(): readonly Lane[] {
    const order = (lane: Lane): number => timelineLanes.indexOf(lane.family);
    return [...this.#lanes.values()].sort((a, b) => order(a) - order(b));
  }

  append(chunk: TraceSnapshot): void {
    if (chunk.count === 0) return;
    this.store.add(chunk);
    const size = this.store.last + 1;
    if (size > this.#rowOf.length) {
      const capacity = Math.max(size, 2 * this.#rowOf.length);
      this.#rowOf = grown(this.#rowOf, new Uint16Array(capacity));
      this.#indexOf = grown(this.#indexOf, new Uint32Array(capacity));
    }
    for (let i = 0; i < chunk.count; i++) this.#place(chunk, decodeEvent(chunk, i));
    this.lastTime = Math.max(this.lastTime, chunk.time[chunk.count - 1] ?? 0);
  }

  /** Where the event (the begin of a span, or an instant) is drawn. */
  placeOf(event: number): Place | undefined {
    const found = this.#rows[(this.#rowOf[event] ?? 0) - 1];
    return found === undefined ? undefined : { ...found, index: this.#indexOf[event] ?? 0 };
  }

  #place(chunk: TraceSnapshot, event: DecodedEvent): void {
    if (event.phase === tracePhase.end) {
      this.#close(event);
      return;
    }
    const family = laneOf(event.kind);
    if (family === undefined) return;
    if (event.kind === "irql") {
      this.#lane(family, family).steps?.push(event.time, event.args[0], event.id);
      return;
    }
    const name = eventName(chunk, event);
    const deviceLane = event.kind === "deviceActivity" ? (chunk.texts[event.args[0]] ?? "") : undefined;
    const lane = deviceLane === undefined ? this.#lane(family, family) : this.#lane(`device/${deviceLane}`, family, deviceLane);
    const isInstant = event.phase === tracePhase.instant;
    const row = isInstant ? lane.instants : nesting.has(family) ? this.#deepest(lane) : this.#free(lane);
    const index = row.open(event.time, event.id, categoryOf(event.kind, name));
    if (isInstant) row.close(event.time);
    this.#rowOf[event.id] = this.#numbers.get(row) ?? 0;
    this.#indexOf[event.id] = index;
  }

  #close(event: DecodedEvent): void {
    this.store.ended(event.parent, event.id);
    const place = this.placeOf(event.parent);
    if (place === undefined) return;
    place.row.close(event.time);
    const budget = budgets[event.kind];
    if (budget === undefined || place.row.duration(place.index) <= budget) return;
    place.row.category[place.index] = categories.problem;
    this.overBudget.push(event.parent);
  }

  /** The row below everything open. */
  #deepest(lane: Lane): SliceRow {
    const depth = lane.rows.findLastIndex(({ isOpen }) => isOpen) + 1;
    return lane.rows[depth] ?? this.#addRow(lane);
  }

  #free(lane: Lane): SliceRow {
    return lane.rows.find(({ isOpen }) => !isOpen) ?? this.#addRow(lane);
  }

  #addRow(lane: Lane): SliceRow {
    const row = new SliceRow();
    lane.rows.push(row);
    this.#know(lane, row);
    return row;
  }

  #lane(id: string, family: TimelineLane, name?: string): Lane {
    const known = this.#lanes.get(id);
    if (known !== undefined) return known;
    const instants = new SliceRow();
    const lane: Lane = { id, family, ...(name === undefined ? {} : { name }), instants, rows: [], ...(family === "irql" ? { steps: new StepRow() } : {}) };
    this.#lanes.set(id, lane);
    this.#know(lane, instants);
    return lane;
  }

  #know(lane: Lane, row: SliceRow): void {
    this.#numbers.set(row, this.#rows.push({ lane, row }));
  }
}
