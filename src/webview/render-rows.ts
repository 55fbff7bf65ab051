// SPDX-License-Identifier: MIT
/** Bars of the timeline: all rows in sight as one picture, then the texts on them. */
import { budgets, categories } from "./categories.ts";
import { eventLabel } from "./event-text.ts";
import { type RowBand, barHeight, ghostHeight } from "./layout.ts";
import { rasterRow } from "./row-raster.ts";
import { type PlacedBand, type Scene, bandsInSight, xAt } from "./scene.ts";
import { lowerBound } from "./slice-row.ts";
import type { Band, Surface } from "./surface.ts";
import { type Theme, textOn } from "./theme.ts";

/** Room that an event without duration needs beside it to get a label, px. */
const markRoom = 56;

export function drawRows(scene: Scene, surface: Surface, theme: Theme, isPinned: boolean): void {
  const { view, model, gutter, ghost } = scene;
  const bands = bandsInSight(scene, surface, isPinned);
  if (bands.length === 0) return;
  const columns = Math.max(1, Math.round((surface.width - gutter) * surface.scale));
  const ghosts = ghost === undefined ? [] : bands.flatMap(({ band, y }) => (band.ghost === undefined ? [] : [{ row: band.ghost, y, isMarks: band.isMarks }]));
  const pixels = new Uint32Array(columns * (bands.length + ghosts.length));
  const labels = bands.map(({ band }, i) => {
    const found: number[] = [];
    rasterRow(band.row, view, model.lastTime, theme.pixels, { pixels, base: i * columns, width: columns }, found, band.isMarks);
    return found;
  });
  const places: Band[] = bands.map(({ band, y }) => ({ y, height: band.height }));
  if (ghost !== undefined) {
    const shifted = { start: view.start - ghost.shift, end: view.end - ghost.shift };
    for (const [i, { row, y, isMarks }] of ghosts.entries()) {
      rasterRow(row, shifted, ghost.model.lastTime, theme.pixels, { pixels, base: (bands.length + i) * columns, width: columns }, [], isMarks);
      places.push({ y: y + barHeight + 1, height: ghostHeight });
    }
  }
  surface.raster(pixels, columns, places, gutter, surface.width - gutter);
  for (const [i, placed] of bands.entries()) {
    // Collapsed rows have no room for texts.
    if (placed.band.height < barHeight) continue;
    for (const index of labels[i] ?? []) drawLabel(scene, surface, theme, placed, index);
    if (placed.band.isMarks) drawMarkLabels(scene, surface, theme, placed);
  }
}

function drawLabel(scene: Scene, surface: Surface, theme: Theme, { band, y }: PlacedBand, index: number): void {
  const { row } = band;
  const event = scene.model.store.event(row.event[index] ?? 0);
  if (event === undefined) return;
  const category = row.category[index] ?? 0;
  const color = theme.palette[category] ?? theme.foreground;
  const left = Math.max(scene.gutter, xAt(scene, surface, row.start[index] ?? 0));
  const right = Math.min(surface.width, xAt(scene, surface, Math.min(row.end[index] ?? 0, scene.model.lastTime)));
  if (theme.isHighContrast) {
    surface.rect(left, y, right - left - 1, barHeight, theme.background);
    surface.outline(left, y, right - left - 1, barHeight, color, 1.5);
  }
  if (row.end[index] === Number.POSITIVE_INFINITY) drawRaggedEnd(surface, theme, right, y);
  const budget = budgets[event.kind];
  if (budget !== undefined) drawBudget(scene, surface, theme, (row.start[index] ?? 0) + budget, right, y);
  const maxWidth = right - left - 8;
  if (maxWidth <= 12) return;
  const text = eventLabel(scene.model.store.texts, event, scene.registers);
  // Not by its colour alone.
  const shown = category === categories.problem ? `⚠ ${text}` : text;
  surface.text(shown, left + 4, y + barHeight / 2, { color: theme.isHighContrast ? theme.foreground : textOn(color), maxWidth });
}

/** A slice that has not ended ends like torn paper. */
function drawRaggedEnd(surface: Surface, theme: Theme, right: number, y: number): void {
  for (let i = 0; i < barHeight; i += 4) surface.rect(right - 3, y + i, 3, 2, theme.background);
}

/** Line at the end of the time an ISR or DPC should take, where it took longer. */
function drawBudget(scene: Scene, surface: Surface, theme: Theme, limit: number, right: number, y: number): void {
  const x = xAt(scene, surface, limit);
  if (x < scene.gutter || x >= right) return;
  surface.rect(x - 1, y - 1, 4, barHeight + 2, theme.background);
  surface.rect(x, y - 1, 2, barHeight + 2, theme.foreground);
}

function drawMarkLabels(scene: Scene, surface: Surface, theme: Theme, { band, y }: { readonly band: RowBand; readonly y: number }): void {
  const { row } = band;
  const { view, model } = scene;
  const first = row.firstEndingAt(view.start);
  const end = lowerBound(row.start, row.count, view.end, first);
  const width = surface.width - scene.gutter;
  // More than fit side by side cannot have room.
  if (end - first > width / 8) return;
  for (let i = first; i < end; i++) {
    const x = xAt(scene, surface, row.start[i] ?? 0);
    const next = i + 1 < row.count ? xAt(scene, surface, row.start[i + 1] ?? 0) : surface.width;
    surface.rect(x, y, 2, barHeight, theme.palette[row.category[i] ?? 0] ?? theme.foreground);
    const event = next - x > markRoom ? model.store.event(row.event[i] ?? 0) : undefined;
    if (event === undefined) continue;
    const maxWidth = Math.min(next, surface.width) - x - 12;
    surface.text(eventLabel(model.store.texts, event, scene.registers), x + 5, y + barHeight / 2, { color: theme.foreground, maxWidth });
  }
}
