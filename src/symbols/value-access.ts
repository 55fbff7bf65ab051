// SPDX-License-Identifier: MIT
/** Reads and writes the bytes of values, bit fields included. */

import { hex } from "../base/index.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { bytesToFloat, bytesToInteger, floatToBytes, integerShape, integerToBytes, isFloat, wrap } from "./scalar.ts";
import type { TargetMemory } from "./target.ts";
import type { Type } from "./type-model.ts";
import { bare, sizeOf } from "./type-model.ts";
import { typeText } from "./type-text.ts";
import type { Value } from "./value.ts";

/** Address of an lvalue in target memory; undefined for other values and for bit fields. */
export function addressOf(value: Value): number | undefined {
  return value.storage.kind === "memory" && value.bitField === undefined ? value.storage.address : undefined;
}

/** A computed value. */
export const constantValue = (type: Type, bytes: Uint8Array): Value => ({ type, storage: { kind: "constant", bytes } });

/** A computed whole number of `type`, reduced to it. */
export const integerValue = (type: Type, value: bigint): Value => constantValue(type, integerToBytes(value, sizeOf(type)));

/** An lvalue at `address`. */
export const memoryValue = (type: Type, address: number): Value => ({ type, storage: { kind: "memory", address } });

/** `length` bytes at `address`. @throws EvaluationError when they cannot be read */
export function readMemory(memory: TargetMemory, address: number, length: number): Uint8Array {
  if (length === 0) return new Uint8Array(0);
  const bytes = address + length <= 0x1_0000_0000 ? memory.read(address, length) : undefined;
  if (bytes === undefined) throw new EvaluationError(`Unreadable memory at ${hex(address, 8)}`);
  return bytes;
}

/** All bytes of `value`; of a bit field, the bytes that hold it. @throws EvaluationError when they cannot be read */
export function readBytes(value: Value, memory: TargetMemory): Uint8Array {
  const { storage } = value;
  const length = value.bitField?.bytes ?? sizeOf(value.type);
  switch (storage.kind) {
    case "memory":
      return readMemory(memory, storage.address, length);
    case "local":
    case "constant":
      return storage.bytes.subarray(0, length);
    case "function":
      if (storage.tableIndex === undefined) throw new EvaluationError(`Function "${storage.name}" has no address: its address is not taken in the driver`);
      return integerToBytes(BigInt(storage.tableIndex), 4);
    case "unavailable":
      throw new EvaluationError(`Value is not available: ${storage.reason}`);
  }
}

/**
 * Integer, enum, pointer, boolean or function value, signed as its type is; arrays and functions give their address.
 * @throws EvaluationError for other types and unreadable memory
 */
export function readInteger(value: Value, memory: TargetMemory): bigint {
  const plain = bare(value.type);
  if (plain.kind === "array" && value.storage.kind === "memory") return BigInt(value.storage.address);
  if (plain.kind === "function") return bytesToInteger(readBytes(value, memory));
  const shape = integerShape(plain);
  if (shape === undefined) throw new EvaluationError(`Value of type "${typeText(value.type)}" is not a number`);
  const raw = bytesToInteger(readBytes(value, memory));
  if (value.bitField) return wrap(raw >> BigInt(value.bitField.shift), { bits: value.bitField.bits, isSigned: shape.isSigned });
  return wrap(raw, shape);
}

/** Floating or whole number as a JavaScript number. @throws EvaluationError for other types and unreadable memory */
export function readFloat(value: Value, memory: TargetMemory): number {
  return isFloat(bare(value.type)) ? bytesToFloat(readBytes(value, memory)) : Number(readInteger(value, memory));
}

/** Stores a whole number, reduced to the type. @throws EvaluationError when the place cannot be written */
export function writeInteger(value: Value, number: bigint, memory: TargetMemory): void {
  if (value.bitField === undefined) {
    writeBytes(value, integerToBytes(number, sizeOf(value.type)), memory);
    return;
  }
  const { shift, bits, bytes } = value.bitField;
  const mask = ((1n << BigInt(bits)) - 1n) << BigInt(shift);
  const old = bytesToInteger(readBytes(value, memory));
  writeBytes(value, integerToBytes((old & ~mask) | ((number << BigInt(shift)) & mask), bytes), memory);
}

/** Stores a floating number. @throws EvaluationError when the place cannot be written */
export function writeFloat(value: Value, number: number, memory: TargetMemory): void {
  writeBytes(value, floatToBytes(number, sizeOf(value.type)), memory);
}

/** Stores `bytes` where `value` is. @throws EvaluationError when it is no place, or cannot be written */
export function writeBytes(value: Value, bytes: Uint8Array, memory: TargetMemory): void {
  const { storage } = value;
  if (storage.kind === "memory") {
    if (!memory.write(storage.address, bytes)) throw new EvaluationError(`Memory at ${hex(storage.address, 8)} cannot be written`);
  } else if (storage.kind === "local") {
    if (!storage.set?.(localNumber(value.type, bytes))) throw new EvaluationError("Value is held in a register that cannot be changed here");
  } else if (storage.kind === "unavailable") {
    throw new EvaluationError(`Value is not available: ${storage.reason}`);
  } else {
    throw new EvaluationError("Expression is not an lvalue: it has no place in the target to store into");
  }
}

function localNumber(type: Type, bytes: Uint8Array): number | bigint {
  if (isFloat(bare(type))) return bytesToFloat(bytes);
  const number = bytesToInteger(bytes);
  return bytes.length > 4 ? number : Number(BigInt.asIntN(32, number));
}

/** `value` with its present bytes, detached from the target: the rvalue. @throws EvaluationError when unreadable */
export function detached(value: Value, memory: TargetMemory): Value {
  if (value.storage.kind === "constant" || value.storage.kind === "function") return value;
  if (value.bitField) return integerValue(value.type, readInteger(value, memory));
  return constantValue(value.type, Uint8Array.from(readBytes(value, memory)));
}
