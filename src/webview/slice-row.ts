// SPDX-License-Identifier: MIT
/**
 * One row of the timeline: slices that never overlap, in the order of time, as columns of numbers. Sums of durations and a pyramid of longest
 * slices answer in constant and logarithmic time what a pixel column holds, however many slices begin in it. Only the last slice may be open.
 */

const fanOut = 16;
const fanOutBits = 4;

/** Index of the first value of the ascending `values[from, count)` that is at least `value`. */
export function lowerBound(values: Float64Array, count: number, value: number, from = 0): number {
  let low = from;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** As `lowerBound`, for results that are expected near `from`: doubles its steps. */
export function gallop(values: Float64Array, count: number, value: number, from: number): number {
  let step = 1;
  let low = from;
  let probe = from;
  while (probe < count && (values[probe] ?? 0) < value) {
    low = probe + 1;
    probe += step;
    step *= 2;
  }
  return lowerBound(values, Math.min(probe, count), value, low);
}

export class SliceRow {
  count = 0;
  /** ns. */
  start = new Float64Array(64);
  /** ns; Infinity while open. */
  end = new Float64Array(64);
  /** Id of the event that began the slice. */
  event = new Uint32Array(64);
  /** Colour. */
  category = new Uint8Array(64);
  /** Sum of the durations of all slices before. */
  #before = new Float64Array(65);
  /** Level n holds for each block of 16^(n+1) slices the index of the longest. */
  readonly #longest: Uint32Array[] = [];

  get isOpen(): boolean {
    return this.count > 0 && this.end[this.count - 1] === Number.POSITIVE_INFINITY;
  }

  /** Slices that have ended. */
  get closed(): number {
    return this.isOpen ? this.count - 1 : this.count;
  }

  /** Begins a slice; the one before must have ended. Its index. */
  open(start: number, event: number, category: number): number {
    const index = this.count;
    if (index === this.start.length) this.#grow();
    this.start[index] = start;
    this.end[index] = Number.POSITIVE_INFINITY;
    this.event[index] = event;
    this.category[index] = category;
    this.count++;
    return index;
  }

  /** Ends the open slice. */
  close(end: number): void {
    const index = this.count - 1;
    const start = this.start[index] ?? 0;
    this.end[index] = end;
    this.#before[index + 1] = (this.#before[index] ?? 0) + (end - start);
    for (let level = 0, block = index >>> fanOutBits; ; level++, block >>>= fanOutBits) {
      const blocks = this.#level(level, block);
      const isFirst = index % fanOut ** (level + 1) === 0;
      if (isFirst || end - start > this.duration(blocks[block] ?? 0)) blocks[block] = index;
      if (block === 0) break;
    }
  }

  duration(index: number): number {
    return (this.end[index] ?? 0) - (this.start[index] ?? 0);
  }

  /** First slice that has not ended before `time`. */
  firstEndingAt(time: number): number {
    return lowerBound(this.end, this.count, time);
  }

  /** Bytes of the columns, without reserves. */
  get usedBytes(): number {
    return (
      this.count * (8 + 8 + 4 + 1 + 8) +
      this.#longest.reduce((sum, blocks, level) => sum + Math.min(blocks.length, (this.count >>> (fanOutBits * (level + 1))) + 1) * 4, 0)
    );
  }

  /** Sum of the durations of the closed slices [from, to). */
  busy(from: number, to: number): number {
    return (this.#before[to] ?? 0) - (this.#before[from] ?? 0);
  }

  /** Index of the longest of the closed slices [from, to); the first of equally long ones. */
  longest(from: number, to: number): number {
    let best = from;
    let low = from;
    let high = to;
    const consider = (index: number): void => {
      const difference = this.duration(index) - this.duration(best);
      if (difference > 0 || (difference === 0 && index < best)) best = index;
    };
    for (let level = -1; low < high; level++, low >>>= fanOutBits, high >>>= fanOutBits) {
      const at = (i: number): number => (level < 0 ? i : (this.#longest[level]?.[i] ?? from));
      const isTop = this.#longest[level + 1] === undefined || high - low <= fanOut;
      while (low < high && (isTop || low % fanOut !== 0)) consider(at(low++));
      while (low < high && high % fanOut !== 0) consider(at(--high));
    }
    return best;
  }

  #level(level: number, block: number): Uint32Array {
    const blocks = this.#longest[level] ?? this.#newLevel(level);
    const wide = block < blocks.length ? blocks : grown(blocks, new Uint32Array(2 * blocks.length));
    this.#longest[level] = wide;
    return wide;
  }

  /** A level begins when the one below has more than one block; its first block then stands for all there were. */
  #newLevel(level: number): Uint32Array {
    const blocks = new Uint32Array(16);
    const below = this.#longest[level - 1];
    if (below !== undefined) blocks[0] = below[0] ?? 0;
    return blocks;
  }

  #grow(): void {
    const size = grownSize(this.start.length);
    this.start = grown(this.start, new Float64Array(size));
    this.end = grown(this.end, new Float64Array(size));
    this.event = grown(this.event, new Uint32Array(size));
    this.category = grown(this.category, new Uint8Array(size));
    this.#before = grown(this.#before, new Float64Array(size + 1));
  }
}

/** Next capacity: doubles while small; a long row must not hold twice what it needs. */
export const grownSize = (size: number): number => (size < 65_536 ? 2 * size : Math.ceil(1.25 * size));

/** `to` with the values of `from` at its beginning. */
export function grown<T extends { set(values: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
