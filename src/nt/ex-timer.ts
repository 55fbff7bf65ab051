// SPDX-License-Identifier: MIT
/** Executive timers: ExAllocateTimer, ExSetTimer, ExCancelTimer, ExDeleteTimer. The callback runs at DISPATCH_LEVEL; times are in 100 ns units. */
import { type Machine, apcLevel, dispatchLevel } from "../machine/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";
import type { Pool } from "./pool.ts";
import { poolTag } from "./pool-heap.ts";
import type { HostTimer, Timers } from "./timer.ts";

const opaqueBytes = 64;
const unitsPerMs = 10_000;

export class ExTimers {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #pool: Pool;
  readonly #timers: Timers;
  readonly #byAddress = new Map<number, HostTimer>();

  constructor(machine: Machine, checks: Checks, pool: Pool, timers: Timers) {
    this.#machine = machine;
    this.#checks = checks;
    this.#pool = pool;
    this.#timers = timers;
  }

  /** Timers that were not deleted. */
  get addresses(): readonly number[] {
    return [...this.#byAddress.keys()];
  }

  api(): ApiTable {
    return {
      ExAllocateTimer: (callback: number, context: number) => this.#allocate(callback >>> 0, context),
      ExSetTimer: (timer: number, dueTime: bigint, period: bigint) => this.#set(timer >>> 0, dueTime, period),
      ExCancelTimer: (timer: number) => {
        this.#checks.irqlAtMost("ExCancelTimer", dispatchLevel);
        const found = this.#find("ExCancelTimer", timer >>> 0);
        return found !== undefined && this.#timers.stop(found) ? 1 : 0;
      },
      ExDeleteTimer: (timer: number, cancel: number, wait: number) => this.#delete(timer >>> 0, (cancel & 0xff) !== 0, (wait & 0xff) !== 0),
    };
  }

  #allocate(callback: number, context: number): number {
    this.#checks.irqlAtMost("ExAllocateTimer", dispatchLevel);
    const address = this.#pool.allocate(opaqueBytes, poolTag("ExTm"), "EX_TIMER");
    if (address === 0) return 0;
    const run = () => {
      if (callback === 0) return;
      this.#machine.guest.call("ExTimerCallback", callback, [address, context], { kind: "timer", label: "EX_TIMER" });
    };
    this.#byAddress.set(address, this.#timers.create(run, { name: "EX_TIMER" }));
    return address;
  }

  #set(address: number, dueTime: bigint, period: bigint): number {
    this.#checks.irqlAtMost("ExSetTimer", dispatchLevel);
    const timer = this.#find("ExSetTimer", address);
    if (timer === undefined) return 0;
    if (period < 0n) {
      this.#checks.argument("ExSetTimer", `Period ${period} must be 0 or more`);
      return 0;
    }
    return this.#timers.start(timer, dueTime, Number(period) / unitsPerMs) ? 1 : 0;
  }

  #delete(address: number, cancel: boolean, wait: boolean): number {
    this.#checks.irqlAtMost("ExDeleteTimer", wait ? apcLevel : dispatchLevel);
    const timer = this.#find("ExDeleteTimer", address);
    if (timer === undefined) return 0;
    if (wait && !cancel) this.#checks.argument("ExDeleteTimer", "Wait is TRUE and Cancel is FALSE", "Wait requires Cancel.");
    const wasSet = this.#timers.stop(timer);
    // The callback has run or is taken back before the memory goes.
    if (timer.dpc !== undefined) this.#timers.dequeue(timer);
    this.#byAddress.delete(address);
    this.#pool.free(address);
    return wasSet ? 1 : 0;
  }

  #find(routine: string, address: number): HostTimer | undefined {
    const timer = this.#byAddress.get(address);
    if (timer === undefined) {
      this.#checks.argument(
        routine,
        `${this.#checks.whatIsAt(address)} is not a timer of ExAllocateTimer, or it was deleted`,
        "A timer object may not be used after ExDeleteTimer.",
      );
    }
    return timer;
  }
}
