// SPDX-License-Identifier: MIT
/** Memory as a hexadecimal listing: address, 16 bytes, characters. */

const perLine = 16;

/** `missing` bytes behind `bytes` could not be read and are shown as `??`. */
export function hexDump(address: bigint, bytes: Uint8Array, missing = 0): string {
  const total = bytes.length + missing;
  const digits = Math.max(8, (address + BigInt(Math.max(0, total - 1))).toString(16).length);
  const lines: string[] = [];
  for (let at = 0; at < total; at += perLine) {
    const count = Math.min(perLine, total - at);
    const cells = Array.from({ length: perLine }, (_, i) => (i < count ? cell(bytes[at + i]) : "  "));
    const text = Array.from({ length: count }, (_, i) => character(bytes[at + i])).join("");
    const start = (address + BigInt(at)).toString(16).toUpperCase().padStart(digits, "0");
    lines.push(`${start}  ${cells.slice(0, 8).join(" ")}  ${cells.slice(8).join(" ")}  |${text}|`);
  }
  return lines.join("\n");
}

const cell = (byte: number | undefined): string => (byte === undefined ? "??" : byte.toString(16).toUpperCase().padStart(2, "0"));
const character = (byte: number | undefined): string => (byte === undefined ? "?" : byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".");
