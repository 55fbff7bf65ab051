// SPDX-License-Identifier: MIT
/**
 * Kernel timers over the virtual clock: one-shot and periodic, expiring as DPCs at DISPATCH_LEVEL in the order of their due times. Due times are in
 * the units of KeSetTimer: negative = 100 ns units from now, otherwise an absolute system time.
 */
import type { ClockEvent, Machine } from "../machine/index.ts";
import type { DpcQueue, HostDpc } from "./dpc.ts";
import type { SystemTime } from "./system-time.ts";

/** A timer; compare by identity. */
export interface HostTimer {
  readonly name: string;
  readonly objectId: number;
  /** Runs the expiry at DISPATCH_LEVEL; undefined when only `onExpire` counts. */
  readonly dpc: HostDpc | undefined;
  /** Told at the moment of expiry (any IRQL) with the trace event, before the DPC is queued; for KTIMER's signal state. */
  onExpire: ((cause: number) => void) | undefined;
  /** Milliseconds between expiries, 0 = one shot. */
  periodMs: number;
  /** Virtual time of the next expiry, ns; meaningful while it is started. */
  dueNs: number;
  event: ClockEvent | undefined;
}

export interface TimerOptions {
  readonly name?: string;
  readonly objectId?: number;
  readonly onExpire?: (cause: number) => void;
}

const nsPerUnit = 100;
const nsPerMs = 1_000_000;

export class Timers {
  readonly #machine: Machine;
  readonly #dpcs: DpcQueue;
  readonly #time: SystemTime;

  constructor(machine: Machine, dpcs: DpcQueue, time: SystemTime) {
    this.#machine = machine;
    this.#dpcs = dpcs;
    this.#time = time;
  }

  /** A stopped timer; `run` is called at DISPATCH_LEVEL for each expiry. */
  create(run: (() => void) | undefined, options: TimerOptions = {}): HostTimer {
    const { name = "timer", objectId = 0, onExpire } = options;
    const dpc = run === undefined ? undefined : this.#dpcs.create(name, run, objectId);
    return { name, objectId, dpc, onExpire, periodMs: 0, dueNs: 0, event: undefined };
  }

  /**
   * Starts or restarts `timer`; `dueTime` in 100 ns units, negative = relative, `periodMs` 0 = once. True when it was started already (the
   * earlier due time is cancelled), as KeSetTimerEx returns.
   */
  start(timer: HostTimer, dueTime: bigint, periodMs = 0): boolean {
    const wasStarted = this.stop(timer);
    timer.periodMs = periodMs;
    const delay = dueTime < 0n ? Number(-dueTime) * nsPerUnit : this.#time.delayUntil(dueTime);
    this.#arm(timer, this.#machine.clock.now + delay);
    return wasStarted;
  }

  /** Stops `timer`; false when it was not started. A queued expiry DPC still runs, as on Windows. */
  stop(timer: HostTimer): boolean {
    if (timer.event === undefined) return false;
    this.#machine.clock.cancel(timer.event);
    timer.event = undefined;
    return true;
  }

  isStarted(timer: HostTimer): boolean {
    return timer.event !== undefined;
  }

  /** Takes an expiry that is queued as a DPC back; false when none is. */
  dequeue(timer: HostTimer): boolean {
    return timer.dpc !== undefined && this.#dpcs.remove(timer.dpc);
  }

  #arm(timer: HostTimer, dueNs: number): void {
    const { clock, schedule } = this.#machine;
    timer.dueNs = dueNs;
    timer.event = clock.after(Math.max(0, dueNs - clock.now) + schedule.timerLateness(), () => this.#expire(timer));
  }

  #expire(timer: HostTimer): void {
    timer.event = undefined;
    const event = this.#machine.trace.instant("timer", timer.objectId, 0, timer.periodMs * nsPerMs);
    // Periods count from due time to due time, so that lateness does not add up.
    if (timer.periodMs > 0) this.#arm(timer, timer.dueNs + timer.periodMs * nsPerMs);
    timer.onExpire?.(event);
    if (timer.dpc !== undefined) this.#dpcs.insert(timer.dpc, event);
  }
}
