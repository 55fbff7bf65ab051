// SPDX-License-Identifier: MIT
/** Calls of what is too short for one. */
export const repeats = 20;

/** What the page of the timeline's benchmark measures, as the benchmark calls it. */
export interface TimelineMeasurements {
  /** Makes a trace of so many drawn events; returns its rows. */
  generate(drawn: number): number;
  /** ms from the message to the picture. */
  firstPaint(): number;
  /** Shows 420 views one a frame; how many pictures came later than the next frame. */
  steps(): Promise<{ readonly steps: number; readonly stale: number }>;
  /** 95th percentile of the time for one view, ms. */
  slowViews(): number;
  memory(): { readonly slices: number; readonly bytes: number };
  /** Least share of truly busy pixel columns that are painted at full zoom, of all rows. */
  fidelity(): number;
  /** `repeats` times. */
  search(text: string): void;
  /** `repeats` times. */
  aggregate(): void;
  /** µs for one. */
  hitTests(): number;
  /** Appends `perSecond` rows a second for `seconds`; returns how many arrived. */
  stream(perSecond: number, seconds: number): Promise<{ readonly frames: number; readonly appended: number; readonly arrived: number }>;
  /** Length of the shortest and of the longest picture that can be shown, ns. */
  zoomRange(): readonly [number, number];
}
