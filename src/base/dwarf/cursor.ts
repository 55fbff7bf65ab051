// SPDX-License-Identifier: MIT
/** Little-endian reader over bytes, with the variable-length integers (LEB128) that DWARF and WebAssembly share. */

import { assert } from "../assert.ts";

const utf8 = new TextDecoder();

/** Reads forward from `position`; reading beyond `end` is an assertion failure, because the compiler wrote the bytes. */
export class ByteCursor {
  readonly bytes: Uint8Array;
  readonly end: number;
  position: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, position = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.position >= this.end;
  }

  u8(): number {
    const value = this.bytes[this.position++];
    assert(value !== undefined, "read beyond the end of a section");
    return value;
  }

  i8(): number {
    return (this.u8() << 24) >> 24;
  }

  u16(): number {
    this.position += 2;
    return this.#view.getUint16(this.position - 2, true);
  }

  u24(): number {
    return this.u16() | (this.u8() << 16);
  }

  u32(): number {
    this.position += 4;
    return this.#view.getUint32(this.position - 4, true);
  }

  u64(): bigint {
    this.position += 8;
    return this.#view.getBigUint64(this.position - 8, true);
  }

  /** Unsigned LEB128; exact up to 2^53. */
  uleb(): number {
    let byte = this.u8();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    let scale = 0x80;
    do {
      byte = this.u8();
      value += (byte & 0x7f) * scale;
      scale *= 0x80;
    } while (byte >= 0x80);
    return value;
  }

  /** Signed LEB128 of any length. */
  slebBig(): bigint {
    let value = 0n;
    let shift = 0n;
    let byte: number;
    do {
      byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      shift += 7n;
    } while (byte >= 0x80);
    return byte & 0x40 ? value - (1n << shift) : value;
  }

  /** Unsigned LEB128 of any length. */
  ulebBig(): bigint {
    let value = 0n;
    let shift = 0n;
    let byte: number;
    do {
      byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      shift += 7n;
    } while (byte >= 0x80);
    return value;
  }

  /** Signed LEB128; exact within ±2^53. */
  sleb(): number {
    let value = 0;
    let scale = 1;
    let byte: number;
    do {
      byte = this.u8();
      value += (byte & 0x7f) * scale;
      scale *= 0x80;
    } while (byte >= 0x80);
    return byte & 0x40 ? value - scale : value;
  }

  /** Skips one LEB128 of either sign. */
  skipLeb(): void {
    while (this.u8() >= 0x80);
  }

  /** NUL-terminated UTF-8. */
  cstring(): string {
    const start = this.position;
    const end = this.bytes.indexOf(0, start);
    assert(end >= 0, "string without end");
    this.position = end + 1;
    return utf8.decode(this.bytes.subarray(start, end));
  }

  /** The next `length` bytes, not copied. */
  take(length: number): Uint8Array {
    assert(this.position + length <= this.bytes.length, "read beyond the end of a section");
    this.position += length;
    return this.bytes.subarray(this.position - length, this.position);
  }

  /** UTF-8 preceded by its byte length in LEB128 (WebAssembly names). */
  name(): string {
    return utf8.decode(this.take(this.uleb()));
  }
}
