// SPDX-License-Identifier: MIT
/**
 * Function pointers of a driver are indexes in the function table of its module. This reads how the element section fills that
 * table (WebAssembly core specification, 5.5), and names the functions: those with code by the debug information, imports by name.
 */

import { ByteCursor } from "../base/index.ts";
import type { FunctionPointerResolver } from "./target.ts";

const sectionId = { import: 2, element: 9, code: 10 } as const;
const importKind = { function: 0, table: 1, memory: 2, global: 3, tag: 4 } as const;
const opcode = { end: 0x0b, globalGet: 0x23, i32Const: 0x41, i64Const: 0x42, refNull: 0xd0, refFunc: 0xd2 } as const;

/** `nameAt(offset)` names the function whose code contains the code offset. */
export function readFunctionTable(module: Uint8Array, nameAt: (offset: number) => string | undefined): FunctionPointerResolver {
  const imports: string[] = [];
  const bodies: number[] = [];
  const entries = new Map<number, number>();
  const cursor = new ByteCursor(module, 8);
  while (!cursor.atEnd) {
    const id = cursor.u8();
    const size = cursor.uleb();
    const start = cursor.position;
    if (id === sectionId.import) readImports(cursor, imports);
    else if (id === sectionId.element) readElements(cursor, entries);
    else if (id === sectionId.code) readBodies(cursor, start, bodies);
    cursor.position = start + size;
  }
  const names = new Map<number, string>();
  const indexes = new Map<string, number>();
  for (const [tableIndex, functionIndex] of entries) {
    const body = bodies[functionIndex - imports.length];
    const name = functionIndex < imports.length ? imports[functionIndex] : body === undefined ? undefined : nameAt(body);
    if (name === undefined) continue;
    names.set(tableIndex, name);
    if (!indexes.has(name)) indexes.set(name, tableIndex);
  }
  return { functionAt: (tableIndex) => names.get(tableIndex), tableIndexOf: (name) => indexes.get(name) };
}

function readImports(cursor: ByteCursor, imports: string[]): void {
  for (let count = cursor.uleb(); count > 0; count--) {
    cursor.name();
    const name = cursor.name();
    const kind = cursor.u8();
    if (kind === importKind.function) {
      cursor.skipLeb();
      imports.push(name);
    } else if (kind === importKind.global) {
      cursor.position += 2;
    } else if (kind === importKind.tag) {
      cursor.position += 1;
      cursor.skipLeb();
    } else {
      if (kind === importKind.table) cursor.position += 1;
      const flags = cursor.uleb();
      cursor.skipLeb();
      if (flags & 1) cursor.skipLeb();
    }
  }
}

/** Offset of each body's last byte, relative to the code section's payload: inside the function by any range the compiler gives. */
function readBodies(cursor: ByteCursor, start: number, bodies: number[]): void {
  for (let count = cursor.uleb(); count > 0; count--) {
    const size = cursor.uleb();
    cursor.position += size;
    bodies.push(cursor.position - 1 - start);
  }
}

/** Active segments of table 0; passive and declarative ones fill no table. */
function readElements(cursor: ByteCursor, entries: Map<number, number>): void {
  for (let count = cursor.uleb(); count > 0; count--) {
    const flags = cursor.uleb();
    const isActive = (flags & 1) === 0;
    const hasExpressions = (flags & 4) !== 0;
    const table = isActive && (flags & 2) !== 0 ? cursor.uleb() : 0;
    const base = isActive ? constantExpression(cursor) : undefined;
    if ((flags & 3) !== 0) cursor.position += 1; // element kind or reference type
    const length = cursor.uleb();
    for (let i = 0; i < length; i++) {
      const functionIndex = hasExpressions ? constantExpression(cursor) : cursor.uleb();
      if (table === 0 && base !== undefined && functionIndex !== undefined) entries.set(base + i, functionIndex);
    }
  }
}

/** Value of a one-instruction constant expression; undefined for a null reference or an imported global. */
function constantExpression(cursor: ByteCursor): number | undefined {
  let value: number | undefined;
  for (let code = cursor.u8(); code !== opcode.end; code = cursor.u8()) {
    if (code === opcode.i32Const || code === opcode.i64Const) value = cursor.sleb();
    else if (code === opcode.refFunc) value = cursor.uleb();
    else if (code === opcode.globalGet) cursor.skipLeb();
    else if (code === opcode.refNull) cursor.position += 1;
  }
  return value;
}
