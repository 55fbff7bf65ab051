// SPDX-License-Identifier: MIT
/** KDPC objects of the driver: the structure in its memory, tied to an entry of the DPC queue. */
import { hex } from "../base/index.ts";
import { type Machine, passiveLevel } from "../machine/index.ts";
import { ntStatus } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";
import { dpcType, kdpcLayout } from "./dispatcher-layout.ts";
import type { DpcImportance, DpcQueue, HostDpc } from "./dpc.ts";

const at = kdpcLayout.fields;
/** KDPC_IMPORTANCE. */
const importances: readonly DpcImportance[] = ["low", "medium", "high", "medium"];

export class KernelDpcs {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #queue: DpcQueue;
  readonly #byAddress = new Map<number, HostDpc>();

  constructor(machine: Machine, checks: Checks, queue: DpcQueue) {
    this.#machine = machine;
    this.#checks = checks;
    this.#queue = queue;
  }

  /** Addresses of the KDPCs that are queued. */
  get queued(): readonly number[] {
    return [...this.#byAddress].filter(([, dpc]) => dpc.isQueued).map(([address]) => address);
  }

  /** KeInsertQueueDpc; `cause` is the trace event that leads here. */
  insert(address: number, argument1: number, argument2: number, cause = 0, routine = "KeInsertQueueDpc"): boolean {
    const dpc = this.#find(routine, address);
    if (dpc === undefined) return false;
    if (!dpc.isQueued) {
      this.#machine.memory.setU32(address + at.SystemArgument1.offset, argument1);
      this.#machine.memory.setU32(address + at.SystemArgument2.offset, argument2);
    }
    return this.#queue.insert(dpc, cause);
  }

  /** Makes a DPC of the framework known by the KDPC at `address`, which the driver may queue and remove itself. */
  adopt(address: number, dpc: HostDpc, routine: number): void {
    const { memory } = this.#machine;
    memory.fill(address, kdpcLayout.size, 0);
    memory.setU8(address + at.Type.offset, dpcType.normal);
    memory.setU8(address + at.Importance.offset, 1);
    memory.setU32(address + at.DeferredRoutine.offset, routine);
    this.#byAddress.set(address, dpc);
  }

  /** The KDPC of `adopt` goes. */
  forget(address: number): void {
    this.#byAddress.delete(address);
  }

  api(): ApiTable {
    return {
      KeInitializeDpc: (dpc: number, routine: number, context: number) => this.#initialize(dpc >>> 0, routine >>> 0, context, dpcType.normal),
      KeInitializeThreadedDpc: (dpc: number, routine: number, context: number) => this.#initialize(dpc >>> 0, routine >>> 0, context, dpcType.threaded),
      KeInsertQueueDpc: (dpc: number, argument1: number, argument2: number) => (this.insert(dpc >>> 0, argument1, argument2) ? 1 : 0),
      KeRemoveQueueDpc: (dpc: number) => {
        const found = this.#find("KeRemoveQueueDpc", dpc >>> 0);
        return found !== undefined && this.#queue.remove(found) ? 1 : 0;
      },
      KeSetImportanceDpc: (dpc: number, importance: number) => {
        const found = this.#find("KeSetImportanceDpc", dpc >>> 0);
        if (found === undefined) return;
        found.importance = importances[importance] ?? "medium";
        this.#machine.memory.setU8((dpc >>> 0) + at.Importance.offset, importance);
      },
      KeSetTargetProcessorDpc: (dpc: number) => void this.#find("KeSetTargetProcessorDpc", dpc >>> 0),
      KeSetTargetProcessorDpcEx: (dpc: number) =>
        this.#find("KeSetTargetProcessorDpcEx", dpc >>> 0) === undefined ? ntStatus.STATUS_INVALID_PARAMETER : ntStatus.STATUS_SUCCESS,
      KeFlushQueuedDpcs: () => {
        if (this.#checks.irqlAtMost("KeFlushQueuedDpcs", passiveLevel)) this.#queue.flush();
      },
    };
  }

  #initialize(address: number, routine: number, context: number, type: number): void {
    const { memory } = this.#machine;
    const old = this.#byAddress.get(address);
    if (old?.isQueued === true) {
      this.#checks.violation({
        rule: "dpc-reinitialised",
        message: `KeInitializeDpc: the KDPC at ${hex(address, 8)} is queued`,
        explanation: "Initialise a KDPC once, before its first use; on Windows the queue would be corrupted.",
        address,
      });
      this.#queue.remove(old);
    }
    memory.fill(address, kdpcLayout.size, 0);
    memory.setU8(address + at.Type.offset, type);
    memory.setU8(address + at.Importance.offset, 1);
    memory.setU32(address + at.DeferredRoutine.offset, routine);
    memory.setU32(address + at.DeferredContext.offset, context);
    this.#byAddress.set(
      address,
      this.#queue.create("KDPC", () => this.#run(address)),
    );
  }

  #run(address: number): void {
    const { memory, guest } = this.#machine;
    const field = (name: keyof typeof at) => memory.u32(address + at[name].offset);
    const args = [address, field("DeferredContext"), field("SystemArgument1"), field("SystemArgument2")];
    guest.call("DeferredRoutine", field("DeferredRoutine"), args, { kind: "dpc", label: "DPC" });
  }

  #find(routine: string, address: number): HostDpc | undefined {
    const type = this.#machine.memory.u8(address + at.Type.offset);
    const dpc = this.#byAddress.get(address);
    if (dpc !== undefined && (type === dpcType.normal || type === dpcType.threaded)) return dpc;
    this.#checks.violation({
      rule: "lock-not-initialised",
      message: `${routine}: the KDPC at ${this.#checks.whatIsAt(address)} is not initialised`,
      explanation: "Call KeInitializeDpc before the DPC is queued; the KDPC must stay in nonpaged memory until it has run.",
      address,
    });
    return undefined;
  }
}
