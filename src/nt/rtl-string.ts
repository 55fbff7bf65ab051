// SPDX-License-Identifier: MIT
/** Counted strings of the run-time library: UNICODE_STRING, ANSI_STRING, conversions between them, numbers and GUIDs. */
import { passiveLevel } from "../machine/index.ts";
import type { Machine } from "../machine/index.ts";
import { ntStatus } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";
import { unicodeString } from "./irp-layout.ts";
import type { Pool } from "./pool.ts";
import { poolTag } from "./pool-heap.ts";

const at = unicodeString.fields;
const longest = 0xfffe;
const stringTag = poolTag("strG");
const success = ntStatus.STATUS_SUCCESS;

export class RtlString {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #pool: Pool;

  constructor(machine: Machine, checks: Checks, pool: Pool) {
    this.#machine = machine;
    this.#checks = checks;
    this.#pool = pool;
  }

  /** Text of the counted string at `address`. */
  read(address: number, wide: boolean): string {
    const { memory } = this.#machine;
    const bytes = memory.u16(address + at.Length.offset);
    const buffer = memory.u32(address + at.Buffer.offset);
    return Array.from({ length: wide ? bytes >> 1 : bytes }, (_, i) => String.fromCharCode(wide ? memory.u16(buffer + 2 * i) : memory.u8(buffer + i))).join("");
  }

  api(): ApiTable {
    const { memory } = this.#machine;
    const compare = (wide: boolean) => (a: number, b: number, ignoreCase: number) => this.#compare(a >>> 0, b >>> 0, (ignoreCase & 0xff) !== 0, wide);
    const equal = (wide: boolean) => (a: number, b: number, ignoreCase: number) =>
      this.#compare(a >>> 0, b >>> 0, (ignoreCase & 0xff) !== 0, wide) === 0 ? 1 : 0;
    const initialize = (to: number, source: number) => void this.#initialize(to >>> 0, source >>> 0, false);
    const free = (text: number) => this.#free(text >>> 0);
    return {
      RtlInitString: initialize,
      RtlInitAnsiString: initialize,
      RtlInitUnicodeString: (to: number, source: number) => void this.#initialize(to >>> 0, source >>> 0, true),
      RtlInitUnicodeStringEx: (to: number, source: number) => (this.#initialize(to >>> 0, source >>> 0, true) ? success : ntStatus.STATUS_NAME_TOO_LONG),
      RtlCopyString: (to: number, source: number) => this.#copy(to >>> 0, source >>> 0, false),
      RtlCopyUnicodeString: (to: number, source: number) => this.#copy(to >>> 0, source >>> 0, true),
      RtlCompareString: compare(false),
      RtlCompareUnicodeString: compare(true),
      RtlEqualString: equal(false),
      RtlEqualUnicodeString: equal(true),
      RtlPrefixUnicodeString: (a: number, b: number, ignoreCase: number) => {
        const [prefix, text] = [this.read(a >>> 0, true), this.read(b >>> 0, true)];
        return ((ignoreCase & 0xff) !== 0 ? upper(text).startsWith(upper(prefix)) : text.startsWith(prefix)) ? 1 : 0;
      },
      RtlAppendUnicodeToString: (to: number, source: number) => (source === 0 ? success : this.#append(to >>> 0, memory.wideString(source >>> 0))),
      RtlAppendUnicodeStringToString: (to: number, source: number) => this.#append(to >>> 0, this.read(source >>> 0, true)),
      RtlAnsiStringToUnicodeString: (to: number, source: number, allocate: number) =>
        this.#convert("RtlAnsiStringToUnicodeString", to >>> 0, this.read(source >>> 0, false), true, allocate),
      RtlUnicodeStringToAnsiString: (to: number, source: number, allocate: number) =>
        this.#convert("RtlUnicodeStringToAnsiString", to >>> 0, narrow(this.read(source >>> 0, true)), false, allocate),
      RtlUpcaseUnicodeString: (to: number, source: number, allocate: number) =>
        this.#convert("RtlUpcaseUnicodeString", to >>> 0, upper(this.read(source >>> 0, true)), true, allocate),
      RtlxAnsiStringToUnicodeSize: (source: number) => 2 * memory.u16(source >>> 0) + 2,
      RtlxUnicodeStringToAnsiSize: (source: number) => (memory.u16(source >>> 0) >> 1) + 1,
      RtlFreeUnicodeString: free,
      RtlFreeAnsiString: free,
      RtlUpcaseUnicodeChar: (character: number) => upper(String.fromCharCode(character & 0xffff)).charCodeAt(0),
      RtlDowncaseUnicodeChar: (character: number) => lower(String.fromCharCode(character & 0xffff)).charCodeAt(0),
      RtlUpperChar: (character: number) => upper(String.fromCharCode(character & 0xff)).charCodeAt(0),
      RtlUnicodeStringToInteger: (source: number, base: number, value: number) => this.#toInteger(this.read(source >>> 0, true), base, value >>> 0),
      RtlCharToInteger: (source: number, base: number, value: number) => this.#toInteger(memory.cString(source >>> 0), base, value >>> 0),
      RtlIntegerToUnicodeString: (value: number, base: number, to: number) => this.#fromInteger(BigInt(value >>> 0), base, to >>> 0),
      RtlInt64ToUnicodeString: (value: bigint, base: number, to: number) => this.#fromInteger(BigInt.asUintN(64, value), base, to >>> 0),
      RtlStringFromGUID: (guid: number, to: number) => this.#convert("RtlStringFromGUID", to >>> 0, this.#guidText(guid >>> 0), true, 1),
      RtlGUIDFromString: (source: number, guid: number) => this.#guidFrom(this.read(source >>> 0, true), guid >>> 0),
      RtlHashUnicodeString: (source: number, ignoreCase: number, algorithm: number, value: number) => {
        if (algorithm !== 0 && algorithm !== 1) return ntStatus.STATUS_INVALID_PARAMETER;
        const text = this.read(source >>> 0, true);
        // HASH_STRING_ALGORITHM_X65599.
        const hash = Array.from((ignoreCase & 0xff) !== 0 ? upper(text) : text).reduce(
          (sum, character) => (Math.imul(sum, 65599) + character.charCodeAt(0)) >>> 0,
          0,
        );
        memory.setU32(value >>> 0, hash);
        return success;
      },
    };
  }

  /** False when the text is too long; the string is then empty. */
  #initialize(to: number, source: number, wide: boolean): boolean {
    const { memory } = this.#machine;
    const unit = wide ? 2 : 1;
    const bytes = source === 0 ? 0 : unit * (wide ? memory.wideString(source).length : memory.cString(source).length);
    const isTooLong = bytes > longest - unit;
    memory.setU16(to + at.Length.offset, isTooLong ? 0 : bytes);
    memory.setU16(to + at.MaximumLength.offset, source === 0 || isTooLong ? 0 : bytes + unit);
    memory.setU32(to + at.Buffer.offset, isTooLong ? 0 : source);
    return !isTooLong;
  }

  #copy(to: number, source: number, wide: boolean): void {
    const { memory } = this.#machine;
    const capacity = memory.u16(to + at.MaximumLength.offset);
    const bytes = source === 0 ? 0 : Math.min(memory.u16(source + at.Length.offset), capacity);
    const buffer = memory.u32(to + at.Buffer.offset);
    if (bytes > 0) memory.write(buffer, memory.read(memory.u32(source + at.Buffer.offset), bytes));
    memory.setU16(to + at.Length.offset, bytes);
    if (wide && bytes + 2 <= capacity) memory.setU16(buffer + bytes, 0);
  }

