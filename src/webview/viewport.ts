// SPDX-License-Identifier: MIT
/** The piece of time in sight, and how zooming and panning change it. Pure: times in ns, widths in CSS pixels. */

export interface Viewport {
  readonly start: number;
  readonly end: number;
}

/** Nothing is shorter than that. */
const shortest = 1;
/** Beyond the ends, so that the first and last events do not stick to the border. */
const margin = 0.02;

/** Everything from 0 to `last`. */
export function fitted(last: number): Viewport {
  const length = Math.max(shortest, last);
  return { start: -margin * length, end: length * (1 + margin) };
}

/** Zooms by `factor` (< 1 shows less) around time `at`, which stays where it is. */
export function zoomed({ start, end }: Viewport, factor: number, at: number, last: number): Viewport {
  const length = Math.max(shortest, (end - start) * factor);
  const share = (at - start) / (end - start);
  return clamped({ start: at - share * length, end: at + (1 - share) * length }, last);
}

/** Moves by `share` of the width in sight. */
export function panned({ start, end }: Viewport, share: number, last: number): Viewport {
  const by = share * (end - start);
  return clamped({ start: start + by, end: end + by }, last);
}

/** `from`..`to` with room on both sides. */
export function around(from: number, to: number, last: number): Viewport {
  const room = Math.max(shortest, (to - from) * 0.2);
  return clamped({ start: from - room, end: to + room }, last);
}

/** Keeps the viewport inside the trace. */
export function clamped({ start, end }: Viewport, last: number): Viewport {
  const whole = fitted(last);
  const length = Math.max(shortest, Math.min(end - start, whole.end - whole.start));
  const from = Math.min(Math.max(start, whole.start), whole.end - length);
  return { start: from, end: from + length };
}

export const timeAt = ({ start, end }: Viewport, x: number, width: number): number => start + (x / width) * (end - start);
export const xOf = ({ start, end }: Viewport, time: number, width: number): number => ((time - start) / (end - start)) * width;
