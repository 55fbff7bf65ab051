// SPDX-License-Identifier: MIT
/**
 * From values to operands of C operators and back: array decay, integer promotion and the usual arithmetic conversions
 * (C11 6.3.1, 6.3.2), with 32-bit int, long and pointers.
 */

import { doubleType, floatType, intType, longLongType, longType, unsignedIntType, unsignedLongLongType, unsignedLongType } from "./builtin-types.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { bytesToInteger, floatToBytes, integerShape, isFloat, wrap } from "./scalar.ts";
import type { TargetMemory } from "./target.ts";
import type { BareType, BaseType, Type } from "./type-model.ts";
import { bare, pointerTo, sizeOf } from "./type-model.ts";
import { typeText } from "./type-text.ts";
import type { Value } from "./value.ts";
import { constantValue, integerValue, readBytes, readFloat, readInteger } from "./value-access.ts";

/** A loaded scalar. `type` of an integer is its type before promotion. */
export type Operand =
  | { readonly kind: "integer"; readonly type: Type; readonly value: bigint; readonly bits: number | undefined }
  | { readonly kind: "float"; readonly type: Type; readonly value: number }
  | { readonly kind: "pointer"; readonly type: Type; readonly target: Type; readonly value: bigint };

/** Loads a scalar; arrays and functions become pointers. @throws EvaluationError for structs, void and unreadable memory */
export function load(value: Value, memory: TargetMemory): Operand {
  const plain = bare(value.type);
  switch (plain.kind) {
    case "array":
      return { kind: "pointer", type: pointerTo(plain.element), target: plain.element, value: BigInt(arrayAddress(value)) };
    case "function":
      return { kind: "pointer", type: pointerTo(value.type), target: value.type, value: bytesToInteger(readBytes(value, memory)) };
    case "pointer":
    case "reference":
      return { kind: "pointer", type: value.type, target: plain.target, value: readInteger(value, memory) };
    case "base":
      if (isFloat(plain)) return { kind: "float", type: value.type, value: readFloat(value, memory) };
      return { kind: "integer", type: value.type, value: readInteger(value, memory), bits: value.bitField?.bits };
    case "enum":
    case "memberPointer":
      return { kind: "integer", type: value.type, value: readInteger(value, memory), bits: value.bitField?.bits };
    case "void":
      throw new EvaluationError("Expression has no value: its type is void");
    case "struct":
      throw new EvaluationError(`Operand has type "${typeText(value.type)}"; expected a number or a pointer`);
  }
}

function arrayAddress(value: Value): number {
  if (value.storage.kind === "memory") return value.storage.address;
  if (value.storage.kind === "unavailable") throw new EvaluationError(`Value is not available: ${value.storage.reason}`);
  throw new EvaluationError("Array has no address in the target");
}

/** Type of an integer operand after integer promotion. */
export function promoted(operand: Operand & { readonly kind: "integer" }): BaseType {
  const plain = bare(operand.type);
  const shape = integerShape(plain);
  const bits = operand.bits ?? shape?.bits ?? 32;
  const isSigned = shape?.isSigned ?? true;
  if (bits < 32 || (bits === 32 && isSigned && operand.bits !== undefined)) return intType;
  if (plain.kind === "base" && plain.encoding !== "boolean") return standardType(plain);
  if (bits > 32) return isSigned ? longLongType : unsignedLongLongType;
  return isSigned ? intType : unsignedIntType;
}

/** The builtin type like `type`, so that results read `unsigned long` whatever the compiler calls it; 128-bit types stay. */
function standardType(type: BaseType): BaseType {
  const isSigned = type.encoding === "signed" || type.encoding === "signedChar";
  if (type.size === 8) return isSigned ? longLongType : unsignedLongLongType;
  if (type.size !== 4) return type;
  if (/\blong\b/.test(type.name)) return isSigned ? longType : unsignedLongType;
  return isSigned ? intType : unsignedIntType;
}

const rank = (type: BaseType): number => (type.size > 8 ? 4 : type.size === 8 ? 3 : type === longType || type === unsignedLongType ? 2 : 1);