  #compare(a: number, b: number, ignoreCase: boolean, wide: boolean): number {
    const fold = (text: string) => (ignoreCase ? upper(text) : text);
    const [first, second] = [fold(this.read(a, wide)), fold(this.read(b, wide))];
    for (let i = 0; i < Math.min(first.length, second.length); i++) {
      const difference = first.charCodeAt(i) - second.charCodeAt(i);
      if (difference !== 0) return difference;
    }
    return first.length - second.length;
  }

  #append(to: number, text: string): number {
    const { memory } = this.#machine;
    const length = memory.u16(to + at.Length.offset);
    const capacity = memory.u16(to + at.MaximumLength.offset);
    if (length + 2 * text.length > capacity) return ntStatus.STATUS_BUFFER_TOO_SMALL;
    const end = memory.u32(to + at.Buffer.offset) + length;
    for (let i = 0; i < text.length; i++) memory.setU16(end + 2 * i, text.charCodeAt(i));
    memory.setU16(to + at.Length.offset, length + 2 * text.length);
    if (length + 2 * text.length + 2 <= capacity) memory.setU16(end + 2 * text.length, 0);
    return success;
  }

  #convert(routine: string, to: number, text: string, wide: boolean, allocate: number): number {
    this.#checks.irqlAtMost(routine, passiveLevel);
    const { memory } = this.#machine;
    const unit = wide ? 2 : 1;
    const bytes = unit * (text.length + 1);
    if (bytes > longest + unit) return ntStatus.STATUS_INVALID_PARAMETER_2;
    if ((allocate & 0xff) !== 0) {
      const buffer = this.#pool.allocate(bytes, stringTag, undefined, { paged: true });
      if (buffer === 0) return ntStatus.STATUS_NO_MEMORY;
      memory.setU32(to + at.Buffer.offset, buffer);
      memory.setU16(to + at.MaximumLength.offset, bytes);
    } else if (memory.u16(to + at.MaximumLength.offset) < bytes) return ntStatus.STATUS_BUFFER_OVERFLOW;
    const buffer = memory.u32(to + at.Buffer.offset);
    for (let i = 0; i <= text.length; i++) {
      const code = i === text.length ? 0 : text.charCodeAt(i);
      if (wide) memory.setU16(buffer + 2 * i, code);
      else memory.setU8(buffer + i, code);
    }
    memory.setU16(to + at.Length.offset, bytes - unit);
    return success;
  }

  #free(address: number): void {
    this.#checks.irqlAtMost("RtlFreeUnicodeString", passiveLevel);
    const { memory } = this.#machine;
    const buffer = memory.u32(address + at.Buffer.offset);
    if (buffer === 0) return;
    this.#pool.free(buffer, 0, "RtlFreeUnicodeString");
    memory.fill(address, unicodeString.size, 0);
  }

  #toInteger(text: string, base: number, value: number): number {
    const found = /^[\s\0]*([-+]?)(0[xX]|0[oO]|0[bB])?([0-9a-zA-Z]*)/.exec(text);
    const prefixes: Readonly<Record<string, number>> = { "0x": 16, "0o": 8, "0b": 2 };
    const radix = base !== 0 ? base : (prefixes[found?.[2]?.toLowerCase() ?? ""] ?? 10);
    if (![2, 8, 10, 16].includes(radix)) return ntStatus.STATUS_INVALID_PARAMETER;
    // A prefix counts only when the base is taken from it.
    const digits = base === 0 ? (found?.[3] ?? "") : (found?.[2] ?? "") + (found?.[3] ?? "");
    let number = 0;
    for (const digit of digits) {
      const weight = Number.parseInt(digit, 36);
      if (weight >= radix) break;
      number = (Math.imul(number, radix) + weight) >>> 0;
    }
    this.#machine.memory.setU32(value, found?.[1] === "-" ? -number : number);
    return success;
  }

  #fromInteger(value: bigint, base: number, to: number): number {
    const radix = base === 0 ? 10 : base;
    if (![2, 8, 10, 16].includes(radix)) return ntStatus.STATUS_INVALID_PARAMETER;
    return this.#convert("RtlIntegerToUnicodeString", to, value.toString(radix).toUpperCase(), true, 0);
  }

  #guidText(guid: number): string {
    const bytes = this.#machine.memory.read(guid, 16);
    const digits = (order: readonly number[]) => order.map((i) => (bytes[i] ?? 0).toString(16).toUpperCase().padStart(2, "0")).join("");
    return `{${digits([3, 2, 1, 0])}-${digits([5, 4])}-${digits([7, 6])}-${digits([8, 9])}-${digits([10, 11, 12, 13, 14, 15])}}`;
  }

  #guidFrom(text: string, guid: number): number {
    const found = /^\{([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}$/i.exec(text);
    if (found === null) return ntStatus.STATUS_INVALID_PARAMETER;
    const [, a = "", b = "", c = "", d = "", e = ""] = found;
    const { memory } = this.#machine;
    memory.setU32(guid, Number.parseInt(a, 16));
    memory.setU16(guid + 4, Number.parseInt(b, 16));
    memory.setU16(guid + 6, Number.parseInt(c, 16));
    const rest = d + e;
    for (let i = 0; i < 8; i++) memory.setU8(guid + 8 + i, Number.parseInt(rest.slice(2 * i, 2 * i + 2), 16));
    return success;
  }
}

/** One character stays one character, as the tables of Windows map. */
const upper = (text: string): string => Array.from({ length: text.length }, (_, i) => mapOne(text.charAt(i), (c) => c.toUpperCase())).join("");
const lower = (text: string): string => Array.from({ length: text.length }, (_, i) => mapOne(text.charAt(i), (c) => c.toLowerCase())).join("");
const mapOne = (character: string, map: (c: string) => string): string => (map(character).length === 1 ? map(character) : character);
/** What the ANSI code page (Latin-1) does not have becomes a question mark. */
const narrow = (text: string): string => Array.from({ length: text.length }, (_, i) => (text.charCodeAt(i) > 0xff ? "?" : text.charAt(i))).join("");
