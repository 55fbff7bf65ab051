// SPDX-License-Identifier: MIT
/** Numbers of the target as bytes and back: little endian, two's complement, IEEE 754. */

import type { BareType, Type } from "./type-model.ts";
import { bare } from "./type-model.ts";

/** Width and signedness of a type that holds an integer: integers, characters, booleans, enums, pointers. */
export interface IntegerShape {
  readonly bits: number;
  readonly isSigned: boolean;
}

/** Undefined when values of `type` are not whole numbers. */
export function integerShape(type: Type): IntegerShape | undefined {
  const plain = bare(type);
  switch (plain.kind) {
    case "base":
      if (plain.encoding === "float") return undefined;
      return { bits: plain.size * 8, isSigned: plain.encoding === "signed" || plain.encoding === "signedChar" };
    case "enum":
      return { bits: plain.size * 8, isSigned: plain.isSigned };
    case "pointer":
    case "reference":
    case "memberPointer":
      return { bits: plain.size * 8, isSigned: false };
    default:
      return undefined;
  }
}

export const isFloat = (type: BareType): boolean => type.kind === "base" && type.encoding === "float";

/** `value` reduced to `shape`, as a C conversion does. */
export function wrap(value: bigint, shape: IntegerShape): bigint {
  return shape.isSigned ? BigInt.asIntN(shape.bits, value) : BigInt.asUintN(shape.bits, value);
}

/** Unsigned number of little-endian `bytes`. */
export function bytesToInteger(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return value;
}

/** Low `size` bytes of `value`. */
export function integerToBytes(value: bigint, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let rest = BigInt.asUintN(size * 8, value);
  for (let i = 0; i < size; i++) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

/** IEEE number of 4, 8 or 16 bytes; the last is rounded to double. */
export function bytesToFloat(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 4) return view.getFloat32(0, true);
  if (bytes.length === 8) return view.getFloat64(0, true);
  const all = bytesToInteger(bytes);
  const exponent = Number((all >> 112n) & 0x7fffn);
  const fraction = Number(all & ((1n << 112n) - 1n)) / 2 ** 112;
  const sign = all >> 127n === 0n ? 1 : -1;
  if (exponent === 0x7fff) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? (sign < 0 ? -0 : 0) : sign * (1 + fraction) * 2 ** (exponent - 16383);
}

/** Inverse of `bytesToFloat`. */
export function floatToBytes(value: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  if (size === 4) view.setFloat32(0, value, true);
  else if (size === 8) view.setFloat64(0, value, true);
  else bytes.set(doubleToQuad(value, view));
  return bytes;
}

function doubleToQuad(value: number, scratch: DataView): Uint8Array {
  scratch.setFloat64(0, value, true);
  let bits = scratch.getBigUint64(0, true);
  const sign = bits >> 63n;
  let exponent = Number((bits >> 52n) & 0x7ffn);
  let fraction = bits & ((1n << 52n) - 1n);
  if (exponent === 0 && fraction !== 0n) {
    // A subnormal double is a normal quad.
    scratch.setFloat64(0, value * 2 ** 64, true);
    bits = scratch.getBigUint64(0, true);
    exponent = Number((bits >> 52n) & 0x7ffn) - 64;
    fraction = bits & ((1n << 52n) - 1n);
  } else if (exponent === 0) {
    return integerToBytes(sign << 127n, 16);
  }
  const wide = exponent === 0x7ff ? 0x7fff : exponent - 1023 + 16383;
  return integerToBytes((sign << 127n) | (BigInt(wide) << 112n) | (fraction << 60n), 16);
}
