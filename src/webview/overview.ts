// SPDX-License-Identifier: MIT
/** The strip above the chart: the whole trace, one line a lane, with ticks at problems and matches and a frame around what the chart shows. */
import type { Layout } from "./layout.ts";
import { rasterRow } from "./row-raster.ts";
import type { Scene } from "./scene.ts";
import type { SliceRow } from "./slice-row.ts";
import type { Band, Surface } from "./surface.ts";
import type { Theme } from "./theme.ts";
import { type Viewport, fitted, timeAt, xOf } from "./viewport.ts";

export const overviewHeight = 44;
const lineHeight = 3;
const tickHeight = 6;

/** Rows of the overview as pixels; they change only with the trace, the lanes and the width. */
export interface OverviewRows {
  readonly pixels: Uint32Array<ArrayBuffer>;
  readonly columns: number;
  readonly bands: readonly Band[];
}

export function rasterOverview(layout: Layout, last: number, columns: number, theme: Theme): OverviewRows {
  const rows: readonly SliceRow[] = layout.lanes.flatMap(({ lane, rows: bands }) => {
    const row = lane.rows[0] ?? (bands.length > 0 ? lane.instants : undefined);
    return row === undefined ? [] : [row];
  });
  const shown = rows.slice(0, Math.floor((overviewHeight - tickHeight - 2) / lineHeight));
  const pixels = new Uint32Array(columns * shown.length);
  const view = fitted(last);
  for (const [i, row] of shown.entries()) rasterRow(row, view, last, theme.pixels, { pixels, base: i * columns, width: columns }, []);
  return { pixels, columns, bands: shown.map((_, i) => ({ y: tickHeight + 1 + i * lineHeight, height: lineHeight - 0.5 })) };
}

export function drawOverview(scene: Scene, rows: OverviewRows, problems: readonly number[], surface: Surface, theme: Theme): void {
  const { width, height } = surface;
  const { model } = scene;
  const whole = fitted(model.lastTime);
  surface.rect(0, 0, width, height, theme.panel);
  surface.raster(rows.pixels, rows.columns, rows.bands, 0, width);
  const tick = (time: number, color: string): void => surface.rect(xOf(whole, time, width) - 1, 0, 2, tickHeight, color);
  // A tick for each pixel at most, however many matches there are.
  const step = Math.max(1, Math.floor(scene.matches.length / width));
  for (let i = 0; i < scene.matches.length; i += step) tick(model.store.timeOf(scene.matches[i] ?? 0), theme.foreground);
  for (const event of problems) tick(model.store.timeOf(event), theme.problem);
  for (const note of scene.notes) tick(note.from, theme.chain);
  const left = Math.max(0, xOf(whole, scene.view.start, width));
  const right = Math.min(width, xOf(whole, scene.view.end, width));
  surface.rect(0, 0, left, height, theme.background, 0.6);
  surface.rect(right, 0, width - right, height, theme.background, 0.6);
  surface.outline(left, 0.5, Math.max(3, right - left), height - 1, theme.focus, 1.5);
  if (scene.now !== undefined) surface.rect(xOf(whole, scene.now, width) - 0.75, 0, 1.5, height, theme.problem);
}

export type OverviewDrag = "start" | "end" | "whole";

/** What a press at `x` takes hold of: a border of the frame, the frame, or undefined outside. */
export function gripAt(view: Viewport, last: number, width: number, x: number): OverviewDrag | undefined {
  const whole = fitted(last);
  const left = xOf(whole, view.start, width);
  const right = xOf(whole, view.end, width);
  if (Math.abs(x - left) <= 5) return "start";
  if (Math.abs(x - right) <= 5) return "end";
  return x > left && x < right ? "whole" : undefined;
}

/** The view after its part `grip` was dragged from x0 to x1. */
export function dragged(view: Viewport, grip: OverviewDrag, last: number, width: number, x0: number, x1: number): Viewport {
  const whole = fitted(last);
  const by = timeAt(whole, x1, width) - timeAt(whole, x0, width);
  const moved = { start: view.start + (grip === "end" ? 0 : by), end: view.end + (grip === "start" ? 0 : by) };
  return moved.end - moved.start >= 1 ? moved : view;
}
