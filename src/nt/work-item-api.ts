// SPDX-License-Identifier: MIT
/** System worker threads: IoAllocateWorkItem, IoQueueWorkItem and ExQueueWorkItem. Work runs at PASSIVE_LEVEL in the order it was queued. */
import { hex } from "../base/index.ts";
import { type Machine, type Task, dispatchLevel, passiveLevel } from "../machine/index.ts";
import type { ApiTable } from "./api-table.ts";
import { type Checks, irqlName } from "./checks.ts";
import type { Pool } from "./pool.ts";
import { poolTag } from "./pool-heap.ts";

/** WORK_QUEUE_ITEM: List, WorkerRoutine, Parameter. */
const workQueueItem = { Flink: 0, WorkerRoutine: 8, Parameter: 12 } as const;
const ioWorkItemBytes = 32;

export class WorkItemApi {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #pool: Pool;
  /** Device object by work item; and whether it is queued. */
  readonly #items = new Map<number, { readonly device: number; isQueued: boolean }>();

  constructor(machine: Machine, checks: Checks, pool: Pool) {
    this.#machine = machine;
    this.#checks = checks;
    this.#pool = pool;
  }

  api(): ApiTable {
    return {
      IoAllocateWorkItem: (device: number) => {
        this.#checks.irqlAtMost("IoAllocateWorkItem", dispatchLevel);
        const item = this.#pool.allocate(ioWorkItemBytes, poolTag("IoWI"), "IO_WORKITEM");
        if (item !== 0) this.#items.set(item, { device: device >>> 0, isQueued: false });
        return item;
      },
      IoFreeWorkItem: (item: number) => this.#free(item >>> 0),
      IoQueueWorkItem: (item: number, routine: number, _queue: number, context: number) => this.#queue(item >>> 0, routine >>> 0, context),
      ExQueueWorkItem: (item: number) => this.#queueExecutive(item >>> 0),
    };
  }

  #free(item: number): void {
    this.#checks.irqlAtMost("IoFreeWorkItem", dispatchLevel);
    const found = this.#find("IoFreeWorkItem", item);
    if (found === undefined) return;
    if (found.isQueued) {
      this.#checks.violation({
        rule: "workitem-enqueue-running",
        message: `IoFreeWorkItem: the work item at ${hex(item, 8)} is still queued`,
        explanation: "Free a work item in its routine or after it has run. Windows stops with WORKER_INVALID.",
        address: item,
      });
      return;
    }
    this.#items.delete(item);
    this.#pool.free(item);
  }

  #queue(item: number, routine: number, context: number): void {
    this.#checks.irqlAtMost("IoQueueWorkItem", dispatchLevel);
    const found = this.#find("IoQueueWorkItem", item);
    if (found === undefined) return;
    if (found.isQueued) {
      this.#checks.bugCheck(0xe4, [0, item, 0, 0], {
        rule: "workitem-enqueue-running",
        message: `IoQueueWorkItem: the work item at ${hex(item, 8)} is queued already`,
        explanation:
          "A work item is queued again only after its routine has been called; use one for each request, or a flag. Windows stops with WORKER_INVALID.",
        address: item,
      });
    }
    found.isQueued = true;
    this.#run("IoQueueWorkItem", () => {
      found.isQueued = false;
      return { routine, args: [found.device, context] };
    });
  }

  #queueExecutive(item: number): void {
    this.#checks.irqlAtMost("ExQueueWorkItem", dispatchLevel);
    const { memory } = this.#machine;
    if (memory.u32(item + workQueueItem.Flink) !== 0) {
      this.#checks.bugCheck(0x96, [item, 0, 0, memory.u32(item + workQueueItem.WorkerRoutine)], {
        rule: "workitem-enqueue-running",
        message: `ExQueueWorkItem: the work item at ${this.#checks.whatIsAt(item)} is queued already, or was not initialised with ExInitializeWorkItem`,
        explanation: "A WORK_QUEUE_ITEM whose List is not empty is in a queue. Windows stops with INVALID_WORK_QUEUE_ITEM.",
        address: item,
      });
    }
    memory.setU32(item + workQueueItem.Flink, item);
    this.#run("ExQueueWorkItem", () => {
      memory.setU32(item + workQueueItem.Flink, 0);
      return { routine: memory.u32(item + workQueueItem.WorkerRoutine), args: [memory.u32(item + workQueueItem.Parameter)] };
    });
  }

  #run(label: string, start: () => { readonly routine: number; readonly args: readonly number[] }): void {
    this.#machine.scheduler.queue(label, () => this.#work(label, start()));
  }

  *#work(label: string, { routine, args }: { readonly routine: number; readonly args: readonly number[] }): Task {
    const { guest, trace, cpu } = this.#machine;
    const span = trace.begin("workItem", 0, 0, trace.text(label));
    yield* guest.run("WorkerRoutine", routine, args, { kind: "work-item", label: "system worker thread" });
    trace.end("workItem", span, trace.text(label));
    if (cpu.irql === passiveLevel) return;
    this.#checks.bugCheck(0xe1, [routine, cpu.irql, args[0] ?? 0, 0], {
      rule: "callback-returns-other-irql",
      message: `A work item routine returned at ${irqlName(cpu.irql)}`,
      explanation: "A work item routine returns at PASSIVE_LEVEL, with its locks released. Windows stops with WORKER_THREAD_RETURNED_AT_BAD_IRQL.",
    });
  }

  #find(routine: string, item: number): { readonly device: number; isQueued: boolean } | undefined {
    const found = this.#items.get(item);
    if (found === undefined) this.#checks.argument(routine, `${this.#checks.whatIsAt(item)} is not a work item of IoAllocateWorkItem, or it was freed`);
    return found;
  }
}
