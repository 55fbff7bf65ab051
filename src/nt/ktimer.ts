// SPDX-License-Identifier: MIT
/** KTIMER objects of the driver: signal state in its memory, expiry on the virtual clock, an optional KDPC. */
import type { Machine } from "../machine/index.ts";
import { dispatchLevel } from "../machine/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";
import { ktimerLayout, objectType } from "./dispatcher-layout.ts";
import type { DispatcherObjects } from "./dispatcher-objects.ts";
import type { KernelDpcs } from "./kdpc.ts";
import type { SystemTime } from "./system-time.ts";
import type { HostTimer, Timers } from "./timer.ts";

const at = ktimerLayout.fields;
const timerTypes = [objectType.notificationTimer, objectType.synchronizationTimer] as const;

export class KernelTimers {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #objects: DispatcherObjects;
  readonly #timers: Timers;
  readonly #dpcs: KernelDpcs;
  readonly #time: SystemTime;
  readonly #byAddress = new Map<number, HostTimer>();

  constructor(machine: Machine, checks: Checks, objects: DispatcherObjects, timers: Timers, dpcs: KernelDpcs, time: SystemTime) {
    this.#machine = machine;
    this.#checks = checks;
    this.#objects = objects;
    this.#timers = timers;
    this.#dpcs = dpcs;
    this.#time = time;
  }

  /** Addresses of the KTIMERs that are set. */
  get active(): readonly number[] {
    return [...this.#byAddress].filter(([, timer]) => this.#timers.isStarted(timer)).map(([address]) => address);
  }

  api(): ApiTable {
    const due = (pointer: number) => this.#machine.memory.i64(pointer >>> 0);
    return {
      KeInitializeTimer: (timer: number) => this.#initialize(timer >>> 0, objectType.notificationTimer),
      KeInitializeTimerEx: (timer: number, type: number) =>
        this.#initialize(timer >>> 0, type === 1 ? objectType.synchronizationTimer : objectType.notificationTimer),
      KeSetTimer: (timer: number, dueTime: number, dpc: number) => this.#set("KeSetTimer", timer >>> 0, due(dueTime), 0, dpc >>> 0),
      KeSetTimerEx: (timer: number, dueTime: number, period: number, dpc: number) => this.#set("KeSetTimerEx", timer >>> 0, due(dueTime), period, dpc >>> 0),
      KeSetCoalescableTimer: (timer: number, dueTime: number, period: number, _delay: number, dpc: number) =>
        this.#set("KeSetCoalescableTimer", timer >>> 0, due(dueTime), period, dpc >>> 0),
      KeCancelTimer: (timer: number) => {
        this.#checks.irqlAtMost("KeCancelTimer", dispatchLevel);
        const found = this.#find("KeCancelTimer", timer >>> 0);
        return found !== undefined && this.#timers.stop(found) ? 1 : 0;
      },
      KeReadStateTimer: (timer: number) => (this.#find("KeReadStateTimer", timer >>> 0) === undefined ? 0 : this.#objects.state(timer >>> 0)),
    };
  }

  #initialize(address: number, type: number): void {
    this.#objects.initialize(address, type, 0);
    this.#machine.memory.fill(address + at.DueTime.offset, ktimerLayout.size - at.DueTime.offset, 0);
    const old = this.#byAddress.get(address);
    if (old !== undefined) this.#timers.stop(old);
    this.#byAddress.set(address, this.#timers.create(undefined, { name: "KTIMER", onExpire: (cause) => this.#expire(address, cause) }));
  }

  #set(routine: string, address: number, dueTime: bigint, period: number, dpc: number): number {
    this.#checks.irqlAtMost(routine, dispatchLevel);
    const timer = this.#find(routine, address);
    if (timer === undefined) return 0;
    if (period < 0) {
      this.#checks.argument(routine, `Period ${period} must be 0 or more milliseconds`);
      return 0;
    }
    this.#objects.setState(address, 0);
    this.#machine.memory.setU32(address + at.Dpc.offset, dpc);
    this.#machine.memory.setU32(address + at.Period.offset, period);
    return this.#timers.start(timer, dueTime, period) ? 1 : 0;
  }

  #expire(address: number, cause: number): void {
    this.#objects.signal(address);
    const dpc = this.#machine.memory.u32(address + at.Dpc.offset);
    if (dpc === 0) return;
    const time = this.#time.precise;
    this.#dpcs.insert(dpc, Number(time & 0xffff_ffffn), Number((time >> 32n) & 0xffff_ffffn), cause, "KTIMER expiry");
  }

  #find(routine: string, address: number): HostTimer | undefined {
    return this.#objects.check(routine, address, ...timerTypes) ? this.#byAddress.get(address) : undefined;
  }
}
