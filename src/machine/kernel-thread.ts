// SPDX-License-Identifier: MIT
/** Identities of threads: who runs, waits, and owns mutexes. What a thread executes is a task of the scheduler, or nested code on the processor's stack. */

export interface KernelThread {
  /** Unique in the machine; a multiple of four, as Windows numbers threads. */
  readonly id: number;
  name: string;
  /** 1 to 31; higher runs first. */
  priority: number;
}

/** Priority of a thread that nobody gave another one (THREAD_BASE_PRIORITY of the System process). */
export const normalPriority = 8;
/** Priority of system worker threads (DelayedWorkQueue). */
export const workerPriority = 12;
export const lowestPriority = 1;
export const highestPriority = 31;

const firstThreadId = 0x40;

/** What ends a thread in the middle of its code: thrown through the driver's frames to where the thread began. */
export class ThreadExit extends Error {
  override readonly name = "ThreadExit";
  /** NTSTATUS. */
  readonly status: number;

  constructor(status: number) {
    super("the thread ends");
    this.status = status;
  }
}

/** Makes threads with ids that depend on nothing but the order of their creation. */
export class ThreadFactory {
  #next = firstThreadId;

  create(name: string, priority = normalPriority): KernelThread {
    const id = this.#next;
    this.#next += 4;
    return { id, name, priority };
  }
}
