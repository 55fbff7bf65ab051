// SPDX-License-Identifier: MIT
/**
 * Reads what a relocatable WebAssembly object defines and refers to: its symbol table and relocations (tool-conventions,
 * "WebAssembly Object File Linking"). Objects come from clang; a malformed one is an assertion failure.
 */
import { ByteCursor } from "../base/index.ts";

export interface ObjectSymbol {
  readonly kind: "function" | "data";
  readonly name: string;
  readonly isDefined: boolean;
  readonly isLocal: boolean;
  readonly isWeak: boolean;
  /** Place of a defined data symbol. */
  readonly segment?: number;
  readonly offset?: number;
  readonly size?: number;
}

/** A use of a symbol. */
export type ObjectReference =
  /** In code, at an offset that counts from the payload of the code section (a DWARF address). */
  | { readonly symbol: ObjectSymbol; readonly where: "code"; readonly offset: number }
  /** In the initial value of the data symbol `holder`. */
  | { readonly symbol: ObjectSymbol; readonly where: "data"; readonly holder: ObjectSymbol | undefined };

export interface ObjectFile {
  readonly symbols: readonly ObjectSymbol[];
  readonly references: readonly ObjectReference[];
}

interface Section {
  readonly id: number;
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const section = { custom: 0, import: 2, data: 11, code: 10 } as const;
const symbolKind = { function: 0, data: 1, section: 3 } as const;
const flag = { bindingMask: 3, weak: 1, local: 2, undefined: 0x10, explicitName: 0x40 } as const;
const symbolTable = 8;
/** Relocation types whose index is not a symbol (R_WASM_TYPE_INDEX_LEB). */
const typeIndexRelocation = 6;
/** Types that carry an addend: addresses in memory, offsets in functions and sections. */
const withAddend: ReadonlySet<number> = new Set([3, 4, 5, 8, 9, 11, 14, 15, 16, 17, 21, 22, 23, 25]);

export function readObjectFile(bytes: Uint8Array): ObjectFile {
  const sections = readSections(bytes);
  const importNames = functionImportNames(bytes, sections);
  const symbols = readSymbols(bytes, sections, importNames);
  const references: ObjectReference[] = [];
  for (const part of sections) {
    if (part.name === "reloc.CODE") readRelocations(bytes, part, (index, offset) => pushCode(references, symbols[index], offset));
    if (part.name === "reloc.DATA") {
      const segments = segmentStarts(bytes, sections);
      readRelocations(bytes, part, (index, offset) => pushData(references, symbols, symbols[index], segments, offset));
    }
  }
  return { symbols: symbols.filter((symbol) => symbol !== undefined), references };
}

function pushCode(references: ObjectReference[], symbol: ObjectSymbol | undefined, offset: number): void {
  if (symbol) references.push({ symbol, where: "code", offset });
}

function pushData(
  references: ObjectReference[],
  symbols: readonly (ObjectSymbol | undefined)[],
  symbol: ObjectSymbol | undefined,
  segments: readonly number[],
  at: number,
): void {
  if (!symbol) return;
  const segment = segments.findLastIndex((start) => start <= at);
  const offset = at - (segments[segment] ?? 0);
  const holder = symbols.find(
    (other) => other?.segment === segment && other.offset !== undefined && other.offset <= offset && offset < other.offset + (other.size ?? 0),
  );
  references.push({ symbol, where: "data", holder });
}

function readSections(bytes: Uint8Array): Section[] {
  const cursor = new ByteCursor(bytes, 8);
  const sections: Section[] = [];
  while (!cursor.atEnd) {
    const id = cursor.u8();
    const size = cursor.uleb();
    const end = cursor.position + size;
    const name = id === section.custom ? cursor.name() : "";
    sections.push({ id, name, start: cursor.position, end });
    cursor.position = end;
  }
  return sections;
}

/** An undefined function symbol has the name of its import unless it says otherwise. */
function functionImportNames(bytes: Uint8Array, sections: readonly Section[]): string[] {
  const names: string[] = [];
  const imports = sections.find(({ id }) => id === section.import);
  if (!imports) return names;
  const cursor = new ByteCursor(bytes, imports.start, imports.end);
  for (let count = cursor.uleb(); count > 0; count--) {
    cursor.name();
    const name = cursor.name();
    const kind = cursor.u8();
    if (kind === 0) {
      names.push(name);
      cursor.skipLeb();
    } else skipImport(cursor, kind);
  }
  return names;
}

function skipImport(cursor: ByteCursor, kind: number): void {
  if (kind === 3) cursor.position += 2;
  else if (kind === 4) cursor.position += 1;
  if (kind === 4) cursor.skipLeb();
  if (kind !== 1 && kind !== 2) return;
  if (kind === 1) cursor.u8();
  const flags = cursor.u8();
  cursor.skipLeb();
  if (flags & 1) cursor.skipLeb();
}

/** Symbols by index; those that are neither functions nor data are undefined. */
function readSymbols(bytes: Uint8Array, sections: readonly Section[], importNames: readonly string[]): (ObjectSymbol | undefined)[] {
  const symbols: (ObjectSymbol | undefined)[] = [];
  const linking = sections.find(({ name }) => name === "linking");
  if (!linking) return symbols;
  const cursor = new ByteCursor(bytes, linking.start, linking.end);
  cursor.uleb(); // version 2
  while (!cursor.atEnd) {
    const type = cursor.u8();
    const size = cursor.uleb();
    const end = cursor.position + size;
    if (type === symbolTable) for (let count = cursor.uleb(); count > 0; count--) symbols.push(readSymbol(cursor, importNames));
    cursor.position = end;
  }
  return symbols;
}

function readSymbol(cursor: ByteCursor, importNames: readonly string[]): ObjectSymbol | undefined {
  const kind = cursor.u8();
  const flags = cursor.uleb();
  const isDefined = (flags & flag.undefined) === 0;
  const common = { isDefined, isLocal: (flags & flag.bindingMask) === flag.local, isWeak: (flags & flag.bindingMask) === flag.weak };
  if (kind === symbolKind.data) {
    const name = cursor.name();
    if (!isDefined) return { kind: "data", name, ...common };
    return { kind: "data", name, ...common, segment: cursor.uleb(), offset: cursor.uleb(), size: cursor.uleb() };
  }
  const index = cursor.uleb();
  if (kind === symbolKind.section) return undefined;
  const hasName = isDefined || (flags & flag.explicitName) !== 0;
  const name = hasName ? cursor.name() : (importNames[index] ?? "");
  return kind === symbolKind.function ? { kind: "function", name, ...common } : undefined;
}

function readRelocations(bytes: Uint8Array, part: Section, visit: (symbolIndex: number, offset: number) => void): void {
  const cursor = new ByteCursor(bytes, part.start, part.end);
  cursor.uleb(); // index of the section they apply to
  for (let count = cursor.uleb(); count > 0; count--) {
    const type = cursor.u8();
    const offset = cursor.uleb();
    const index = cursor.uleb();
    if (withAddend.has(type)) cursor.skipLeb();
    if (type !== typeIndexRelocation) visit(index, offset);
  }
}

/** Offset of each data segment's contents from the payload of the data section. */
function segmentStarts(bytes: Uint8Array, sections: readonly Section[]): number[] {
  const starts: number[] = [];
  const data = sections.find(({ id }) => id === section.data);
  if (!data) return starts;
  const cursor = new ByteCursor(bytes, data.start, data.end);
  for (let count = cursor.uleb(); count > 0; count--) {
    const mode = cursor.uleb();
    if (mode === 2) cursor.skipLeb();
    // The offset expression of an active segment: one constant and `end`.
    if (mode !== 1) {
      cursor.u8();
      cursor.skipLeb();
      cursor.u8();
    }
    const size = cursor.uleb();
    starts.push(cursor.position - data.start);
    cursor.position += size;
  }
  return starts;
}
