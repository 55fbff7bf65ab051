// SPDX-License-Identifier: MIT
/**
 * System threads (PsCreateSystemThread): a KTHREAD in memory that becomes signaled when the thread ends, a handle, and a task of the scheduler that runs
 * the thread's routine on a stack of its own. Also the thread objects of everybody else, for KeGetCurrentThread.
 */
import { ExitStatus, UserError, hex } from "../base/index.ts";
import { type KernelThread, type Machine, type Task, ThreadExit, apcLevel, highestPriority, lowestPriority, passiveLevel } from "../machine/index.ts";
import { type CodePlace, ntStatus } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import { type Checks, irqlName } from "./checks.ts";
import { kthreadBytes, objectType } from "./dispatcher-layout.ts";
import type { DispatcherObjects } from "./dispatcher-objects.ts";
import type { KernelHandles } from "./kernel-handles.ts";
import type { ObjectIds } from "./object-ids.ts";
import type { Pool } from "./pool.ts";
import { poolTag } from "./pool-heap.ts";

const systemProcessId = 4;

/** A thread that the driver created. */
export interface SystemThread {
  readonly thread: KernelThread;
  /** Address of its KTHREAD. */
  readonly object: number;
  readonly createdBy: CodePlace | undefined;
  isEnded: boolean;
  hasHandle: boolean;
}

export interface ThreadParts {
  readonly machine: Machine;
  readonly checks: Checks;
  readonly pool: Pool;
  readonly objects: DispatcherObjects;
  readonly handles: KernelHandles;
  readonly ids: ObjectIds;
}

export class SystemThreads {
  readonly #parts: ThreadParts;
  /** Threads of the driver whose objects exist. */
  readonly #created: SystemThread[] = [];
  /** KTHREADs of all threads that have one, by thread. */
  readonly #objects = new Map<KernelThread, number>();
  /** References the driver holds on an object. */
  referencesOf: (object: number) => number = () => 0;
  /** Regions in which APCs are disabled that a thread has not left. */
  regionsOf: (thread: number) => number = () => 0;

  constructor(parts: ThreadParts) {
    this.#parts = parts;
    parts.objects.threadOf = (object) => this.#threadOf(object)?.id;
    parts.handles.currentThread = () => this.current;
  }

  /** Threads of the driver that have not ended. */
  get alive(): readonly SystemThread[] {
    return this.#created.filter(({ isEnded }) => !isEnded);
  }

  /** KTHREAD of the thread that runs. */
  get current(): number {
    return this.#objectOf(this.#parts.machine.scheduler.currentThread);
  }

  /** The driver has given back a reference: the object goes when it was the last. */
  released(object: number): void {
    const found = this.#created.find((thread) => thread.object === object);
    if (found === undefined || !found.isEnded || found.hasHandle || this.referencesOf(object) > 0) return;
    this.#created.splice(this.#created.indexOf(found), 1);
    this.#objects.delete(found.thread);
    this.#parts.pool.free(object);
  }

