// SPDX-License-Identifier: MIT
/** Hexadecimal text for addresses, status codes and byte strings. */

/** `0x` and at least `digits` upper-case hexadecimal digits; negative numbers as their unsigned 32-bit value. */
export function hex(value: number | bigint, digits = 1): string {
  const unsigned = typeof value === "number" && value < 0 ? value >>> 0 : value;
  return `0x${unsigned.toString(16).toUpperCase().padStart(digits, "0")}`;
}

/** Lower-case hexadecimal pairs without separators. */
export function bytesToHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Inverse of `bytesToHex`; white space is ignored. Undefined for odd length or other characters. */
export function hexToBytes(text: string): Uint8Array | undefined {
  const digits = text.replace(/\s+/g, "");
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) return undefined;
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}
