// SPDX-License-Identifier: MIT
/**
 * The registers of a chip as data: storage with reset values, writable bits and bits that writing one clears, accessed with byte enables as a PCI
 * function is. What a register does beyond that is up to the device model.
 */
import type { RegisterDefinition } from "../protocol/index.ts";

/** A register as the register view shows it, with what writes change. */
export interface ChipRegister extends RegisterDefinition {
  /** Bits that a write changes; default all for `rw`, none otherwise. */
  readonly writable?: number;
  /** Bits that writing one clears. */
  readonly clearedByOne?: number;
}

const allBits = 0xffff_ffff;

export class RegisterFile {
  readonly #registers: readonly ChipRegister[];
  readonly #values: DataView<ArrayBuffer>;
  readonly #writable: DataView<ArrayBuffer>;
  readonly #clearedByOne: DataView<ArrayBuffer>;

  /** `bytes` of register space; places without a register read as 0 and ignore writes. */
  constructor(bytes: number, registers: readonly ChipRegister[]) {
    this.#registers = registers;
    const view = () => new DataView(new ArrayBuffer(bytes));
    this.#values = view();
    this.#writable = view();
    this.#clearedByOne = view();
    for (const register of registers) {
      put(this.#writable, register, register.writable ?? (register.access === "rw" ? allBits : 0));
      put(this.#clearedByOne, register, register.clearedByOne ?? (register.access === "w1c" ? allBits : 0));
    }
  }

  get bytes(): number {
    return this.#values.byteLength;
  }

  /** Reset values of the registers from `start` up to `end`. */
  reset(start = 0, end = this.bytes): void {
    for (const register of this.#registers) {
      if (register.offset >= start && register.offset < end) put(this.#values, register, Number(register.reset ?? 0));
    }
  }

  /** The dword at `offset`, a multiple of 4. */
  word(offset: number): number {
    return this.#values.getUint32(offset, true);
  }

  byte(offset: number): number {
    return this.#values.getUint8(offset);
  }

  /** Sets what a write cannot: status, counters. */
  setWord(offset: number, value: number): void {
    this.#values.setUint32(offset, value, true);
  }

  setByte(offset: number, value: number): void {
    this.#values.setUint8(offset, value);
  }

  /** A bus write to the bits `enabled` of the dword at `offset`, with the effect of the registers' masks. */
  write(offset: number, value: number, enabled: number): void {
    const writable = this.#writable.getUint32(offset, true) & enabled;
    const cleared = this.#clearedByOne.getUint32(offset, true) & enabled & value;
    this.setWord(offset, ((this.word(offset) & ~writable) | (value & writable)) & ~cleared);
  }
}

function put(view: DataView<ArrayBuffer>, { offset, size }: ChipRegister, value: number): void {
  if (size === 1) view.setUint8(offset, value);
  else if (size === 2) view.setUint16(offset, value, true);
  else view.setUint32(offset, value, true);
}

/** A part of a dword that an access of up to 4 bytes touches. */
export interface DwordAccess {
  /** Offset of the dword. */
  readonly offset: number;
  /** Byte enables as a bit mask. */
  readonly enabled: number;
  /** Bits by which the access' value is shifted left into the dword; negative: right. */
  readonly shift: number;
}

/** The dwords that an access of `size` bytes at `offset` touches: one, or two when it crosses a boundary. */
export function dwordsOf(offset: number, size: number): readonly DwordAccess[] {
  const accesses: DwordAccess[] = [];
  for (let dword = offset & ~3; dword < offset + size; dword += 4) {
    let enabled = 0;
    for (let byte = Math.max(dword, offset); byte < Math.min(dword + 4, offset + size); byte++) enabled |= 0xff << (8 * (byte - dword));
    accesses.push({ offset: dword, enabled: enabled >>> 0, shift: 8 * (offset - dword) });
  }
  return accesses;
}

/** `value` moved by `bits` to the left, or to the right when negative. */
export function shifted(value: number, bits: number): number {
  if (bits <= -32 || bits >= 32) return 0;
  return (bits >= 0 ? value << bits : value >>> -bits) >>> 0;
}
