// SPDX-License-Identifier: MIT
/** The chart with its state: what is in sight, selected, found and measured. Draws once a frame, and only after a change. */
import type { TargetPosition, TraceSnapshot } from "../../protocol/index.ts";
import { eventLabel, irqlText, type RegisterNames } from "../event-text.ts";
import { type Layout, hitTest, layOut, snapped } from "../layout.ts";
import { causalChain, eventsInView, search, statementToSee } from "../queries.ts";
import { axisHeight, gutter, render } from "../render.ts";
import { timeText } from "../time-text.ts";
import { TimelineModel } from "../timeline-model.ts";
import { type Viewport, around, fitted, timeAt, xOf } from "../viewport.ts";
import { CanvasSurface } from "./canvas-surface.ts";
import { Details } from "./details.ts";
import { EventTable, type TableRow, mostRows } from "./event-table.ts";
import { element, filled, host, strings } from "./page.ts";
import { readTheme } from "./read-theme.ts";

export class TimelineView {
  readonly chart = element("chart", HTMLElement);
  readonly #spacer = element("spacer", HTMLElement);
  readonly #live = element("live", HTMLElement);
  readonly #surface = new CanvasSurface(element("canvas", HTMLCanvasElement));
  readonly #table = new EventTable(
    (event) => this.select(event, false),
    (event) => this.source(event),
  );
  readonly #details = new Details({
    source: (event) => this.source(event),
    travel: (event) => this.travel(event),
    copy: (text) => host.postMessage({ type: "copy", text }),
  });
  model = new TimelineModel();
  view: Viewport = fitted(1);
  selected: number | undefined;
  #registers: RegisterNames = {};
  #theme = readTheme();
  #layout: Layout = { lanes: [], height: 0 };
  #chain: readonly number[] = [];
  #matches: readonly number[] = [];
  #hovered: number | undefined;
  #measured: { readonly from: number; readonly to: number } | undefined;
  #position: TargetPosition | undefined;
  #showsFramework = false;
  /** Follows the trace as it grows, until the user looks closer. */
  #isFitted = true;
  #isDrawing = false;
  #tableTimer: number | undefined;

  /** Names of the device's registers, for labels. */
  nameRegisters(names: RegisterNames): void {
    this.#registers = names;
    this.#layOut();
  }

  /** Width of the lanes without their names, px. */
  get width(): number {
    return Math.max(1, this.chart.clientWidth - gutter);
  }

  get lastTime(): number {
    return this.model.lastTime;
  }

  append(trace: TraceSnapshot, isWhole: boolean, position: TargetPosition | undefined): void {
    if (isWhole) {
      this.model = new TimelineModel();
      this.selected = undefined;
      this.#chain = [];
      this.#matches = [];
      this.#hovered = undefined;
    }
    this.model.append(trace);
    // The target may have run on since the last event: what is open is open until now.
    this.model.lastTime = Math.max(this.model.lastTime, position?.time ?? 0);
    this.#position = position;
    if (this.#isFitted) this.view = fitted(this.lastTime);
    this.#layOut();
    this.#showDetails();
  }

  /** Nothing can travel any more. */
  end(): void {
    this.#position = undefined;
    this.#showDetails();
    this.draw();
  }

  show(view: Viewport): void {
    this.view = view;
    const all = fitted(this.lastTime);
    this.#isFitted = view.start <= all.start && view.end >= all.end;
    this.#scheduleTable();
    this.draw();
  }

  fit(): void {
    this.show(fitted(this.lastTime));
  }

  /** Shows the selected event in full; everything, when that is so already. */
  focusSelected(): void {
    const place = this.selected === undefined ? undefined : this.model.placeOf(this.selected);
    if (place === undefined) return this.fit();
    const from = place.row.start[place.index] ?? 0;
    const to = Math.min(place.row.end[place.index] ?? 0, this.lastTime);
    const view = around(from, Math.max(to, from + 1), this.lastTime);
    if (view.start === this.view.start && view.end === this.view.end) this.fit();
    else this.show(view);
  }

  setFramework(shows: boolean): void {
    this.#showsFramework = shows;
    this.#layOut();
  }

  rereadTheme(): void {
    this.#theme = readTheme();
    this.draw();
  }

  select(event: number | undefined, reveals = true): void {
    if (event === 0 || event === this.selected) return;
    this.selected = event;
    this.#chain = event === undefined ? [] : causalChain(this.model, event);
    if (event !== undefined && reveals) this.#reveal(event);
    this.#table.select(event);
    this.#showDetails();
    this.#announce();
    this.draw();
  }

  hover(event: number | undefined): void {
    if (event === this.#hovered) return;
    this.#hovered = event;
    this.draw();
  }

  measure(range: { readonly from: number; readonly to: number } | undefined): void {
    this.#measured = range;
    this.draw();
  }

  /** Begin event of what is drawn at a point of the chart. */
  eventAt(x: number, y: number): number | undefined {
    if (x < gutter || y < axisHeight) return undefined;
    const place = hitTest(this.#layout, this.view, this.width, x - gutter, y - axisHeight + this.chart.scrollTop);
    return place?.row.event[place.index];
  }

  timeAt(x: number, snaps = false): number {
    return snaps ? snapped(this.#layout, this.view, this.width, x - gutter) : timeAt(this.view, x - gutter, this.width);
  }

  search(text: string): number {
    this.#matches = search(this.model, text, this.#registers);
    this.draw();
    return this.#matches.length;
  }

  /** Selects the next match after the selected event, or the one before; around the end. */
  nextMatch(direction: 1 | -1): void {
    this.#selectNext(this.#matches, direction);
  }

  nextOverBudget(): void {
    this.#selectNext(this.model.overBudget, 1);
  }

  nextInChain(direction: 1 | -1): void {
    this.#selectNext(this.#chain, direction);
  }

  /** The neighbour in the row of the selected event; without one, the first event in sight. */
  nextInRow(direction: 1 | -1): void {
    const place = this.selected === undefined ? undefined : this.model.placeOf(this.selected);
    if (place === undefined) this.select(eventsInView(this.#layout, this.view, 1).events[0]);
    else this.select(place.index + direction >= 0 && place.index + direction < place.row.count ? place.row.event[place.index + direction] : this.selected);
  }

  /** What is nearest in time in the row above or below. */
  nextRow(direction: 1 | -1): void {
    const place = this.selected === undefined ? undefined : this.model.placeOf(this.selected);
    if (place === undefined) return this.nextInRow(1);
    const rows = this.#layout.lanes.flatMap((lane) => lane.rows).map(({ row }) => row);
    const row = rows[rows.indexOf(place.row) + direction];
    if (row === undefined || row.count === 0) return;
    this.select(row.event[Math.min(row.count - 1, row.firstEndingAt(place.row.start[place.index] ?? 0))]);
  }

  source(event: number | undefined): void {
    const found = event === undefined ? undefined : this.model.store.event(event);
    const functionName = found?.kind === "callback" ? this.model.store.texts[found.args[2]] : undefined;
    if (functionName) host.postMessage({ type: "source", functionName });
  }

  travel(event: number | undefined): void {
    const found = event === undefined ? undefined : this.model.store.event(event);
    if (found !== undefined && this.#position !== undefined) host.postMessage({ type: "travel", statement: statementToSee(found) });
  }

  /** Text of the tooltip. */
  describe(event: number): string {
    const row = this.#row(event);
    return row === undefined ? "" : `${row.cells[2]}\n${row.cells[3]} · ${row.cells[0]}${row.cells[1] === "" ? "" : ` · ${row.cells[1]}`}`;
  }

  draw(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => {
      this.#isDrawing = false;
      this.#drawNow();
    });
  }

  #drawNow(): void {
    const { clientWidth, clientHeight, scrollTop } = this.chart;
    if (clientWidth === 0 || clientHeight === 0) return;
    this.#surface.prepare(clientWidth, clientHeight, devicePixelRatio, this.#theme.font);
    const { selected } = this;
    render(
      {
        model: this.model,
        layout: this.#layout,
        view: this.view,
        scroll: scrollTop,
        laneNames: strings.lanes,
        nowText: strings.now,
        registers: this.#registers,
        chain: this.#chain,
        matches: new Set(this.#matches.slice(0, 1000)),
        ...(selected === undefined ? {} : { selected }),
        ...(this.#hovered === undefined ? {} : { hovered: this.#hovered }),
        ...(this.#measured === undefined ? {} : { measured: this.#measured }),
        ...(this.#position === undefined ? {} : { now: this.#position.time }),
      },
      this.#surface,
      this.#theme,
    );
  }

  #layOut(): void {
    this.#layout = layOut(this.model, this.#showsFramework);
    this.#spacer.style.height = `${this.#layout.height + axisHeight}px`;
    this.#scheduleTable();
    this.draw();
  }

  /** The picture is never late; the table may be. */
  #scheduleTable(): void {
    if (this.#tableTimer !== undefined) clearTimeout(this.#tableTimer);
    this.#tableTimer = setTimeout(() => {
      this.#tableTimer = undefined;
      this.#table.show(eventsInView(this.#layout, this.view, mostRows), (event) => this.#row(event));
    }, 120);
  }

  #row(event: number): TableRow | undefined {
    const begin = this.model.store.event(event);
    const place = this.model.placeOf(event);
    if (begin === undefined || place === undefined) return undefined;
    const isInstant = place.row === place.lane.instants;
    const end = place.row.end[place.index] ?? 0;
    const duration = isInstant ? "" : end === Number.POSITIVE_INFINITY ? strings.running : timeText(end - begin.time);
    const lane = place.lane.name ?? strings.lanes[place.lane.family];
    return {
      event,
      cells: [timeText(begin.time), duration, eventLabel(this.model.store.texts, begin, this.#registers), lane, irqlText(begin.irql), String(begin.statement)],
    };
  }

  #selectNext(events: readonly number[], direction: 1 | -1): void {
    if (events.length === 0) return;
    const from = this.selected ?? 0;
    const next = direction > 0 ? (events.find((event) => event > from) ?? events[0]) : (events.findLast((event) => event < from) ?? events.at(-1));
    this.select(next);
  }

  /** Brings the event into sight, in time and among the lanes. */
  #reveal(event: number): void {
    const place = this.model.placeOf(event);
    if (place === undefined) return;
    const from = place.row.start[place.index] ?? 0;
    const x = xOf(this.view, from, this.width);
    if (x < 0 || x > this.width) {
      const half = (this.view.end - this.view.start) / 2;
      this.show({ start: from - half, end: from + half });
    }
    const band = this.#layout.lanes.find(({ lane }) => lane === place.lane)?.rows.find(({ row }) => row === place.row);
    if (band === undefined) return;
    const room = this.chart.clientHeight - axisHeight;
    if (band.y < this.chart.scrollTop) this.chart.scrollTop = band.y - 8;
    else if (band.y + 24 > this.chart.scrollTop + room) this.chart.scrollTop = band.y + 24 - room;
  }

  #showDetails(): void {
    this.#details.show(this.model, this.selected, this.#registers, this.#position !== undefined);
  }

  #announce(): void {
    const row = this.selected === undefined ? undefined : this.#row(this.selected);
    if (row === undefined) return;
    const at = this.#chain.indexOf(row.event);
    this.#live.textContent = [
      row.cells[2],
      row.cells[3],
      row.cells[1],
      row.cells[0],
      ...(this.#chain.length > 1 ? [filled(strings.matches, at + 1, this.#chain.length)] : []),
    ]
      .filter((text) => text !== "")
      .join(", ");
  }
}
