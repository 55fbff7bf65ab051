// SPDX-License-Identifier: MIT
/** Line number programs (`.debug_line`, DWARF 5 standard, section 6.2) run to rows. */

import { DW_AT, DW_LNE, DW_LNS } from "./constants.ts";
import { ByteCursor } from "./cursor.ts";
import { readLineHeader, type LineHeader } from "./line-header.ts";
import { sectionBytes, type DwarfSections } from "./sections.ts";
import { joinSourcePath } from "./source-path.ts";
import { isDeadAddress, readUnits, type DwarfUnit } from "./units.ts";

export interface LineRow {
  /** Code offset: relative to the payload of the code section. */
  readonly address: number;
  /** Index in `LineTable.files`. */
  readonly file: number;
  /** 1-based; 0 for code that belongs to no line. */
  readonly line: number;
  /** 1-based; 0 when unknown. */
  readonly column: number;
  readonly isStatement: boolean;
  readonly prologueEnd: boolean;
  /** The row marks only the first address behind a sequence. */
  readonly endSequence: boolean;
}

export interface LineTable {
  /** In file order; addresses ascend within a sequence, that is, up to each `endSequence`. */
  readonly rows: readonly LineRow[];
  /** Absolute paths, each once. */
  readonly files: readonly string[];
  /** For each unit's `.debug_line` offset (DW_AT_stmt_list): index in `files` by DWARF file number (DW_AT_decl_file, DW_AT_call_file). */
  readonly fileNumbers: ReadonlyMap<number, readonly number[]>;
}

/** Reads all line programs; rows of code that the linker removed are left out. */
export function readLineTable(sections: DwarfSections, units: readonly DwarfUnit[] = readUnits(sections)): LineTable {
  const rows: LineRow[] = [];
  const files: string[] = [];
  const fileNumbers = new Map<number, readonly number[]>();
  const indexByPath = new Map<string, number>();
  const fileIndex = (path: string): number => {
    const known = indexByPath.get(path);
    if (known !== undefined) return known;
    indexByPath.set(path, files.length);
    return files.push(path) - 1;
  };
  const directories = new Map<number, string>();
  for (const { root } of units) {
    const offset = root.number(DW_AT.stmt_list);
    if (offset !== undefined) directories.set(offset, root.string(DW_AT.comp_dir) ?? "");
  }
  const { length } = sectionBytes(sections, ".debug_line");
  for (let offset = 0; offset < length; ) {
    const directory = directories.get(offset) ?? "";
    const header = readLineHeader(sections, offset, directory);
    const numbers = header.files.map((path, i) => (i === 0 && header.version < 5 ? 0 : fileIndex(path)));
    fileNumbers.set(offset, numbers);
    new LineProgram(sections, header, rows, numbers, (path, index) => fileIndex(joinSourcePath(header.directories[index] ?? directory, path))).run();
    offset = header.end;
  }
  return { rows, files, fileNumbers };
}

/** The line number state machine. */
class LineProgram {
  readonly #header: LineHeader;
  readonly #cursor: ByteCursor;
  readonly #rows: LineRow[];
  readonly #files: number[];
  readonly #defineFile: (path: string, directory: number) => number;
  #address = 0;
  #file = 1;
  #line = 1;
  #column = 0;
  #isStatement: boolean;
  #prologueEnd = false;
  /** Length of `#rows` when the current sequence began. */
  #sequenceStart: number;

  constructor(sections: DwarfSections, header: LineHeader, rows: LineRow[], files: number[], defineFile: (path: string, directory: number) => number) {
    this.#header = header;
    this.#cursor = new ByteCursor(sectionBytes(sections, ".debug_line"), header.program, header.end);
    this.#rows = rows;
    this.#files = files;
    this.#defineFile = defineFile;
    this.#isStatement = header.defaultIsStatement;
    this.#sequenceStart = rows.length;
  }

  run(): void {
    const { opcodeBase, lineRange, lineBase } = this.#header;
    while (!this.#cursor.atEnd) {
      const opcode = this.#cursor.u8();
      if (opcode >= opcodeBase) {
        this.#advance(Math.floor((opcode - opcodeBase) / lineRange));
        this.#line += lineBase + ((opcode - opcodeBase) % lineRange);
        this.#emit(false);
      } else if (opcode === DW_LNS.extended) this.#extended();
      else this.#standard(opcode);
    }
  }

  #standard(opcode: number): void {
    const cursor = this.#cursor;
    // biome-ignore format: one opcode a line
    switch (opcode) {
      case DW_LNS.copy:
        this.#emit(false);
        break;
      case DW_LNS.advance_pc:
        this.#advance(cursor.uleb());
        break;
      case DW_LNS.advance_line:
        this.#line += cursor.sleb();
        break;
      case DW_LNS.set_file:
        this.#file = cursor.uleb();
        break;
      case DW_LNS.set_column:
        this.#column = cursor.uleb();
        break;
      case DW_LNS.negate_stmt:
        this.#isStatement = !this.#isStatement;
        break;
      case DW_LNS.set_basic_block:
        break;
      case DW_LNS.const_add_pc:
        this.#advance(Math.floor((255 - this.#header.opcodeBase) / this.#header.lineRange));
        break;
      case DW_LNS.fixed_advance_pc:
        this.#address += cursor.u16();
        break;
      case DW_LNS.set_prologue_end:
        this.#prologueEnd = true;
        break;
      default:
        for (let n = this.#header.operandCounts[opcode] ?? 0; n > 0; n--) cursor.skipLeb();
    }
  }

  #extended(): void {
    const cursor = this.#cursor;
    const length = cursor.uleb();
    const end = cursor.position + length;
    switch (cursor.u8()) {
      case DW_LNE.end_sequence:
        this.#endSequence();
        break;
      case DW_LNE.set_address:
        this.#address = length === 9 ? Number(cursor.u64()) : cursor.u32();
        break;
      case DW_LNE.define_file:
        this.#files.push(this.#defineFile(cursor.cstring(), cursor.uleb()));
        break;
      default:
        break;
    }
    cursor.position = end;
  }

  #advance(operations: number): void {
    this.#address += operations * this.#header.minimumInstructionLength;
  }

  #emit(endSequence: boolean): void {
    this.#rows.push({
      address: this.#address,
      file: this.#files[this.#file] ?? 0,
      line: this.#line,
      column: this.#column,
      isStatement: this.#isStatement,
      prologueEnd: this.#prologueEnd,
      endSequence,
    });
    this.#prologueEnd = false;
  }

  #endSequence(): void {
    this.#emit(true);
    const first = this.#rows[this.#sequenceStart];
    if (first && isDeadAddress(first.address)) this.#rows.length = this.#sequenceStart;
    this.#sequenceStart = this.#rows.length;
    this.#address = 0;
    this.#file = 1;
    this.#line = 1;
    this.#column = 0;
    this.#isStatement = this.#header.defaultIsStatement;
    this.#prologueEnd = false;
  }
}
