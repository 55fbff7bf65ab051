// SPDX-License-Identifier: MIT
/** Virtual time as people read it. */

/** Nanoseconds with three digits and a unit. */
export function durationText(ns: number): string {
  for (const [unit, factor] of [
    ["s", 1e9],
    ["ms", 1e6],
    ["µs", 1e3],
  ] as const) {
    if (ns >= factor) return `${Number((ns / factor).toPrecision(3))} ${unit}`;
  }
  return `${Math.round(ns)} ns`;
}
