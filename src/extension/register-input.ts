// SPDX-License-Identifier: MIT
/** What a user types for a register or one of its fields, and the value to write then. */
import type { EditableRegister } from "./tree-node.ts";

/** A whole number: decimal, `0x` hexadecimal or `0b` binary, `_` and `'` between digits allowed. Undefined for anything else. */
export function parseNumber(text: string): bigint | undefined {
  const digits = text.trim().replaceAll(/(?<=[\da-f])[_'](?=[\da-f])/gi, "");
  return /^(0x[\da-f]+|0b[01]+|\d+)$/i.test(digits) ? BigInt(digits) : undefined;
}

/** Greatest value that fits. */
export function greatest({ size, bits }: EditableRegister): bigint {
  const width = bits === undefined ? 8 * size : bits[0] - bits[1] + 1;
  return (1n << BigInt(width)) - 1n;
}

/**
 * Register value to write for `input`. For a field, the other bits keep what was peeked, except in a register where writing 1 clears a bit: there
 * they are written as 0, so that only the field is touched.
 */
export function valueToWrite(register: EditableRegister, input: bigint): bigint {
  const { bits, access, value } = register;
  if (bits === undefined) return input;
  const mask = greatest(register) << BigInt(bits[1]);
  const others = access === "w1c" || value === undefined ? 0n : BigInt(value) & ~mask;
  return others | (input << BigInt(bits[1]));
}
