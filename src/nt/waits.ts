// SPDX-License-Identifier: MIT
/**
 * Blocking waits: KeWaitForSingleObject, KeWaitForMultipleObjects, KeDelayExecutionThread, and the kernel's own. Threads that wait for an object stand in
 * line: whoever signals it satisfies their waits then and there, in the order in which they came, as on Windows.
 */
import { type Blocking, type KernelThread, type Machine, apcLevel, dispatchLevel } from "../machine/index.ts";
import { ntStatus } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";
import type { DispatcherObjects } from "./dispatcher-objects.ts";
import { objectType } from "./dispatcher-layout.ts";
import type { SystemTime } from "./system-time.ts";

const waitable = Object.values(objectType);
/** More objects need a KWAIT_BLOCK array of the caller. */
const threadWaitObjects = 3;
const maximumWaitObjects = 64;

/** A thread in line for dispatcher objects. */
interface Waiter {
  readonly thread: KernelThread;
  readonly objects: readonly number[];
  readonly all: boolean;
  /** Index of the object that satisfied the wait. */
  satisfiedBy: number | undefined;
}

/** What is waited for, for messages and for the search for deadlocks. */
export interface Awaited {
  readonly routine: string;
  /** Completes "waits for". */
  readonly what: string;
  /** Id of the thread that could end the wait, when it is only one. */
  readonly owner?: () => number | undefined;
}

interface Blocked extends Awaited {
  readonly thread: KernelThread;
  readonly isEndless: boolean;
}

export class Waits {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #objects: DispatcherObjects;
  readonly #time: SystemTime;
  /** In the order in which they began to wait. */
  readonly #waiters: Waiter[] = [];
  readonly #blocked: Blocked[] = [];

  constructor(machine: Machine, checks: Checks, objects: DispatcherObjects, time: SystemTime) {
    this.#machine = machine;
    this.#checks = checks;
    this.#objects = objects;
    this.#time = time;
    objects.currentThread = () => this.threadId;
    objects.onSignal = (object) => this.#satisfy(object);
  }

  /** Identity of the running thread. */
  get threadId(): number {
    return this.#machine.scheduler.currentThread.id;
  }

