// SPDX-License-Identifier: MIT
/**
 * Blocking waits: KeWaitForSingleObject, KeWaitForMultipleObjects, KeDelayExecutionThread, and the host's own. A wait runs the rest of the machine on the
 * current stack until its condition holds; code that runs meanwhile counts as another thread.
 */
import { type Machine, apcLevel, dispatchLevel } from "../machine/index.ts";
import { ntStatus } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";
import type { DispatcherObjects } from "./dispatcher-objects.ts";
import { objectType } from "./dispatcher-layout.ts";
import type { SystemTime } from "./system-time.ts";

const waitable = Object.values(objectType).filter((type) => type !== objectType.thread);
/** More objects need a KWAIT_BLOCK array of the caller. */
const threadWaitObjects = 3;
const maximumWaitObjects = 64;
/** First thread id; the others follow in steps of four, as Windows numbers them. */
const firstThreadId = 0x40;

export class Waits {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #objects: DispatcherObjects;
  readonly #time: SystemTime;
  /** Conditions of the waits in progress, outermost first. */
  readonly #pending: (() => boolean)[] = [];

  constructor(machine: Machine, checks: Checks, objects: DispatcherObjects, time: SystemTime) {
    this.#machine = machine;
    this.#checks = checks;
    this.#objects = objects;
    this.#time = time;
    objects.currentThread = () => this.threadId;
  }

  /** Identity of the running thread: a wait lets other threads run, which are nested. */
  get threadId(): number {
    return firstThreadId + 4 * this.#pending.length;
  }

  /**
   * Waits until `until` holds; false on timeout (ns). A wait that nothing can end any more stops the machine. `what` completes "waits for".
   */
  block(routine: string, what: string, until: () => boolean, timeoutNs?: number): boolean {
    this.#pending.push(until);
    const result = this.#machine.scheduler.waitUntil({ until, reason: what, ...(timeoutNs === undefined ? {} : { timeoutNs }) });
    this.#pending.pop();
    if (result !== "deadlock") return result === "satisfied";
    const isNested = this.#pending.some((condition) => condition());
    return this.#machine.stop.bugCheck(
      isNested
        ? {
            rule: "wait-nesting",
            message: `${routine} waits for ${what}, which only an interrupted thread could bring about`,
            explanation:
              "The wait of another thread is satisfied, but that thread cannot run before this one: threads that wait are nested in this machine, not switched. On Windows the driver would go on; reorder the scenario so that the waits do not overlap.",
          }
        : {
            rule: "wait-never-satisfied",
            message: `${routine} waits for ${what}, and nothing in the machine can bring that about any more`,
            explanation: "No timer, DPC, interrupt, device activity or other thread is left that could end the wait: the thread hangs forever (deadlock).",
          },
    );
  }

  /** Waits for virtual time to pass. */
  delay(nanoseconds: number): void {
    this.block("KeDelayExecutionThread", "its interval to elapse", () => false, nanoseconds);
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
        this.#waitForOne(object >>> 0, timeout >>> 0),
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
      KeDelayExecutionThread: (_mode: number, _alertable: number, interval: number) => {
        this.#checks.irqlAtMost("KeDelayExecutionThread", apcLevel);
        const nanoseconds = this.timeout(interval >>> 0);
        if (nanoseconds === undefined) this.#checks.argument("KeDelayExecutionThread", "Interval is NULL");
        else if (this.#mayBlock("KeDelayExecutionThread", nanoseconds)) this.delay(nanoseconds);
        return ntStatus.STATUS_SUCCESS;
      },
    };
  }

  #waitForOne(object: number, timeout: number): number {
    const routine = "KeWaitForSingleObject";
    const timeoutNs = this.timeout(timeout);
    this.#checks.irqlAtMost(routine, timeoutNs === 0 ? dispatchLevel : apcLevel);
    if (!this.#objects.check(routine, object, ...waitable)) return ntStatus.STATUS_INVALID_PARAMETER;
    const until = () => this.#objects.isSignaled(object);
    if (!until() && timeoutNs !== 0 && !this.#mayBlock(routine, timeoutNs)) return ntStatus.STATUS_TIMEOUT;
    // A satisfied wait takes the object as the thread that waited, which is known again after `block`.
    if (!until() && !this.block(routine, this.#objects.describe(object), until, timeoutNs)) return ntStatus.STATUS_TIMEOUT;
    this.#objects.take(object);
    return ntStatus.STATUS_SUCCESS;
  }

  #waitForMany(count: number, array: number, all: boolean, timeout: number, blocks: number): number {
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
    const signaled = (object: number) => this.#objects.isSignaled(object);
    const until = () => (all ? objects.every(signaled) : objects.some(signaled));
    if (!until() && timeoutNs !== 0 && !this.#mayBlock(routine, timeoutNs)) return ntStatus.STATUS_TIMEOUT;
    const what = `${all ? "all" : "one"} of ${count} objects (${objects.map((object) => this.#objects.describe(object)).join(", ")})`;
    if (!until() && !this.block(routine, what, until, timeoutNs)) return ntStatus.STATUS_TIMEOUT;
    if (all) {
      for (const object of objects) this.#objects.take(object);
      return ntStatus.STATUS_SUCCESS;
    }
    const index = objects.findIndex(signaled);
    this.#objects.take(objects[index] ?? 0);
    return index;
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
