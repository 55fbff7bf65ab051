// SPDX-License-Identifier: MIT
/** Text of whole numbers: decimal, hexadecimal, binary, octal, with the names of enumerators and status codes. */

import { hex } from "../base/index.ts";
import type { EnumType } from "./type-model.ts";
import type { FormatSuffix } from "./value.ts";

/** `value` of `bits` bits in `format`; decimal by default, hexadecimal digits as wide as the type. */
export function integerText(value: bigint, bits: number, format: FormatSuffix | undefined): string {
  const unsigned = BigInt.asUintN(bits, value);
  switch (format) {
    case "x":
    case "h":
      return hex(unsigned, Math.ceil(bits / 4));
    case "b":
      return `0b${unsigned.toString(2).padStart(bits, "0")}`;
    case "o":
      return `0${unsigned.toString(8)}`;
    default:
      return value.toString();
  }
}

/**
 * The enumerator with `value`; else, when all enumerators but zero are single bits, those that make it up, with what is left as a
 * number; else the number.
 */
export function enumText(type: EnumType, value: bigint, format: FormatSuffix | undefined): string {
  const number = integerText(value, type.size * 8, format);
  const exact = type.enumerators.find((enumerator) => enumerator.value === value);
  if (exact) return format === undefined ? exact.name : `${exact.name} (${number})`;
  const bits = type.enumerators.filter((enumerator) => enumerator.value !== 0n);
  const isFlags = bits.length > 1 && value > 0n && bits.every((enumerator) => enumerator.value > 0n && (enumerator.value & (enumerator.value - 1n)) === 0n);
  if (!isFlags) return number;
  const set = bits.filter((enumerator) => (value & enumerator.value) !== 0n);
  const rest = set.reduce((left, enumerator) => left & ~enumerator.value, value);
  if (set.length === 0) return number;
  return [...set.map((enumerator) => enumerator.name), ...(rest === 0n ? [] : [hex(rest)])].join("|");
}

/** Shortest text that reads back as the same number of this width. */
export function floatText(value: number, size: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  let text = String(value);
  for (let digits = 1; size === 4 && digits <= 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) {
      text = String(candidate);
      break;
    }
  }
  return Object.is(value, -0) ? "-0.0" : /^-?\d+$/.test(text) ? `${text}.0` : text;
}
