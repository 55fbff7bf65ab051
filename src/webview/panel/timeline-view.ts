// SPDX-License-Identifier: MIT
/** The chart with its state: what is in sight, selected, found and measured. Draws once a frame, and only after a change. */
import { type TargetPosition, type TimelineNote, type TimelineSettings, type TraceSnapshot, defaultTimelineSettings } from "../../protocol/index.ts";
import type { RegisterNames } from "../event-text.ts";
import { type Alignment, type Ghost, alignmentAt, requestTimes } from "../ghost.ts";
import { type LaneBand, type Layout, hitTest, laneAt, layOut, layoutY, snapped } from "../layout.ts";
import { causalChain } from "../queries.ts";
import { render } from "../render.ts";
import { type Range, type Scene, gutterOf, headerHeight, laneTitle } from "../scene.ts";
import { search } from "../search.ts";
import { parseSearch } from "../search-query.ts";
import { type Lane, TimelineModel } from "../timeline-model.ts";
import { type Viewport, clamped, fitted, timeAt, xOf } from "../viewport.ts";
import { CanvasSurface } from "./canvas-surface.ts";
import { element, strings } from "./page.ts";
import { readTheme } from "./read-theme.ts";

/** What follows the trace as it grows. */
type Follow = "all" | "end" | "none";

/** What the other parts of the page show; told after changes. */
export interface ViewListener {
  /** The picture changes: at once. */
  drawn?(scene: Scene): void;
  /** What tables show changed: at most eight times a second. */
  changed?(): void;
  selected?(): void;
}

const emptyLayout: Layout = { lanes: [], height: 0, pinnedHeight: 0, bandOf: new Map() };
const noMatches = new Uint32Array(0);
const tableInterval = 120;

export class TimelineView {
  readonly chart = element("chart", HTMLElement);
  readonly #spacer = element("spacer", HTMLElement);
  readonly surface = new CanvasSurface(element("canvas", HTMLCanvasElement));
  readonly listeners: ViewListener[] = [];
  model = new TimelineModel();
  view: Viewport = fitted(1);
  selected: number | undefined;
  theme = readTheme();
  layout: Layout = emptyLayout;
  chain: readonly number[] = [];
  matches: Uint32Array = noMatches;
  measured: Range | undefined;
  marked: Range | undefined;
  notes: readonly TimelineNote[] = [];
  settings: TimelineSettings = defaultTimelineSettings;
  position: TargetPosition | undefined;
  registers: RegisterNames = {};
  isRunning = false;
  #ghost: (Ghost & { readonly times: Float64Array<ArrayBuffer> }) | undefined;
  #times = new Float64Array(0);
  #searchText = "";
  #laneFilter = "";
  #hovered: number | undefined;
  #hoveredLane: string | undefined;
  #follow: Follow = "all";
  #isDrawing = false;
  #tableTimer: number | undefined;

  /** Width of the names of the lanes, px. */
  get gutter(): number {
    return gutterOf(this.chart.clientWidth);
  }

  /** Width of the lanes without their names, px. */
  get width(): number {
    return Math.max(1, this.chart.clientWidth - this.gutter);
  }

  get header(): number {
    return headerHeight(this.notes);
  }

  get lastTime(): number {
    return this.model.lastTime;
  }

  get ghost(): Ghost | undefined {
    return this.#ghost;
  }

  /** Everything is in sight, and will be while the trace grows. */
  get isFitted(): boolean {
    return this.#follow === "all";
  }

  get searchText(): string {
    return this.#searchText;
  }

