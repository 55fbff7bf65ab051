// SPDX-License-Identifier: MIT
/** Clocks and stalls as drivers call them. In a stall the device goes on and interrupts above the current IRQL are taken. */
import { type Machine, dispatchLevel } from "../machine/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";
import { type SystemTime, performanceFrequency, timeIncrement } from "./system-time.ts";

/** "KeStallExecutionProcessor": as short as possible; DPCs have 100 µs in all (DPC guidelines of the WDK). */
const longestStallUs = 100;
/** Virtual time that one turn of a spin loop takes (YieldProcessor). */
const yieldNs = 40;

export class TimeApi {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #time: SystemTime;

  constructor(machine: Machine, checks: Checks, time: SystemTime) {
    this.#machine = machine;
    this.#checks = checks;
    this.#time = time;
  }

  /** Lets `nanoseconds` pass with the processor busy: events fire at their times, deliverable interrupts are taken. */
  stall(nanoseconds: number): void {
    const { clock, cpu } = this.#machine;
    for (const end = clock.now + nanoseconds; clock.now < end; ) {
      clock.jump(end);
      clock.runDue();
      cpu.deliver();
    }
  }

  api(): ApiTable {
    const { memory, clock } = this.#machine;
    return {
      KeStallExecutionProcessor: (microseconds: number) => this.#stallProcessor(microseconds >>> 0),
      DdkYieldProcessor: () => this.stall(yieldNs),
      KeQuerySystemTime: (time: number) => memory.setU64(time >>> 0, this.#time.coarse),
      KeQuerySystemTimePrecise: (time: number) => memory.setU64(time >>> 0, this.#time.precise),
      KeQueryTickCount: (count: number) => memory.setU64(count >>> 0, this.#time.tickCount),
      KeQueryTimeIncrement: () => timeIncrement,
      KeQueryInterruptTime: () => this.#time.tickCount * BigInt(timeIncrement),
      KeQueryUnbiasedInterruptTime: () => this.#time.tickCount * BigInt(timeIncrement),
      KeQueryInterruptTimePrecise: (counter: number) => {
        if (counter !== 0) memory.setU64(counter >>> 0, this.#time.performanceCounter);
        return BigInt(Math.floor(clock.now / 100));
      },
      // LARGE_INTEGER is a union: the result goes through the hidden first pointer.
      KeQueryPerformanceCounter: (result: number, frequency: number) => {
        memory.setU64(result >>> 0, this.#time.performanceCounter);
        if (frequency !== 0) memory.setU64(frequency >>> 0, performanceFrequency);
      },
      ExSetTimerResolution: () => timeIncrement,
      ExSystemTimeToLocalTime: (system: number, local: number) => memory.setU64(local >>> 0, memory.u64(system >>> 0)),
      ExLocalTimeToSystemTime: (local: number, system: number) => memory.setU64(system >>> 0, memory.u64(local >>> 0)),
    };
  }

  #stallProcessor(microseconds: number): void {
    if (microseconds > longestStallUs && this.#machine.cpu.irql >= dispatchLevel) {
      this.#checks.violation({
        rule: "stall-too-long",
        message: `KeStallExecutionProcessor stalls for ${microseconds} µs at ${this.#checks.currentIrqlName}`,
        explanation:
          "Nothing else runs on the processor meanwhile; DPCs and ISRs should need less than 100 µs in all. Use a timer, or wait in a work item with KeDelayExecutionThread.",
      });
    }
    this.stall(microseconds * 1000);
  }
}
