// SPDX-License-Identifier: MIT
/** How the layers above reach driver code and the debugger: implemented by the runtime, used by nt and wdf. */
import type { CodePlace, Violation } from "../protocol/index.ts";
import type { Blocking } from "./scheduler.ts";

/** Why driver code is called; shown as a label frame below the callback, e.g. `[framework] WdfDmaTransactionExecute`. */
export interface CallReason {
  readonly kind: "framework" | "kernel" | "interrupt" | "dpc" | "timer" | "work-item" | "thread" | "scenario" | "debugger";
  readonly label: string;
  /** Trace event that caused the call. */
  readonly cause?: number;
  /** Object the callback belongs to. */
  readonly objectId?: number;
}

/**
 * C prototype of a host function as result and parameters, one letter a value (`i` 32-bit integer or pointer, `l` 64-bit integer, `f` float,
 * `d` double): `:ii` is `void f(void *, ULONG)`, `i:il` is `NTSTATUS f(ULONG, ULONGLONG)`. Unions by value are pointers to a copy, as everywhere.
 */
export type HostSignature = string;

export interface GuestPort {
  /**
   * Calls driver function pointer `target` (an index of the function table). `name` is what the callback is called (`EvtProgramDma`).
   * Returns its i32 result, 0 for VOID. A NULL or bad pointer, and every trap in the driver, stops the target.
   */
  call(name: string, target: number, args: readonly (number | bigint)[], reason: CallReason): number;
  /**
   * As `call`, for code that may wait, as part of a task: on a stack of its own, so that the task and nothing else waits. Without `hasStacks`, or when
   * the driver has no function that waits, it is a plain call.
   */
  run(name: string, target: number, args: readonly (number | bigint)[], reason: CallReason): Blocking<number>;
  /** Whether the driver code that runs was called by its thread alone: it can be left, and the thread can end there. */
  readonly isAtThreadRoot: boolean;
  /** Whether a callback that is started now can have a stack of its own, because no driver code that is not waiting called the host code that runs. */
  readonly canStartThread: boolean;
  /** Name of the driver function behind a function pointer. */
  functionName?(target: number): string | undefined;
  /** Whether the engine can give driver code stacks of its own. */
  readonly hasStacks: boolean;
  /**
   * Makes a function pointer that driver code can call, for interfaces and tables of routines. `name` is what the call is called in stacks and
   * traces (`SetBusData`). Pointers stay valid as long as the driver; make each one once.
   */
  hostFunction(name: string, signature: HostSignature, body: (...args: never[]) => number | bigint | void): number;
  /** Name of the API through which driver code entered the host last; undefined when the host was not called by driver code. */
  readonly currentApi: string | undefined;
  /** Where the innermost driver code is, to be remembered for a message; undefined when none is running. */
  topFrame?(): CodePlace | undefined;
}

/** Where violations go. A violation stops the target; the user may continue after one that Windows would survive. */
export interface StopPort {
  /** Reports and returns, when the run goes on. */
  violation(violation: Violation): void;
  /** Stops the machine for good. */
  bugCheck(violation: Violation): never;
}