const unsignedOf = (type: BaseType): BaseType => (type === longLongType ? unsignedLongLongType : type === longType ? unsignedLongType : unsignedIntType);

/** Common type of two promoted integer types (C11 6.3.1.8). */
function commonInteger(a: BaseType, b: BaseType): BaseType {
  const signedA = a.encoding === "signed";
  const signedB = b.encoding === "signed";
  if (signedA === signedB) return rank(a) >= rank(b) ? a : b;
  const [signed, unsigned] = signedA ? [a, b] : [b, a];
  if (rank(unsigned) >= rank(signed)) return unsigned;
  return signed.size > unsigned.size ? signed : unsignedOf(signed);
}

function floatRank(type: BareType): number {
  return type.kind === "base" && type.encoding === "float" ? type.size : 0;
}

/** Common arithmetic type of two number operands. */
export function commonType(a: Operand, b: Operand): BaseType {
  if (a.kind === "integer" && b.kind === "integer") return commonInteger(promoted(a), promoted(b));
  const [wider, other] = floatRank(bare(a.type)) >= floatRank(bare(b.type)) ? [a, b] : [b, a];
  const type = bare(wider.type);
  if (type.kind !== "base") throw new EvaluationError(`Operand has type "${typeText(other.type)}"; expected a number`);
  return type.size === 4 ? floatType : type.size === 8 ? doubleType : type;
}

/** `operand` as a JavaScript number. */
export const asNumber = (operand: Operand): number => Number(operand.value);

/** Whether `operand` counts as true. */
export const isNonZero = (operand: Operand): boolean => (operand.kind === "float" ? operand.value !== 0 : operand.value !== 0n);

/** A computed floating value of `type`. */
export const floatValue = (type: Type, value: number): Value => constantValue(type, floatToBytes(value, sizeOf(type)));

/** A computed pointer. */
export const pointerValue = (target: Type, address: bigint): Value => integerValue(pointerTo(target), address);

/** An address in 32 bits. */
export const address32 = (value: bigint): number => Number(BigInt.asUintN(32, value));

/** `operand` converted to the scalar type `type` as by a cast. @throws EvaluationError when C has no such conversion */
export function convertScalar(operand: Operand, type: Type): Value {
  const plain = bare(type);
  if (isFloat(plain)) {
    if (operand.kind === "pointer") throw new EvaluationError(`Pointer cannot be converted to "${typeText(type)}"`);
    return floatValue(type, asNumber(operand));
  }
  const shape = integerShape(plain);
  if (shape === undefined) throw new EvaluationError(`Value of type "${typeText(operand.type)}" cannot be converted to "${typeText(type)}"`);
  if (plain.kind === "base" && plain.encoding === "boolean") return integerValue(type, isNonZero(operand) ? 1n : 0n);
  if (operand.kind !== "float") return integerValue(type, wrap(operand.value, shape));
  if (plain.kind === "pointer") throw new EvaluationError("Floating number cannot be converted to a pointer");
  if (!Number.isFinite(operand.value)) throw new EvaluationError(`${operand.value} cannot be converted to "${typeText(type)}"`);
  return integerValue(type, wrap(BigInt(Math.trunc(operand.value)), shape));
}

/** The pointer an operand is. @throws EvaluationError for numbers */
export function expectPointer(operand: Operand, what: string): Operand & { readonly kind: "pointer" } {
  if (operand.kind !== "pointer") throw new EvaluationError(`${what} has type "${typeText(operand.type)}"; expected a pointer`);
  return operand;
}

/** Size of what `pointer` steps over; 1 for void and functions, as clang does. @throws EvaluationError for incomplete types */
export function strideOf(pointer: { readonly target: Type }): bigint {
  const target = bare(pointer.target);
  if (target.kind === "void" || target.kind === "function") return 1n;
  const size = sizeOf(target);
  if (size === 0 && target.kind === "struct" && target.isIncomplete)
    throw new EvaluationError(`Size of "${typeText(pointer.target)}" is not known: it is only declared`);
  return BigInt(size);
}

export const truthValue = (condition: boolean): Value => integerValue(intType, condition ? 1n : 0n);
