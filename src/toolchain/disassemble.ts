// SPDX-License-Identifier: MIT
/** Text of the instructions of a linked module, by the code offsets that its debug information uses. */

import { InstructionReader } from "./wasm-instruction.ts";
import { mnemonic } from "./wasm-mnemonics-table.ts";
import { type WasmModule, externalKind, parseWasm, readLocals } from "./wasm-module.ts";
import { emptyBlock, isLoad, isStore, op, valueType } from "./wasm-opcodes.ts";

export interface DisassembledInstruction {
  /** Offset in the payload of the code section. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** In text format, e.g. `i32.load offset=8` or `call WdfDriverCreate`. */
  readonly text: string;
  /** Name of the function, at its first instruction. */
  readonly functionName?: string;
}

/** All instructions of the module in order. */
export function disassemble(linked: Uint8Array): readonly DisassembledInstruction[] {
  const module = parseWasm(linked);
  const names = functionNames(module);
  const all: DisassembledInstruction[] = [];
  for (const [i, body] of module.bodies.entries()) {
    const name = names[module.importedFunctions + i] ?? `function ${module.importedFunctions + i}`;
    const reader = new InstructionReader(linked, readLocals(linked, body).first, body.end, name);
    let depth = 0;
    let isFirst = true;
    while (reader.next()) {
      if (reader.opcode === op.end || reader.opcode === op.else) depth = Math.max(0, depth - 1);
      const text = `${"  ".repeat(depth)}${textOf(reader, module, names)}`;
      all.push({ offset: reader.start - module.codeStart, bytes: linked.subarray(reader.start, reader.end), text, ...(isFirst ? { functionName: name } : {}) });
      if (reader.opcode === op.block || reader.opcode === op.loop || reader.opcode === op.if || reader.opcode === op.else) depth++;
      isFirst = false;
    }
  }
  return all;
}

/** By function index, imports first. */
function functionNames({ imports, functionTypes, functionNames: named }: WasmModule): readonly string[] {
  const imported = imports.filter(({ kind }) => kind === externalKind.function).map(({ name }) => name);
  return functionTypes.map((_, i) => imported[i] ?? named.get(i) ?? `function ${i}`);
}

const typeNames: Readonly<Record<number, string>> = { [valueType.i32]: "i32", [valueType.i64]: "i64", [valueType.f32]: "f32", [valueType.f64]: "f64" };

function textOf(reader: InstructionReader, { bytes }: WasmModule, names: readonly string[]): string {
  const { opcode, immediate } = reader;
  const name = mnemonic(opcode);
  if (isLoad(opcode) || isStore(opcode)) return reader.offset === 0 ? name : `${name} offset=${reader.offset}`;
  const float = (): DataView => new DataView(bytes.buffer, bytes.byteOffset + reader.start + 1);
  switch (opcode) {
    case op.call:
    case op.returnCall:
    case op.refFunc:
      return `${name} ${names[immediate] ?? immediate}`;
    case op.callIndirect:
    case op.returnCallIndirect:
      return `${name} (type ${immediate})`;
    case op.i64Const:
      return `${name} ${reader.wideImmediate}`;
    case op.f32Const:
      return `${name} ${float().getFloat32(0, true)}`;
    case op.f64Const:
      return `${name} ${float().getFloat64(0, true)}`;
    case op.brTable:
      return `${name} ${reader.targets.join(" ")}`;
    case op.block:
    case op.loop:
    case op.if:
      return blockText(name, reader);
    default:
      return hasImmediate(opcode) ? `${name} ${immediate}` : name;
  }
}

function blockText(name: string, { blockType, blockTypeIsIndex }: InstructionReader): string {
  if (blockTypeIsIndex) return `${name} (type ${blockType})`;
  return blockType === emptyBlock ? name : `${name} (result ${typeNames[blockType] ?? "?"})`;
}

/** Branches, locals, globals, tables and i32 constants. */
const hasImmediate = (opcode: number): boolean =>
  opcode === op.br || opcode === op.brIf || opcode === op.i32Const || (opcode >= op.localGet && opcode <= op.tableSet);
