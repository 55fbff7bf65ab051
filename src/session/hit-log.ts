// SPDX-License-Identifier: MIT
/**
 * The statement numbers at which a breakpoint was hit. Counting them this way lets hit counts go back with time travel, and lets a
 * logpoint know that it has spoken already when history is executed again.
 */

export class HitLog {
  /** Ascending, without repetitions. */
  readonly #positions: number[] = [];

  /** Notes a hit; false when this hit is known, that is, history was executed again. */
  add(position: number): boolean {
    const at = this.#firstAfter(position - 1);
    if (this.#positions[at] === position) return false;
    this.#positions.splice(at, 0, position);
    return true;
  }

  /** Hits up to and including `position`. */
  countUpTo(position: number): number {
    return this.#firstAfter(position);
  }

  /** Forgets what came after `position`: the history was changed there and that future no longer is. */
  truncate(position: number): void {
    this.#positions.length = this.#firstAfter(position);
  }

  #firstAfter(position: number): number {
    let low = 0;
    let high = this.#positions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#positions[middle] ?? 0) <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
