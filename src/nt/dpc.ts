// SPDX-License-Identifier: MIT
/**
 * The DPC queue of the processor, for KDPC objects of the driver and for the framework's own DPCs. Queued at any IRQL, run in order at
 * DISPATCH_LEVEL when the IRQL falls below it; a queued DPC is not queued a second time ("Introduction to DPCs" of the WDK).
 */
import { type Machine, dispatchLevel } from "../machine/index.ts";
import { type Checks, irqlName } from "./checks.ts";

export type DpcImportance = "low" | "medium" | "high";

/** A deferred procedure call; compare by identity. */
export interface HostDpc {
  readonly name: string;
  /** Called at DISPATCH_LEVEL. */
  readonly run: () => void;
  /** Object id for the trace, 0 = none. */
  readonly objectId: number;
  importance: DpcImportance;
  isQueued: boolean;
  /** Trace event of the insertion that is queued; later ones coalesce into it. */
  queuedBy: number;
}

export class DpcQueue {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #queue: HostDpc[] = [];
  #running: HostDpc | undefined;
  #runs = 0;
  #run = 0;

  constructor(machine: Machine, checks: Checks) {
    this.#machine = machine;
    this.#checks = checks;
    machine.cpu.dispatchHandler = () => this.#drain();
  }

  create(name: string, run: () => void, objectId = 0): HostDpc {
    return { name, run, objectId, importance: "medium", isQueued: false, queuedBy: 0 };
  }

  /** Queues `dpc`; false when it was queued already (the insertions coalesce). `cause` is the trace event that leads here. */
  insert(dpc: HostDpc, cause = 0): boolean {
    const { trace, cpu } = this.#machine;
    const inserted = !dpc.isQueued;
    const event = trace.instant("dpcQueued", dpc.objectId, cause, inserted ? 1 : 0);
    if (!inserted) return false;
    dpc.isQueued = true;
    dpc.queuedBy = event;
    if (dpc.importance === "high") this.#queue.unshift(dpc);
    else this.#queue.push(dpc);
    cpu.requestDispatch();
    return true;
  }

  /** In the order in which they run; for views. */
  get waiting(): readonly HostDpc[] {
    return this.#queue;
  }

  /** Takes `dpc` out of the queue; false when it was not queued. */
  remove(dpc: HostDpc): boolean {
    if (!dpc.isQueued) return false;
    this.#queue.splice(this.#queue.indexOf(dpc), 1);
    dpc.isQueued = false;
    return true;
  }

  /** The DPC in execution. */
  get running(): HostDpc | undefined {
    return this.#running;
  }

  /** Number of the DPC call in execution, counted from 1; 0 = none. */
  get run(): number {
    return this.#run;
  }

  get queued(): readonly HostDpc[] {
    return this.#queue;
  }

  /** Runs every queued DPC now, as KeFlushQueuedDpcs; for callers at PASSIVE_LEVEL. */
  flush(): void {
    if (this.#machine.cpu.irql < dispatchLevel) this.#machine.cpu.deliver();
  }

  #drain(): void {
    const { trace, cpu } = this.#machine;
    for (let dpc = this.#queue.shift(); dpc !== undefined; dpc = this.#queue.shift()) {
      dpc.isQueued = false;
      const outer = { dpc: this.#running, run: this.#run };
      this.#running = dpc;
      this.#run = ++this.#runs;
      const span = trace.begin("dpc", dpc.objectId, dpc.queuedBy, trace.text(dpc.name));
      dpc.run();
      trace.end("dpc", span, trace.text(dpc.name));
      if (cpu.irql !== dispatchLevel) this.#restoreIrql(dpc);
      this.#running = outer.dpc;
      this.#run = outer.run;
      cpu.deliver();
    }
  }

  #restoreIrql(dpc: HostDpc): void {
    const { cpu } = this.#machine;
    this.#checks.violation({
      rule: "dpc-lock-held-at-exit",
      message: `The DPC ${dpc.name} returned at ${irqlName(cpu.irql)}; it was called at DISPATCH_LEVEL`,
      explanation: "A DPC returns at the IRQL it was called at, with every lock it took released.",
      objectId: dpc.objectId,
    });
    cpu.setIrql(dispatchLevel);
  }
}
