// SPDX-License-Identifier: MIT
/** Guesses the device's registers from a driver's sources: constants used or named as register offsets, and structures laid over registers. */
import type { Constant } from "./init-constants.ts";
import type { SourceText } from "./init-source-text.ts";
import type { Struct } from "./init-structs.ts";

export interface GuessedRegister {
  readonly offset: number;
  /** Bytes: 1, 2, 4 or 8. */
  readonly size: number;
  readonly name: string;
  /** Where the driver declares it. */
  readonly file: string;
  readonly line: number;
}

/** Highest offset that is believed to be one; larger numbers are values. */
const mostOffset = 0x10_0000;
const offsetName = /(?:^|_)(?:REG|REGS|REGISTER|OFFSET|OFF|OFS|ADDR|PORT)(?:_|$)|^(?:reg|off)[A-Z]|(?:Reg|Register|Offset)$/;
const noOffsetName = /(?:^|_)(?:LENGTH|LEN|SIZE|MASK|SHIFT|BIT|BITS|COUNT|VALUE|MAX|MIN|NUM|TAG|RESET|ENABLE|STRIDE|IOCTL)(?:_|$)/i;
/** Calls that access a register: the kit's, and helpers that are named like one. */
const accessCall =
  /\b(?:(?:READ|WRITE)_(?:REGISTER|PORT)_(?:BUFFER_)?(UCHAR|USHORT|ULONG64|ULONG)|\w*(?:Read|Write|Get|Set|READ|WRITE|read|write)\w*(?:Reg|REG|reg|Port|PORT|Mmio|MMIO|32)\w*)\s*\(/g;
const widths: Readonly<Record<string, number>> = { UCHAR: 1, USHORT: 2, ULONG: 4, ULONG64: 8 };

/** Registers in order of their offsets, one for each offset. */
export function guessRegisters(sources: readonly SourceText[], constants: ReadonlyMap<string, Constant>, structs: readonly Struct[]): GuessedRegister[] {
  const used = usedOffsets(sources, constants);
  const found = new Map<number, GuessedRegister>();
  const add = (register: GuessedRegister): void => {
    const known = found.get(register.offset);
    // The first name of an offset stays; other names of it are often relative to something else.
    if (known === undefined) found.set(register.offset, register);
  };
  for (const struct of structs.filter((candidate) => isRegisterBlock(candidate, sources))) {
    for (const { name, offset, size } of struct.fields) {
      if (!/(?:^|\.)(?:reserved|rsvd|pad|unused|_)/i.test(name) && offset % size === 0 && [1, 2, 4, 8].includes(size))
        add({ offset, size, name, file: struct.file, line: struct.line });
    }
  }
  for (const { name, value, file, line } of constants.values()) {
    const width = used.get(name);
    const isNamed = offsetName.test(name) && !noOffsetName.test(name);
    if ((width === undefined && !isNamed) || value >= mostOffset) continue;
    const size = width ?? 4;
    if (value % size === 0) add({ offset: value, size, name, file, line });
  }
  return withoutOverlap([...found.values()].sort((a, b) => a.offset - b.offset));
}

/** Names in the address argument of register accesses, with the width of the access. */
function usedOffsets(sources: readonly SourceText[], constants: ReadonlyMap<string, Constant>): ReadonlyMap<string, number> {
  const used = new Map<string, number>();
  for (const { code } of sources) {
    for (const match of code.matchAll(accessCall)) {
      const name = addressConstant(code, match.index + match[0].length, match[1] !== undefined, constants);
      if (name !== undefined && !used.has(name)) used.set(name, widths[match[1] ?? "ULONG"] ?? 4);
    }
  }
  return used;
}

/** First constant in the arguments from `at` on; of the kit's routines only the first argument is an address. */
function addressConstant(code: string, at: number, isFirstOnly: boolean, constants: ReadonlyMap<string, Constant>): string | undefined {
  let depth = 1;
  for (const { 0: token } of code.slice(at, at + 400).matchAll(/[(),;{]|[A-Za-z_]\w*/g)) {
    if (token === "(") depth++;
    else if (token === ")") depth--;
    else if (token === ";" || token === "{") return undefined;
    if (depth === 0 || (token === "," && depth === 1 && isFirstOnly)) return undefined;
    if (constants.has(token)) return token;
  }
  return undefined;
}

/** A structure that is laid over registers: named so, used through volatile pointers, or in register accesses. */
function isRegisterBlock({ names, fields }: Struct, sources: readonly SourceText[]): boolean {
  if (names.some((name) => /(?:^|_)(?:REG|REGS|REGISTER|REGISTERS|MMIO|CSR)(?:_|$)|Reg(?:ister)?s?$|^P?\w*Registers?\b/.test(name))) return true;
  const isVolatile = names.some((name) =>
    sources.some(({ code }) => new RegExp(`\\bvolatile\\s+(?:struct\\s+)?${name}\\b|\\b${name}\\s+volatile\\b`).test(code)),
  );
  if (isVolatile) return true;
  const members = [...new Set(fields.map(({ name }) => name.replace(/[[.].*$/, "")))];
  return members.some((member) =>
    sources.some(({ code }) => new RegExp(`\\b(?:READ|WRITE)_REGISTER_\\w+\\s*\\(\\s*(?:\\([^()]*\\)\\s*)?&[^,;]*->\\s*${member}\\b`).test(code)),
  );
}

/** Registers without those that lie inside an earlier one. */
function withoutOverlap(registers: readonly GuessedRegister[]): GuessedRegister[] {
  let end = 0;
  return registers.filter(({ offset, size }) => {
    if (offset < end) return false;
    end = offset + size;
    return true;
  });
}
