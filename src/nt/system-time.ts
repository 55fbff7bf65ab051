// SPDX-License-Identifier: MIT
/**
 * What the kernel's clocks show for a virtual time: system time (100 ns units since 1601), interrupt time, tick count and performance counter. The
 * machine starts at a fixed date, so that a run does not depend on the day it runs.
 */
import type { Clock } from "../machine/index.ts";

/** 2024-01-01 00:00:00 UTC in 100 ns units since 1601-01-01. */
export const bootSystemTime = 133_485_408_000_000_000n;
/** Time between clock interrupts, 100 ns units (KeQueryTimeIncrement of a PC: 15.625 ms). */
export const timeIncrement = 156_250;
/** Performance counter ticks a second (10 MHz, as current Windows shows). */
export const performanceFrequency = 10_000_000n;

export class SystemTime {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** 100 ns units since the machine started. */
  get interruptTime(): bigint {
    return BigInt(Math.floor(this.#clock.now / 100));
  }

  /** System time with the precision of KeQuerySystemTimePrecise. */
  get precise(): bigint {
    return bootSystemTime + this.interruptTime;
  }

  /** System time as of the last clock interrupt, as KeQuerySystemTime gives. */
  get coarse(): bigint {
    return bootSystemTime + this.tickCount * BigInt(timeIncrement);
  }

  /** Clock interrupts since the machine started. */
  get tickCount(): bigint {
    return this.interruptTime / BigInt(timeIncrement);
  }

  get performanceCounter(): bigint {
    return this.interruptTime;
  }

  /** Nanoseconds from now until an absolute system time; 0 when it has passed. */
  delayUntil(systemTime: bigint): number {
    const delay = Number(systemTime - this.precise) * 100;
    return Math.max(0, delay);
  }
}
