// SPDX-License-Identifier: MIT
/** Lanes of values: IRQLs as bands, interrupt lines as waves, numbers as columns. In each pixel the greatest value that occurs: the shortest ISR is seen. */
import { categories } from "./categories.ts";
import { irqlText } from "./event-text.ts";
import type { LaneBand } from "./layout.ts";
import { type Scene, xAt } from "./scene.ts";
import { lowerBound } from "./slice-row.ts";
import type { Lane, StepStyle } from "./timeline-model.ts";
import type { Surface } from "./surface.ts";
import { type Theme, textOn } from "./theme.ts";
import { xOf } from "./viewport.ts";

interface Run {
  readonly value: number;
  readonly from: number;
  readonly to: number;
}

const dispatchLevel = 2;
/** Runs narrower than that have no text, px. */
const labelled = 30;

export function drawSteps(scene: Scene, surface: Surface, theme: Theme, { lane, stepsHeight }: LaneBand, y: number): void {
  const { steps } = lane;
  if (steps === undefined) return;
  const bottom = y + stepsHeight;
  const most = lane.stepStyle === "count" ? Math.max(1, steps.greatest(0, steps.count)) : 1;
  for (const run of runs(scene, surface, lane)) {
    const { height, color, opacity, text } = look(lane.stepStyle ?? "level", run.value, stepsHeight, most, theme);
    const left = scene.gutter + run.from;
    const width = run.to - run.from;
    surface.rect(left, bottom - height, width, height, color, opacity);
    if (lane.stepStyle === "wave") drawEdge(surface, left, bottom, stepsHeight, color, run);
    if (text !== "" && width > labelled && height > 10) {
      const hasOwnColor = opacity > 0.5;
      surface.text(text, left + 4, bottom - height / 2, { color: hasOwnColor ? textOn(color) : theme.foreground, maxWidth: width - 8 });
    }
  }
  if (lane.stepStyle === "level") drawStopLine(scene, surface, theme, bottom);
}

interface Look {
  readonly height: number;
  readonly color: string;
  readonly opacity: number;
  readonly text: string;
}

function look(style: StepStyle, value: number, room: number, most: number, theme: Theme): Look {
  const color = (category: number): string => theme.palette[category] ?? theme.foreground;
  switch (style) {
    case "wave":
      return { height: value === 0 ? 1 : room - 2, color: color(categories.isr), opacity: value === 0 ? 1 : 0.35, text: "" };
    case "count":
      return {
        height: value === 0 ? 1 : Math.max(4, (value / most) * (room - 2)),
        color: color(categories.dpc),
        opacity: 1,
        text: value === 0 ? "" : String(value),
      };
    case "level": {
      // What may be interrupted by everything is only a line.
      const share = value === 0 ? 0.15 : value < dispatchLevel ? 0.4 : value === dispatchLevel ? 0.66 : 1;
      const category = value === 0 ? categories.request : value <= dispatchLevel ? categories.dpc : categories.isr;
      return { height: share * room, color: color(category), opacity: value === 0 ? 0.6 : 1, text: value === 0 ? "" : irqlText(value) };
    }
  }
}

/** The upper border of a high level, and the edge where it rose. */
function drawEdge(surface: Surface, left: number, bottom: number, room: number, color: string, { value, from, to }: Run): void {
  if (value === 0) return;
  surface.rect(left, bottom - room + 1, to - from, 1.5, color);
  surface.rect(left, bottom - room + 1, 1.5, room - 1, color);
}

/** The trace ends here; the line of the level does too. */
function drawStopLine(scene: Scene, surface: Surface, theme: Theme, bottom: number): void {
  const x = xAt(scene, surface, scene.model.lastTime);
  if (x > scene.gutter && x < surface.width) surface.rect(x, bottom - 8, 1, 8, theme.muted);
}

/** Runs of pixels of the same value. */
function* runs(scene: Scene, surface: Surface, { steps }: Lane): Generator<Run> {
  if (steps === undefined) return;
  const { view, model } = scene;
  const width = surface.width - scene.gutter;
  let value = -1;
  let from = 0;
  const end = Math.min(width, xOf(view, model.lastTime, width));
  const begin = Math.max(0, Math.floor(xOf(view, 0, width)));
  from = begin;
  for (let x = begin, index = lowerBound(steps.time, steps.count, view.start + (begin / width) * (view.end - view.start)) - 1; x < end; x++) {
    const next = lowerBound(steps.time, steps.count, view.start + ((x + 1) / width) * (view.end - view.start), Math.max(0, index));
    const here = next === 0 ? 0 : steps.greatest(Math.max(0, index), Math.max(index + 1, next));
    if (here !== value) {
      if (value >= 0 && x > from) yield { value, from, to: x };
      value = here;
      from = x;
    }
    // The value at the end of this pixel is the first of the next.
    index = next - 1;
  }
  if (value >= 0 && end > from) yield { value, from, to: end };
}
