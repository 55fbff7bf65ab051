// SPDX-License-Identifier: MIT
/** IRQL routines, critical regions, and the PAGED_CODE check of the headers. */
import { type Machine, apcLevel, dispatchLevel, highLevel } from "../machine/index.ts";
import type { ApiTable } from "./api-table.ts";
import { type Checks, irqlName } from "./checks.ts";

/** SYNCH_LEVEL of a multiprocessor PC (x86). */
const synchLevel = 27;

export class IrqlApi {
  readonly #machine: Machine;
  readonly #checks: Checks;
  /** Regions entered and not left, by thread. */
  readonly #regions = new Map<number, { critical: number; guarded: number }>();

  constructor(machine: Machine, checks: Checks) {
    this.#machine = machine;
    this.#checks = checks;
  }

  /** Critical and guarded regions that a thread has entered and not left. */
  regionsOf(thread: number): number {
    const { critical = 0, guarded = 0 } = this.#regions.get(thread) ?? {};
    return critical + guarded;
  }

  get #own(): { critical: number; guarded: number } {
    const { id } = this.#machine.scheduler.currentThread;
    const known = this.#regions.get(id);
    if (known !== undefined) return known;
    const made = { critical: 0, guarded: 0 };
    this.#regions.set(id, made);
    return made;
  }

  api(): ApiTable {
    const { cpu, memory } = this.#machine;
    return {
      KeGetCurrentIrql: () => cpu.irql,
      KfRaiseIrql: (irql: number) => this.#raise("KeRaiseIrql", irql & 0xff),
      KeRaiseIrqlToDpcLevel: () => this.#raise("KeRaiseIrqlToDpcLevel", dispatchLevel),
      KeRaiseIrqlToSynchLevel: () => this.#raise("KeRaiseIrqlToSynchLevel", synchLevel),
      KeLowerIrql: (irql: number) => this.#lower(irql & 0xff),
      KfLowerIrql: (irql: number) => this.#lower(irql & 0xff),
      KeAreApcsDisabled: () => (this.#own.critical + this.#own.guarded > 0 || cpu.irql >= apcLevel ? 1 : 0),
      KeAreAllApcsDisabled: () => (this.#own.guarded > 0 || cpu.irql >= apcLevel ? 1 : 0),
      KeEnterCriticalRegion: () => {
        this.#checks.irqlAtMost("KeEnterCriticalRegion", apcLevel);
        this.#own.critical++;
      },
      KeLeaveCriticalRegion: () => {
        if (this.#leave("KeLeaveCriticalRegion", this.#own.critical)) this.#own.critical--;
      },
      KeEnterGuardedRegion: () => {
        this.#checks.irqlAtMost("KeEnterGuardedRegion", apcLevel);
        this.#own.guarded++;
      },
      KeLeaveGuardedRegion: () => {
        if (this.#leave("KeLeaveGuardedRegion", this.#own.guarded)) this.#own.guarded--;
      },
      DdkPagedCode: (name: number) => {
        if (cpu.irql < dispatchLevel) return;
        this.#checks.violation({
          rule: "paged-code-at-dispatch",
          message: `${memory.cString(name >>> 0, 256)} is pageable code (PAGED_CODE) and was called at ${irqlName(cpu.irql)}`,
          explanation:
            "Pageable code runs below DISPATCH_LEVEL only: if its page is not resident, the page fault is bug check IRQL_NOT_LESS_OR_EQUAL. Call it from a work item, or make it nonpageable.",
        });
      },
    };
  }

  #raise(routine: string, irql: number): number {
    const { cpu } = this.#machine;
    const old = cpu.irql;
    if (irql < old || irql > highLevel) {
      this.#checks.bugCheck(0x0a, [0, irql, 0, 0], {
        rule: "irql-raise-lower-bad",
        message: `${routine}: the new level ${irqlName(irql)} is lower than the current ${irqlName(old)}`,
        explanation: "KeRaiseIrql can only raise. Windows stops with IRQL_NOT_GREATER_OR_EQUAL or IRQL_NOT_LESS_OR_EQUAL.",
      });
    }
    cpu.raise(irql);
    return old;
  }

  #lower(irql: number): void {
    const { cpu } = this.#machine;
    if (irql > cpu.irql) {
      this.#checks.bugCheck(0x0a, [0, irql, 0, 0], {
        rule: "irql-raise-lower-bad",
        message: `KeLowerIrql: the new level ${irqlName(irql)} is higher than the current ${irqlName(cpu.irql)}`,
        explanation: "KeLowerIrql restores the level that KeRaiseIrql returned and can only lower. Windows stops with IRQL_NOT_LESS_OR_EQUAL.",
      });
    }
    cpu.lower(irql);
  }

  #leave(routine: string, count: number): boolean {
    if (count > 0) return true;
    this.#checks.violation({
      rule: "critical-region-not-left",
      message: `${routine}: no such region was entered`,
      explanation: "Each KeEnter… is balanced by one KeLeave… of the same thread.",
    });
    return false;
  }
}
