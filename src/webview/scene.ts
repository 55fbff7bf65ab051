// SPDX-License-Identifier: MIT
/** Everything a picture of the timeline is made from, and where things lie in it, px. */
import type { TimelineLane, TimelineNote } from "../protocol/index.ts";
import type { RegisterNames } from "./event-text.ts";
import type { Ghost } from "./ghost.ts";
import { type LaneBand, type Layout, type RowBand, barHeight } from "./layout.ts";
import type { Surface } from "./surface.ts";
import type { Lane, TimelineModel } from "./timeline-model.ts";
import { type Viewport, xOf } from "./viewport.ts";

export const axisHeight = 24;
const notesHeight = 18;

/** Width of the names of the lanes; less in a narrow panel. */
export const gutterOf = (width: number): number => (width < 560 ? 108 : 168);

export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Scene {
  readonly model: TimelineModel;
  readonly layout: Layout;
  readonly view: Viewport;
  readonly gutter: number;
  /** Pixels scrolled off above. */
  readonly scroll: number;
  readonly laneNames: Readonly<Record<TimelineLane, string>>;
  readonly nowText: string;
  readonly registers: RegisterNames;
  /** Begin event of the selected slice. */
  readonly selected?: number;
  readonly hovered?: number;
  readonly hoveredLane?: string;
  /** Events with the same root cause as the selected one, in their order. */
  readonly chain: readonly number[];
  /** What the search found, ascending. */
  readonly matches: Uint32Array;
  readonly measured?: Range;
  /** A passing mark, until the next. */
  readonly marked?: Range;
  readonly notes: readonly TimelineNote[];
  /** Where the stopped target is, ns. */
  readonly now?: number;
  readonly ghost?: Ghost & { readonly shift: number };
}

/** What a lane is called. */
export const laneTitle = ({ name, family }: Lane, names: Scene["laneNames"]): string => {
  if (name === undefined) return names[family];
  return family === "device" ? name : `${names[family]} ${name}`;
};

/** Axis, and the row of the notes when there are any. */
export const headerHeight = (notes: readonly TimelineNote[]): number => axisHeight + (notes.length > 0 ? notesHeight : 0);

/** y in the picture of `y` in the layout. */
export const topOf = (scene: Scene, y: number, isPinned: boolean): number => headerHeight(scene.notes) + y - (isPinned ? 0 : scene.scroll);

export function isInSight(scene: Scene, surface: Surface, { y, height }: { readonly y: number; readonly height: number }, isPinned: boolean): boolean {
  const at = topOf(scene, y, isPinned);
  const from = headerHeight(scene.notes) + (isPinned ? 0 : scene.layout.pinnedHeight);
  return at + height >= from && at <= surface.height;
}

export const xAt = (scene: Scene, surface: Surface, time: number): number => scene.gutter + xOf(scene.view, time, surface.width - scene.gutter);

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where an event is drawn; undefined when it is not in sight in time, or its lane is not shown. */
export function boxOf(scene: Scene, surface: Surface, event: number): Box | undefined {
  const place = scene.model.placeOf(event);
  const band = place === undefined ? undefined : scene.layout.bandOf.get(place.row);
  if (place === undefined || band === undefined) return undefined;
  const from = xAt(scene, surface, place.row.start[place.index] ?? 0);
  const to = xAt(scene, surface, Math.min(place.row.end[place.index] ?? 0, scene.model.lastTime));
  if (to < scene.gutter || from > surface.width) return undefined;
  const x = Math.max(scene.gutter, from);
  return { x, y: topOf(scene, band.y, band.isPinned), width: Math.max(3, Math.min(surface.width, to) - x), height: band.height };
}

export interface PlacedBand {
  readonly band: RowBand;
  readonly y: number;
}

/** Rows in sight of pinned lanes, or of the others. */
export function bandsInSight(scene: Scene, surface: Surface, isPinned: boolean): readonly PlacedBand[] {
  return scene.layout.lanes
    .filter((lane) => lane.isPinned === isPinned && isInSight(scene, surface, lane, isPinned))
    .flatMap(({ rows }) => rows)
    .filter((band) => isInSight(scene, surface, { y: band.y, height: barHeight }, isPinned))
    .map((band) => ({ band, y: topOf(scene, band.y, isPinned) }));
}

export const lanesInSight = (scene: Scene, surface: Surface, isPinned: boolean): readonly LaneBand[] =>
  scene.layout.lanes.filter((lane) => lane.isPinned === isPinned && isInSight(scene, surface, lane, isPinned));
