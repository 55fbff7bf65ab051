// SPDX-License-Identifier: MIT
/** One-line text of a value. */
import { AssertionFailure } from "../base/index.ts";
import type { TargetContext } from "./target.ts";
import type { Value } from "./value.ts";

export interface DisplayOptions {
  /** Integers in hexadecimal unless the value has a format of its own. */
  readonly hex?: boolean | undefined;
  /** Longest text in characters; default 120. */
  readonly maxLength?: number | undefined;
}

/** Text of `value` as a C programmer expects it; never throws for target reasons, unreadable parts say so. */
export function describe(_value: Value, _context: TargetContext, _options: DisplayOptions = {}): string {
  throw new AssertionFailure("not filled in yet");
}
