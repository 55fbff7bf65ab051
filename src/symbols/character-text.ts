// SPDX-License-Identifier: MIT
/** Text in the target: C strings, counted strings, character literals. */

import type { TargetMemory } from "./target.ts";

const escapes: Readonly<Record<number, string>> = { 0: "\\0", 7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 92: "\\\\" };

/** `code` as it stands in a C literal delimited by `quote`. */
export function escaped(code: number, quote: "'" | '"'): string {
  const known = escapes[code];
  if (known !== undefined) return known;
  if (code === quote.charCodeAt(0)) return `\\${quote}`;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, "0")}`;
  return String.fromCodePoint(code);
}

/** Character literal for a byte or a UTF-16 unit; bytes above ASCII by number. */
export function characterText(code: number, isWide: boolean): string {
  if (!isWide && code >= 0x80) return `'\\x${code.toString(16)}'`;
  const isSurrogate = code >= 0xd800 && code < 0xe000;
  return `${isWide ? "L" : ""}'${isSurrogate ? `\\x${code.toString(16)}` : escaped(code, "'")}'`;
}

/** Quoted text of `bytes` (UTF-8, or UTF-16 when `unit` is 2). */
export function quoted(bytes: Uint8Array, unit: 1 | 2): string {
  const text = new TextDecoder(unit === 2 ? "utf-16le" : "utf-8").decode(bytes);
  const body = Array.from(text, (character) => escaped(character.codePointAt(0) ?? 0, '"')).join("");
  return `${unit === 2 ? "L" : ""}"${body}"`;
}

/** Bytes of `units` units up to the terminating zero; all of them when there is none. */
export function untilZero(bytes: Uint8Array, unit: 1 | 2): { readonly bytes: Uint8Array; readonly isTerminated: boolean } {
  for (let at = 0; at + unit <= bytes.length; at += unit) {
    if (bytes[at] === 0 && (unit === 1 || bytes[at + 1] === 0)) return { bytes: bytes.subarray(0, at), isTerminated: true };
  }
  return { bytes, isTerminated: false };
}

/** Zero-terminated string at `address`, read in small steps so that it may end just before unreadable memory. Undefined when its start is unreadable. */
export function stringAtAddress(memory: TargetMemory, address: number, unit: 1 | 2, limit: number): string | undefined {
  const step = 16 * unit;
  const chunks: number[] = [];
  while (chunks.length < limit * unit) {
    const at = address + chunks.length;
    const chunk = memory.read(at, step) ?? readSingly(memory, at, step, unit);
    const end = untilZero(chunk, unit);
    chunks.push(...end.bytes);
    if (end.isTerminated) return quoted(Uint8Array.from(chunks), unit);
    if (chunk.length < step) return chunks.length === 0 ? undefined : `${quoted(Uint8Array.from(chunks), unit)}…`;
  }
  return `${quoted(Uint8Array.from(chunks.slice(0, limit * unit)), unit)}…`;
}

function readSingly(memory: TargetMemory, address: number, length: number, unit: number): Uint8Array {
  const bytes: number[] = [];
  for (let at = 0; at < length; at += unit) {
    const one = memory.read(address + at, unit);
    if (one === undefined) break;
    bytes.push(...one);
  }
  return Uint8Array.from(bytes);
}
