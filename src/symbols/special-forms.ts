// SPDX-License-Identifier: MIT
/**
 * Macros of the WDK that look like calls and only compute: NT_SUCCESS, FIELD_OFFSET, CONTAINING_RECORD, ARRAYSIZE. They exist in
 * no debug information, and nothing of the driver runs for them, nor for contexts of objects; every other call is refused.
 */

import type { CallArgument, Expression, TypeName } from "./ast.ts";
import { load, pointerValue, truthValue } from "./conversions.ts";
import { unsignedLongType } from "./builtin-types.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { callFunction } from "./function-call.ts";
import { memberOf } from "./member-lookup.ts";
import { resolveType } from "./type-resolver.ts";
import type { Type } from "./type-model.ts";
import { bare, sizeOf, typedefNames } from "./type-model.ts";
import { typeText } from "./type-text.ts";
import type { Value } from "./value.ts";
import { integerValue, memoryValue, readInteger } from "./value-access.ts";
import type { EvaluationScope } from "./evaluation-scope.ts";

type Evaluate = (expression: Expression) => Value;
type Form = (list: readonly CallArgument[], scope: EvaluationScope, evaluate: Evaluate, column: number) => Value;

const statusTest =
  (test: (status: number) => boolean): Form =>
  (list, scope, evaluate, column) => {
    const status = readInteger(evaluate(expressionAt(list, 0, column)), scope.memory);
    return truthValue(test(Number(BigInt.asIntN(32, status))));
  };

const fieldOffset: Form = (list, scope, _evaluate, column) => {
  const type = typeAt(list, 0, scope, column);
  return integerValue(unsignedLongType, BigInt(offsetOf(type, expressionAt(list, 1, column))));
};

const containingRecord: Form = (list, scope, evaluate, column) => {
  const address = load(evaluate(expressionAt(list, 0, column)), scope.memory);
  const type = typeAt(list, 1, scope, column);
  if (address.kind === "float") throw new EvaluationError("First argument is not an address", column);
  return pointerValue(type, address.value - BigInt(offsetOf(type, expressionAt(list, 2, column))));
};

const arraySize: Form = (list, _scope, evaluate, column) => {
  const plain = bare(evaluate(expressionAt(list, 0, column)).type);
  if (plain.kind !== "array" || plain.count === undefined) throw new EvaluationError("Argument is not an array of known length", column);
  return integerValue(unsignedLongType, BigInt(plain.count));
};

/** `WdfObjectGetTypedContext(handle, TYPE)`: the context is looked up, nothing runs. */
const typedContext: Form = (list, scope, evaluate, column) => {
  const type = typeAt(list, 1, scope, column);
  return contextPointer(evaluate(expressionAt(list, 0, column)), type, scope, column);
};

function contextPointer(handle: Value, type: Type, scope: EvaluationScope, column: number): Value {
  const name = typeText(type).replace(/^(struct|union|class) /, "");
  const address = scope.contextOf?.(Number(BigInt.asUintN(32, readInteger(handle, scope.memory))), name);
  if (address === undefined) throw new EvaluationError(`The object has no context of type ${name}`, column);
  return pointerValue(type, BigInt(address));
}

/**
 * The accessor that WDF_DECLARE_CONTEXT_TYPE_WITH_NAME made: a function of the driver that takes a handle and returns a pointer to a struct
 * which the object has as context. It is looked up instead of run.
 */
function accessor(name: string, list: readonly CallArgument[], scope: EvaluationScope, evaluate: Evaluate): Value | undefined {
  const [info] = scope.debugInfo.functionsByName(name);
  const [argument] = list;
  const type = info && bare(info.type);
  if (scope.contextOf === undefined || type?.kind !== "function" || list.length !== 1 || argument?.kind !== "expression" || type.parameters.length !== 1)
    return undefined;
  const returned = bare(type.returns);
  const parameter = type.parameters[0];
  const takesHandle = parameter !== undefined && typedefNames(parameter).some((each) => each === "WDFOBJECT" || each.startsWith("WDF"));
  if (returned.kind !== "pointer" || bare(returned.target).kind !== "struct" || !takesHandle) return undefined;
  const handle = Number(BigInt.asUintN(32, readInteger(evaluate(argument.expression), scope.memory)));
  const address = scope.contextOf(handle, typeText(returned.target).replace(/^(struct|union|class) /, ""));
  return address === undefined ? undefined : pointerValue(returned.target, BigInt(address));
}

const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  ["NT_SUCCESS", statusTest((status) => status >= 0)],
  ["NT_INFORMATION", statusTest((status) => status >>> 30 === 1)],
  ["NT_WARNING", statusTest((status) => status >>> 30 === 2)],
  ["NT_ERROR", statusTest((status) => status >>> 30 === 3)],
  ["FIELD_OFFSET", fieldOffset],
  ["offsetof", fieldOffset],
  ["__builtin_offsetof", fieldOffset],
  ["CONTAINING_RECORD", containingRecord],
  ["WdfObjectGetTypedContext", typedContext],
  ["ARRAYSIZE", arraySize],
  ["RTL_NUMBER_OF", arraySize],
]);

/** Names of the forms, for completion. */
export const specialFormNames: readonly string[] = [...forms.keys()];

/** Value of `callee(list)`. @throws EvaluationError for calls that run code where that is not allowed */
export function evaluateCall(callee: Expression, list: readonly CallArgument[], scope: EvaluationScope, evaluate: Evaluate): Value {
  const form = callee.kind === "name" && callee.qualifier === undefined ? forms.get(callee.name) : undefined;
  if (form) return form(list, scope, evaluate, callee.column);
  const context = callee.kind === "name" ? accessor(callee.name, list, scope, evaluate) : undefined;
  if (context) return context;
  return callFunction(callee, list, scope, evaluate);
}

function expressionAt(list: readonly CallArgument[], index: number, column: number): Expression {
  const argument = list[index];
  if (argument?.kind !== "expression") throw new EvaluationError(`Argument ${index + 1} must be an expression`, column);
  return argument.expression;
}

function typeAt(list: readonly CallArgument[], index: number, scope: EvaluationScope, column: number): Type {
  const argument = list[index];
  if (argument?.kind === "type") return resolveType(argument.type, scope.debugInfo);
  const name = argument?.expression.kind === "name" ? argument.expression.name : undefined;
  if (name === undefined) throw new EvaluationError(`Argument ${index + 1} must be a type`, column);
  const typeName: TypeName = { column, tag: undefined, name, isConst: false, isVolatile: false, derivations: [] };
  return resolveType(typeName, scope.debugInfo);
}

/** Offset of a member designator such as `Ring.Slots[2]` in `type`. */
function offsetOf(type: Type, designator: Expression): number {
  const place = designate(memoryValue(type, 0), designator);
  if (place.bitField) throw new EvaluationError("Bit field has no offset in bytes", designator.column);
  return place.storage.kind === "memory" ? place.storage.address : 0;
}

function designate(container: Value, designator: Expression): Value {
  switch (designator.kind) {
    case "name":
      return memberOf(container, designator.name);
    case "member":
      if (!designator.isArrow) return memberOf(designate(container, designator.object), designator.name);
      break;
    case "index": {
      const array = designate(container, designator.object);
      const plain = bare(array.type);
      if (plain.kind === "array" && designator.index.kind === "integer" && array.storage.kind === "memory") {
        return memoryValue(plain.element, array.storage.address + Number(designator.index.value) * sizeOf(plain.element));
      }
      break;
    }
    default:
      break;
  }
  throw new EvaluationError("Expected the name of a member", designator.column);
}
