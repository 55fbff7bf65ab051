// SPDX-License-Identifier: MIT
/** Exceptions of structured exception handling, as the machine raises them: the processor for a fault, the kernel for `ExRaiseStatus` and its like. */
import type { Violation } from "../protocol/index.ts";

export interface DriverException {
  /** NTSTATUS, unsigned; ExceptionCode of the EXCEPTION_RECORD. */
  readonly code: number;
  /** Whether a filter may say EXCEPTION_CONTINUE_EXECUTION (EXCEPTION_NONCONTINUABLE is not set). */
  readonly isContinuable: boolean;
  /** ExceptionInformation, at most 15 values. */
  readonly information: readonly number[];
  /** What is reported when no handler takes it; its bug check is the one Windows shows then. */
  readonly unhandled: Violation;
  /** What is done instead of reporting it. */
  readonly stop?: () => never;
}
