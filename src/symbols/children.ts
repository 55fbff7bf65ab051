// SPDX-License-Identifier: MIT
/** Children of a value for a variables view. */
import { AssertionFailure } from "../base/index.ts";
import type { TargetContext } from "./target.ts";
import type { Value } from "./value.ts";

export interface Child {
  /** Member name, `[i]`, or `*` for what a pointer points at. */
  readonly name: string;
  readonly value: Value;
}

export interface ChildCounts {
  readonly named: number;
  /** Array elements, to be asked for in pages. */
  readonly indexed: number;
}

/** How many children `value` has; none for scalars and NULL pointers. */
export function childCounts(_value: Value, _context: TargetContext): ChildCounts {
  throw new AssertionFailure("not filled in yet");
}

/** Children of `value`; `range` chooses a page. Each child's `value.evaluateName` evaluates to it again. */
export function children(_value: Value, _context: TargetContext, _range?: { readonly start: number; readonly count: number }): readonly Child[] {
  throw new AssertionFailure("not filled in yet");
}
