// SPDX-License-Identifier: MIT
/** Traps of the driver's code as violations: what happened, in words a C programmer expects, with the bug check Windows would show. */
import { hex } from "../base/index.ts";
import type { CallReason } from "../machine/index.ts";
import { type BugCheck, type Violation, ntStatus, trapKind } from "../protocol/index.ts";
import type { Context, Guest } from "./guest.ts";

const exceptionNotHandled = (status: number): BugCheck => ({ code: 0x1e, name: "KMODE_EXCEPTION_NOT_HANDLED", parameters: [status, 0, 0, 0] });

/** A trap that the instrumentation announced. */
function trapViolation(kind: number, guest: Guest): Violation {
  switch (kind) {
    case trapKind.stackOverflow:
      return {
        rule: "MEM-STACK-OVERFLOW",
        message: `Kernel stack overflow: ${stackShortage(guest)}`,
        explanation: "Kernel stacks are small and do not grow: avoid recursion and large local arrays.",
        bugCheck: { code: 0x7f, name: "UNEXPECTED_KERNEL_MODE_TRAP", parameters: [8, 0, 0, 0] },
      };
    case trapKind.divideByZero:
      return { rule: "CPU-DIVIDE", message: "Integer division by zero", explanation: "The divisor is 0.", bugCheck: exceptionNotHandled(0xc000_0094) };
    case trapKind.integerOverflow:
      return {
        rule: "CPU-DIVIDE",
        message: "Integer division overflow: the smallest integer divided by -1",
        explanation: "The quotient does not fit in the result type.",
        bugCheck: exceptionNotHandled(0xc000_0095),
      };
    default:
      return {
        rule: "CPU-UNREACHABLE",
        message: "Execution reached code that cannot be reached: a trap, a debug break, or the end of a function that must return a value",
        explanation:
          "A function without return statement on this path, __builtin_trap, __debugbreak, or undefined behaviour that the compiler turned into a trap.",
        bugCheck: exceptionNotHandled(0x8000_0003),
      };
  }
}

/** Exceptions that handlers of the driver may take; every other trap stops the machine at once. */
const trapException: Readonly<Record<number, number>> = {
  [trapKind.divideByZero]: ntStatus.STATUS_INTEGER_DIVIDE_BY_ZERO,
  [trapKind.integerOverflow]: ntStatus.STATUS_INTEGER_OVERFLOW,
};

/** Raises the exception of a trap that the instrumentation announced; `stop` gets one that is none or is not handled. */
export function raiseTrap(kind: number, guest: Guest, stop: (violation: Violation) => never): never {
  const unhandled = trapViolation(kind, guest);
  const code = trapException[kind];
  if (code !== undefined) guest.machine.raise({ code, isContinuable: true, information: [], unhandled, stop: () => stop(unhandled) });
  // A filter that continues changes nothing: the operands are where it cannot reach them.
  return stop(unhandled);
}

/** The stack pointer of a function with a huge frame wraps below zero. */
function stackShortage(guest: Guest): string {
  const missing = guest.stackLimit - (guest.stackPointer | 0);
  return `the function needs ${missing.toLocaleString("en-US")} ${missing === 1 ? "byte" : "bytes"} more than the stack has left`;
}

/** A trap that only the WebAssembly engine noticed. */
export function v8TrapViolation(error: Error): Violation {
  if (error instanceof RangeError) {
    return {
      rule: "MEM-STACK-OVERFLOW",
      message: "Kernel stack overflow: too many nested calls",
      explanation: "Kernel stacks are small and do not grow: avoid recursion.",
      bugCheck: { code: 0x7f, name: "UNEXPECTED_KERNEL_MODE_TRAP", parameters: [8, 0, 0, 0] },
    };
  }
  if (/table|signature|null function/i.test(error.message)) {
    return {
      rule: "CPU-BAD-CALL",
      message: "Call through a function pointer that is NULL, is not a function, or has a function of another type",
      explanation: "The pointer was never set, was overwritten, or the function was declared with other parameters than it is called with.",
      bugCheck: exceptionNotHandled(0xc000_0005),
    };
  }
  if (error instanceof TypeError) {
    return {
      rule: "CPU-BAD-CALLBACK",
      message: "A callback has other parameters than its WDK type",
      explanation: "Declare callbacks with their EVT_ type, so that the compiler checks the definition.",
      bugCheck: exceptionNotHandled(0xc000_0005),
    };
  }
  return { rule: "CPU-TRAP", message: `The processor stopped: ${error.message}`, bugCheck: exceptionNotHandled(0xc000_001d) };
}

export function badCallViolation(name: string, target: number, reason: CallReason): Violation {
  return {
    rule: "CPU-BAD-CALLBACK",
    message: `${reason.label} calls ${name} through ${target === 0 ? "a NULL pointer" : `${hex(target, 8)}, which is not a function`}`,
    explanation: "The structure that holds the callback was not initialized with its _INIT function, or was overwritten.",
    bugCheck: { code: 0xd1, name: "DRIVER_IRQL_NOT_LESS_OR_EQUAL", parameters: [target >>> 0, 0, 8, target >>> 0] },
  };
}

/** A callback that does not end. */
export function overrunViolation(context: Context, statements: number): Violation {
  const isElevated = context.reason.kind === "interrupt" || context.reason.kind === "dpc";
  return {
    rule: isElevated ? "IRQL-DPC-WATCHDOG" : "CPU-ENDLESS",
    message: `${context.name} has executed ${statements.toLocaleString("en-US")} statements without returning`,
    explanation: isElevated
      ? "Code at raised IRQL must be short: 25 µs for an interrupt service routine, 100 µs for a DPC. A loop that waits for the device needs a limit."
      : "The callback seems to be in an endless loop. A loop that waits for the device needs a limit, and a delay that lets time pass.",
    bugCheck: { code: 0x133, name: "DPC_WATCHDOG_VIOLATION", parameters: [isElevated ? 0 : 1, 0, 0, 0] },
  };
}
