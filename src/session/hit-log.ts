// SPDX-License-Identifier: MIT
/**
 * The moments at which a breakpoint was hit. Counting them this way lets hit counts go back with time travel, and lets a
 * logpoint know that it has spoken already when history is executed again.
 */

/** A statement number; hits in the course of a statement lie between it and the next. */
export type Moment = number;

/** Hits in the course of one statement that have moments of their own. */
const momentsOfStatement = 0x1_0000;

/** The moment of hit number `sequence` (from 1; 0 = the start of the statement) in the course of statement `position`. */
export function momentOf(position: number, sequence: number): Moment {
  return position + Math.min(sequence, momentsOfStatement - 1) / momentsOfStatement;
}

export class HitLog {
  /** Ascending, without repetitions. */
  readonly #moments: Moment[] = [];

  /** Notes a hit; false when this hit is known, that is, history was executed again. */
  add(moment: Moment): boolean {
    const at = this.#countWhere((other) => other < moment);
    if (this.#moments[at] === moment) return false;
    this.#moments.splice(at, 0, moment);
    return true;
  }

  /** Hits up to and including `moment`. */
  countUpTo(moment: Moment): number {
    return this.#countWhere((other) => other <= moment);
  }

  /** Hits before `moment`. */
  countBefore(moment: Moment): number {
    return this.#countWhere((other) => other < moment);
  }

  /** Forgets what came after `moment`: the history was changed there and that future no longer is. */
  truncate(moment: Moment): void {
    this.#moments.length = this.countUpTo(moment);
  }

  /** Length of the longest prefix that fulfils `holds`. */
  #countWhere(holds: (moment: Moment) => boolean): number {
    let low = 0;
    let high = this.#moments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (holds(this.#moments[middle] ?? 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
