// SPDX-License-Identifier: MIT
/** What the instrumentation needs of the debug information: statement rows, and of each function its name, frame base and wasm locals. */

import {
  DW_AT,
  DW_OP,
  DW_TAG,
  decodeExpression,
  isDeadAddress,
  readLineTable,
  readLocationList,
  readUnits,
  wasmLocationKind,
  type Die,
  type DwarfSections,
  type LineRow,
} from "../base/index.ts";
import { addedFile } from "./seh-text.ts";

/** A function with debug information. Code offsets are relative to the payload of the code section. */
export interface Subprogram {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** Wasm local of DW_AT_frame_base; -1 when the frame base is something else. */
  readonly frameBaseLocal: number;
  /** Wasm locals, ascending, that hold a variable or its address (DW_OP_WASM_location), the frame base not among them. */
  readonly variableLocals: readonly number[];
}

export interface LineInfo {
  /** Beginnings of statements by code offset. */
  readonly rows: ReadonlyMap<number, LineRow>;
  /** Code offsets marked `prologue_end`, ascending. */
  readonly prologueEnds: readonly number[];
  readonly files: readonly string[];
  /** By `low`. */
  readonly functions: ReadonlyMap<number, Subprogram>;
}

/** Collects what `instrument` needs from the `.debug_*` sections of the linked module. */
export function readLineInfo(sections: DwarfSections): LineInfo {
  const units = readUnits(sections);
  const table = readLineTable(sections, units);
  const rows = new Map<number, LineRow>();
  const prologueEnds: number[] = [];
  const added = new Set(table.files.flatMap((file, i) => (file.endsWith(addedFile) ? [i] : [])));
  for (const row of table.rows) {
    if (row.endSequence) continue;
    if (row.prologueEnd) prologueEnds.push(row.address);
    // Of several rows at one address the last one holds; code of no line (0) does not hide a statement that begins there.
    if (row.isStatement && row.line !== 0 && !added.has(row.file)) rows.set(row.address, row);
  }
  prologueEnds.sort((a, b) => a - b);
  const functions = new Map<number, Subprogram>();
  for (const unit of units) {
    const entries = unit.entries();
    for (const die of entries.values()) {
      const subprogram = die.tag === DW_TAG.subprogram ? readSubprogram(die, entries) : undefined;
      if (subprogram) functions.set(subprogram.low, subprogram);
    }
  }
  return { rows, prologueEnds, files: table.files, functions };
}

function readSubprogram(die: Die, entries: ReadonlyMap<number, Die>): Subprogram | undefined {
  const low = die.number(DW_AT.low_pc);
  const high = die.highPc;
  if (low === undefined || high === undefined || isDeadAddress(low)) return undefined;
  const [frameBaseLocal = -1] = localsOf(die.bytes(DW_AT.frame_base));
  const locals = new Set<number>();
  collectLocals(die, locals);
  locals.delete(frameBaseLocal);
  const name = nameOf(die, entries) ?? "";
  return { name, low, high, frameBaseLocal, variableLocals: [...locals].sort((a, b) => a - b) };
}

/** Name of an entry, or of the declaration or abstract instance it completes. */
function nameOf(die: Die, entries: ReadonlyMap<number, Die>): string | undefined {
  for (let at: Die | undefined = die; at; ) {
    const name = at.string(DW_AT.name);
    if (name !== undefined) return name;
    const next: number | undefined = at.number(DW_AT.specification) ?? at.number(DW_AT.abstract_origin);
    at = next === undefined ? undefined : entries.get(next);
  }
  return die.string(DW_AT.linkage_name);
}

/** Adds the wasm locals in the locations of the entry and its scopes; functions nested in it (of local classes) have their own. */
function collectLocals(die: Die, locals: Set<number>): void {
  const location = die.attribute(DW_AT.location);
  if (location instanceof Uint8Array) for (const local of localsOf(location)) locals.add(local);
  else if (typeof location === "number") {
    for (const { expression } of readLocationList(die.unit, location)) for (const local of localsOf(expression)) locals.add(local);
  }
  for (const child of die.children) if (child.tag !== DW_TAG.subprogram) collectLocals(child, locals);
}

function localsOf(expression: Uint8Array | undefined): number[] {
  if (!expression?.includes(DW_OP.WASM_location)) return [];
  return decodeExpression(expression)
    .filter(({ op, operands }) => op === DW_OP.WASM_location && operands[0] === wasmLocationKind.local)
    .map(({ operands }) => Number(operands[1]));
}
