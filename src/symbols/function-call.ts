// SPDX-License-Identifier: MIT
/** Calls of functions of the driver in expressions: which function, and its arguments and result as WebAssembly has them. */

import type { CallArgument, Expression } from "./ast.ts";
import { convertScalar, floatValue, load } from "./conversions.ts";
import type { FunctionInfo } from "./debug-info-model.ts";
import { EvaluationError } from "./evaluation-error.ts";
import type { EvaluationScope } from "./evaluation-scope.ts";
import { bytesToFloat, integerShape, isFloat } from "./scalar.ts";
import { bare, sizeOf, voidType } from "./type-model.ts";
import type { Type } from "./type-model.ts";
import { typeText } from "./type-text.ts";
import type { Value } from "./value.ts";
import { constantValue, integerValue, readBytes, readInteger } from "./value-access.ts";

type Evaluate = (expression: Expression) => Value;

/** Value of `callee(list)`, for which code of the driver runs. @throws EvaluationError where that is not allowed, or C or we cannot do it */
export function callFunction(callee: Expression, list: readonly CallArgument[], scope: EvaluationScope, evaluate: Evaluate): Value {
  const { call } = scope;
  if (call === undefined) {
    const name = callee.kind === "name" || callee.kind === "member" ? ` "${callee.name}"` : "";
    throw new EvaluationError(`Function${name} cannot be called from here: that would run driver code; only the debug console does`, callee.column);
  }
  const info = calledFunction(callee, scope, evaluate);
  const type = bare(info.type);
  const parameters = type.kind === "function" ? type.parameters : info.parameters.map((parameter) => parameter.type);
  if (type.kind === "function" && type.isVariadic)
    throw new EvaluationError(`Function "${info.name}" takes a variable number of arguments, which cannot be called from here`, callee.column);
  if (list.length !== parameters.length)
    throw new EvaluationError(
      `Function "${info.name}" takes ${parameters.length} ${parameters.length === 1 ? "argument" : "arguments"}, not ${list.length}`,
      callee.column,
    );
  const { returns } = info;
  const result = bare(returns);
  if (result.kind === "struct" || result.kind === "array")
    throw new EvaluationError(`Function "${info.name}" returns a structure, which cannot be shown`, callee.column);
  const args = list.map((argument, i) => argumentValue(argument, parameters[i] ?? voidType, scope, evaluate, callee.column));
  const value = call(info, args);
  if (result.kind === "void" || value === undefined) return constantValue(voidType, new Uint8Array(0));
  return isFloat(result) ? floatValue(returns, Number(value)) : integerValue(returns, BigInt(value));
}

/** The function that `callee` names or points to. */
function calledFunction(callee: Expression, scope: EvaluationScope, evaluate: Evaluate): FunctionInfo {
  const value = evaluate(callee);
  if (value.storage.kind === "function") {
    const { name } = value.storage;
    const [info] = scope.debugInfo.functionsByName(name);
    if (info !== undefined) return info;
  }
  const plain = bare(value.type);
  if (plain.kind !== "pointer" || bare(plain.target).kind !== "function")
    throw new EvaluationError(`"${typeText(value.type)}" is not a function`, callee.column);
  const index = Number(BigInt.asUintN(32, readInteger(value, scope.memory)));
  const name = scope.functionPointers?.functionAt(index);
  const [info] = name === undefined ? [] : scope.debugInfo.functionsByName(name);
  if (info === undefined) throw new EvaluationError(`${index} is not a pointer to a function of the driver`, callee.column);
  return info;
}

function argumentValue(argument: CallArgument, type: Type, scope: EvaluationScope, evaluate: Evaluate, column: number): number | bigint {
  if (argument.kind !== "expression") throw new EvaluationError("A type is no argument of a function", column);
  const plain = bare(type);
  if (plain.kind === "struct" || (integerShape(plain) === undefined && !isFloat(plain)))
    throw new EvaluationError(`An argument of type "${typeText(type)}" cannot be passed from here`, argument.expression.column);
  const value = convertScalar(load(evaluate(argument.expression), scope.memory), type);
  if (isFloat(plain)) return bytesToFloat(readBytes(value, scope.memory));
  const number = readInteger(value, scope.memory);
  return sizeOf(type) > 4 ? BigInt.asIntN(64, number) : Number(BigInt.asIntN(32, number));
}
