// SPDX-License-Identifier: MIT
/** The safe string library for UNICODE_STRING (ntstrsafe.h, RtlUnicodeString…): what does not fit is cut, and STATUS_BUFFER_OVERFLOW says so. */
import type { Machine } from "../machine/index.ts";
import { ntStatus } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import { unicodeString } from "./irp-layout.ts";
import { VariableArguments, formatPrintf } from "./printf.ts";

const at = unicodeString.fields;
/** NTSTRSAFE_UNICODE_STRING_MAX_CCH. */
const longest = 0x7fff;
const { STATUS_SUCCESS: success, STATUS_BUFFER_OVERFLOW: overflow, STATUS_INVALID_PARAMETER: invalid } = ntStatus;

export class StringSafeUnicode {
  readonly #machine: Machine;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  api(): ApiTable {
    const print = (to: number, format: number, args: number) => this.#put(to >>> 0, 0, this.#format(format, args));
    return {
      RtlUnicodeStringInit: (to: number, source: number) => this.#initialize(to >>> 0, source >>> 0),
      RtlUnicodeStringValidate: (text: number) => (this.#isValid(text >>> 0) ? success : invalid),
      RtlUnicodeStringCopyString: (to: number, source: number) => this.#put(to >>> 0, 0, this.#terminated(source >>> 0)),
      RtlUnicodeStringCopy: (to: number, source: number) => this.#put(to >>> 0, 0, this.#counted(source >>> 0)),
      RtlUnicodeStringCatString: (to: number, source: number) => this.#append(to >>> 0, this.#terminated(source >>> 0)),
      RtlUnicodeStringCat: (to: number, source: number) => this.#append(to >>> 0, this.#counted(source >>> 0)),
      RtlUnicodeStringCbCopyStringN: (to: number, source: number, bytes: number) => this.#put(to >>> 0, 0, this.#terminated(source >>> 0, (bytes >>> 0) >> 1)),
      RtlUnicodeStringCchCopyStringN: (to: number, source: number, characters: number) =>
        this.#put(to >>> 0, 0, this.#terminated(source >>> 0, characters >>> 0)),
      RtlUnicodeStringPrintf: print,
      RtlUnicodeStringVPrintf: print,
      RtlUnicodeStringPrintfEx: (to: number, remaining: number, _flags: number, format: number, args: number) => {
        const status = print(to, format, args);
        if (remaining !== 0 && status !== invalid) this.#remaining(to >>> 0, remaining >>> 0);
        return status;
      },
    };
  }

  #initialize(to: number, source: number): number {
    const { memory } = this.#machine;
    const length = source === 0 ? 0 : memory.wideString(source).length;
    const isTooLong = length > longest;
    memory.setU16(to + at.Length.offset, isTooLong ? 0 : 2 * length);
    memory.setU16(to + at.MaximumLength.offset, isTooLong || source === 0 ? 0 : Math.min(2 * (length + 1), 0xfffe));
    memory.setU32(to + at.Buffer.offset, isTooLong ? 0 : source);
    return isTooLong ? invalid : success;
  }

  #isValid(text: number): boolean {
    const { memory } = this.#machine;
    const [length, capacity] = [memory.u16(text + at.Length.offset), memory.u16(text + at.MaximumLength.offset)];
    return length % 2 === 0 && capacity % 2 === 0 && length <= capacity && (capacity === 0 || memory.u32(text + at.Buffer.offset) !== 0);
  }

  #terminated(source: number, limit = longest): string {
    const { memory } = this.#machine;
    const codes: number[] = [];
    for (let code = 0; codes.length < limit; codes.push(code)) {
      code = memory.u16(source + 2 * codes.length);
      if (code === 0) break;
    }
    return String.fromCharCode(...codes);
  }

  /** Undefined when the string is not valid. */
  #counted(source: number): string | undefined {
    const { memory } = this.#machine;
    if (!this.#isValid(source)) return undefined;
    return memory.wideString(memory.u32(source + at.Buffer.offset), memory.u16(source + at.Length.offset) / 2);
  }

  #format(format: number, args: number): string {
    const { memory } = this.#machine;
    return formatPrintf(memory, memory.wideString(format >>> 0), new VariableArguments(memory, args), true).text;
  }

  #append(to: number, text: string | undefined): number {
    return this.#put(to, this.#machine.memory.u16(to + at.Length.offset), text);
  }

  /** Writes `text` from byte `from` of the destination on; there is no terminator. */
  #put(to: number, from: number, text: string | undefined): number {
    const { memory } = this.#machine;
    if (text === undefined || !this.#isValid(to)) return invalid;
    const room = (memory.u16(to + at.MaximumLength.offset) - from) / 2;
    const written = text.slice(0, room);
    const buffer = memory.u32(to + at.Buffer.offset) + from;
    for (let i = 0; i < written.length; i++) memory.setU16(buffer + 2 * i, written.charCodeAt(i));
    memory.setU16(to + at.Length.offset, from + 2 * written.length);
    return written.length < text.length ? overflow : success;
  }

  /** RemainingString: the free part of the destination. */
  #remaining(to: number, remaining: number): void {
    const { memory } = this.#machine;
    const length = memory.u16(to + at.Length.offset);
    memory.setU16(remaining + at.Length.offset, 0);
    memory.setU16(remaining + at.MaximumLength.offset, memory.u16(to + at.MaximumLength.offset) - length);
    memory.setU32(remaining + at.Buffer.offset, memory.u32(to + at.Buffer.offset) + length);
  }
}
