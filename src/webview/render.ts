// SPDX-License-Identifier: MIT
/**
 * The picture of the timeline as a pure function of model, viewport, theme and what is selected: draw calls on a Surface. From top to bottom a
 * time axis and the lanes; the names of the lanes stand in a gutter on the left.
 */
import type { TimelineLane } from "../protocol/index.ts";
import { budgets, categories } from "./categories.ts";
import { type RegisterNames, eventLabel, irqlText } from "./event-text.ts";
import { type LaneBand, type Layout, type RowBand, barHeight } from "./layout.ts";
import { rasterRow } from "./row-raster.ts";
import { lowerBound } from "./slice-row.ts";
import type { Surface } from "./surface.ts";
import { type Theme, textOn } from "./theme.ts";
import { axisMarks, timeText } from "./time-text.ts";
import type { TimelineModel } from "./timeline-model.ts";
import { type Viewport, xOf } from "./viewport.ts";

export const gutter = 132;
export const axisHeight = 24;

export interface Scene {
  readonly model: TimelineModel;
  readonly layout: Layout;
  readonly view: Viewport;
  /** Pixels scrolled off above. */
  readonly scroll: number;
  readonly laneNames: Readonly<Record<TimelineLane, string>>;
  readonly nowText: string;
  readonly registers: RegisterNames;
  /** Begin event of the selected slice. */
  readonly selected?: number;
  readonly hovered?: number;
  /** Events with the same root cause as the selected one, in their order. */
  readonly chain: readonly number[];
  /** What the search found. */
  readonly matches: ReadonlySet<number>;
  readonly measured?: { readonly from: number; readonly to: number };
  /** Where the stopped target is, ns. */
  readonly now?: number;
}

export function render(scene: Scene, surface: Surface, theme: Theme): void {
  const { width, height } = surface;
  surface.rect(0, 0, width, height, theme.background);
  drawAxis(scene, surface, theme);
  surface.clipped(0, axisHeight, width, height - axisHeight, () => {
    drawRows(scene, surface, theme);
    for (const band of scene.layout.lanes) if (isInSight(scene, surface, band)) drawLane(scene, surface, theme, band);
    drawMarkings(scene, surface, theme);
  });
  drawNow(scene, surface, theme);
  drawMeasure(scene, surface, theme);
}

const top = (scene: Scene, y: number): number => axisHeight + y - scene.scroll;

function isInSight(scene: Scene, surface: Surface, { y, height }: { readonly y: number; readonly height: number }): boolean {
  const at = top(scene, y);
  return at + height >= axisHeight && at <= surface.height;
}

const xAt = (scene: Scene, surface: Surface, time: number): number => gutter + xOf(scene.view, time, surface.width - gutter);

function drawAxis(scene: Scene, surface: Surface, theme: Theme): void {
  const { start, end } = scene.view;
  surface.rect(0, 0, surface.width, axisHeight, theme.panel);
  const { step, times } = axisMarks(start, end, (surface.width - gutter) / 110);
  for (const time of times) {
    const x = Math.round(xAt(scene, surface, time));
    if (x < gutter) continue;
    surface.rect(x, axisHeight - 6, 1, surface.height - axisHeight + 6, theme.grid);
    surface.text(timeText(time, step), x + 4, axisHeight / 2, { color: theme.muted });
  }
}

/** All rows in sight as one picture, then the texts on them. */
function drawRows(scene: Scene, surface: Surface, theme: Theme): void {
  const { view, model } = scene;
  const bands = scene.layout.lanes.flatMap(({ rows }) => rows).filter((band) => isInSight(scene, surface, { y: band.y, height: barHeight }));
  const columns = Math.max(1, Math.round((surface.width - gutter) * surface.scale));
  const pixels = new Uint32Array(columns * bands.length);
  const labels = bands.map((band, i) => {
    const found: number[] = [];
    // In high contrast, bars are outlined below instead of filled.
    rasterRow(band.row, view, model.lastTime, theme.pixels, { pixels, base: i * columns, width: columns }, found, band.isMarks);
    return found;
  });
  surface.raster(
    pixels,
    columns,
    bands.map(({ y }) => ({ y: top(scene, y), height: barHeight })),
    gutter,
    surface.width - gutter,
  );
  for (const [i, band] of bands.entries()) {
    for (const index of labels[i] ?? []) drawLabel(scene, surface, theme, band, index);
    if (band.isMarks) drawMarkLabels(scene, surface, theme, band);
  }
}

