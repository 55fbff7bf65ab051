// SPDX-License-Identifier: MIT
/**
 * The safe string library (ntstrsafe.h): copies, appends and formats that know the size of the destination. The kit links it into the
 * driver; here it is part of the kernel. "Using Safe String Functions" of the WDK says what each routine returns and leaves behind.
 */
import type { Machine } from "../machine/index.ts";
import { ntStatus } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import { VariableArguments, formatPrintf } from "./printf.ts";

/** NTSTRSAFE_MAX_CCH: no string is longer. */
const longest = 0x7fff_ffff;
const flag = { ignoreNulls: 0x100, fillBehindNull: 0x200, fillOnFailure: 0x400, nullOnFailure: 0x800, noTruncation: 0x1000 } as const;
const { STATUS_SUCCESS: success, STATUS_BUFFER_OVERFLOW: overflow, STATUS_INVALID_PARAMETER: invalid } = ntStatus;

/** What the Ex routines take beside the strings. */
interface Extras {
  readonly end: number;
  readonly remaining: number;
  readonly flags: number;
}

interface Destination {
  readonly address: number;
  /** Characters it holds, terminator included. */
  readonly capacity: number;
}

/** The routines for one character size and one unit of lengths. */
class StringSafeFamily {
  readonly #machine: Machine;
  readonly #wide: boolean;
  readonly #unit: number;

  constructor(machine: Machine, wide: boolean, countsBytes: boolean) {
    this.#machine = machine;
    this.#wide = wide;
    this.#unit = countsBytes && wide ? 2 : 1;
  }

  /** Routines by their name without `RtlStringCb` or `RtlStringCch` and the final A or W. */
  api(): ApiTable {
    const copy = (to: number, size: number, source: number, limit?: number, extras?: Extras) =>
      this.#put(this.#at(to, size), extras, 0, () => this.#source(source, this.#count(limit), extras));
    const cat = (to: number, size: number, source: number, limit?: number, extras?: Extras) =>
      this.#append(this.#at(to, size), extras, () => this.#source(source, this.#count(limit), extras));
    const print = (to: number, size: number, format: number, args: number, extras?: Extras) =>
      this.#put(this.#at(to, size), extras, 0, () => this.#format(format, args, extras));
    const printEx = (to: number, size: number, end: number, remaining: number, flags: number, format: number, args: number) =>
      print(to, size, format, args, { end: end >>> 0, remaining: remaining >>> 0, flags: flags >>> 0 });
    const extend =
      (routine: typeof copy) =>
      (to: number, size: number, source: number, end: number, remaining: number, flags: number): number =>
        routine(to, size, source, undefined, { end: end >>> 0, remaining: remaining >>> 0, flags: flags >>> 0 });
    return {
      Copy: (to: number, size: number, source: number) => copy(to, size, source),
      CopyN: copy,
      CopyEx: extend(copy),
      Cat: (to: number, size: number, source: number) => cat(to, size, source),
      CatN: cat,
      CatEx: extend(cat),
      Printf: print,
      VPrintf: print,
      PrintfEx: printEx,
      VPrintfEx: printEx,
      Length: (text: number, size: number, length: number) => this.#length(text >>> 0, this.#count(size) ?? 0, length >>> 0),
    };
  }

  #at(address: number, size: number): Destination {
    return { address: address >>> 0, capacity: this.#count(size) ?? 0 };
  }

  #count(size: number | undefined): number | undefined {
    return size === undefined ? undefined : Math.floor((size >>> 0) / this.#unit);
  }

