// SPDX-License-Identifier: MIT
/** Evaluates expressions over a stopped target. */

import type { ParsedExpression } from "./ast.ts";
import { address32, convertScalar, isNonZero, load } from "./conversions.ts";
import { EvaluationError } from "./evaluation-error.ts";
import type { EvaluationScope } from "./evaluation-scope.ts";
import { Evaluator } from "./evaluator.ts";
import { isVariableName } from "./name-lookup.ts";
import { parseExpression } from "./parser.ts";
import { store } from "./store.ts";
import { bare } from "./type-model.ts";
import { namedType } from "./type-resolver.ts";
import { typeText } from "./type-text.ts";
import type { Value } from "./value.ts";
import { readBytes, readInteger } from "./value-access.ts";

/** Longest array that a `,[n]` suffix may ask for. */
const maxElements = 1_000_000n;

/** Value of `expression`. @throws EvaluationError with a message for the user */
export function evaluate(expression: ParsedExpression | string, scope: EvaluationScope): Value {
  const parsed = typeof expression === "string" ? parseInScope(expression, scope) : expression;
  const evaluator = new Evaluator(scope);
  const value = evaluator.evaluate(parsed.expression);
  const named: Value = { ...value, evaluateName: value.evaluateName ?? parsed.text, format: parsed.format };
  if (parsed.elementCount === undefined) return named;
  return asArray(named, readInteger(evaluator.evaluate(parsed.elementCount), scope.memory), scope);
}

/** Parses `text` with the types and variables of `scope`. @throws EvaluationError with the column */
export function parseInScope(text: string, scope: EvaluationScope): ParsedExpression {
  return parseExpression(text, (name) => namedType(name, scope.debugInfo) !== undefined && !isVariableName(name, scope));
}

/** `count` elements from where a pointer points, or from the start of an array. */
function asArray(value: Value, count: bigint, scope: EvaluationScope): Value {
  if (count < 1n || count > maxElements) throw new EvaluationError(`Element count must be between 1 and ${maxElements}, not ${count}`);
  const plain = bare(value.type);
  const element = plain.kind === "array" ? plain.element : plain.kind === "pointer" ? plain.target : undefined;
  if (element === undefined || bare(element).kind === "void")
    throw new EvaluationError(`"${typeText(value.type)}" has no elements; expected an array or a pointer to a type`);
  const pointer = load(value, scope.memory);
  const type = { kind: "array", element, count: Number(count) } as const;
  return {
    type,
    format: value.format,
    storage: { kind: "memory", address: pointer.kind === "pointer" ? address32(pointer.value) : 0 },
    evaluateName: value.evaluateName,
  };
}

/** Stores the value of `newValueText` into `value` (setVariable) and returns the value as it reads afterwards. @throws EvaluationError */
export function assign(value: Value, newValueText: string, scope: EvaluationScope): Value {
  const parsed = parseInScope(newValueText, scope);
  const changed = new Evaluator({ ...scope, allowSideEffects: true }).evaluate(parsed.expression);
  store(value, changed, scope.memory);
  if (value.storage.kind !== "local") return value;
  // A local carries the bytes it had before; its new ones are those just stored.
  const bytes = readBytes(convertScalar(load(changed, scope.memory), value.type), scope.memory);
  return { ...value, storage: { ...value.storage, bytes } };
}

/** Whether `value` counts as true in a C condition (breakpoint conditions). @throws EvaluationError when it is no scalar */
export function isTrue(value: Value, scope: EvaluationScope): boolean {
  return isNonZero(load(value, scope.memory));
}
