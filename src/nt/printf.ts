// SPDX-License-Identifier: MIT
/**
 * The printf grammar of the kernel's C runtime ("Format specification syntax: printf and wprintf functions", with %Z and %wZ of DbgPrint), over the argument
 * area of a variadic call of wasm32: 4-byte slots, 8-byte values at 8-byte alignment.
 */
import type { GuestMemory } from "../machine/index.ts";
import { unicodeString } from "./irp-layout.ts";

/** Where the arguments of a format come from, one after the other. */
export interface PrintfArguments {
  u32(): number;
  u64(): bigint;
  f64(): number;
}

/** Arguments of a variadic call, taken one after the other. */
export class VariableArguments implements PrintfArguments {
  readonly #memory: GuestMemory;
  #cursor: number;

  constructor(memory: GuestMemory, address: number) {
    this.#memory = memory;
    this.#cursor = address >>> 0;
  }

  u32(): number {
    const value = this.#memory.u32(this.#cursor);
    this.#cursor += 4;
    return value;
  }

  u64(): bigint {
    this.#cursor = Math.ceil(this.#cursor / 8) * 8;
    const value = this.#memory.u64(this.#cursor);
    this.#cursor += 8;
    return value;
  }

  f64(): number {
    const bits = new DataView(new ArrayBuffer(8));
    bits.setBigUint64(0, this.u64());
    return bits.getFloat64(0);
  }
}

export interface FormattedText {
  readonly text: string;
  /** A conversion of wide characters was used; some callers allow it at PASSIVE_LEVEL only. */
  readonly usesUnicode: boolean;
}

interface Specification {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly size: string;
  readonly type: string;
}

