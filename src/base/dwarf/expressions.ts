// SPDX-License-Identifier: MIT
/** Decoding (not evaluation) of DWARF expressions (DWARF 5 standard, section 7.7.1). */

import { DW_OP, wasmLocationKind } from "./constants.ts";
import { ByteCursor } from "./cursor.ts";
import { unsupportedDwarf } from "./forms.ts";

export interface DwarfOperation {
  /** `DW_OP`. */
  readonly op: number;
  /** Offset in the expression. */
  readonly offset: number;
  /** Operands as numbers (64-bit constants as bigint, blocks as bytes), in the order of the standard. */
  readonly operands: readonly (number | bigint | Uint8Array)[];
}

type Operand = (cursor: ByteCursor) => number | bigint | Uint8Array;
const u8: Operand = (c) => c.u8();
const i8: Operand = (c) => c.i8();
const u16: Operand = (c) => c.u16();
const i16: Operand = (c) => (c.u16() << 16) >> 16;
const u32: Operand = (c) => c.u32();
const i32: Operand = (c) => c.u32() | 0;
const u64: Operand = (c) => c.u64();
const i64: Operand = (c) => BigInt.asIntN(64, c.u64());
const uleb: Operand = (c) => c.uleb();
const sleb: Operand = (c) => c.sleb();
const ulebBlock: Operand = (c) => c.take(c.uleb());
const u8Block: Operand = (c) => c.take(c.u8());

/** Operand kinds by operation; operations that are not listed have none. Addresses and references are 4 bytes (wasm32). */
// biome-ignore format: a table
const operandKinds: ReadonlyMap<number, readonly Operand[]> = new Map<number, readonly Operand[]>([
  [DW_OP.addr, [u32]],
  [DW_OP.const1u, [u8]],
  [DW_OP.const1s, [i8]],
  [DW_OP.const2u, [u16]],
  [DW_OP.const2s, [i16]],
  [DW_OP.const4u, [u32]],
  [DW_OP.const4s, [i32]],
  [DW_OP.const8u, [u64]],
  [DW_OP.const8s, [i64]],
  [DW_OP.constu, [(c) => c.ulebBig()]],
  [DW_OP.consts, [(c) => c.slebBig()]],
  [DW_OP.pick, [u8]],
  [DW_OP.plus_uconst, [uleb]],
  [DW_OP.skip, [i16]],
  [DW_OP.bra, [i16]],
  [DW_OP.regx, [uleb]],
  [DW_OP.fbreg, [sleb]],
  [DW_OP.bregx, [uleb, sleb]],
  [DW_OP.piece, [uleb]],
  [DW_OP.deref_size, [u8]],
  [DW_OP.call2, [u16]],
  [DW_OP.call4, [u32]],
  [DW_OP.call_ref, [u32]],
  [DW_OP.bit_piece, [uleb, uleb]],
  [DW_OP.implicit_value, [ulebBlock]],
  [DW_OP.implicit_pointer, [u32, sleb]],
  [DW_OP.addrx, [uleb]],
  [DW_OP.constx, [uleb]],
  [DW_OP.entry_value, [ulebBlock]],
  [DW_OP.const_type, [uleb, u8Block]],
  [DW_OP.regval_type, [uleb, uleb]],
  [DW_OP.deref_type, [u8, uleb]],
  [DW_OP.convert, [uleb]],
  [DW_OP.reinterpret, [uleb]],
  [DW_OP.WASM_location, [u8, (c) => (c.bytes[c.position - 1] === wasmLocationKind.globalFixed ? c.u32() : c.uleb())]],
]);

const breg: readonly Operand[] = [sleb];
const none: readonly Operand[] = [];

function operandsOf(op: number): readonly Operand[] {
  if (op >= DW_OP.breg0 && op <= DW_OP.breg31) return breg;
  const kinds = operandKinds.get(op);
  if (kinds) return kinds;
  if (op < DW_OP.addr || (op > DW_OP.reinterpret && op < 0xe0) || op >= 0xe0) throw unsupportedDwarf(`expression operation 0x${op.toString(16)}`);
  return none;
}

/** Operations of an expression in order. Throws UserError `dwarf-unsupported` for vendor operations other than WASM_location. */
export function decodeExpression(expression: Uint8Array): DwarfOperation[] {
  const cursor = new ByteCursor(expression);
  const operations: DwarfOperation[] = [];
  while (!cursor.atEnd) {
    const offset = cursor.position;
    const op = cursor.u8();
    operations.push({ op, offset, operands: operandsOf(op).map((read) => read(cursor)) });
  }
  return operations;
}
