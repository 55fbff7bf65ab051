// SPDX-License-Identifier: MIT
/** How the benchmarks print: one line a figure, and beside it the goal and whether it was met. A miss is printed, never thrown. */

/** Samples of one figure, in the order they were taken. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export function spread(samples: readonly number[]): Spread {
  return { min: quantile(samples, 0), median: quantile(samples, 0.5), max: quantile(samples, 1) };
}

/** The nearest-rank quantile, `q` from 0 to 1. @throws RangeError without samples */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))];
  if (value === undefined) throw new RangeError("there are no samples");
  return value;
}

export interface Goal {
  readonly value: number;
  readonly limit: number;
  readonly unit: string;
  readonly isAtLeast?: boolean;
}

const nameWidth = 46;

export class Report {
  readonly #write: (line: string) => void;
  #misses = 0;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  /** Goals that were missed so far. */
  get misses(): number {
    return this.#misses;
  }

  section(title: string): void {
    this.#write(`\n${title}`);
  }

  row(name: string, text: string): void {
    this.#write(`  ${name.padEnd(nameWidth)} ${text}`);
  }

  /** A row with a goal: `value` must be `limit` at most, or at least. */
  goal(name: string, text: string, { value, limit, unit, isAtLeast = false }: Goal): void {
    const isMet = isAtLeast ? value >= limit : value <= limit;
    if (!isMet) this.#misses++;
    this.row(name, `${text}   [goal ${isAtLeast ? "≥" : "≤"} ${limit}${unit}: ${isMet ? "met" : "MISSED"}]`);
  }
}

/** `min 12.3, median 14.5` with so many digits behind the point. */
export const spreadText = ({ min, median }: Spread, digits: number, unit: string): string =>
  `min ${min.toFixed(digits)}${unit}, median ${median.toFixed(digits)}${unit}`;
