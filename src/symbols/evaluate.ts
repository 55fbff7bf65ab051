// SPDX-License-Identifier: MIT
/** Evaluates expressions over a stopped target. */
import { AssertionFailure } from "../base/index.ts";
import type { ParsedExpression } from "./ast.ts";
import type { EvaluationScope } from "./evaluation-scope.ts";
import type { Value } from "./value.ts";

/** Value of `expression`. @throws EvaluationError with a message for the user. */
export function evaluate(_expression: ParsedExpression | string, _scope: EvaluationScope): Value {
  throw new AssertionFailure("not filled in yet");
}

/** Stores the value of `newValueText` into `value` (setVariable) and returns the value as it reads afterwards. @throws EvaluationError */
export function assign(_value: Value, _newValueText: string, _scope: EvaluationScope): Value {
  throw new AssertionFailure("not filled in yet");
}

/** Whether `value` counts as true in a C condition (breakpoint conditions). @throws EvaluationError when it is no scalar */
export function isTrue(_value: Value, _scope: EvaluationScope): boolean {
  throw new AssertionFailure("not filled in yet");
}
