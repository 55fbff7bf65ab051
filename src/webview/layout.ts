// SPDX-License-Identifier: MIT
/** Where lanes and rows of the timeline lie, and what is at a point. Pure; y in CSS pixels from the top of the lanes. */
import { type LaneSettings, defaultTimelineSettings } from "../protocol/index.ts";
import { ordered } from "./lane-settings.ts";
import type { SliceRow } from "./slice-row.ts";
import type { Lane, Place, TimelineModel } from "./timeline-model.ts";
import { type Viewport, timeAt, xOf } from "./viewport.ts";

export const rowHeight = 18;
export const barHeight = 16;
/** Room for the same row of the other run, below each row. */
const ghostRoom = 6;
export const ghostHeight = 4;
const collapsedRow = 4;
const collapsedLane = 18;
const stepHeights = { level: 26, wave: 16, count: 22 } as const;
const laneGap = 6;

export interface RowBand {
  readonly lane: Lane;
  readonly row: SliceRow;
  readonly y: number;
  /** Of the bars. */
  readonly height: number;
  readonly isMarks: boolean;
  /** The same row of the other run, drawn below the bars. */
  readonly ghost?: SliceRow;
}

export interface LaneBand {
  readonly lane: Lane;
  readonly y: number;
  readonly height: number;
  readonly rows: readonly RowBand[];
  /** Height of the steps above the rows; 0 = none. */
  readonly stepsHeight: number;
  readonly isPinned: boolean;
  readonly isCollapsed: boolean;
}

export interface Layout {
  /** Pinned ones first. */
  readonly lanes: readonly LaneBand[];
  readonly height: number;
  /** Of the pinned lanes at the top, which do not scroll. */
  readonly pinnedHeight: number;
  readonly bandOf: ReadonlyMap<SliceRow, RowBand & { readonly isPinned: boolean }>;
}

export interface LayoutOptions {
  readonly settings?: LaneSettings;
  /** Only lanes of these ids, whatever the settings say. */
  readonly filter?: (lane: Lane) => boolean;
  readonly ghost?: TimelineModel;
}

/** Lanes that have something, from top to bottom. */
export function layOut(model: TimelineModel, { settings = defaultTimelineSettings.lanes, filter, ghost }: LayoutOptions = {}): Layout {
  const shown = ordered(model.lanes, settings).filter((lane) => !isEmpty(lane) && (filter === undefined ? !settings.hidden.includes(lane.id) : filter(lane)));
  const pinned = shown.filter(({ id }) => settings.pinned.includes(id));
  const lanes: LaneBand[] = [];
  let y = laneGap / 2;
  const add = (lane: Lane, isPinned: boolean): void => {
    const band = bandOf(
      lane,
      y,
      isPinned,
      settings.collapsed.includes(lane.id),
      ghost?.lanes.find(({ id }) => id === lane.id),
      ghost !== undefined,
    );
    lanes.push(band);
    y += band.height + laneGap;
  };
  for (const lane of pinned) add(lane, true);
  const pinnedHeight = pinned.length === 0 ? 0 : y;
  for (const lane of shown) if (!pinned.includes(lane)) add(lane, false);
  const bands = lanes.flatMap(({ rows, isPinned }) => rows.map((band) => [band.row, { ...band, isPinned }] as const));
  return { lanes, height: y, pinnedHeight, bandOf: new Map(bands) };
}

export const isEmpty = ({ instants, rows, steps }: Lane): boolean => instants.count === 0 && rows.length === 0 && (steps?.count ?? 0) === 0;

function bandOf(lane: Lane, y: number, isPinned: boolean, isCollapsed: boolean, ghost: Lane | undefined, hasGhosts: boolean): LaneBand {
  const hasSteps = (lane.steps?.count ?? 0) > 0;
  const stepsHeight = hasSteps ? (isCollapsed ? collapsedLane - 2 : stepHeights[lane.stepStyle ?? "level"]) : 0;
  const marks = lane.instants.count > 0 ? [{ row: lane.instants, isMarks: true, ghost: ghost?.instants }] : [];
  const rows = [...marks, ...lane.rows.map((row, i) => ({ row, isMarks: false, ghost: ghost?.rows[i] }))];
  const pitch = isCollapsed ? collapsedRow : rowHeight + (hasGhosts ? ghostRoom : 0);
  const bands = rows.map(({ row, isMarks, ghost: other }, i) => ({
    lane,
    row,
    isMarks,
    y: y + stepsHeight + i * pitch,
    height: isCollapsed ? collapsedRow - 1 : barHeight,
    ...(other === undefined || isCollapsed ? {} : { ghost: other }),
  }));
  const height = Math.max(collapsedLane, stepsHeight + rows.length * pitch);
  return { lane, y, height, rows: bands, stepsHeight, isPinned, isCollapsed };
}

/** y of the layout at `y` of the chart's lanes, which are scrolled by `scroll`. */
export const layoutY = ({ pinnedHeight }: Layout, y: number, scroll: number): number => (y < pinnedHeight ? y : y + scroll);

export const laneAt = ({ lanes }: Layout, y: number): LaneBand | undefined =>
  lanes.find((band) => y >= band.y - laneGap / 2 && y < band.y + band.height + laneGap / 2);

/** Slices narrower than a finger are hit a little beside them too, px. */
const tolerance = 4;

/** What is drawn at x, y; `width` is that of the lanes without the gutter. */
export function hitTest(layout: Layout, view: Viewport, width: number, x: number, y: number): Place | undefined {
  const lane = laneAt(layout, y);
  const band = lane?.rows.find((row) => y >= row.y && y < row.y + row.height + 2);
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

/** The next begin or end of a slice in any shown row beyond `time`; undefined at the border. */
export function nextEdge(layout: Layout, time: number, direction: 1 | -1): number | undefined {
  let best: number | undefined;
  for (const { rows } of layout.lanes) {
    for (const { row } of rows) {
      const at = row.firstEndingAt(time);
      for (let i = Math.max(0, at - 2); i < Math.min(row.count, at + 3); i++) {
        for (const edge of [row.start[i] ?? 0, row.end[i] ?? 0]) {
          if (!Number.isFinite(edge) || (direction > 0 ? edge <= time : edge >= time)) continue;
          if (best === undefined || (direction > 0 ? edge < best : edge > best)) best = edge;
        }
      }
    }
  }
  return best;
}
