// SPDX-License-Identifier: MIT
/** sscanf_s and swscanf_s: conversions d i u o x X p c s n and scan sets, with the buffer sizes that the secure forms take after c, s and sets. */
import type { GuestMemory } from "../machine/index.ts";
import type { VariableArguments } from "./printf.ts";

interface Conversion {
  readonly isSuppressed: boolean;
  readonly width: number;
  readonly size: string;
  readonly type: string;
  readonly set: string;
}

const conversion = /^%(\*)?(\d+)?(hh|h|ll|l|w|I64|I32)?(\[\^?\]?[^\]]*\]|[a-zA-Z%])/;
const numbers: Readonly<Record<string, RegExp>> = {
  d: /^[-+]?\d+/,
  u: /^[-+]?\d+/,
  i: /^[-+]?(?:0[xX][0-9a-fA-F]+|\d+)/,
  o: /^[-+]?[0-7]+/,
  x: /^[-+]?(?:0[xX])?[0-9a-fA-F]+/,
  p: /^(?:0[xX])?[0-9a-fA-F]+/,
};

/** Number of values assigned; -1 when the text ends before the first conversion. */
export function scanText(memory: GuestMemory, text: string, format: string, args: VariableArguments, wide: boolean): number {
  let at = 0;
  let assigned = 0;
  for (let rest = format; rest.length > 0; ) {
    const space = /^\s+/.exec(rest);
    if (space !== null) {
      at += /^\s*/.exec(text.slice(at))?.[0].length ?? 0;
      rest = rest.slice(space[0].length);
      continue;
    }
    const found = conversion.exec(rest);
    if (found === null || found[4] === "%") {
      const literal = found === null ? rest[0] : "%";
      if (text[at] !== literal) return ended(text, at, assigned);
      at++;
      rest = rest.slice(found === null ? 1 : found[0].length);
      continue;
    }
    rest = rest.slice(found[0].length);
    const spec: Conversion = {
      isSuppressed: found[1] !== undefined,
      width: found[2] === undefined ? Number.POSITIVE_INFINITY : Number(found[2]),
      size: found[3] ?? "",
      type: found[4]?.[0] ?? "",
      set: found[4] ?? "",
    };
    if (spec.type === "n") {
      memory.setU32(args.u32(), at);
      continue;
    }
    if (spec.type !== "c" && spec.type !== "[") at += /^\s*/.exec(text.slice(at))?.[0].length ?? 0;
    const matched = match(spec, text.slice(at, at + (Number.isFinite(spec.width) ? spec.width : text.length)));
    if (matched === undefined) return ended(text, at, assigned);
    at += matched.length;
    if (spec.isSuppressed) continue;
    if (!store(memory, spec, matched, args, wide)) return assigned;
    assigned++;
  }
  return assigned;
}

const ended = (text: string, at: number, assigned: number): number => (assigned === 0 && at >= text.length ? -1 : assigned);

function match(spec: Conversion, text: string): string | undefined {
  const { type, width } = spec;
  if (type === "c") {
    const count = Number.isFinite(width) ? width : 1;
    return text.length >= count ? text.slice(0, count) : undefined;
  }
  if (type === "s" || type === "S") return /^\S+/.exec(text)?.[0];
  if (type === "[") {
    const isNegated = spec.set[1] === "^";
    const allowed = setOf(spec.set.slice(isNegated ? 2 : 1, -1));
    let length = 0;
    while (length < text.length && allowed(text.charCodeAt(length)) !== isNegated) length++;
    return length > 0 ? text.slice(0, length) : undefined;
  }
  return numbers[type.toLowerCase()]?.exec(text)?.[0];
}

function setOf(body: string): (code: number) => boolean {
  const ranges: [number, number][] = [];
  for (let i = 0; i < body.length; i++) {
    const from = body.charCodeAt(i);
    if (body[i + 1] === "-" && i + 2 < body.length) {
      ranges.push([from, body.charCodeAt(i + 2)]);
      i += 2;
    } else ranges.push([from, from]);
  }
  return (code) => ranges.some(([low, high]) => code >= low && code <= high);
}

/** False when the text does not fit into the size that the caller gave. */
function store(memory: GuestMemory, spec: Conversion, text: string, args: VariableArguments, wide: boolean): boolean {
  const address = args.u32();
  if (!"cCsS[".includes(spec.type)) {
    storeNumber(memory, address, spec, text);
    return true;
  }
  const isWide = spec.size === "w" || spec.size.startsWith("l") || ((spec.type === "S" || spec.type === "C") !== wide && spec.size !== "h");
  const capacity = args.u32();
  const needed = text.length + (spec.type === "c" ? 0 : 1);
  if (needed > capacity) {
    if (capacity > 0) memory.setU8(address, 0);
    return false;
  }
  const values = spec.type === "c" ? text : `${text}\0`;
  for (let i = 0; i < values.length; i++) {
    if (isWide) memory.setU16(address + 2 * i, values.charCodeAt(i));
    else memory.setU8(address + i, values.charCodeAt(i));
  }
  return true;
}

function storeNumber(memory: GuestMemory, address: number, { type, size }: Conversion, text: string): void {
  const isNegative = text.startsWith("-");
  const digits = text.replace(/^[-+]/, "");
  const kind = type.toLowerCase();
  const isHexadecimal = kind === "x" || kind === "p" || (kind === "i" && /^0[xX]/.test(digits));
  const isOctal = kind === "o" || (kind === "i" && !isHexadecimal && digits.length > 1 && digits.startsWith("0"));
  const plain = digits.replace(/^0[xX]/, "");
  const magnitude = BigInt(isHexadecimal ? `0x${plain}` : isOctal ? `0o${plain}` : plain);
  const value = isNegative ? -magnitude : magnitude;
  if (size === "ll" || size === "I64") memory.setU64(address, value);
  else if (size === "h") memory.setU16(address, Number(BigInt.asUintN(16, value)));
  else if (size === "hh") memory.setU8(address, Number(BigInt.asUintN(8, value)));
  else memory.setU32(address, Number(BigInt.asUintN(32, value)));
}