  /** Characters up to the terminator, `limit` at most; undefined = a null pointer, where the flags do not allow one. */
  #source(address: number, limit: number | undefined, extras: Extras | undefined): string | undefined {
    if (address === 0 && extras !== undefined) return (extras.flags & flag.ignoreNulls) === 0 ? undefined : "";
    return this.#text(address >>> 0, limit ?? longest);
  }

  #text(address: number, limit: number): string {
    const { memory } = this.#machine;
    const characters: string[] = [];
    while (characters.length < limit) {
      const at = address + characters.length * (this.#wide ? 2 : 1);
      const code = this.#wide ? memory.u16(at) : memory.u8(at);
      if (code === 0) break;
      characters.push(String.fromCharCode(code));
    }
    return characters.join("");
  }

  #format(format: number, args: number, extras: Extras | undefined): string | undefined {
    const text = this.#source(format, undefined, extras);
    if (text === undefined) return undefined;
    const { memory } = this.#machine;
    return formatPrintf(memory, text, new VariableArguments(memory, args), this.#wide).text;
  }

  #append(to: Destination, extras: Extras | undefined, source: () => string | undefined): number {
    if (to.capacity === 0 || to.capacity > longest) return invalid;
    const old = this.#text(to.address, to.capacity).length;
    return old === to.capacity ? invalid : this.#put(to, extras, old, source);
  }

  /** Writes the source behind the first `from` characters of the destination. */
  #put(to: Destination, extras: Extras | undefined, from: number, source: () => string | undefined): number {
    if (to.capacity === 0 || to.capacity > longest) return invalid;
    const text = source();
    if (text === undefined) {
      this.#failed(to, extras);
      return invalid;
    }
    const room = to.capacity - from - 1;
    const isCut = text.length > room;
    const isWhole = isCut && ((extras?.flags ?? 0) & flag.noTruncation) !== 0;
    const written = isWhole ? "" : text.slice(0, room);
    this.#write(to.address, from, written);
    const end = from + written.length;
    if (isCut) this.#failed(to, extras);
    else if (extras !== undefined && (extras.flags & flag.fillBehindNull) !== 0) this.#fill(to, end + 1, extras.flags & 0xff);
    if (extras !== undefined) this.#report(to, extras, isCut ? this.#text(to.address, to.capacity).length : end);
    return isCut ? overflow : success;
  }

  #write(address: number, from: number, text: string): void {
    const size = this.#wide ? 2 : 1;
    const bytes = new Uint8Array((text.length + 1) * size);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < text.length; i++) {
      if (this.#wide) view.setUint16(2 * i, text.charCodeAt(i), true);
      else bytes[i] = text.charCodeAt(i);
    }
    this.#machine.memory.write(address + from * size, bytes);
  }

  #failed(to: Destination, extras: Extras | undefined): void {
    const flags = extras?.flags ?? 0;
    if ((flags & flag.fillOnFailure) !== 0) {
      this.#fill(to, 0, flags & 0xff);
      this.#write(to.address, (flags & 0xff) === 0 ? 0 : to.capacity - 1, "");
    }
    if ((flags & flag.nullOnFailure) !== 0) this.#write(to.address, 0, "");
  }

  #fill(to: Destination, from: number, value: number): void {
    const size = this.#wide ? 2 : 1;
    this.#machine.memory.write(to.address + from * size, new Uint8Array((to.capacity - from) * size).fill(value));
  }

  #report(to: Destination, { end, remaining }: Extras, length: number): void {
    const { memory } = this.#machine;
    if (end !== 0) memory.setU32(end, to.address + length * (this.#wide ? 2 : 1));
    if (remaining !== 0) memory.setU32(remaining, (to.capacity - length) * this.#unit);
  }

  #length(text: number, capacity: number, length: number): number {
    const count = text === 0 || capacity === 0 || capacity > longest ? undefined : this.#text(text, capacity).length;
    const isTerminated = count !== undefined && count < capacity;
    if (length !== 0) this.#machine.memory.setU32(length, isTerminated ? count * this.#unit : 0);
    return isTerminated ? success : invalid;
  }
}

/** RtlString(Cb|Cch)…(A|W). */
export class StringSafe {
  readonly #machine: Machine;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  api(): ApiTable {
    const table: Record<string, ApiTable[string]> = {};
    for (const countsBytes of [true, false]) {
      for (const wide of [false, true]) {
        const family = new StringSafeFamily(this.#machine, wide, countsBytes).api();
        for (const [name, routine] of Object.entries(family)) table[`RtlString${countsBytes ? "Cb" : "Cch"}${name}${wide ? "W" : "A"}`] = routine;
      }
    }
    return table;
  }
}
