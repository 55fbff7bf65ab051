// SPDX-License-Identifier: MIT
/** What lies upon the bars: the chain of the selected event with its arrows, what was found, notes, where the target stands, and a measured range. */
import { type Box, type Range, type Scene, axisHeight, boxOf, headerHeight, xAt } from "./scene.ts";
import type { Surface } from "./surface.ts";
import { type Theme, textOn } from "./theme.ts";
import { timeText } from "./time-text.ts";

/** Most arrows of a chain that are drawn: more is a thicket. */
const mostArrows = 200;
/** Most outlines of matches: more than one for each pixel of a screen tells nothing. */
const mostMatches = 3000;

export function drawMarkings(scene: Scene, surface: Surface, theme: Theme): void {
  drawMatches(scene, surface, theme);
  const arrows: (readonly [from: Box, to: Box])[] = [];
  const outlined = new Map<number, number>();
  for (const id of scene.chain) {
    const box = boxOf(scene, surface, id);
    if (box === undefined) continue;
    // Outlines of neighbours that are as narrow as they are would hide them.
    if (box.x - (outlined.get(box.y) ?? 0) >= 4) {
      // A ring around a dark gap is seen on bars of its own colour too.
      if (box.width > 6) surface.outline(box.x, box.y, box.width, box.height, theme.background, 1);
      surface.outline(box.x - 1, box.y - 1, box.width + 2, box.height + 2, theme.chain, 1.5);
      outlined.set(box.y, box.x + box.width);
    }
    const cause = boxOf(scene, surface, scene.model.causeOf(id));
    if (cause !== undefined && cause.y !== box.y && arrows.length < mostArrows) arrows.push([cause, box]);
  }
  for (const [from, to] of arrows) drawArrow(surface, theme, from, to);
  if (scene.hovered !== undefined) outlineBox(surface, boxOf(scene, surface, scene.hovered), theme.focus, 1);
  if (scene.selected !== undefined) outlineBox(surface, boxOf(scene, surface, scene.selected), theme.focus, 2.5);
}

/** From where the cause is when the effect begins, or from its end, to the begin of the effect; outside of both, where no text is. */
function drawArrow(surface: Surface, theme: Theme, from: Box, to: Box): void {
  const x = Math.min(Math.max(to.x, from.x), from.x + from.width);
  const isDown = to.y > from.y;
  surface.arrow(x, isDown ? from.y + from.height : from.y, to.x + 1, isDown ? to.y : to.y + to.height, theme.chain, theme.background);
}

/** Outlines of what the search found, in sight, one for each pixel. */
function drawMatches(scene: Scene, surface: Surface, theme: Theme): void {
  const { matches, model, view } = scene;
  let low = 0;
  let high = matches.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (model.store.timeOf(matches[middle] ?? 0) < view.start) low = middle + 1;
    else high = middle;
  }
  let lastX = -1;
  let lastY = -1;
  for (let i = Math.max(0, low - 50), drawn = 0; i < matches.length && drawn < mostMatches; i++) {
    const event = matches[i] ?? 0;
    if (model.store.timeOf(event) > view.end) return;
    const box = boxOf(scene, surface, event);
    if (box === undefined || (Math.round(box.x) === lastX && box.y === lastY)) continue;
    lastX = Math.round(box.x);
    lastY = box.y;
    drawn++;
    outlineBox(surface, box, theme.foreground, 1);
  }
}

function outlineBox(surface: Surface, box: Box | undefined, color: string, lineWidth: number): void {
  if (box !== undefined) surface.outline(box.x - 1, box.y - 1, box.width + 2, box.height + 2, color, lineWidth);
}

/** Where the target stands: what lies behind it has been seen in a run before and will come again. */
export function drawNow(scene: Scene, surface: Surface, theme: Theme): void {
  if (scene.now === undefined) return;
  const x = xAt(scene, surface, scene.now);
  const header = headerHeight(scene.notes);
  if (x < surface.width && scene.now < scene.model.lastTime) {
    const from = Math.max(scene.gutter, x);
    surface.rect(from, header, surface.width - from, surface.height - header, theme.background, 0.55);
  }
  if (x < scene.gutter || x > surface.width) return;
  surface.rect(x - 1, axisHeight - 6, 2, surface.height, theme.problem);
  flag(surface, scene.nowText, nowFlag(scene, surface, scene.now), theme.problem);
}

