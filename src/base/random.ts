// SPDX-License-Identifier: MIT
/** Seeded generator (mulberry32): the only source of chance in the machine, so that a seed names a run. */

export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Uniform integer in [0, 2^32). */
  next32(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** Uniform integer in [0, limit); limit at most 2^32. */
  below(limit: number): number {
    return Math.floor((this.next32() / 0x1_0000_0000) * limit);
  }
}
