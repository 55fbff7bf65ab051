// SPDX-License-Identifier: MIT
/** Parses a linked WebAssembly module as far as a rewriter of function bodies needs it; everything else stays raw bytes. */

import { assert, ByteCursor, defined } from "../base/index.ts";
import { op } from "./wasm-opcodes.ts";

export const sectionId = { custom: 0, type: 1, import: 2, function: 3, table: 4, memory: 5, global: 6, export: 7, start: 8, code: 10 } as const;
export const externalKind = { function: 0, table: 1, memory: 2, global: 3, tag: 4 } as const;

export interface WasmSection {
  readonly id: number;
  /** Name of a custom section, else empty. */
  readonly name: string;
  /** Offsets in the module: of the section's id, of its payload, behind it. */
  readonly header: number;
  readonly start: number;
  readonly end: number;
}

export interface FunctionType {
  readonly parameters: readonly number[];
  readonly results: readonly number[];
}

export interface WasmImport {
  readonly module: string;
  readonly name: string;
  readonly kind: number;
  /** Function imports: type index. */
  readonly type: number;
  /** Offsets of the memory or table limits, else 0. */
  readonly limitsStart: number;
  readonly limitsEnd: number;
}

export interface WasmExport {
  readonly name: string;
  readonly kind: number;
  readonly index: number;
}

export interface FunctionBody {
  /** Offsets in the module, without the size prefix. */
  readonly start: number;
  readonly end: number;
}

export interface WasmModule {
  readonly bytes: Uint8Array;
  readonly sections: readonly WasmSection[];
  readonly types: readonly FunctionType[];
  readonly imports: readonly WasmImport[];
  /** Type index of every function, imported ones first. */
  readonly functionTypes: readonly number[];
  readonly importedFunctions: number;
  readonly globalCount: number;
  readonly exports: readonly WasmExport[];
  /** Function that runs at instantiation; -1 when there is none. */
  readonly startFunction: number;
  readonly bodies: readonly FunctionBody[];
  /** Offset of the payload of the code section; DWARF addresses count from here. */
  readonly codeStart: number;
  /** From the `name` section, by function index. */
  readonly functionNames: ReadonlyMap<number, string>;
}

/** Parses `bytes`; a malformed module is an assertion failure, because our linker wrote it. */
export function parseWasm(bytes: Uint8Array): WasmModule {
  const sections = readSections(bytes);
  const cursorOf = (id: number): ByteCursor | undefined => {
    const section = sections.find((candidate) => candidate.id === id);
    return section && new ByteCursor(bytes, section.start, section.end);
  };
  const imports = list(cursorOf(sectionId.import), readImport);
  const types = list(cursorOf(sectionId.type), readType);
  const functionImports = imports.filter((item) => item.kind === externalKind.function);
  const functionTypes = [...functionImports.map((item) => item.type), ...list(cursorOf(sectionId.function), (cursor) => cursor.uleb())];
  const ownGlobals = cursorOf(sectionId.global)?.uleb() ?? 0;
  const code = defined(
    sections.find((section) => section.id === sectionId.code),
    "module without code",
  );
  return {
    bytes,
    sections,
    types,
    imports,
    functionTypes,
    importedFunctions: functionImports.length,
    globalCount: imports.filter((item) => item.kind === externalKind.global).length + ownGlobals,
    exports: list(cursorOf(sectionId.export), (cursor) => ({ name: cursor.name(), kind: cursor.u8(), index: cursor.uleb() })),
    startFunction: cursorOf(sectionId.start)?.uleb() ?? -1,
    bodies: list(cursorOf(sectionId.code), readBody),
    codeStart: code.start,
    functionNames: readFunctionNames(bytes, sections),
  };
}

/** Local variable groups of a body, and where its instructions begin. */
export function readLocals(bytes: Uint8Array, body: FunctionBody): { groups: (readonly [count: number, type: number])[]; first: number } {
  const cursor = new ByteCursor(bytes, body.start, body.end);
  const groups = list(cursor, () => [cursor.uleb(), cursor.u8()] as const);
  return { groups, first: cursor.position };
}

function list<T>(cursor: ByteCursor | undefined, read: (cursor: ByteCursor) => T): T[] {
  if (!cursor) return [];
  const items: T[] = [];
  for (let count = cursor.uleb(); count > 0; count--) items.push(read(cursor));
  return items;
}

function readSections(bytes: Uint8Array): WasmSection[] {
  const cursor = new ByteCursor(bytes, 8);
  const sections: WasmSection[] = [];
  while (!cursor.atEnd) {
    const header = cursor.position;
    const id = cursor.u8();
    const size = cursor.uleb();
    const start = cursor.position;
    const end = start + size;
    const name = id === sectionId.custom ? cursor.name() : "";
    sections.push({ id, name, header, start, end });
    cursor.position = end;
  }
  return sections;
}

function readType(cursor: ByteCursor): FunctionType {
  const form = cursor.u8();
  assert(form === 0x60, "only function types");
  return { parameters: [...cursor.take(cursor.uleb())], results: [...cursor.take(cursor.uleb())] };
}

function readImport(cursor: ByteCursor): WasmImport {
  const module = cursor.name();
  const name = cursor.name();
  const kind = cursor.u8();
  let type = 0;
  if (kind === externalKind.function) type = cursor.uleb();
  else if (kind === externalKind.table) cursor.u8();
  const limitsStart = cursor.position;
  if (kind === externalKind.table || kind === externalKind.memory) {
    const flags = cursor.u8();
    cursor.skipLeb();
    if (flags & 1) cursor.skipLeb();
  } else if (kind === externalKind.global) cursor.position += 2;
  else if (kind === externalKind.tag) {
    cursor.u8();
    cursor.skipLeb();
  }
  return { module, name, kind, type, limitsStart, limitsEnd: cursor.position };
}

function readBody(cursor: ByteCursor): FunctionBody {
  const size = cursor.uleb();
  const start = cursor.position;
  const end = start + size;
  assert(cursor.bytes[end - 1] === op.end, "function body without end");
  cursor.position = end;
  return { start, end };
}

function readFunctionNames(bytes: Uint8Array, sections: readonly WasmSection[]): Map<number, string> {
  const names = new Map<number, string>();
  const section = sections.find((candidate) => candidate.name === "name");
  if (!section) return names;
  const cursor = new ByteCursor(bytes, section.start, section.end);
  cursor.name();
  while (!cursor.atEnd) {
    const id = cursor.u8();
    const size = cursor.uleb();
    const end = cursor.position + size;
    if (id === 1) {
      for (let count = cursor.uleb(); count > 0; count--) {
        const index = cursor.uleb();
        names.set(index, cursor.name());
      }
    }
    cursor.position = end;
  }
  return names;
}