interface Flag {
  readonly left: number;
  readonly width: number;
}

/** Labels in the axis, which its marks make room for. */
export function flagsOf(scene: Scene, surface: Surface): readonly Flag[] {
  const flags: Flag[] = [];
  if (scene.now !== undefined) flags.push(nowFlag(scene, surface, scene.now));
  for (const range of [scene.marked, scene.measured]) if (range !== undefined) flags.push(rangeFlag(scene, surface, range));
  return flags;
}

function nowFlag(scene: Scene, surface: Surface, now: number): Flag {
  const width = surface.textWidth(scene.nowText, true) + 8;
  return { left: Math.max(scene.gutter, Math.min(xAt(scene, surface, now) - 1, surface.width - width)), width };
}

function rangeFlag(scene: Scene, surface: Surface, { from, to }: Range): Flag {
  const x0 = Math.max(scene.gutter, xAt(scene, surface, Math.min(from, to)));
  const x1 = Math.min(surface.width, xAt(scene, surface, Math.max(from, to)));
  const width = surface.textWidth(timeText(Math.abs(to - from)), true) + 12;
  return { left: Math.max(scene.gutter, Math.min(surface.width - width, (x0 + x1 - width) / 2)), width };
}

/** A label in the axis. */
function flag(surface: Surface, text: string, { left, width }: Flag, color: string): void {
  surface.rect(left, 3, width, axisHeight - 6, color);
  surface.text(text, left + 4, axisHeight / 2, { color: textOn(color), isBold: true });
}

/** Notes in their row below the axis, each with a line down; ranges shaded. */
export function drawNotes(scene: Scene, surface: Surface, theme: Theme): void {
  const color = theme.palette[5] ?? theme.chain;
  for (const [i, { from, to, text }] of scene.notes.entries()) {
    const x = xAt(scene, surface, from);
    const right = xAt(scene, surface, to);
    if (right < scene.gutter || x > surface.width) continue;
    const left = Math.max(scene.gutter, x);
    const end = Math.min(surface.width, right);
    if (to > from) surface.rect(left, axisHeight, Math.max(1, end - left), surface.height - axisHeight, color, 0.1);
    if (x >= scene.gutter) surface.rect(x, axisHeight, 1.5, surface.height - axisHeight, color);
    if (to > from && right <= surface.width) surface.rect(right - 1, axisHeight, 1.5, surface.height - axisHeight, color);
    const next = scene.notes[i + 1];
    const room = (next === undefined ? surface.width : Math.min(surface.width, xAt(scene, surface, next.from))) - left - 6;
    if (room < 14) continue;
    const width = Math.min(room, surface.textWidth(text, true) + 10);
    surface.rect(left, axisHeight, width, 16, color);
    surface.text(text, left + 5, axisHeight + 8, { color: textOn(color), isBold: true, maxWidth: width - 8 });
  }
  if (scene.marked !== undefined) drawRange(scene, surface, theme, scene.marked, theme.muted);
}

export function drawMeasure(scene: Scene, surface: Surface, theme: Theme): void {
  if (scene.measured !== undefined) drawRange(scene, surface, theme, scene.measured, theme.focus);
}

/** A shaded range with its duration, and when it began. */
function drawRange(scene: Scene, surface: Surface, theme: Theme, { from, to }: Range, color: string): void {
  const header = headerHeight(scene.notes);
  const x0 = Math.max(scene.gutter, xAt(scene, surface, Math.min(from, to)));
  const x1 = Math.min(surface.width, xAt(scene, surface, Math.max(from, to)));
  if (x1 < x0) return;
  surface.rect(x0, header, x1 - x0, surface.height - header, color, 0.12);
  for (const x of [x0, x1]) surface.rect(x, axisHeight - 6, 1, surface.height, color);
  const text = timeText(Math.abs(to - from));
  const { left, width } = rangeFlag(scene, surface, { from, to });
  surface.rect(left, 3, width, axisHeight - 6, color);
  surface.text(text, left + 6, axisHeight / 2, { color: textOn(color), isBold: true });
  // What cannot be seen between the lines is pointed at from outside.
  if (x1 - x0 < width) surface.rect(Math.min(x0, left), axisHeight - 4, Math.max(x1, left + width) - Math.min(x0, left), 1, theme.foreground);
}
