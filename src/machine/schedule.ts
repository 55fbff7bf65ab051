// SPDX-License-Identifier: MIT
/**
 * How long things take whose duration no specification fixes: a device's work, the way of an interrupt to the processor, the lateness of a timer. The
 * default takes the durations as they are given. Any other schedule is named by a seed and stretches or shortens them at random, so that events meet in
 * other orders; the same id gives the same run.
 */
import { SeededRandom } from "../base/index.ts";

export interface Schedule {
  /** Virtual time at which something happens that the device model wants to happen at `due`, both absolute ns, not before `now`. */
  deviceDue(now: number, due: number): number;
  /** Virtual ns between the assertion of an interrupt and its delivery at the earliest. */
  interruptLatency(): number;
  /** Virtual ns that a kernel timer is late; up to a clock tick of 15.625 ms, as on Windows. */
  timerLateness(): number;
}

export const defaultSchedule: Schedule = {
  deviceDue: (_now, due) => due,
  interruptLatency: () => 0,
  timerLateness: () => 0,
};

/** Share of the events that a schedule changes; few changes find what many would hide. */
const shares = [0.1, 0.5, 1];
/** Powers of two by which device work is stretched at most; it is shortened to half at most, since what it takes is known better from below. */
const stretches = [1, 2, 4];
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
  /** Device events that have not happened: when they should, and when they will. */
  #pending: readonly { readonly due: number; readonly at: number }[] = [];

  constructor(seed: number) {
    // Seeds next to each other must not give like schedules.
    this.#random = new SeededRandom(Math.imul(seed, 0x9e37_79b1));
    this.#share = this.#oneOf(shares);
    this.#stretch = this.#oneOf(stretches);
    this.#latency = this.#oneOf(latencies);
    this.#lateness = this.#oneOf(latenesses);
  }

  /** Keeps the order of what is pending: frames on a wire do not overtake each other because one of them is late. */
  deviceDue(now: number, due: number): number {
    this.#pending = this.#pending.filter((other) => other.at > now);
    const exponent = this.#random.below(1000 * (this.#stretch + 1) + 1) / 1000 - 1;
    const wanted = this.#changes() ? Math.round(now + (due - now) * 2 ** exponent) : due;
    const earliest = Math.max(now, ...this.#pending.filter((other) => other.due <= due).map(({ at }) => at));
    const latest = Math.min(...this.#pending.filter((other) => other.due > due).map(({ at }) => at));
    const at = Math.min(Math.max(wanted, earliest), latest);
    this.#pending = [...this.#pending, { due, at }];
    return at;
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
