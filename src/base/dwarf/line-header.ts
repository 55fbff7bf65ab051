// SPDX-License-Identifier: MIT
/** Header of a line number program (DWARF 5 standard, section 6.2.4; DWARF 4 likewise). */

import { DW_FORM, DW_LNCT } from "./constants.ts";
import { ByteCursor } from "./cursor.ts";
import { stringAt, unsupportedDwarf } from "./forms.ts";
import { sectionBytes, type DwarfSections } from "./sections.ts";
import { joinSourcePath } from "./source-path.ts";

export interface LineHeader {
  readonly version: number;
  /** Offset in `.debug_line` of the first instruction, and of the end of the program. */
  readonly program: number;
  readonly end: number;
  readonly minimumInstructionLength: number;
  readonly defaultIsStatement: boolean;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  /** Number of LEB128 operands of each standard opcode. */
  readonly operandCounts: readonly number[];
  /** Absolute paths by DWARF file number; number 0 is unused in DWARF 4. */
  readonly files: string[];
  readonly directories: readonly string[];
}

interface PathEntry {
  path: string;
  directory: number;
}

/** Reads the header at `offset` of `.debug_line`. `compilationDirectory` is the unit's DW_AT_comp_dir. */
export function readLineHeader(sections: DwarfSections, offset: number, compilationDirectory: string): LineHeader {
  const cursor = new ByteCursor(sectionBytes(sections, ".debug_line"), offset);
  const length = cursor.u32();
  if (length >= 0xfffffff0) throw unsupportedDwarf("the 64-bit format");
  const end = cursor.position + length;
  const version = cursor.u16();
  if (version < 2 || version > 5) throw unsupportedDwarf(`line table version ${version}`);
  if (version >= 5) cursor.position += 2; // address size, segment selector size
  const headerLength = cursor.u32();
  const program = cursor.position + headerLength;
  const minimumInstructionLength = cursor.u8();
  if (version >= 4) cursor.u8(); // maximum operations per instruction: 1 for WebAssembly
  const defaultIsStatement = cursor.u8() !== 0;
  const lineBase = cursor.i8();
  const lineRange = cursor.u8();
  const opcodeBase = cursor.u8();
  const operandCounts = [0];
  for (let i = 1; i < opcodeBase; i++) operandCounts.push(cursor.u8());
  const { directories, files } = version >= 5 ? readTables(cursor, sections) : readOldTables(cursor);
  const absoluteDirectories = directories.map((directory) => joinSourcePath(compilationDirectory, directories[0] ?? "", directory));
  return {
    version,
    program,
    end,
    minimumInstructionLength,
    defaultIsStatement,
    lineBase,
    lineRange,
    opcodeBase,
    operandCounts,
    directories: absoluteDirectories,
    files: files.map((file) => joinSourcePath(absoluteDirectories[file.directory] ?? compilationDirectory, file.path)),
  };
}

function readTables(cursor: ByteCursor, sections: DwarfSections): { directories: string[]; files: PathEntry[] } {
  const directories = readEntries(cursor, sections).map((entry) => entry.path);
  return { directories, files: readEntries(cursor, sections) };
}

function readEntries(cursor: ByteCursor, sections: DwarfSections): PathEntry[] {
  const format: [content: number, form: number][] = [];
  for (let count = cursor.u8(); count > 0; count--) format.push([cursor.uleb(), cursor.uleb()]);
  const entries: PathEntry[] = [];
  for (let count = cursor.uleb(); count > 0; count--) {
    const entry = { path: "", directory: 0 };
    for (const [content, form] of format) {
      const value = readEntryForm(cursor, form, sections);
      if (content === DW_LNCT.path && typeof value === "string") entry.path = value;
      if (content === DW_LNCT.directory_index && typeof value === "number") entry.directory = value;
    }
    entries.push(entry);
  }
  return entries;
}

function readEntryForm(cursor: ByteCursor, form: number, sections: DwarfSections): string | number | Uint8Array {
  // biome-ignore format: one form a line
  switch (form) {
    case DW_FORM.string:
      return cursor.cstring();
    case DW_FORM.line_strp:
      return stringAt(sectionBytes(sections, ".debug_line_str"), cursor.u32());
    case DW_FORM.strp:
      return stringAt(sectionBytes(sections, ".debug_str"), cursor.u32());
    case DW_FORM.udata:
      return cursor.uleb();
    case DW_FORM.data1:
      return cursor.u8();
    case DW_FORM.data2:
      return cursor.u16();
    case DW_FORM.data4:
      return cursor.u32();
    case DW_FORM.data8:
      return Number(cursor.u64());
    case DW_FORM.data16:
      return cursor.take(16);
    case DW_FORM.block:
      return cursor.take(cursor.uleb());
    default:
      throw unsupportedDwarf(`line table form 0x${form.toString(16)}`);
  }
}

/** DWARF 4: directory 0 is the compilation directory, file 0 does not exist. */
function readOldTables(cursor: ByteCursor): { directories: string[]; files: PathEntry[] } {
  const directories = [""];
  for (let path = cursor.cstring(); path !== ""; path = cursor.cstring()) directories.push(path);
  const files: PathEntry[] = [{ path: "", directory: 0 }];
  for (let path = cursor.cstring(); path !== ""; path = cursor.cstring()) {
    files.push({ path, directory: cursor.uleb() });
    cursor.skipLeb(); // modification time
    cursor.skipLeb(); // length
  }
  return { directories, files };
}