const pattern = /%([-+ #0]*)(\*|\d+)?(?:\.(\*|\d*))?(hh|h|ll|l|L|w|I64|I32|I|z|t|j)?([a-zA-Z%])/g;
const pointerDigits = 8;

/** Formats `format`; `wide` = the format is that of a wide function, where %s means wide text. */
export function formatPrintf(memory: GuestMemory, format: string, args: PrintfArguments, wide = false): FormattedText {
  let usesUnicode = false;
  const text = format.replace(
    pattern,
    (whole, flags: string, width: string | undefined, precision: string | undefined, size: string | undefined, type: string) => {
      if (type === "%") return "%";
      const starWidth = width === "*" ? args.u32() | 0 : Number(width ?? 0);
      const starPrecision = precision === "*" ? args.u32() | 0 : precision === undefined ? undefined : Number(precision);
      const specification: Specification = {
        flags: starWidth < 0 ? `${flags}-` : flags,
        width: Math.abs(starWidth),
        precision: starPrecision === undefined || starPrecision < 0 ? undefined : starPrecision,
        size: size ?? "",
        type,
      };
      if (isWideConversion(specification, wide)) usesUnicode = true;
      return convert(memory, specification, args, wide) ?? whole.slice(1);
    },
  );
  return { text, usesUnicode };
}

function isWideConversion({ type, size }: Specification, wide: boolean): boolean {
  if (!"csCSZ".includes(type)) return false;
  if (size === "w" || size.startsWith("l")) return true;
  if (size === "h" || type === "Z") return false;
  return (type === "C" || type === "S") !== wide;
}

function convert(memory: GuestMemory, spec: Specification, args: PrintfArguments, wide: boolean): string | undefined {
  switch (spec.type) {
    case "d":
    case "i":
    case "u":
    case "o":
    case "x":
    case "X":
      return integer(spec, args);
    case "p":
    case "P":
      return pad(args.u32().toString(16).toUpperCase().padStart(pointerDigits, "0"), spec);
    case "c":
    case "C": {
      const code = args.u32();
      return pad(String.fromCharCode(isWideConversion(spec, wide) ? code & 0xffff : code & 0xff), spec);
    }
    case "s":
    case "S":
      return pad(stringArgument(memory, args.u32(), spec, isWideConversion(spec, wide)), spec);
    case "Z":
      return pad(countedString(memory, args.u32(), spec, isWideConversion(spec, wide)), spec);
    case "e":
    case "E":
    case "f":
    case "F":
    case "g":
    case "G":
      return floating(spec, args.f64());
    default:
      return undefined;
  }
}

function integer(spec: Specification, args: PrintfArguments): string {
  const isSigned = spec.type === "d" || spec.type === "i";
  let value: bigint;
  if (spec.size === "ll" || spec.size === "I64" || spec.size === "L" || spec.size === "j") {
    const raw = args.u64();
    value = isSigned ? BigInt.asIntN(64, raw) : raw;
  } else {
    const raw = args.u32();
    const bits = spec.size === "h" ? 16 : spec.size === "hh" ? 8 : 32;
    value = isSigned ? BigInt.asIntN(bits, BigInt(raw)) : BigInt.asUintN(bits, BigInt(raw));
  }
  const radix = spec.type === "o" ? 8 : spec.type === "x" || spec.type === "X" ? 16 : 10;
  let digits = (value < 0n ? -value : value).toString(radix);
  if (spec.type === "X") digits = digits.toUpperCase();
  if (spec.precision !== undefined) digits = spec.precision === 0 && value === 0n ? "" : digits.padStart(spec.precision, "0");
  const prefix =
    radix === 16 && spec.flags.includes("#") && value !== 0n ? `0${spec.type}` : radix === 8 && spec.flags.includes("#") && !digits.startsWith("0") ? "0" : "";
  return padNumber(sign(value < 0n, isSigned, spec.flags) + prefix, digits, spec, spec.precision === undefined);
}

function sign(isNegative: boolean, isSigned: boolean, flags: string): string {
  if (isNegative) return "-";
  if (!isSigned) return "";
  return flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
}

function padNumber(prefix: string, digits: string, spec: Specification, mayZeroFill: boolean): string {
  if (mayZeroFill && spec.flags.includes("0") && !spec.flags.includes("-")) return prefix + digits.padStart(spec.width - prefix.length, "0");
  return pad(prefix + digits, { ...spec, flags: spec.flags.replaceAll("0", "") });
}

function pad(text: string, { flags, width }: Pick<Specification, "flags" | "width">): string {
  if (flags.includes("-")) return text.padEnd(width);
  return text.padStart(width, flags.includes("0") ? "0" : " ");
}

function stringArgument(memory: GuestMemory, address: number, { precision }: Specification, wide: boolean): string {
  if (address === 0) return "(null)".slice(0, precision);
  let text = "";
  for (let a = address; precision === undefined || text.length < precision; a += wide ? 2 : 1) {
    const code = wide ? memory.u16(a) : memory.u8(a);
    if (code === 0) break;
    text += String.fromCharCode(code);
  }
  return text;
}

function countedString(memory: GuestMemory, address: number, { precision }: Specification, wide: boolean): string {
  if (address === 0) return "(null)".slice(0, precision);
  const bytes = memory.u16(address + unicodeString.fields.Length.offset);
  const buffer = memory.u32(address + unicodeString.fields.Buffer.offset);
  if (buffer === 0) return "(null)".slice(0, precision);
  const length = wide ? Math.floor(bytes / 2) : bytes;
  const count = precision === undefined ? length : Math.min(length, precision);
  return Array.from({ length: count }, (_, i) => String.fromCharCode(wide ? memory.u16(buffer + 2 * i) : memory.u8(buffer + i))).join("");
}

function floating(spec: Specification, value: number): string {
  const precision = spec.precision ?? 6;
  const lower = spec.type.toLowerCase();
  const magnitude = Math.abs(value);
  let digits: string;
  if (!Number.isFinite(value)) digits = Number.isNaN(value) ? "nan" : "inf";
  else if (lower === "f") digits = magnitude.toFixed(precision);
  else if (lower === "e") digits = exponent(magnitude.toExponential(precision));
  else digits = general(magnitude, precision === 0 ? 1 : precision, spec.flags.includes("#"));
  if (spec.type !== lower) digits = digits.toUpperCase();
  return padNumber(sign(value < 0 || Object.is(value, -0), true, spec.flags), digits, spec, Number.isFinite(value));
}

/** At least two exponent digits, as C prints them. */
const exponent = (text: string): string => text.replace(/e([+-])(\d)$/, "e$10$2");

function general(value: number, precision: number, keepZeros: boolean): string {
  const power = value === 0 ? 0 : Number(value.toExponential(precision - 1).split("e")[1]);
  const text = power < -4 || power >= precision ? exponent(value.toExponential(precision - 1)) : value.toFixed(precision - 1 - power);
  return keepZeros || !text.includes(".") ? text : text.replace(/\.?0+(?=e|$)/, "");
}
