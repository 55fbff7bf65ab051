// SPDX-License-Identifier: MIT
/** How the layers above reach driver code and the debugger: implemented by the runtime, used by nt and wdf. */
import type { Violation } from "../protocol/index.ts";

/** Why driver code is called; shown as a label frame below the callback, e.g. `[framework] WdfDmaTransactionExecute`. */
export interface CallReason {
  readonly kind: "framework" | "kernel" | "interrupt" | "dpc" | "timer" | "work-item" | "thread" | "scenario";
  readonly label: string;
  /** Trace event that caused the call. */
  readonly cause?: number;
  /** Object the callback belongs to. */
  readonly objectId?: number;
}

export interface GuestPort {
  /**
   * Calls driver function pointer `target` (an index of the function table). `name` is what the callback is called (`EvtProgramDma`).
   * Returns its i32 result, 0 for VOID. A NULL or bad pointer, and every trap in the driver, stops the target.
   */
  call(name: string, target: number, args: readonly (number | bigint)[], reason: CallReason): number;
  /** Name of the API through which driver code entered the host last; undefined when the host was not called by driver code. */
  readonly currentApi: string | undefined;
}

/** Where violations go. A violation stops the target; the user may continue after one that Windows would survive. */
export interface StopPort {
  /** Reports and returns, when the run goes on. */
  violation(violation: Violation): void;
  /** Stops the machine for good. */
  bugCheck(violation: Violation): never;
}
