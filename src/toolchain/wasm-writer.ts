// SPDX-License-Identifier: MIT
/** Growing buffer of WebAssembly binary, with one method for each instruction form the instrumentation emits. */

import { op } from "./wasm-opcodes.ts";

const utf8 = new TextEncoder();

export class WasmWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(Math.max(capacity, 16));
  }

  get length(): number {
    return this.#length;
  }

  /** What was written so far; a view that the next write may invalidate. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  u8(value: number): this {
    if (this.#length === this.#bytes.length) this.#reserve(1);
    this.#bytes[this.#length++] = value;
    return this;
  }

  /** Unsigned LEB128 of a 32-bit value. */
  u32(value: number): this {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.u8((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    return this.u8(rest);
  }

  /** Signed LEB128 of a 32-bit value, given with either sign. */
  s32(value: number): this {
    let rest = value | 0;
    while (rest < -0x40 || rest > 0x3f) {
      this.u8((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    return this.u8(rest & 0x7f);
  }

  /** Signed LEB128 of a 64-bit value. */
  s64(value: bigint): this {
    let rest = BigInt.asIntN(64, value);
    while (rest < -0x40n || rest > 0x3fn) {
      this.u8(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    return this.u8(Number(rest & 0x7fn));
  }

  bytes(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** Bytes `start` to `end` of `source`. */
  copy(source: Uint8Array, start: number, end: number): this {
    const length = end - start;
    this.#reserve(length);
    // Most instructions are 1 to 6 bytes, for which a loop is faster than a view.
    for (let i = 0; i < length; i++) this.#bytes[this.#length + i] = source[start + i] ?? 0;
    this.#length += length;
    return this;
  }

  name(text: string): this {
    const encoded = utf8.encode(text);
    return this.u32(encoded.length).bytes(encoded);
  }

  op(opcode: number): this {
    return this.u8(opcode);
  }

  localGet(index: number): this {
    return this.u8(op.localGet).u32(index);
  }

  localSet(index: number): this {
    return this.u8(op.localSet).u32(index);
  }

  localTee(index: number): this {
    return this.u8(op.localTee).u32(index);
  }

  globalGet(index: number): this {
    return this.u8(op.globalGet).u32(index);
  }

  globalSet(index: number): this {
    return this.u8(op.globalSet).u32(index);
  }

  i32Const(value: number): this {
    return this.u8(op.i32Const).s32(value);
  }

  i64Const(value: bigint): this {
    return this.u8(op.i64Const).s64(value);
  }

  call(functionIndex: number): this {
    return this.u8(op.call).u32(functionIndex);
  }

  /** Load or store; `align` is log2 of the promised alignment. */
  access(opcode: number, align: number, offset: number): this {
    return this.u8(opcode).u32(align).u32(offset);
  }

  if(blockType: number): this {
    return this.u8(op.if).u8(blockType);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