  /** How the other run is aligned now: at the request of the selected event, or of the middle of the picture. */
  get alignment(): Alignment {
    if (this.#ghost === undefined) return { request: 0, shift: 0 };
    const time = this.selected === undefined ? (this.view.start + this.view.end) / 2 : this.model.store.timeOf(this.selected);
    return alignmentAt(this.#times, this.#ghost.times, time);
  }

  nameRegisters(names: RegisterNames): void {
    this.registers = names;
    this.relayOut();
    this.#tellSelected();
  }

  append(trace: TraceSnapshot, isWhole: boolean, position: TargetPosition | undefined, isRunning = false): void {
    if (isWhole) {
      this.model = new TimelineModel();
      this.selected = undefined;
      this.chain = [];
      this.#hovered = undefined;
    }
    this.model.append(trace);
    // The target may have run on since the last event: what is open is open until now.
    this.model.lastTime = Math.max(this.model.lastTime, position?.time ?? 0);
    this.position = position;
    this.isRunning = isRunning;
    if (this.#ghost !== undefined) this.#times = requestTimes(this.model);
    this.#followEnd();
    if (this.#searchText !== "") this.#find();
    if (this.selected !== undefined) this.chain = causalChain(this.model, this.selected);
    this.relayOut();
    if (isWhole || this.selected !== undefined) this.#tellSelected();
  }

  /** Nothing can travel any more. */
  end(): void {
    this.position = undefined;
    this.isRunning = false;
    this.#tellSelected();
    this.draw();
  }

  show(view: Viewport, follow: Follow = "none"): void {
    this.view = view;
    const all = fitted(this.lastTime);
    this.#follow = follow !== "none" ? follow : view.start <= all.start && view.end >= all.end ? "all" : "none";
    this.#scheduleTables();
    this.draw();
  }

  fit(): void {
    this.show(fitted(this.lastTime), "all");
  }

  /** Keeps the length in sight and moves with the trace as it grows. */
  followEnd(): void {
    this.show(this.view, "end");
    this.#followEnd();
    this.draw();
  }

  #followEnd(): void {
    const all = fitted(this.lastTime);
    if (this.#follow === "all") this.view = all;
    else if (this.#follow === "end") this.view = clamped({ start: all.end - (this.view.end - this.view.start), end: all.end }, this.lastTime);
  }

  applySettings(settings: TimelineSettings, notes: readonly TimelineNote[]): void {
    this.settings = settings;
    this.notes = notes;
    this.relayOut();
  }

  filterLanes(text: string): void {
    this.#laneFilter = text.trim().toLowerCase();
    this.relayOut();
  }

  compareWith(ghost: Ghost | undefined): void {
    this.#ghost = ghost === undefined ? undefined : { ...ghost, times: requestTimes(ghost.model) };
    this.#times = ghost === undefined ? new Float64Array(0) : requestTimes(this.model);
    this.relayOut();
    this.#tellSelected();
  }

  rereadTheme(): void {
    this.theme = readTheme();
    this.draw();
  }

  select(event: number | undefined, reveals = true): void {
    // Who asks again for what is selected wants to see it.
    if (event === 0 || (event === this.selected && !reveals)) return;
    this.selected = event;
    this.chain = event === undefined ? [] : causalChain(this.model, event);
    if (event !== undefined && reveals) this.#reveal(event);
    this.#tellSelected();
    this.draw();
  }

  hover(event: number | undefined, lane: string | undefined): void {
    if (event === this.#hovered && lane === this.#hoveredLane) return;
    this.#hovered = event;
    this.#hoveredLane = lane;
    this.draw();
  }

  measure(range: Range | undefined): void {
    this.measured = range;
    this.#scheduleTables();
    this.draw();
  }

  mark(range: Range | undefined): void {
    this.marked = range;
    this.draw();
  }

  /** Range of the tables: the measured one, or what is in sight. */
  get tableRange(): Range {
    if (this.measured !== undefined) return { from: Math.min(this.measured.from, this.measured.to), to: Math.max(this.measured.from, this.measured.to) };
    return { from: this.view.start, to: this.view.end };
  }

  /** Begin event of what is drawn at a point of the chart. */
  eventAt(x: number, y: number): number | undefined {
    if (x < this.gutter || y < this.header) return undefined;
    const place = hitTest(this.layout, this.view, this.width, x - this.gutter, layoutY(this.layout, y - this.header, this.chart.scrollTop));
    return place?.row.event[place.index];
  }

  laneAt(y: number): LaneBand | undefined {
    return y < this.header ? undefined : laneAt(this.layout, layoutY(this.layout, y - this.header, this.chart.scrollTop));
  }

  noteAt(x: number, y: number): TimelineNote | undefined {
    if (this.notes.length === 0 || y >= this.header || y < this.header - 18) return undefined;
    const time = this.timeAt(x);
    return this.notes.findLast(({ from }) => from <= time + (4 / this.width) * (this.view.end - this.view.start));
  }

  timeAt(x: number, snaps = false): number {
    return snaps ? snapped(this.layout, this.view, this.width, x - this.gutter) : timeAt(this.view, x - this.gutter, this.width);
  }

  /** Number of matches; undefined when the text cannot be understood. */
  search(text: string): number | undefined {
    this.#searchText = text;
    const found = this.#find();
    this.draw();
    return found;
  }

  #find(): number | undefined {
    const query = parseSearch(this.#searchText, this.registers);
    const found = query.mistake === undefined ? search(this.model, query, { registers: this.registers, laneNames: strings.lanes }) : undefined;
    this.matches = found ?? noMatches;
    return found?.length;
  }

  title(lane: Lane): string {
    return laneTitle(lane, strings.lanes);
  }

  draw(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => {
      this.#isDrawing = false;
      this.drawNow();
    });
  }

  /** Draws at once, without waiting for a frame. */
  drawNow(): void {
    const { clientWidth, clientHeight } = this.chart;
    if (clientWidth === 0 || clientHeight === 0) return;
    this.surface.prepare(clientWidth, clientHeight, devicePixelRatio, this.theme.font);
    const scene = this.scene();
    render(scene, this.surface, this.theme);
    for (const { drawn } of this.listeners) drawn?.(scene);
  }

  scene(): Scene {
    const { selected } = this;
    return {
      model: this.model,
      layout: this.layout,
      view: this.view,
      gutter: this.gutter,
      scroll: this.chart.scrollTop,
      laneNames: strings.lanes,
      nowText: strings.now,
      registers: this.registers,
      chain: this.chain,
      matches: this.matches,
      notes: this.notes,
      ...(selected === undefined ? {} : { selected }),
      ...(this.#hovered === undefined ? {} : { hovered: this.#hovered }),
      ...(this.#hoveredLane === undefined ? {} : { hoveredLane: this.#hoveredLane }),
      ...(this.measured === undefined ? {} : { measured: this.measured }),
      ...(this.marked === undefined ? {} : { marked: this.marked }),
      ...(this.position === undefined ? {} : { now: this.position.time }),
      ...(this.#ghost === undefined ? {} : { ghost: { ...this.#ghost, shift: this.alignment.shift } }),
    };
  }

  relayOut(): void {
    const filter = this.#laneFilter;
    this.layout = layOut(this.model, {
      settings: this.settings.lanes,
      ...(filter === "" ? {} : { filter: (lane: Lane) => this.title(lane).toLowerCase().includes(filter) }),
      ...(this.#ghost === undefined ? {} : { ghost: this.#ghost.model }),
    });
    this.#spacer.style.height = `${this.layout.height + this.header}px`;
    this.#scheduleTables();
    this.draw();
  }

  #tellSelected(): void {
    for (const { selected } of this.listeners) selected?.();
  }

  /** The picture is never late; the tables may be. */
  #scheduleTables(): void {
    if (this.#tableTimer !== undefined) return;
    this.#tableTimer = setTimeout(() => {
      this.#tableTimer = undefined;
      for (const { changed } of this.listeners) changed?.();
    }, tableInterval);
  }

  /** Brings the event into sight, in time and among the lanes. */
  #reveal(event: number): void {
    const place = this.model.placeOf(event);
    if (place === undefined) return;
    const from = place.row.start[place.index] ?? 0;
    const x = xOf(this.view, from, this.width);
    if (x < 0 || x > this.width) {
      const half = (this.view.end - this.view.start) / 2;
      this.show(clamped({ start: from - half, end: from + half }, this.lastTime));
    }
    const band = this.layout.bandOf.get(place.row);
    if (band === undefined || band.isPinned) return;
    const room = this.chart.clientHeight - this.header;
    if (band.y < this.chart.scrollTop + this.layout.pinnedHeight) this.chart.scrollTop = band.y - this.layout.pinnedHeight - 8;
    else if (band.y + 24 > this.chart.scrollTop + room) this.chart.scrollTop = band.y + 24 - room;
  }
}
