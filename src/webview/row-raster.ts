// SPDX-License-Identifier: MIT
/**
 * A row of slices as pixels, exact at every zoom: wide slices are drawn one by one; all that begin in one pixel column are merged into it, with the
 * colour of the longest and the opacity of the share of the column that is busy. The cost depends on the width, not on the number of slices.
 */
import { type SliceRow, gallop } from "./slice-row.ts";
import { type Viewport, xOf } from "./viewport.ts";

/** Slices at least so wide are drawn by themselves, px. */
const wide = 1.5;
/** A lone short slice stays visible. */
const leastOpacity = 0.3;
/** Slices wider than that may have a label, px. */
const labelled = 24;

export interface RasterTarget {
  /** 0xAABBGGRR; `width` pixels from `base` on are written. */
  readonly pixels: Uint32Array;
  readonly base: number;
  readonly width: number;
}

/**
 * Draws `row` into `target`; indices of slices wide enough for a label are added to `labels`. Open slices reach to `now`. `isMarks`: each slice is an
 * event without duration, and opacity says how many there are.
 */
export function rasterRow(row: SliceRow, view: Viewport, now: number, palette: Uint32Array, target: RasterTarget, labels: number[], isMarks = false): void {
  const { pixels, base, width } = target;
  pixels.fill(0, base, base + width);
  const perNs = width / (view.end - view.start);
  const color = (index: number): number => palette[row.category[index] ?? 0] ?? 0;
  let index = row.firstEndingAt(view.start);
  while (index < row.count) {
    const start = row.start[index] ?? 0;
    if (start >= view.end) break;
    const x0 = Math.max(0, xOf(view, start, width));
    const x1 = Math.min(width, xOf(view, Math.min(row.end[index] ?? 0, now), width));
    if (x1 - x0 >= wide || index >= row.closed) {
      paint(pixels, base, width, x0, x1, color(index));
      if (x1 - x0 > labelled) labels.push(index);
      index++;
      continue;
    }
    const column = Math.min(width - 1, Math.floor(x0));
    let next = Math.min(row.closed, gallop(row.start, row.count, view.start + (column + 1) / perNs, index + 1));
    // The last one that begins here may reach far beyond this column, and is then drawn by itself.
    if (next > index + 1 && Math.min(width, xOf(view, row.end[next - 1] ?? 0, width)) - xOf(view, row.start[next - 1] ?? 0, width) >= wide) next--;
    const merged = next - index;
    const share = isMarks ? 0.6 + 0.1 * merged : row.busy(index, next) * perNs;
    const opacity = Math.min(1, Math.max(leastOpacity, share));
    const shade = ((color(merged === 1 ? index : row.longest(index, next)) & 0xff_ffff) | ((opacity * 255) << 24)) >>> 0;
    pixels[base + column] = shade;
    // A slice that straddles two columns must not vanish from the second.
    const last = Math.min(width - 1, Math.floor(xOf(view, row.end[next - 1] ?? 0, width) - 1e-9));
    if (last > column) pixels[base + last] = shade;
    index = next;
  }
}

/** A bar with a gap of one pixel behind it, so that neighbours can be told apart. */
function paint(pixels: Uint32Array, base: number, width: number, x0: number, x1: number, color: number): void {
  const from = Math.min(width - 1, Math.round(x0));
  const to = Math.max(from + 1, Math.round(x1));
  pixels.fill(color, base + from, base + Math.min(width, to > from + 2 ? to - 1 : to));
}