function drawLabel(scene: Scene, surface: Surface, theme: Theme, { row, y }: RowBand, index: number): void {
  const event = scene.model.store.event(row.event[index] ?? 0);
  if (event === undefined) return;
  const color = theme.palette[row.category[index] ?? 0] ?? theme.foreground;
  const left = Math.max(gutter, xAt(scene, surface, row.start[index] ?? 0));
  const right = Math.min(surface.width, xAt(scene, surface, Math.min(row.end[index] ?? 0, scene.model.lastTime)));
  const at = top(scene, y);
  if (theme.isHighContrast) {
    surface.rect(left, at, right - left - 1, barHeight, theme.background);
    surface.outline(left, at, right - left - 1, barHeight, color, 1.5);
  }
  const budget = budgets[event.kind];
  if (budget !== undefined) drawBudget(scene, surface, theme, (row.start[index] ?? 0) + budget, right, at);
  const maxWidth = right - left - 8;
  if (maxWidth > 12) {
    const text = eventLabel(scene.model.store.texts, event, scene.registers);
    surface.text(text, left + 4, at + barHeight / 2, { color: theme.isHighContrast ? theme.foreground : textOn(color), maxWidth });
  }
}

/** Line at the end of the time an ISR or DPC should take, where it took longer. */
function drawBudget(scene: Scene, surface: Surface, theme: Theme, limit: number, right: number, y: number): void {
  const x = xAt(scene, surface, limit);
  if (x >= gutter && x < right) surface.rect(x, y - 1, 2, barHeight + 2, theme.foreground);
}

/** Room that an event without duration needs beside it to get a label, px. */
const markRoom = 70;

function drawMarkLabels(scene: Scene, surface: Surface, theme: Theme, { row, y }: RowBand): void {
  const { view, model } = scene;
  const first = row.firstEndingAt(view.start);
  const end = lowerBound(row.start, row.count, view.end, first);
  const width = surface.width - gutter;
  // More than fit side by side cannot have room.
  if (end - first > width / 8) return;
  for (let i = first; i < end; i++) {
    const x = xAt(scene, surface, row.start[i] ?? 0);
    const next = i + 1 < row.count ? xAt(scene, surface, row.start[i + 1] ?? 0) : surface.width;
    surface.rect(x, top(scene, y), 2, barHeight, theme.palette[row.category[i] ?? 0] ?? theme.foreground);
    const event = next - x > markRoom ? model.store.event(row.event[i] ?? 0) : undefined;
    if (event !== undefined)
      surface.text(eventLabel(model.store.texts, event, scene.registers), x + 5, top(scene, y) + barHeight / 2, {
        color: theme.foreground,
        maxWidth: next - x - 8,
      });
  }
}

function drawLane(scene: Scene, surface: Surface, theme: Theme, band: LaneBand): void {
  const at = top(scene, band.y);
  if (band.lane.steps !== undefined) drawSteps(scene, surface, theme, band);
  surface.rect(0, at - 4, gutter - 1, band.height + 8, theme.background);
  surface.rect(0, at + band.height + 3, surface.width, 1, theme.grid);
  surface.rect(gutter - 1, at - 4, 1, band.height + 8, theme.grid);
  const { lane } = band;
  surface.text(lane.name ?? scene.laneNames[lane.family], 10, at + barHeight / 2, { color: theme.foreground, maxWidth: gutter - 20 });
}

const stepsHeight = 26;
const dispatchLevel = 2;

/** Height of an IRQL; what may be interrupted by everything is only a line. */
const levelHeight = (irql: number): number => (irql === 0 ? 4 : irql < dispatchLevel ? 9 : irql === dispatchLevel ? 15 : stepsHeight);
const levelCategory = (irql: number): number => (irql === 0 ? categories.request : irql <= dispatchLevel ? categories.dpc : categories.isr);

/** In each pixel the highest IRQL that occurs in it: the shortest ISR is seen at every zoom. */
function drawSteps(scene: Scene, surface: Surface, theme: Theme, { lane, y }: LaneBand): void {
  const { steps } = lane;
  if (steps === undefined) return;
  const { view, model } = scene;
  const width = surface.width - gutter;
  const bottom = top(scene, y) + stepsHeight;
  let run = { irql: -1, from: 0 };
  const flush = (to: number): void => {
    if (run.irql < 0 || to <= run.from) return;
    const height = levelHeight(run.irql);
    const color = theme.palette[levelCategory(run.irql)] ?? theme.foreground;
    surface.rect(gutter + run.from, bottom - height, to - run.from, height, color, run.irql === 0 ? 0.6 : 1);
    if (run.irql > 0 && to - run.from > 60)
      surface.text(irqlText(run.irql), gutter + run.from + 4, bottom - height / 2, { color: textOn(color), maxWidth: to - run.from - 8 });
  };
  const end = Math.min(width, xOf(view, model.lastTime, width));
  for (let x = 0, index = Math.max(0, lowerBound(steps.time, steps.count, view.start) - 1); x < end; x++) {
    const next = lowerBound(steps.time, steps.count, view.start + ((x + 1) / width) * (view.end - view.start), index);
    const before = steps.time[0] !== undefined && next === 0 ? 0 : steps.greatest(Math.max(0, index), Math.max(index + 1, next));
    if (before !== run.irql) {
      flush(x);
      run = { irql: before, from: x };
    }
    // The value at the end of this pixel is the first of the next.
    index = Math.max(0, next - 1);
  }
  flush(end);
}

