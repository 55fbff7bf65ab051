// SPDX-License-Identifier: MIT
/** An event as texts: for the tables, the tooltip and what is spoken. */
import { eventLabel, irqlText } from "../event-text.ts";
import { timeText } from "../time-text.ts";
import { strings } from "./page.ts";
import type { TimelineView } from "./timeline-view.ts";

export interface EventTexts {
  readonly time: string;
  /** Empty for events without duration. */
  readonly duration: string;
  readonly label: string;
  readonly lane: string;
  readonly level: string;
  readonly statement: string;
}

/** The view, or what stands in for it for another run. */
type TextSource = Pick<TimelineView, "model" | "registers" | "title">;

export function eventTexts(view: TextSource, event: number): EventTexts | undefined {
  const { model, registers } = view;
  const begin = model.store.event(event);
  const place = model.placeOf(event);
  if (begin === undefined || place === undefined) return undefined;
  const end = place.row.end[place.index] ?? 0;
  const isInstant = place.row === place.lane.instants;
  return {
    time: timeText(begin.time),
    duration: isInstant ? "" : end === Number.POSITIVE_INFINITY ? strings.running : timeText(end - begin.time),
    label: eventLabel(model.store.texts, begin, registers),
    lane: view.title(place.lane),
    level: irqlText(begin.irql),
    statement: begin.statement.toLocaleString("en"),
  };
}

/** Text of the tooltip. */
export function describe(view: TimelineView, event: number): string {
  const texts = eventTexts(view, event);
  return texts === undefined ? "" : `${texts.label}\n${texts.lane} · ${[texts.duration, texts.time, texts.level].filter((text) => text !== "").join(" · ")}`;
}
