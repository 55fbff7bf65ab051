// SPDX-License-Identifier: MIT
/**
 * What every routine checks first: the IRQL limit of its reference page and its arguments. A broken rule goes to the machine's stop port; the
 * routine then continues as its reference page or the real kernel does.
 */
import { hex } from "../base/index.ts";
import { type Machine, apcLevel, dispatchLevel, highLevel, passiveLevel } from "../machine/index.ts";
import type { BugCheck, Violation } from "../protocol/index.ts";
import { bugCheckName } from "./bug-check-table.ts";

/** `PASSIVE_LEVEL`, `DISPATCH_LEVEL`, `DIRQL 9` … */
export function irqlName(irql: number): string {
  if (irql === passiveLevel) return "PASSIVE_LEVEL";
  if (irql === apcLevel) return "APC_LEVEL";
  if (irql === dispatchLevel) return "DISPATCH_LEVEL";
  return irql === highLevel ? "HIGH_LEVEL" : `DIRQL ${irql}`;
}

export class Checks {
  readonly #machine: Machine;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  get currentIrqlName(): string {
    return irqlName(this.#machine.cpu.irql);
  }

  /** True when the current IRQL is `limit` or lower; otherwise reports it and returns false. */
  irqlAtMost(routine: string, limit: number, rule = "irql-too-high-for-ddi"): boolean {
    const { irql } = this.#machine.cpu;
    if (irql <= limit) return true;
    const exact = limit === passiveLevel ? "at" : "at or below";
    this.violation({
      rule,
      message: `${routine} was called at ${irqlName(irql)}; it may be called ${exact} ${irqlName(limit)} only`,
      explanation: `The reference page of ${routine} limits its IRQL. At a higher level it can touch pageable memory, wait, or take a lock whose holder was interrupted, and Windows deadlocks or stops with IRQL_NOT_LESS_OR_EQUAL.`,
    });
    return false;
  }

  /** True when the current IRQL is `limit` or higher; otherwise reports it and returns false. */
  irqlAtLeast(routine: string, limit: number, rule = "irql-too-low-for-ddi"): boolean {
    const { irql } = this.#machine.cpu;
    if (irql >= limit) return true;
    this.violation({
      rule,
      message: `${routine} was called at ${irqlName(irql)}; it must be called at ${irqlName(limit)} or above`,
      explanation: `${routine} relies on the caller having raised the IRQL already: below ${irqlName(limit)} the thread can be preempted inside.`,
    });
    return false;
  }

  /** Reports and returns, when the run goes on. */
  violation(violation: Violation): void {
    this.#machine.stop.violation(violation);
  }

  /** A wrong argument: what it is and what it should be. */
  argument(routine: string, what: string, explanation?: string): void {
    this.violation({ rule: "ddi-bad-argument", message: `${routine}: ${what}`, ...(explanation === undefined ? {} : { explanation }) });
  }

  /** Stops the machine as KeBugCheckEx does. */
  bugCheck(code: number, parameters: readonly [number, number, number, number], violation: Omit<Violation, "bugCheck">): never {
    const bugCheck: BugCheck = { code, name: bugCheckName(code), parameters };
    return this.#machine.stop.bugCheck({ ...violation, bugCheck });
  }

  /** Something declared that this kernel does not implement was called: the run cannot go on truthfully. */
  notEmulated(name: string): never {
    return this.#machine.stop.bugCheck({
      rule: "NOT-EMULATED",
      message: `not emulated: ${name}`,
      explanation: "The routine exists on Windows, but the emulated kernel does not implement it yet, so the run cannot go on truthfully.",
      bugCheck: { code: 0x0, name: "NOT_EMULATED", parameters: [0, 0, 0, 0] },
    });
  }

  /** What lies at an address, in parentheses, for messages; empty when nothing is known. */
  whatIsAt(address: number): string {
    const text = this.#machine.memory.describe(address);
    return text === undefined ? hex(address >>> 0, 8) : `${hex(address >>> 0, 8)} (${text})`;
  }
}