/** Most arrows of a chain that are drawn: more is a thicket. */
const mostArrows = 200;

function drawMarkings(scene: Scene, surface: Surface, theme: Theme): void {
  let arrows = 0;
  for (const id of scene.chain) {
    const box = boxOf(scene, surface, id);
    if (box === undefined) continue;
    outlineBox(surface, box, theme.chain, 1.5);
    const cause = boxOf(scene, surface, scene.model.store.event(id)?.parent ?? 0);
    if (cause !== undefined && cause.y !== box.y && arrows++ < mostArrows)
      surface.arrow(cause.x, cause.y + barHeight / 2, box.x, box.y + barHeight / 2, theme.chain);
  }
  for (const id of scene.matches) outlineBox(surface, boxOf(scene, surface, id), theme.foreground, 1);
  if (scene.hovered !== undefined) outlineBox(surface, boxOf(scene, surface, scene.hovered), theme.focus, 1);
  if (scene.selected !== undefined) outlineBox(surface, boxOf(scene, surface, scene.selected), theme.focus, 2.5);
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

function boxOf(scene: Scene, surface: Surface, event: number): Box | undefined {
  const place = scene.model.placeOf(event);
  const band = place === undefined ? undefined : scene.layout.lanes.find(({ lane }) => lane === place.lane)?.rows.find(({ row }) => row === place.row);
  if (place === undefined || band === undefined) return undefined;
  const from = xAt(scene, surface, place.row.start[place.index] ?? 0);
  const to = xAt(scene, surface, Math.min(place.row.end[place.index] ?? 0, scene.model.lastTime));
  if (to < gutter || from > surface.width) return undefined;
  const x = Math.max(gutter, from);
  return { x, y: top(scene, band.y), width: Math.max(3, Math.min(surface.width, to) - x) };
}

function outlineBox(surface: Surface, box: Box | undefined, color: string, lineWidth: number): void {
  if (box !== undefined) surface.outline(box.x - 1, box.y - 1, box.width + 2, barHeight + 2, color, lineWidth);
}

/** Where the target stands: what lies behind it has been seen in a run before and will come again. */
function drawNow(scene: Scene, surface: Surface, theme: Theme): void {
  if (scene.now === undefined) return;
  const x = xAt(scene, surface, scene.now);
  if (x < surface.width && scene.now < scene.model.lastTime) {
    const from = Math.max(gutter, x);
    surface.rect(from, axisHeight, surface.width - from, surface.height - axisHeight, theme.background, 0.55);
  }
  if (x < gutter || x > surface.width) return;
  surface.rect(x - 1, 0, 2, surface.height, theme.problem);
  const width = surface.textWidth(scene.nowText, true) + 8;
  const left = Math.min(x, surface.width - width);
  surface.rect(left, 2, width, axisHeight - 6, theme.problem);
  surface.text(scene.nowText, left + 4, axisHeight / 2 - 1, { color: textOn(theme.problem), isBold: true });
}

function drawMeasure(scene: Scene, surface: Surface, theme: Theme): void {
  if (scene.measured === undefined) return;
  const { from, to } = scene.measured;
  const x0 = Math.max(gutter, xAt(scene, surface, Math.min(from, to)));
  const x1 = Math.min(surface.width, xAt(scene, surface, Math.max(from, to)));
  if (x1 < x0) return;
  surface.rect(x0, axisHeight, x1 - x0, surface.height - axisHeight, theme.focus, 0.15);
  for (const x of [x0, x1]) surface.rect(x, axisHeight, 1, surface.height - axisHeight, theme.focus);
  const text = timeText(Math.abs(to - from));
  const width = surface.textWidth(text, true) + 12;
  const left = Math.max(gutter, Math.min(surface.width - width, (x0 + x1 - width) / 2));
  surface.rect(left, axisHeight + 4, width, 18, theme.focus);
  surface.text(text, left + 6, axisHeight + 13, { color: textOn(theme.focus), isBold: true });
}