  api(): ApiTable {
    const { checks, machine } = this.#parts;
    return {
      PsCreateSystemThread: (handle: number, _access: number, _attributes: number, _process: number, clientId: number, routine: number, context: number) =>
        this.#create(handle >>> 0, clientId >>> 0, routine >>> 0, context),
      PsTerminateSystemThread: (status: number) => this.#terminate(status),
      KeGetCurrentThread: () => this.current,
      PsGetCurrentThreadId: () => machine.scheduler.currentThread.id,
      PsGetThreadId: (object: number) => this.#find("PsGetThreadId", object >>> 0)?.id ?? 0,
      KeQueryPriorityThread: (object: number) => {
        checks.irqlAtMost("KeQueryPriorityThread", passiveLevel);
        return this.#find("KeQueryPriorityThread", object >>> 0)?.priority ?? 0;
      },
      KeSetPriorityThread: (object: number, priority: number) => this.#setPriority("KeSetPriorityThread", object >>> 0, () => priority),
      KeSetBasePriorityThread: (object: number, increment: number) =>
        this.#setPriority("KeSetBasePriorityThread", object >>> 0, (thread) =>
          Math.min(highestPriority, Math.max(lowestPriority, thread.priority + increment)),
        ),
    };
  }

  #create(handle: number, clientId: number, routine: number, context: number): number {
    const { machine, checks, pool, objects, handles } = this.#parts;
    const { memory, scheduler, guest } = machine;
    checks.irqlAtMost("PsCreateSystemThread", passiveLevel);
    if (!guest.hasStacks) throw stacksMissing();
    const object = pool.allocate(kthreadBytes, poolTag("Thre"), "KTHREAD");
    if (object === 0) return ntStatus.STATUS_INSUFFICIENT_RESOURCES;
    const thread = scheduler.threads.create("thread");
    thread.name = `${guest.functionName?.(routine) ?? "thread"} (thread ${hex(thread.id)})`;
    objects.initialize(object, objectType.thread, 0);
    const created: SystemThread = { thread, object, createdBy: guest.topFrame?.(), isEnded: false, hasHandle: true };
    this.#created.push(created);
    this.#objects.set(thread, object);
    const value = handles.add({
      type: "Thread",
      object,
      onClose: () => {
        created.hasHandle = false;
        this.released(object);
      },
    });
    memory.setU32(handle, value);
    if (clientId !== 0) {
      memory.setU32(clientId, systemProcessId);
      memory.setU32(clientId + 4, thread.id);
    }
    scheduler.spawn(thread.name, this.#run(created, routine, context), thread);
    return ntStatus.STATUS_SUCCESS;
  }

  *#run(created: SystemThread, routine: number, context: number): Task {
    const { machine, ids } = this.#parts;
    const objectId = ids.next();
    yield* machine.guest.run("StartRoutine", routine, [context], { kind: "thread", label: `system thread ${hex(created.thread.id)}`, objectId });
    this.#checkEnd(created);
    created.isEnded = true;
    this.#parts.objects.signal(created.object);
    this.released(created.object);
  }

  /** A thread ends at PASSIVE_LEVEL, owning nothing. */
  #checkEnd({ thread, object, createdBy }: SystemThread): void {
    const { machine, checks, objects } = this.#parts;
    const origin = createdBy === undefined ? {} : { origin: createdBy };
    const { irql } = machine.cpu;
    if (irql !== passiveLevel) {
      checks.bugCheck(0xc8, [irql << 16, 0, 0, 0], {
        rule: "callback-returns-other-irql",
        message: `${thread.name} ended at ${irqlName(irql)}`,
        explanation: "A system thread ends at PASSIVE_LEVEL: release every spin lock and fast mutex, and undo every KeRaiseIrql before it returns.",
        ...origin,
      });
    }
    const [mutex] = objects.mutexesOf(thread.id);
    if (mutex !== undefined) {
      checks.bugCheck(0x4000_008a, [object, mutex, 0, 0], {
        rule: "thread-ends-with-mutex",
        message: `${thread.name} ended and still owns the mutex at ${checks.whatIsAt(mutex)}`,
        explanation: "Release every mutex before the thread returns or calls PsTerminateSystemThread. Windows stops with THREAD_TERMINATE_HELD_MUTEX.",
        address: mutex,
        ...origin,
      });
    }
    if (this.regionsOf(thread.id) > 0) {
      checks.violation({
        rule: "critical-region-not-left",
        message: `${thread.name} ended inside a critical or guarded region`,
        explanation: "Each KeEnterCriticalRegion or KeEnterGuardedRegion is balanced by its KeLeave… before the thread ends.",
        ...origin,
      });
    }
  }

  #terminate(status: number): number {
    const { machine, checks } = this.#parts;
    checks.irqlAtMost("PsTerminateSystemThread", passiveLevel);
    const { currentThread } = machine.scheduler;
    const isOwn = this.#created.some(({ thread }) => thread === currentThread);
    if (isOwn && machine.guest.isAtThreadRoot) throw new ThreadExit(status);
    checks.argument(
      "PsTerminateSystemThread",
      isOwn ? "the thread is in a callback of the framework, which would not end" : `${currentThread.name} is no thread that the driver created`,
      "A driver ends only threads of its own, from the thread's routine or a function that it calls.",
    );
    return ntStatus.STATUS_INVALID_PARAMETER;
  }

  #setPriority(routine: string, object: number, change: (thread: KernelThread) => number): number {
    const { checks, machine } = this.#parts;
    checks.irqlAtMost(routine, routine === "KeSetPriorityThread" ? passiveLevel : apcLevel);
    const thread = this.#find(routine, object);
    if (thread === undefined) return 0;
    const old = thread.priority;
    const priority = change(thread);
    if (priority < lowestPriority || priority > highestPriority) {
      checks.argument(
        routine,
        `Priority ${priority} must be ${lowestPriority} to ${highestPriority}; KeSetPriorityThread wants LOW_REALTIME_PRIORITY as a rule`,
      );
      return old;
    }
    thread.priority = priority;
    machine.scheduler.priorityChanged();
    return old;
  }

  #find(routine: string, object: number): KernelThread | undefined {
    const thread = this.#threadOf(object);
    if (thread === undefined) this.#parts.checks.argument(routine, `${this.#parts.checks.whatIsAt(object)} is not a thread object`);
    return thread;
  }

  #threadOf(object: number): KernelThread | undefined {
    for (const [thread, address] of this.#objects) if (address === object) return thread;
    return undefined;
  }

  #objectOf(thread: KernelThread): number {
    let object = this.#objects.get(thread);
    if (object === undefined) {
      const { pool, objects } = this.#parts;
      object = pool.allocate(kthreadBytes, poolTag("Thre"), "KTHREAD");
      if (object !== 0) objects.initialize(object, objectType.thread, 0);
      this.#objects.set(thread, object);
    }
    return object;
  }
}

function stacksMissing(): UserError {
  return new UserError({
    code: "engine-stacks",
    message: "PsCreateSystemThread needs a JavaScript engine with WebAssembly stack switching, which this one does not have",
    hint: "run the debug adapter with Node.js 24 or later, or a current VS Code",
    exitStatus: ExitStatus.badConfiguration,
  });
}
