// SPDX-License-Identifier: MIT
/** Arithmetic, comparison and pointer operators of C on loaded operands, with the exact wraparound of the target. */

import type { BinaryOperator } from "./ast.ts";
import { address32, asNumber, commonType, convertScalar, floatValue, isNonZero, load, pointerValue, promoted, strideOf, truthValue } from "./conversions.ts";
import type { Operand } from "./conversions.ts";
import { longType } from "./builtin-types.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { integerShape, wrap } from "./scalar.ts";
import type { TargetMemory } from "./target.ts";
import type { BaseType } from "./type-model.ts";
import { sizeOf } from "./type-model.ts";
import { typeText } from "./type-text.ts";
import type { Value } from "./value.ts";
import { integerValue } from "./value-access.ts";

/** Operators that always evaluate both sides. */
export type StrictOperator = Exclude<BinaryOperator, "&&" | "||">;

const comparisons: ReadonlySet<string> = new Set(["<", ">", "<=", ">=", "==", "!="]);

/** `left operator right`. @throws EvaluationError when C has no such operation, or it has no result (division by 0) */
export function binary(operator: StrictOperator, left: Operand, right: Operand): Value {
  if (left.kind === "pointer" || right.kind === "pointer") return pointerBinary(operator, left, right);
  if (operator === "<<" || operator === ">>") return shift(operator, left, right);
  const type = commonType(left, right);
  if (type.encoding === "float") return floatBinary(operator, type, asNumber(left), asNumber(right));
  const shape = integerShape(type) ?? { bits: 32, isSigned: true };
  if (left.kind !== "integer" || right.kind !== "integer") throw invalid(operator, left, right);
  const a = wrap(left.value, shape);
  const b = wrap(right.value, shape);
  if (comparisons.has(operator)) return truthValue(compare(operator, a, b));
  return integerValue(type, integerBinary(operator, a, b));
}

function invalid(operator: string, left: Operand, right: Operand): EvaluationError {
  return new EvaluationError(`Operator "${operator}" cannot be applied to "${typeText(left.type)}" and "${typeText(right.type)}"`);
}

function integerBinary(operator: StrictOperator, a: bigint, b: bigint): bigint {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "/":
    case "%":
      if (b === 0n) throw new EvaluationError("Division by zero");
      return operator === "/" ? a / b : a % b;
    default:
      throw new EvaluationError(`Operator "${operator}" is not arithmetic`);
  }
}

function floatBinary(operator: StrictOperator, type: BaseType, left: number, right: number): Value {
  const round = type.size === 4 ? Math.fround : (value: number): number => value;
  const a = round(left);
  const b = round(right);
  if (comparisons.has(operator)) return truthValue(compare(operator, a, b));
  switch (operator) {
    case "+":
      return floatValue(type, round(a + b));
    case "-":
      return floatValue(type, round(a - b));
    case "*":
      return floatValue(type, round(a * b));
    case "/":
      return floatValue(type, round(a / b));
    default:
      throw new EvaluationError(`Operator "${operator}" cannot be applied to floating numbers`);
  }
}

function compare<T extends number | bigint>(operator: string, a: T, b: T): boolean {
  switch (operator) {
    case "<":
      return a < b;
    case ">":
      return a > b;
    case "<=":
      return a <= b;
    case ">=":
      return a >= b;
    case "==":
      return a === b;
    default:
      return a !== b;
  }
}

/** The count is taken modulo the width, as the WebAssembly instruction does it. */
function shift(operator: "<<" | ">>", left: Operand, right: Operand): Value {
  if (left.kind !== "integer" || right.kind !== "integer") throw invalid(operator, left, right);
  const type = promoted(left);
  const shape = integerShape(type) ?? { bits: 32, isSigned: true };
  const count = BigInt.asUintN(64, right.value) & BigInt(shape.bits - 1);
  const value = wrap(left.value, shape);
  return integerValue(type, operator === "<<" ? value << count : value >> count);
}

function pointerBinary(operator: StrictOperator, left: Operand, right: Operand): Value {
  if (left.kind === "float" || right.kind === "float") throw invalid(operator, left, right);
  if (comparisons.has(operator)) return truthValue(compare(operator, address32(left.value), address32(right.value)));
  if (operator === "+" && left.kind === "pointer" && right.kind === "integer") return moved(left, right.value);
  if (operator === "+" && right.kind === "pointer" && left.kind === "integer") return moved(right, left.value);
  if (operator === "-" && left.kind === "pointer" && right.kind === "integer") return moved(left, -right.value);
  if (operator === "-" && left.kind === "pointer" && right.kind === "pointer") {
    const stride = strideOf(left);
    if (stride === 0n) throw invalid(operator, left, right);
    if (stride !== strideOf(right)) throw invalid(operator, left, right);
    return integerValue(longType, BigInt.asIntN(32, left.value - right.value) / stride);
  }
  throw invalid(operator, left, right);
}

/** Keeps the pointer's type, so that a typedef name stays visible. */
function moved(pointer: Operand & { readonly kind: "pointer" }, count: bigint): Value {
  const address = pointer.value + count * strideOf(pointer);
  return sizeOf(pointer.type) === 4 ? integerValue(pointer.type, address) : pointerValue(pointer.target, address);
}

/** `+`, `-`, `~` or `!` of `operand`. @throws EvaluationError when C has no such operation */
export function unary(operator: "+" | "-" | "~" | "!", operand: Operand): Value {
  if (operator === "!") return truthValue(!isNonZero(operand));
  if (operand.kind === "pointer") throw new EvaluationError(`Operator "${operator}" cannot be applied to "${typeText(operand.type)}"`);
  if (operand.kind === "float") {
    if (operator === "~") throw new EvaluationError('Operator "~" cannot be applied to a floating number');
    return floatValue(operand.type, operator === "-" ? -operand.value : operand.value);
  }
  const value = operator === "-" ? -operand.value : operator === "~" ? ~operand.value : operand.value;
  return integerValue(promoted(operand), value);
}

/** `value` plus `count` (1 or -1), of the type of `value`: the result of `++` and `--`. */
export function stepped(value: Value, count: bigint, memory: TargetMemory): Value {
  const operand = load(value, memory);
  const one: Operand = { kind: "integer", type: longType, value: count, bits: undefined };
  return convertScalar(load(binary("+", operand, one), memory), value.type);
}