  /** Waits until `until` holds; false on timeout (ns). A wait that nothing can end any more stops the machine. */
  *block(awaited: Awaited, until: () => boolean, timeoutNs?: number): Blocking<boolean> {
    const blocked: Blocked = { ...awaited, thread: this.#machine.scheduler.currentThread, isEndless: timeoutNs === undefined };
    if (timeoutNs === undefined) this.#checkCircle(blocked);
    this.#blocked.push(blocked);
    const result = yield { until, reason: awaited.what, ...(timeoutNs === undefined ? {} : { timeoutNs }) };
    this.#blocked.splice(this.#blocked.indexOf(blocked), 1);
    return result === "deadlock" ? this.#reportHang(awaited) : result === "satisfied";
  }

  /** Waits for virtual time to pass. */
  *delay(nanoseconds: number): Blocking<void> {
    yield* this.block({ routine: "KeDelayExecutionThread", what: "its interval to elapse" }, () => false, nanoseconds);
  }

  /** Timeout of a PLARGE_INTEGER in ns; undefined when the pointer is NULL. */
  timeout(pointer: number): number | undefined {
    if (pointer === 0) return undefined;
    const value = this.#machine.memory.i64(pointer);
    return value <= 0n ? Number(-value) * 100 : this.#time.delayUntil(value);
  }

  api(): ApiTable {
    return {
      KeWaitForSingleObject: (object: number, _reason: number, _mode: number, _alertable: number, timeout: number) =>
        this.waitForObject("KeWaitForSingleObject", object >>> 0, timeout >>> 0),
      KeWaitForMultipleObjects: (
        count: number,
        objects: number,
        type: number,
        _reason: number,
        _mode: number,
        _alertable: number,
        timeout: number,
        blocks: number,
      ) => this.#waitForMany(count >>> 0, objects >>> 0, type === 0, timeout >>> 0, blocks >>> 0),
      KeDelayExecutionThread: (_mode: number, _alertable: number, interval: number) => this.#delayThread(interval >>> 0),
    };
  }

  *#delayThread(interval: number): Blocking<number> {
    this.#checks.irqlAtMost("KeDelayExecutionThread", apcLevel);
    const nanoseconds = this.timeout(interval);
    if (nanoseconds === undefined) this.#checks.argument("KeDelayExecutionThread", "Interval is NULL");
    else if (this.#mayBlock("KeDelayExecutionThread", nanoseconds)) yield* this.delay(nanoseconds);
    return ntStatus.STATUS_SUCCESS;
  }

  /** Waits for one dispatcher object; `timeout` is a PLARGE_INTEGER. Returns NTSTATUS. */
  *waitForObject(routine: string, object: number, timeout: number): Blocking<number> {
    const timeoutNs = this.timeout(timeout);
    this.#checks.irqlAtMost(routine, timeoutNs === 0 ? dispatchLevel : apcLevel);
    if (!this.#objects.check(routine, object, ...waitable)) return ntStatus.STATUS_INVALID_PARAMETER;
    return yield* this.#waitFor({ routine, what: this.#objects.describe(object), owner: () => this.#objects.ownerOf(object) }, [object], false, timeoutNs);
  }

  *#waitForMany(count: number, array: number, all: boolean, timeout: number, blocks: number): Blocking<number> {
    const routine = "KeWaitForMultipleObjects";
    const timeoutNs = this.timeout(timeout);
    this.#checks.irqlAtMost(routine, timeoutNs === 0 ? dispatchLevel : apcLevel);
    if (count === 0 || count > maximumWaitObjects || (count > threadWaitObjects && blocks === 0)) {
      return this.#checks.bugCheck(0x0c, [count, 0, 0, 0], {
        rule: "ddi-bad-argument",
        message: `${routine}: Count is ${count}${blocks === 0 ? " and WaitBlockArray is NULL" : ""}`,
        explanation: `Up to ${threadWaitObjects} objects (THREAD_WAIT_OBJECTS) need no WaitBlockArray; more need one, and ${maximumWaitObjects} (MAXIMUM_WAIT_OBJECTS) is the limit. Windows stops with MAXIMUM_WAIT_OBJECTS_EXCEEDED.`,
      });
    }
    const { memory } = this.#machine;
    const objects = Array.from({ length: count }, (_, i) => memory.u32(array + 4 * i));
    if (!objects.every((object) => this.#objects.check(routine, object, ...waitable))) return ntStatus.STATUS_INVALID_PARAMETER;
    const what = `${all ? "all" : "one"} of ${count} objects (${objects.map((object) => this.#objects.describe(object)).join(", ")})`;
    return yield* this.#waitFor({ routine, what }, objects, all, timeoutNs);
  }

  /** Returns STATUS_WAIT_0 plus the index of the object that satisfied the wait, or STATUS_TIMEOUT. */
  *#waitFor(awaited: Awaited, objects: readonly number[], all: boolean, timeoutNs: number | undefined): Blocking<number> {
    const { routine } = awaited;
    const waiter: Waiter = { thread: this.#machine.scheduler.currentThread, objects, all, satisfiedBy: undefined };
    this.#try(waiter);
    if (waiter.satisfiedBy !== undefined) return waiter.satisfiedBy;
    if (timeoutNs === 0 || !this.#mayBlock(routine, timeoutNs)) return ntStatus.STATUS_TIMEOUT;
    this.#waiters.push(waiter);
    yield* this.block(awaited, () => waiter.satisfiedBy !== undefined, timeoutNs);
    const index = this.#waiters.indexOf(waiter);
    if (index >= 0) this.#waiters.splice(index, 1);
    return waiter.satisfiedBy ?? ntStatus.STATUS_TIMEOUT;
  }

  /** Satisfies a wait when the state of its objects allows. */
  #try(waiter: Waiter): void {
    const { objects, all, thread } = waiter;
    const signaled = (object: number): boolean => this.#objects.isSignaled(object, thread.id);
    if (all ? !objects.every(signaled) : !objects.some(signaled)) return;
    const index = all ? 0 : objects.findIndex(signaled);
    for (const object of all ? objects : objects.slice(index, index + 1)) this.#objects.take(object, thread.id);
    waiter.satisfiedBy = index;
  }

  /** An object was signaled: those who wait for it go on while its state lasts. */
  #satisfy(object: number): void {
    for (const waiter of this.#waiters.slice()) {
      if (this.#objects.state(object) <= 0) return;
      if (!waiter.objects.includes(object)) continue;
      this.#try(waiter);
      if (waiter.satisfiedBy === undefined) continue;
      this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
      this.#machine.scheduler.requestPreemption(waiter.thread);
    }
  }

  /** Threads that wait for each other in a circle never go on. */
  #checkCircle(blocked: Blocked): void {
    const circle = [blocked];
    for (let last = blocked; ; ) {
      const owner = last.owner?.();
      if (owner === undefined) return;
      const next = owner === blocked.thread.id ? blocked : this.#blocked.findLast(({ thread, isEndless }) => thread.id === owner && isEndless);
      if (next === undefined) return;
      if (next === blocked) break;
      if (circle.includes(next)) return;
      circle.push(next);
      last = next;
    }
    const chain = circle.map(({ thread, what }) => `${thread.name} waits for ${what}`).join("; ");
    this.#checks.bugCheck(0xc4, [0x1001, 0, 0, 0], {
      rule: "lock-order",
      message: `${blocked.routine}: deadlock: ${chain}`,
      explanation: "Each of these threads owns what the one before it waits for, so none of them ever goes on. Take locks in the same order on every path.",
    });
  }

  #reportHang({ routine, what }: Awaited): never {
    const { scheduler } = this.#machine;
    const others = scheduler.waiting.map((text) => `; ${text}`).join("");
    return this.#machine.stop.bugCheck(
      scheduler.isBlockedByNesting
        ? {
            rule: "wait-nesting",
            message: `${routine} waits for ${what}, which only an interrupted thread could bring about`,
            explanation:
              "The wait of another callback is satisfied, but it cannot go on before this one: both wait inside a routine of the framework, and such waits are nested in this machine. On Windows the driver would go on; reorder the scenario so that the waits do not overlap.",
          }
        : {
            rule: "wait-never-satisfied",
            message: `${routine} waits for ${what}, and nothing in the machine can bring that about any more${others}`,
            explanation: "No timer, DPC, interrupt, device activity or other thread is left that could end the wait: the thread hangs forever (deadlock).",
          },
    );
  }

  /** A wait that has to switch threads at DISPATCH_LEVEL or above is the end. */
  #mayBlock(routine: string, timeoutNs: number | undefined): boolean {
    if (this.#machine.cpu.irql < dispatchLevel) return true;
    return this.#checks.bugCheck(0xb8, [0, 0, 0, 0], {
      rule: "dpc-wait",
      message: `${routine} had to wait${timeoutNs === undefined ? "" : ` ${timeoutNs / 1000} µs`} at ${this.#checks.currentIrqlName}`,
      explanation:
        "Code at DISPATCH_LEVEL or above cannot wait: no other thread can run on the processor. Use a DPC, a timer or a work item instead of waiting.",
    });
  }
}
