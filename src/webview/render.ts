// SPDX-License-Identifier: MIT
/**
 * The picture of the timeline as a pure function of a scene and a theme: draw calls on a Surface. From top to bottom a time axis, the notes, and the
 * lanes; the names of the lanes stand in a gutter on the left.
 */
import { barHeight } from "./layout.ts";
import { drawMarkings, drawMeasure, drawNotes, drawNow, flagsOf } from "./render-overlay.ts";
import { drawRows } from "./render-rows.ts";
import { drawSteps } from "./render-steps.ts";
import { type Scene, axisHeight, headerHeight, laneTitle, lanesInSight, topOf, xAt } from "./scene.ts";
import type { Surface } from "./surface.ts";
import type { Theme } from "./theme.ts";
import { axisMarks, timeText } from "./time-text.ts";

export function render(scene: Scene, surface: Surface, theme: Theme): void {
  const { width, height } = surface;
  const header = headerHeight(scene.notes);
  const { pinnedHeight } = scene.layout;
  surface.rect(0, 0, width, height, theme.background);
  drawAxis(scene, surface, theme);
  surface.clipped(0, header + pinnedHeight, width, height - header - pinnedHeight, () => drawLanes(scene, surface, theme, false));
  if (pinnedHeight > 0) {
    surface.clipped(0, header, width, pinnedHeight, () => {
      drawLanes(scene, surface, theme, true);
    });
    surface.rect(0, header + pinnedHeight - 1, width, 1, theme.muted);
  }
  surface.clipped(scene.gutter, header, width - scene.gutter, height - header, () => drawMarkings(scene, surface, theme));
  drawNotes(scene, surface, theme);
  drawNow(scene, surface, theme);
  drawMeasure(scene, surface, theme);
}

function drawAxis(scene: Scene, surface: Surface, theme: Theme): void {
  const { view, gutter } = scene;
  surface.rect(0, 0, surface.width, headerHeight(scene.notes), theme.panel);
  const { step, times } = axisMarks(view.start, view.end, (surface.width - gutter) / 110);
  const flags = flagsOf(scene, surface);
  for (const time of times) {
    const x = Math.round(xAt(scene, surface, time));
    if (x < gutter) continue;
    surface.rect(x, axisHeight - 6, 1, surface.height - axisHeight + 6, theme.grid);
    const text = timeText(time, step);
    const right = x + 8 + surface.textWidth(text);
    const isFree = right <= surface.width && flags.every(({ left, width }) => right < left || x + 4 > left + width);
    if (isFree) surface.text(text, x + 4, axisHeight / 2, { color: theme.muted });
  }
}

function drawLanes(scene: Scene, surface: Surface, theme: Theme, isPinned: boolean): void {
  drawRows(scene, surface, theme, isPinned);
  for (const band of lanesInSight(scene, surface, isPinned)) {
    const at = topOf(scene, band.y, isPinned);
    if (band.stepsHeight > 0) drawSteps(scene, surface, theme, band, at);
    surface.rect(0, at - 3, scene.gutter - 1, band.height + 6, theme.background);
    surface.rect(0, at + band.height + 2, surface.width, 1, theme.grid);
    surface.rect(scene.gutter - 1, at - 3, 1, band.height + 6, theme.grid);
    surface.text(band.isCollapsed ? "▸" : "▾", 6, at + barHeight / 2, { color: theme.muted });
    const hasPin = isPinned || scene.hoveredLane === band.lane.id;
    if (hasPin) surface.text(isPinned ? "●" : "○", scene.gutter - 16, at + barHeight / 2, { color: isPinned ? theme.focus : theme.muted });
    const maxWidth = scene.gutter - 24 - (hasPin ? 18 : 4);
    surface.text(laneTitle(band.lane, scene.laneNames), 19, at + barHeight / 2, { color: theme.foreground, maxWidth });
  }
}
