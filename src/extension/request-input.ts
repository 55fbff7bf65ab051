// SPDX-License-Identifier: MIT
/** What a user types for a request to the driver: lengths, data and control codes as text, and the request that comes of it. */
import { bytesToHex, hexToBytes } from "../base/index.ts";
import type { UserRequest } from "../protocol/index.ts";
import { parseNumber } from "./register-input.ts";
import type { Translations } from "./tree-node.ts";

/** More than any transfer of a driver needs, and still quick to send. */
const mostBytes = 16 << 20;

/** Bytes: a number, or one with K or M behind it. Undefined when it is none or too great. */
export function parseLength(text: string): number | undefined {
  const match = /^(.*?)\s*([km])?$/i.exec(text.trim());
  const number = parseNumber(match?.[1] ?? "");
  if (number === undefined || number > BigInt(mostBytes)) return undefined;
  const bytes = Number(number) * ({ k: 1024, m: 1 << 20 }[(match?.[2] ?? "").toLowerCase()] ?? 1);
  return bytes > mostBytes ? undefined : bytes;
}

export function lengthProblem(text: string, l10n: Translations): string | undefined {
  return parseLength(text) === undefined ? l10n.t("Enter a number of bytes such as 4096, 0x1000 or 64K, at most 16M") : undefined;
}

/**
 * Data to write: hexadecimal bytes such as `DE AD BE EF`, or `PATTERN LENGTH` with the patterns `increment`, `zero`, `ones` and `hex:XX…` (bytes that
 * are repeated).
 */
export function parseData(text: string): Uint8Array | undefined {
  const words = text.trim().split(/\s+/);
  const [name = "", length = ""] = words;
  const generator = patternOf(name.toLowerCase());
  if (generator === undefined) return text.trim() === "" ? undefined : hexToBytes(text);
  const count = words.length === 2 ? parseLength(length) : undefined;
  return count === undefined ? undefined : Uint8Array.from({ length: count }, (_, i) => generator(i));
}

function patternOf(name: string): ((index: number) => number) | undefined {
  if (name === "increment") return (i) => i & 0xff;
  if (name === "zero") return () => 0;
  if (name === "ones") return () => 0xff;
  const repeated = name.startsWith("hex:") ? hexToBytes(name.slice(4)) : undefined;
  return repeated === undefined || repeated.length === 0 ? undefined : (i) => repeated[i % repeated.length] ?? 0;
}

export function dataProblem(text: string, l10n: Translations): string | undefined {
  return parseData(text) === undefined
    ? l10n.t("Enter bytes such as DE AD BE EF, or a pattern and a length such as increment 64K, zero 512, ones 16, hex:55AA 4096")
    : undefined;
}

/** Input and output of an I/O control request: `CODE [OUTPUT LENGTH [INPUT]]`. */
export function parseIoctl(text: string): UserRequest | undefined {
  const match = /^(\S+)(?:\s+(\S+)(?:\s+(.+))?)?$/.exec(text.trim());
  const code = parseNumber(match?.[1] ?? "");
  const length = match?.[2] === undefined ? 0 : parseLength(match[2]);
  const data = match?.[3] === undefined ? new Uint8Array(0) : parseData(match[3]);
  if (code === undefined || code > 0xffff_ffffn || length === undefined || data === undefined) return undefined;
  return { kind: "ioctl", code: Number(code), length, ...(data.length === 0 ? {} : { data: bytesToHex(data) }) };
}

export function ioctlProblem(text: string, l10n: Translations): string | undefined {
  return parseIoctl(text) === undefined
    ? l10n.t("Enter a control code, then if wanted the length of the output and the input: 0x222004 16 DE AD BE EF")
    : undefined;
}

/** `entry` in front of the others, once, and at most `most` in all. */
export function remember(history: readonly string[], entry: string, most = 10): string[] {
  return [entry, ...history.filter((other) => other !== entry)].slice(0, most);
}
