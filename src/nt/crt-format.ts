// SPDX-License-Identifier: MIT
/** Formatted output and input of the C runtime that ntoskrnl exports: sprintf_s and relatives, sscanf_s. The rest of that runtime is linked into the driver. */
import type { Machine } from "../machine/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";
import { VariableArguments, formatPrintf } from "./printf.ts";
import { scanText } from "./scanf.ts";

/** (size_t)-1: cut what does not fit. */
const truncate = 0xffff_ffff;
const longestFormat = 65536;

interface Target {
  readonly destination: number;
  /** Characters the destination holds; undefined = the caller promises that it is enough. */
  readonly capacity: number | undefined;
  /** Characters to write at most, terminator not counted; undefined = all. */
  readonly limit: number | undefined;
  readonly wide: boolean;
}

export class CrtFormat {
  readonly #machine: Machine;
  readonly #checks: Checks;

  constructor(machine: Machine, checks: Checks) {
    this.#machine = machine;
    this.#checks = checks;
  }

  api(): ApiTable {
    const plain = (wide: boolean, routine: string) => (to: number, format: number, args: number) =>
      this.#print(routine, { destination: to >>> 0, capacity: undefined, limit: undefined, wide }, format, args);
    const counted = (wide: boolean) => (to: number, count: number, format: number, args: number) =>
      this.#printCounted(to >>> 0, count >>> 0, wide, format, args);
    const secure = (wide: boolean, routine: string) => (to: number, size: number, format: number, args: number) =>
      this.#print(routine, { destination: to >>> 0, capacity: size >>> 0, limit: undefined, wide }, format, args);
    const secureCounted = (wide: boolean, routine: string) => (to: number, size: number, count: number, format: number, args: number) =>
      this.#print(routine, { destination: to >>> 0, capacity: size >>> 0, limit: count >>> 0, wide }, format, args);
    return {
      sprintf: plain(false, "sprintf"),
      vsprintf: plain(false, "vsprintf"),
      _snprintf: counted(false),
      _vsnprintf: counted(false),
      _snwprintf: counted(true),
      _vsnwprintf: counted(true),
      sprintf_s: secure(false, "sprintf_s"),
      vsprintf_s: secure(false, "vsprintf_s"),
      swprintf_s: secure(true, "swprintf_s"),
      vswprintf_s: secure(true, "vswprintf_s"),
      _snprintf_s: secureCounted(false, "_snprintf_s"),
      _vsnprintf_s: secureCounted(false, "_vsnprintf_s"),
      _snwprintf_s: secureCounted(true, "_snwprintf_s"),
      _vsnwprintf_s: secureCounted(true, "_vsnwprintf_s"),
      sscanf_s: (text: number, format: number, args: number) => this.#scan(text >>> 0, format >>> 0, args, false),
      swscanf_s: (text: number, format: number, args: number) => this.#scan(text >>> 0, format >>> 0, args, true),
    };
  }

  #format(format: number, args: number, wide: boolean): string {
    const { memory } = this.#machine;
    const text = wide ? memory.wideString(format >>> 0) : memory.cString(format >>> 0, longestFormat);
    return formatPrintf(memory, text, new VariableArguments(memory, args), wide).text;
  }

  /** _snprintf: no terminator when the text fills the buffer, -1 when it does not fit. */
  #printCounted(destination: number, count: number, wide: boolean, format: number, args: number): number {
    const text = this.#format(format, args, wide);
    this.#write(destination, text.slice(0, count), wide, text.length < count);
    return text.length > count ? -1 : text.length;
  }

  #print(routine: string, { destination, capacity, limit, wide }: Target, format: number, args: number): number {
    const text = this.#format(format, args, wide);
    const room = capacity === undefined ? text.length : capacity - 1;
    const wanted = limit === undefined || limit === truncate ? text.length : Math.min(limit, text.length);
    if (destination === 0 || capacity === 0 || (wanted > room && limit !== truncate)) {
      // The invalid parameter handler of the kernel's runtime ends in a bug check of the driver.
      this.#checks.bugCheck(0x139, [0x05, 0, 0, 0], {
        rule: "ddi-bad-argument",
        message: `${routine}: the text of ${text.length} characters does not fit into a buffer of ${capacity ?? 0}`,
        explanation:
          "The secure printf functions treat a buffer that is too small as a programming error. Give the size of the buffer in characters, or let the text be cut with _TRUNCATE or RtlStringCbPrintf.",
      });
    }
    const shown = text.slice(0, Math.min(wanted, room));
    this.#write(destination, shown, wide, true);
    return shown.length < text.length ? -1 : shown.length;
  }

  #write(destination: number, text: string, wide: boolean, terminate: boolean): void {
    const { memory } = this.#machine;
    const bytes = new Uint8Array((text.length + (terminate ? 1 : 0)) * (wide ? 2 : 1));
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < text.length; i++) {
      if (wide) view.setUint16(2 * i, text.charCodeAt(i), true);
      else bytes[i] = text.charCodeAt(i);
    }
    memory.write(destination, bytes);
  }

  #scan(text: number, format: number, args: number, wide: boolean): number {
    const { memory } = this.#machine;
    const read = (address: number) => (wide ? memory.wideString(address) : memory.cString(address, longestFormat));
    return scanText(memory, read(text), read(format), new VariableArguments(memory, args), wide);
  }
}
