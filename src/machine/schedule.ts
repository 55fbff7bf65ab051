// SPDX-License-Identifier: MIT
/**
 * How long things take whose duration no specification fixes: a device's work, the way of an interrupt to the processor, the lateness of a timer. The
 * default takes the durations as they are given. Any other schedule is named by a seed and stretches or shortens them at random, so that events meet in
 * other orders; the same id gives the same run.
 */
import { SeededRandom } from "../base/index.ts";

export interface Schedule {
  /** Virtual ns that something takes which the device model wants to take `nanoseconds`. */
  deviceDelay(nanoseconds: number): number;
  /** Virtual ns between the assertion of an interrupt and its delivery at the earliest. */
  interruptLatency(): number;
  /** Virtual ns that a kernel timer is late; up to a clock tick of 15.625 ms, as on Windows. */
  timerLateness(): number;
}

export const defaultSchedule: Schedule = {
  deviceDelay: (nanoseconds) => nanoseconds,
  interruptLatency: () => 0,
  timerLateness: () => 0,
};

/** Share of the events that a schedule changes; few changes find what many would hide. */
const shares = [0.1, 0.5, 1];
/** Powers of two by which device work is stretched or shortened at most. */
const stretches = [1, 3, 6];
/** Longest way of an interrupt, ns: behind other interrupts, or with interrupts disabled by other drivers. */
const latencies = [0, 500, 10_000, 200_000];
/** Longest lateness of a timer, ns. */
const latenesses = [0, 1_000_000, 15_625_000];

class RandomSchedule implements Schedule {
  readonly #random: SeededRandom;
  readonly #share: number;
  readonly #stretch: number;
  readonly #latency: number;
  readonly #lateness: number;

  constructor(seed: number) {
    // Seeds next to each other must not give like schedules.
    this.#random = new SeededRandom(Math.imul(seed, 0x9e37_79b1));
    this.#share = this.#oneOf(shares);
    this.#stretch = this.#oneOf(stretches);
    this.#latency = this.#oneOf(latencies);
    this.#lateness = this.#oneOf(latenesses);
  }

  deviceDelay(nanoseconds: number): number {
    if (!this.#changes()) return nanoseconds;
    const exponent = (this.#random.below(2001) / 1000 - 1) * this.#stretch;
    return Math.round(nanoseconds * 2 ** exponent);
  }

  interruptLatency(): number {
    return this.#changes() ? this.#random.below(this.#latency + 1) : 0;
  }

  timerLateness(): number {
    return this.#changes() ? this.#random.below(this.#lateness + 1) : 0;
  }

  #changes(): boolean {
    return this.#random.below(1000) < 1000 * this.#share;
  }

  #oneOf(values: readonly number[]): number {
    return values[this.#random.below(values.length)] ?? 0;
  }
}

/** Schedule of an id: `default`, or `s` and a seed. Undefined for anything else. */
export function scheduleOf(id: string): Schedule | undefined {
  if (id === "default") return defaultSchedule;
  const seed = /^s(\d{1,9})$/.exec(id)?.[1];
  return seed === undefined ? undefined : new RandomSchedule(Number(seed));
}
