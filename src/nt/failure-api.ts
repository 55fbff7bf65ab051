// SPDX-License-Identifier: MIT
/** How drivers stop on purpose: bug checks, assertions, breakpoints and raised exceptions. */
import { hex } from "../base/index.ts";
import type { Machine } from "../machine/index.ts";
import { ntStatusName } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import { bugCheckName } from "./bug-check-table.ts";
import type { Checks } from "./checks.ts";
import { readExceptionRecord } from "./exception-layout.ts";
import { raiseException } from "./raise-exception.ts";

const longestName = 1024;

export class FailureApi {
  readonly #machine: Machine;
  readonly #checks: Checks;

  constructor(machine: Machine, checks: Checks) {
    this.#machine = machine;
    this.#checks = checks;
  }

  api(): ApiTable {
    return {
      KeBugCheck: (code: number) => this.#bugCheck("KeBugCheck", code >>> 0, [0, 0, 0, 0]),
      KeBugCheckEx: (code: number, p1: number, p2: number, p3: number, p4: number) =>
        this.#bugCheck("KeBugCheckEx", code >>> 0, [p1 >>> 0, p2 >>> 0, p3 >>> 0, p4 >>> 0]),
      RtlAssert: (expression: number, file: number, line: number, message: number) => this.#assert(expression >>> 0, file >>> 0, line >>> 0, message >>> 0),
      DbgBreakPoint: () => this.#break("DbgBreakPoint was called"),
      DbgBreakPointWithStatus: (status: number) => this.#break(`DbgBreakPointWithStatus was called with status ${hex(status >>> 0, 8)}`),
      ExRaiseStatus: (status: number) => this.#raise(status >>> 0),
      ExRaiseAccessViolation: () => this.#raise(0xc000_0005),
      ExRaiseDatatypeMisalignment: () => this.#raise(0x8000_0002),
      RtlRaiseStatus: (status: number) => this.#raise(status >>> 0),
      RtlRaiseException: (record: number) => this.#raiseRecord(record >>> 0),
    };
  }

  #bugCheck(routine: string, code: number, parameters: readonly [number, number, number, number]): never {
    return this.#checks.bugCheck(code, parameters, {
      rule: "driver-bug-check",
      message: `The driver called ${routine} with ${bugCheckName(code)} (${hex(code, 8)}), parameters ${parameters.map((parameter) => hex(parameter, 8)).join(", ")}`,
      explanation: "The driver itself found a state it cannot go on from. The call stack shows where.",
    });
  }

  #assert(expression: number, file: number, line: number, message: number): void {
    const text = (address: number) => (address === 0 ? "" : this.#machine.memory.cString(address, longestName));
    const note = text(message);
    this.#checks.violation({
      rule: "assertion-failed",
      message: `Assertion failed: ${text(expression)}${note === "" ? "" : ` (${note})`}, ${text(file)} line ${line}`,
      explanation: "The driver's own assertion does not hold. In a debug build Windows breaks into the debugger here and goes on after it.",
    });
  }

  #break(message: string): void {
    this.#checks.violation({
      rule: "break",
      message,
      explanation: "A breakpoint compiled into the driver. Without a debugger Windows stops with KMODE_EXCEPTION_NOT_HANDLED.",
    });
  }

  #raise(code: number): void {
    raiseException(this.#machine, { code, isContinuable: false, information: [] }, `The driver raised ${ntStatusName(code) ?? hex(code, 8)}`);
  }

  #raiseRecord(address: number): void {
    const exception = readExceptionRecord(this.#machine.memory, address);
    raiseException(this.#machine, exception, `The driver raised ${ntStatusName(exception.code) ?? hex(exception.code, 8)}`);
  }
}
