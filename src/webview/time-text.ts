// SPDX-License-Identifier: MIT
/** Virtual times as text, and where the marks of a time axis stand. */

const units: readonly (readonly [ns: number, name: string])[] = [
  [1e9, "s"],
  [1e6, "ms"],
  [1e3, "µs"],
  [1, "ns"],
];

/** `ns` in the greatest unit in which it is at least 1, with all digits that `resolution` (ns) can tell apart. */
export function timeText(ns: number, resolution = 1): string {
  const [size, name] = units.find(([unit]) => Math.abs(ns) >= unit) ?? [1, "ns"];
  const decimals = Math.max(0, Math.ceil(Math.log10(size / Math.max(resolution, 1e-3)) - 1e-9));
  const digits = (ns / size).toFixed(Math.min(decimals, 9));
  return `${digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits} ${name}`;
}

/** Times of the axis marks in [start, end], about `count` of them, at round numbers. */
export function axisMarks(start: number, end: number, count: number): { readonly step: number; readonly times: readonly number[] } {
  const raw = (end - start) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw * (1 - 1e-9)) ?? 10) * power;
  const first = Math.ceil(Math.max(0, start) / step - 1e-9);
  return { step, times: Array.from({ length: Math.max(0, Math.floor(end / step + 1e-9) - first + 1) }, (_, i) => (first + i) * step) };
}
