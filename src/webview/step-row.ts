// SPDX-License-Identifier: MIT
/** A value from 0 to 255 that changes in steps, such as the IRQL: times and values, with the greatest value of any range in logarithmic time. */
import { grown, lowerBound } from "./slice-row.ts";

const fanOutBits = 4;
const fanOut = 16;

export class StepRow {
  count = 0;
  /** ns, ascending. */
  time = new Float64Array(64);
  value = new Uint8Array(64);
  /** Event that changed the value. */
  event = new Uint32Array(64);
  readonly #greatest: Uint8Array[] = [];

  push(time: number, value: number, event: number): void {
    const index = this.count++;
    if (index === this.time.length) {
      this.time = grown(this.time, new Float64Array(2 * index));
      this.value = grown(this.value, new Uint8Array(2 * index));
      this.event = grown(this.event, new Uint32Array(2 * index));
    }
    this.time[index] = time;
    this.value[index] = Math.min(255, value);
    this.event[index] = event;
    for (let level = 0, block = index >>> fanOutBits; ; level++, block >>>= fanOutBits) {
      // A level begins when the one below has more than one block; its first block then stands for all there were.
      let blocks = this.#greatest[level] ?? Uint8Array.of(this.#greatest[level - 1]?.[0] ?? 0, ...new Uint8Array(15));
      if (block >= blocks.length) blocks = grown(blocks, new Uint8Array(2 * blocks.length));
      this.#greatest[level] = blocks;
      blocks[block] = Math.max(blocks[block] ?? 0, Math.min(255, value));
      if (block === 0) break;
    }
  }

  /** Value at `time`; 0 before the first step. */
  at(time: number): number {
    let index = lowerBound(this.time, this.count, time) - 1;
    while (index + 1 < this.count && this.time[index + 1] === time) index++;
    return index < 0 ? 0 : (this.value[index] ?? 0);
  }

  /** Greatest of the values [from, to). */
  greatest(from: number, to: number): number {
    let best = 0;
    let low = from;
    let high = to;
    for (let level = -1; low < high; level++, low >>>= fanOutBits, high >>>= fanOutBits) {
      const values = level < 0 ? this.value : (this.#greatest[level] ?? this.value);
      const isTop = this.#greatest[level + 1] === undefined || high - low <= fanOut;
      while (low < high && (isTop || low % fanOut !== 0)) best = Math.max(best, values[low++] ?? 0);
      while (low < high && high % fanOut !== 0) best = Math.max(best, values[--high] ?? 0);
    }
    return best;
  }
}
