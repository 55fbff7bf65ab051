// SPDX-License-Identifier: MIT
/** NTSTATUS names. */
import { AssertionFailure } from "../base/index.ts";

/** Name of `value` (signed or unsigned 32 bits), e.g. `STATUS_PENDING`. */
export function ntStatusName(_value: number): string | undefined {
  throw new AssertionFailure("not filled in yet");
}

/** Unsigned value of a `STATUS_…` name. */
export function ntStatusValue(_name: string): number | undefined {
  throw new AssertionFailure("not filled in yet");
}
