// SPDX-License-Identifier: MIT
/** Moves among events: along rows and lanes, the way of a request, matches, and what was over budget. */
import { eventsInView } from "../queries.ts";
import { around, clamped, panned, zoomed } from "../viewport.ts";
import { nextEdge } from "../layout.ts";
import type { Range } from "../scene.ts";
import type { TimelineView } from "./timeline-view.ts";

export type Direction = 1 | -1;

/** Around the selected event when it is in sight, otherwise the middle. */
export function zoomBy(view: TimelineView, factor: number): void {
  const { start, end } = view.view;
  const selected = rangeOfSelection(view)?.from;
  const at = selected !== undefined && selected > start && selected < end ? selected : (start + end) / 2;
  view.show(zoomed(view.view, factor, at, view.lastTime));
}

export function panBy(view: TimelineView, share: number): void {
  view.show(panned(view.view, share, view.lastTime));
}

/** Time of the selected event; open ones reach until now. */
export function rangeOfSelection(view: TimelineView): Range | undefined {
  const place = view.selected === undefined ? undefined : view.model.placeOf(view.selected);
  return place === undefined ? undefined : { from: place.row.start[place.index] ?? 0, to: Math.min(place.row.end[place.index] ?? 0, view.lastTime) };
}

/** Shows the selected event or the measured range in full; everything, when that is so already. */
export function focusSelection(view: TimelineView): void {
  const range = rangeOfSelection(view) ?? view.measured;
  if (range === undefined) return view.fit();
  const from = Math.min(range.from, range.to);
  const wanted = around(from, Math.max(range.from, range.to, from + 1), view.lastTime);
  if (wanted.start === view.view.start && wanted.end === view.view.end) view.fit();
  else view.show(wanted);
}

export function zoomToRange(view: TimelineView): void {
  const range = view.measured ?? rangeOfSelection(view);
  if (range === undefined) return;
  view.show(clamped({ start: Math.min(range.from, range.to), end: Math.max(range.from, range.to, range.from + 1) }, view.lastTime));
  view.measure(undefined);
}

/** Measures the selected event, or moves an end of the range to the next begin or end of an event. */
export function extendRange(view: TimelineView, direction: Direction): void {
  const range = view.measured ?? rangeOfSelection(view);
  if (range === undefined) return;
  const edge = view.measured === undefined ? range.to : nextEdge(view.layout, range.to, direction);
  if (edge !== undefined) view.measure({ from: range.from, to: edge });
}

/** The next event after the selected one in an ascending list, or the one before; around the end. */
export function selectNext(view: TimelineView, events: ArrayLike<number>, direction: Direction): void {
  if (events.length === 0) return;
  const from = view.selected ?? 0;
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle] ?? 0) < from + (direction > 0 ? 1 : 0)) low = middle + 1;
    else high = middle;
  }
  const index = direction > 0 ? low % events.length : (low - 1 + events.length) % events.length;
  view.select(events[index]);
}

/** The neighbour in the row of the selected event; without one, the first event in sight. */
export function nextInRow(view: TimelineView, direction: Direction): void {
  const place = view.selected === undefined ? undefined : view.model.placeOf(view.selected);
  if (place === undefined) {
    view.select(eventsInView(view.layout, view.view, 1).events[0]);
    return;
  }
  const index = place.index + direction;
  if (index >= 0 && index < place.row.count) view.select(place.row.event[index]);
}

/** What is nearest in time in the row above or below. */
export function nextRow(view: TimelineView, direction: Direction): void {
  const place = view.selected === undefined ? undefined : view.model.placeOf(view.selected);
  if (place === undefined) return nextInRow(view, 1);
  const rows = view.layout.lanes.flatMap((lane) => lane.rows).map(({ row }) => row);
  const row = rows[rows.indexOf(place.row) + direction];
  if (row === undefined || row.count === 0) return;
  view.select(row.event[Math.min(row.count - 1, row.firstEndingAt(place.row.start[place.index] ?? 0))]);
}
