// SPDX-License-Identifier: MIT
/**
 * What the link step needs to know of one object: names it defines, and names it uses with the source lines that use them. Kept
 * beside the object in the cache, so that imports and unresolved symbols can be reported with their places without another look.
 */
import {
  DW_AT,
  DW_TAG,
  type Die,
  type DwarfSections,
  type LineRow,
  type LineTable,
  readLineTable,
  readUnits,
  toHostPath,
  wasmCustomSections,
} from "../base/index.ts";
import { type ObjectReference, type ObjectSymbol, readObjectFile } from "./object-file.ts";

export interface SymbolUse {
  /** Absolute host path. */
  readonly file: string;
  /** 1-based; absent when no statement or declaration can be named. */
  readonly line?: number;
}

export interface UndefinedSymbol {
  readonly kind: "function" | "data";
  readonly name: string;
  /** A weak one may stay undefined. */
  readonly isWeak: boolean;
  /** In order of code, each line once. */
  readonly uses: readonly SymbolUse[];
}

export interface ObjectSummary {
  /** Functions and data with external linkage. */
  readonly functions: readonly string[];
  readonly data: readonly string[];
  readonly undefined: readonly UndefinedSymbol[];
  /** Functions with external linkage that stand in the source itself, not in a header, and their lines. */
  readonly ownFunctions: readonly { readonly name: string; readonly line: number }[];
}

/** Summary of `object`, compiled from `source` (host path), which stands for uses whose line is unknown. */
export function summarizeObject(object: Uint8Array, source: string): ObjectSummary {
  const { symbols, references } = readObjectFile(object);
  const external = symbols.filter(({ isDefined, isLocal }) => isDefined && !isLocal);
  const sections = wasmCustomSections(object);
  const places = new PlaceFinder(sections, source);
  const strong = new Set(external.filter(({ kind, isWeak }) => kind === "function" && !isWeak).map(({ name }) => name));
  const missing = symbols.filter(({ isDefined, name }) => !isDefined && name !== "");
  return {
    functions: external.filter(({ kind }) => kind === "function").map(({ name }) => name),
    data: external.filter(({ kind }) => kind === "data").map(({ name }) => name),
    undefined: missing.map((symbol) => describe(symbol, references, places)),
    ownFunctions: functionsIn(sections, source).filter(({ name }) => strong.has(name)),
  };
}

function describe(symbol: ObjectSymbol, references: readonly ObjectReference[], places: PlaceFinder): UndefinedSymbol {
  const uses = new Map<string, SymbolUse>();
  for (const reference of references) {
    if (reference.symbol !== symbol) continue;
    const use = reference.where === "code" ? places.ofCode(reference.offset) : places.ofData(reference.holder);
    uses.set(`${use.file}\0${use.line ?? ""}`, use);
  }
  return { kind: symbol.kind, name: symbol.name, isWeak: symbol.isWeak, uses: [...uses.values()] };
}

/** Turns code offsets and data symbols of one object into source lines; reads debug information only when asked. */
class PlaceFinder {
  readonly #sections: DwarfSections;
  readonly #source: string;
  #lines: { readonly table: LineTable; readonly rows: readonly LineRow[] } | undefined;
  #variables: Map<string, SymbolUse> | undefined;

  constructor(sections: DwarfSections, source: string) {
    this.#sections = sections;
    this.#source = source;
  }

  ofCode(offset: number): SymbolUse {
    this.#lines ??= sortedLines(this.#sections);
    const { table, rows } = this.#lines;
    // A relocation lies inside its instruction, behind the row that begins it.
    const row = rows.findLast(({ address, line, endSequence }) => address <= offset && line > 0 && !endSequence);
    const file = row && table.files[row.file];
    return row && file ? { file: toHostPath(file), line: row.line } : { file: this.#source };
  }

  ofData(holder: ObjectSymbol | undefined): SymbolUse {
    this.#variables ??= variableDeclarations(this.#sections);
    return (holder && this.#variables.get(holder.name)) ?? { file: this.#source };
  }
}

function sortedLines(sections: DwarfSections): { table: LineTable; rows: readonly LineRow[] } {
  const table = readLineTable(sections);
  return { table, rows: table.rows.toSorted((a, b) => a.address - b.address) };
}

/** Functions whose definition stands in `source`, by symbol name. */
function functionsIn(sections: DwarfSections, source: string): { name: string; line: number }[] {
  const units = readUnits(sections);
  const table = readLineTable(sections, units);
  return units.flatMap((unit) =>
    unit.tree.children.flatMap((die) => {
      const name = die.string(DW_AT.linkage_name) ?? die.string(DW_AT.name);
      const line = die.number(DW_AT.decl_line);
      if (die.tag !== DW_TAG.subprogram || name === undefined || line === undefined || !die.has(DW_AT.low_pc)) return [];
      return declaringFile(die, table) === source ? [{ name, line }] : [];
    }),
  );
}

/** Host path of the file that DW_AT_decl_file names. */
function declaringFile(die: Die, table: LineTable): string | undefined {
  const numbers = table.fileNumbers.get(die.unit.root.number(DW_AT.stmt_list) ?? 0);
  const file = table.files[numbers?.[die.number(DW_AT.decl_file) ?? 0] ?? -1];
  return file === undefined ? undefined : toHostPath(file);
}

/** Where variables are declared, by symbol name; a static local's symbol is `function.variable`. */
function variableDeclarations(sections: DwarfSections): Map<string, SymbolUse> {
  const found = new Map<string, SymbolUse>();
  const units = readUnits(sections);
  const table = readLineTable(sections, units);
  const visit = (die: Die, functionName: string | undefined): void => {
    const name = die.string(DW_AT.name);
    const file = declaringFile(die, table);
    const line = die.number(DW_AT.decl_line);
    if (die.tag === DW_TAG.variable && name !== undefined && file !== undefined && line !== undefined) {
      const symbol = die.string(DW_AT.linkage_name) ?? (functionName === undefined ? name : `${functionName}.${name}`);
      found.set(symbol, { file, line });
    }
    const inner = die.tag === DW_TAG.subprogram ? (die.string(DW_AT.linkage_name) ?? name) : functionName;
    for (const child of die.children) visit(child, inner);
  };
  for (const unit of units) visit(unit.tree, undefined);
  return found;
}
