// SPDX-License-Identifier: MIT
/** WebAssembly opcodes and value types as far as the instrumentation handles them (core specification 2.0, chapter 5.4). */

export const valueType = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c } as const;
export type ValueType = (typeof valueType)[keyof typeof valueType];

/** Block type without parameters and results. */
export const emptyBlock = 0x40;

// biome-ignore format: a table
export const op = {
  unreachable: 0x00, nop: 0x01, block: 0x02, loop: 0x03, if: 0x04, else: 0x05, try: 0x06, catch: 0x07, rethrow: 0x09, end: 0x0b, br: 0x0c, brIf: 0x0d, brTable: 0x0e, return: 0x0f,
  call: 0x10, callIndirect: 0x11, returnCall: 0x12, returnCallIndirect: 0x13, drop: 0x1a, select: 0x1b, selectTyped: 0x1c,
  localGet: 0x20, localSet: 0x21, localTee: 0x22, globalGet: 0x23, globalSet: 0x24, tableGet: 0x25, tableSet: 0x26,
  i32Load: 0x28, i64Load: 0x29, f32Load: 0x2a, f64Load: 0x2b, i32Load8S: 0x2c, i64Load32U: 0x35,
  i32Store: 0x36, i64Store: 0x37, f32Store: 0x38, f64Store: 0x39, i64Store32: 0x3e, memorySize: 0x3f, memoryGrow: 0x40,
  i32Const: 0x41, i64Const: 0x42, f32Const: 0x43, f64Const: 0x44, i32Eqz: 0x45, i32Eq: 0x46, i32LtS: 0x48, i32LtU: 0x49, i32GtS: 0x4a, i32GeS: 0x4e,
  i32LeU: 0x4d, i64Eqz: 0x50, i64Eq: 0x51, i32Add: 0x6a, i32Sub: 0x6b, i32DivS: 0x6d, i32DivU: 0x6e, i32RemS: 0x6f, i32RemU: 0x70,
  i32And: 0x71, i32ShrU: 0x76, i64DivS: 0x7f, i64DivU: 0x80, i64RemS: 0x81, i64RemU: 0x82, refNull: 0xd0, refIsNull: 0xd1, refFunc: 0xd2,
  prefixMisc: 0xfc, prefixVector: 0xfd, prefixAtomic: 0xfe, memoryInit: 0xfc08, dataDrop: 0xfc09, memoryCopy: 0xfc0a, memoryFill: 0xfc0b,
} as const;

export interface AccessInfo {
  readonly type: ValueType;
  /** Bytes accessed. */
  readonly size: number;
}

const { i32, i64, f32, f64 } = valueType;

/** Loads from 0x28, stores from 0x36. */
// biome-ignore format: a table
const accesses: readonly AccessInfo[] = [
  [i32, 4], [i64, 8], [f32, 4], [f64, 8], [i32, 1], [i32, 1], [i32, 2], [i32, 2], [i64, 1], [i64, 1], [i64, 2], [i64, 2], [i64, 4], [i64, 4],
  [i32, 4], [i64, 8], [f32, 4], [f64, 8], [i32, 1], [i32, 2], [i64, 1], [i64, 2], [i64, 4],
].map(([type, size]) => ({ type, size }) as AccessInfo);

export const isLoad = (opcode: number): boolean => opcode >= op.i32Load && opcode <= op.i64Load32U;
export const isStore = (opcode: number): boolean => opcode >= op.i32Store && opcode <= op.i64Store32;

/** Type and size of a load or store. */
export const accessInfo = (opcode: number): AccessInfo | undefined => accesses[opcode - op.i32Load];

/** Operands taken and results left by plain one-byte instructions; control, calls and prefixed ones are not in the table. */
// biome-ignore format: a table
const effects: readonly (readonly [first: number, last: number, pops: number, pushes: number])[] = [
  [0x1a, 0x1a, 1, 0], [0x1b, 0x1c, 3, 1], [0x20, 0x20, 0, 1], [0x21, 0x21, 1, 0], [0x22, 0x22, 1, 1], [0x23, 0x23, 0, 1], [0x24, 0x24, 1, 0],
  [0x25, 0x25, 1, 1], [0x26, 0x26, 2, 0], [0x28, 0x35, 1, 1], [0x36, 0x3e, 2, 0], [0x3f, 0x3f, 0, 1], [0x40, 0x40, 1, 1], [0x41, 0x44, 0, 1],
  [0x45, 0x45, 1, 1], [0x46, 0x4f, 2, 1], [0x50, 0x50, 1, 1], [0x51, 0x66, 2, 1], [0x67, 0x69, 1, 1], [0x6a, 0x78, 2, 1], [0x79, 0x7b, 1, 1],
  [0x7c, 0x8a, 2, 1], [0x8b, 0x91, 1, 1], [0x92, 0x98, 2, 1], [0x99, 0x9f, 1, 1], [0xa0, 0xa6, 2, 1], [0xa7, 0xc4, 1, 1], [0xd0, 0xd0, 0, 1],
  [0xd1, 0xd1, 1, 1], [0xd2, 0xd2, 0, 1],
];

/** 0xFC-prefixed: truncations 0 to 7, bulk memory 8 to 11, bulk tables 12 to 17. */
// biome-ignore format: a table
const miscEffects: readonly (readonly [pops: number, pushes: number])[] = [
  [1, 1], [1, 1], [1, 1], [1, 1], [1, 1], [1, 1], [1, 1], [1, 1], [3, 0], [0, 0], [3, 0], [3, 0], [3, 0], [0, 0], [3, 0], [2, 1], [0, 1], [3, 0],
];

/** `pops * 16 + pushes` by opcode, so that a look-up makes no object; 0 for both "no effect" and "not in the table". */
const packedEffects = new Uint8Array(256);
for (const [first, last, pops, pushes] of effects) packedEffects.fill(pops * 16 + pushes, first, last + 1);
const packedMiscEffects = Uint8Array.from(miscEffects, ([pops, pushes]) => pops * 16 + pushes);

/** Operands an instruction takes from the stack, for all but control instructions and calls. */
export function operandsTaken(opcode: number): number {
  return packed(opcode) >> 4;
}

/** Results an instruction leaves, for all but control instructions and calls. */
export function resultsLeft(opcode: number): number {
  return packed(opcode) & 15;
}

const packed = (opcode: number): number => (opcode < 256 ? packedEffects[opcode] : packedMiscEffects[opcode & 0xff]) ?? 0;
