// SPDX-License-Identifier: MIT
/** Where lanes and rows of the timeline lie, and what is at a point. Pure; y in CSS pixels from the top of the lanes. */
import type { Lane, Place, TimelineModel } from "./timeline-model.ts";
import type { SliceRow } from "./slice-row.ts";
import { type Viewport, timeAt, xOf } from "./viewport.ts";

export const rowHeight = 18;
export const barHeight = 16;
const stepsHeight = 30;
const laneGap = 8;

export interface RowBand {
  readonly lane: Lane;
  readonly row: SliceRow;
  readonly y: number;
  readonly isMarks: boolean;
}

export interface LaneBand {
  readonly lane: Lane;
  readonly y: number;
  readonly height: number;
  readonly rows: readonly RowBand[];
}

export interface Layout {
  readonly lanes: readonly LaneBand[];
  readonly height: number;
}

/** Lanes that have something, from top to bottom; framework calls only on demand. */
export function layOut(model: TimelineModel, showsFramework: boolean): Layout {
  const lanes: LaneBand[] = [];
  let y = laneGap / 2;
  for (const lane of model.lanes) {
    if (lane.family === "framework" && !showsFramework) continue;
    const rows = [...(lane.instants.count > 0 ? [{ row: lane.instants, isMarks: true }] : []), ...lane.rows.map((row) => ({ row, isMarks: false }))];
    const hasSteps = (lane.steps?.count ?? 0) > 0;
    if (rows.length === 0 && !hasSteps) continue;
    const bands = rows.map(({ row, isMarks }, i) => ({ lane, row, isMarks, y: y + (hasSteps ? stepsHeight : 0) + i * rowHeight }));
    const height = (hasSteps ? stepsHeight : 0) + rows.length * rowHeight;
    lanes.push({ lane, y, height, rows: bands });
    y += height + laneGap;
  }
  return { lanes, height: y };
}

/** Slices narrower than a finger are hit a little beside them too, px. */
const tolerance = 4;

/** What is drawn at x, y; `width` is that of the lanes without the gutter. */
export function hitTest(layout: Layout, view: Viewport, width: number, x: number, y: number): Place | undefined {
  const lane = layout.lanes.find((band) => y >= band.y && y < band.y + band.height);
  const band = lane?.rows.find((row) => y >= row.y && y < row.y + rowHeight);
  if (band === undefined) return undefined;
  const { row } = band;
  const from = timeAt(view, x - tolerance, width);
  const to = timeAt(view, x + tolerance, width);
  let best: number | undefined;
  let nearest = Number.POSITIVE_INFINITY;
  // Many slices in so few pixels differ by less than a pixel; the first hundred are as good as all.
  for (let i = row.firstEndingAt(from), seen = 0; i < row.count && (row.start[i] ?? 0) <= to && seen < 100; i++, seen++) {
    const left = xOf(view, row.start[i] ?? 0, width);
    const right = xOf(view, row.end[i] ?? 0, width);
    const distance = x < left ? left - x : x > right ? x - right : 0;
    if (distance < nearest || (distance === nearest && row.duration(i) > row.duration(best ?? i))) {
      nearest = distance;
      best = i;
    }
  }
  return best === undefined ? undefined : { lane: band.lane, row, index: best };
}

/** The begin or end of a slice nearest to x within `reach` pixels, as a time; `time` at x when there is none. */
export function snapped(layout: Layout, view: Viewport, width: number, x: number, reach = 6): number {
  const time = timeAt(view, x, width);
  const limit = timeAt(view, x + reach, width) - time;
  let best = time;
  let nearest = limit;
  for (const { rows } of layout.lanes) {
    for (const { row } of rows) {
      const first = row.firstEndingAt(time - limit);
      for (let i = Math.max(0, first - 1); i < Math.min(row.count, first + 3); i++) {
        for (const edge of [row.start[i] ?? 0, row.end[i] ?? 0]) {
          if (Math.abs(edge - time) >= nearest) continue;
          nearest = Math.abs(edge - time);
          best = edge;
        }
      }
    }
  }
  return best;
}
