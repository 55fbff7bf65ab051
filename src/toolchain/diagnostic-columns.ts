// SPDX-License-Identifier: MIT
/** Clang counts columns in bytes, editors in UTF-16 units: converts the columns of diagnostics by looking at the source lines. */
import type { Diagnostic, DiagnosticNote, FixIt } from "./diagnostic.ts";

type ReadSource = (file: string) => Uint8Array | undefined;

/** `diagnostics` with columns in UTF-16 units; `read` gives the bytes that were compiled. */
export function withEditorColumns(diagnostics: readonly Diagnostic[], read: ReadSource): Diagnostic[] {
  const lines = new SourceLines(read);
  return diagnostics.map((item) => {
    const end = item.file !== undefined && item.endLine !== undefined && item.endColumn !== undefined;
    return {
      ...convertLocation(item, lines),
      ...(end ? { endColumn: lines.column(item.file ?? "", item.endLine ?? 0, item.endColumn ?? 0) } : {}),
      notes: item.notes.map((note) => convertLocation(note, lines)),
      fixIts: item.fixIts.map((fixIt) => convertFixIt(fixIt, lines)),
    };
  });
}

function convertLocation<T extends Diagnostic | DiagnosticNote>(item: T, lines: SourceLines): T {
  if (item.file === undefined || item.line === undefined || item.column === undefined) return item;
  return { ...item, column: lines.column(item.file, item.line, item.column) };
}

function convertFixIt(fixIt: FixIt, lines: SourceLines): FixIt {
  return {
    ...fixIt,
    column: lines.column(fixIt.file, fixIt.line, fixIt.column),
    endColumn: lines.column(fixIt.file, fixIt.endLine, fixIt.endColumn),
  };
}

class SourceLines {
  readonly #read: ReadSource;
  readonly #starts = new Map<string, { bytes: Uint8Array; lines: number[] } | undefined>();

  constructor(read: ReadSource) {
    this.#read = read;
  }

  column(file: string, line: number, byteColumn: number): number {
    if (!this.#starts.has(file)) this.#starts.set(file, this.#index(file));
    const source = this.#starts.get(file);
    const start = source?.lines[line - 1];
    if (!source || start === undefined) return byteColumn;
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(source.bytes.subarray(start, start + byteColumn - 1)).length + 1;
  }

  #index(file: string): { bytes: Uint8Array; lines: number[] } | undefined {
    const bytes = this.#read(file);
    if (!bytes) return undefined;
    // Clang does not count the byte-order mark as part of the first line.
    const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    const lines = [bom];
    for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines.push(at + 1);
    return { bytes, lines };
  }
}
