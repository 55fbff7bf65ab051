// SPDX-License-Identifier: MIT
/** Decoder of WebAssembly instructions: steps over one at a time and leaves its immediates in fields, without making objects. */

import { ByteCursor, ExitStatus, UserError } from "../base/index.ts";
import { emptyBlock, op } from "./wasm-opcodes.ts";

/** Cursor over a function body. */
export class InstructionReader {
  readonly #cursor: ByteCursor;
  readonly #functionName: string;
  /** Offset in the module of the current instruction, and of the next one. */
  start: number;
  /** Opcode; prefixed ones as `prefix << 8 | opcode`. */
  opcode: number = op.nop;
  /** Label depth, or index of function, type, local or global, or i32 constant. */
  immediate = 0;
  /** i64 constant. */
  wideImmediate = 0n;
  /** Memory access: log2 of the alignment the compiler promises, and constant offset. */
  align = 0;
  offset = 0;
  /** Block type: `emptyBlock`, a value type, or a type index when `blockTypeIsIndex`. */
  blockType = 0;
  blockTypeIsIndex = false;
  /** Label depths of `br_table`, default last. */
  targets: number[] = [];

  constructor(bytes: Uint8Array, start: number, end: number, functionName: string) {
    this.#cursor = new ByteCursor(bytes, start, end);
    this.#functionName = functionName;
    this.start = start;
  }

  get end(): number {
    return this.#cursor.position;
  }

  /** Moves to the next instruction; false at the end of the body. Throws UserError `wasm-unsupported-instruction`. */
  next(): boolean {
    const cursor = this.#cursor;
    if (cursor.atEnd) return false;
    this.start = cursor.position;
    this.opcode = cursor.u8();
    this.#readImmediates(this.opcode);
    return true;
  }

  #readImmediates(opcode: number): void {
    const cursor = this.#cursor;
    if (opcode >= op.i32Load && opcode <= op.i64Store32) {
      this.align = cursor.uleb();
      this.offset = cursor.uleb();
      return;
    }
    // biome-ignore format: grouped by immediates
    switch (opcode) {
      case op.block: case op.loop: case op.if: this.#readBlockType(); return;
      case op.br: case op.brIf: case op.call: case op.returnCall: case op.localGet: case op.localSet: case op.localTee: case op.globalGet:
      case op.globalSet: case op.tableGet: case op.tableSet: case op.refFunc: case op.memorySize: case op.memoryGrow:
        this.immediate = cursor.uleb();
        return;
      case op.callIndirect: case op.returnCallIndirect:
        this.immediate = cursor.uleb();
        cursor.skipLeb(); // table
        return;
      case op.brTable: this.#readTargets(); return;
      case op.selectTyped: cursor.take(cursor.uleb()); return;
      case op.i32Const: this.immediate = cursor.sleb(); return;
      case op.i64Const: this.wideImmediate = cursor.slebBig(); return;
      case op.f32Const: cursor.position += 4; return;
      case op.f64Const: cursor.position += 8; return;
      case op.refNull: cursor.skipLeb(); return;
      case op.prefixMisc: this.#readMisc(); return;
      default: if (!isPlain(opcode)) throw this.#unsupported();
    }
  }

  #readBlockType(): void {
    const first = this.#cursor.u8();
    this.blockTypeIsIndex = first < emptyBlock || first >= 0x80;
    if (!this.blockTypeIsIndex) {
      this.blockType = first;
      return;
    }
    this.#cursor.position -= 1;
    this.blockType = this.#cursor.sleb();
  }

  #readTargets(): void {
    this.targets = [];
    for (let count = this.#cursor.uleb(); count >= 0; count--) this.targets.push(this.#cursor.uleb());
  }

  #readMisc(): void {
    const cursor = this.#cursor;
    const code = cursor.uleb();
    if (code > 17) throw this.#unsupported();
    this.opcode = (op.prefixMisc << 8) | code;
    const immediates = code < 8 ? 0 : code === 8 || code === 10 || code === 12 || code === 14 ? 2 : 1;
    for (let i = 0; i < immediates; i++) cursor.skipLeb();
  }

  #unsupported(): UserError {
    const what = this.opcode === op.prefixVector ? "vector" : this.opcode === op.prefixAtomic ? "atomic" : `0x${this.opcode.toString(16)}`;
    return new UserError({
      code: "wasm-unsupported-instruction",
      message: `Cannot instrument function "${this.#functionName}": it uses a WebAssembly instruction (${what}) that a driver build does not need`,
      exitStatus: ExitStatus.buildFailed,
      hint: "remove compiler arguments that switch on WebAssembly features, such as -msimd128, -matomics or -fwasm-exceptions",
    });
  }
}

/** Instructions without immediates: unreachable, nop, else, end, return, drop, select, numeric ones, ref.is_null. */
function isPlain(opcode: number): boolean {
  return (
    opcode <= op.nop ||
    opcode === op.else ||
    opcode === op.end ||
    opcode === op.return ||
    opcode === op.drop ||
    opcode === op.select ||
    (opcode >= op.i32Eqz && opcode <= 0xc4) ||
    opcode === op.refIsNull
  );
}
