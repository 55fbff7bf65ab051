// SPDX-License-Identifier: MIT
/** Entry to the debug information of a linked, un-instrumented module. Offsets are code offsets, that is, DWARF addresses. */

import { DW_AT, DW_TAG, joinSourcePath, readLineTable, readUnits, wasmCustomSections } from "../base/index.ts";
import type { Die, LineTable } from "../base/index.ts";
import type { FunctionInfo, InlineFrame, SourcePosition, VariableInfo, VisibleVariables } from "./debug-info-model.ts";
import { DieIndex } from "./die-index.ts";
import type { DwarfFunction } from "./dwarf-function.ts";
import type { DwarfVariable, VariableReaderContext } from "./dwarf-variable.ts";
import { readFunctionTable } from "./function-table.ts";
import { LineIndex } from "./line-index.ts";
import { indexProgram } from "./program-index.ts";
import type { ProgramIndex } from "./program-index.ts";
import { inlineChain, readScope, readStatics } from "./scope-reader.ts";
import type { FunctionPointerResolver } from "./target.ts";
import { TypeReader } from "./type-reader.ts";
import type { Enumerator, EnumType, Type } from "./type-model.ts";

export type TypeTag = "struct" | "union" | "class" | "enum";

export interface NamedEnumerator {
  readonly type: EnumType;
  readonly enumerator: Enumerator;
}

const maxRememberedScopes = 256;
const classTags: readonly number[] = [DW_TAG.structure_type, DW_TAG.class_type];
const tagsOf: Readonly<Record<TypeTag, readonly number[]>> = {
  struct: classTags,
  class: classTags,
  union: [DW_TAG.union_type],
  enum: [DW_TAG.enumeration_type],
};

export class DebugInfo {
  readonly #module: Uint8Array;
  readonly #index: DieIndex;
  readonly #lineTable: LineTable;
  readonly #lines: LineIndex;
  readonly #types: TypeReader;
  readonly #context: VariableReaderContext;
  readonly #program: ProgramIndex;
  /** Conditions of breakpoints look at the same offset again and again. */
  readonly #visible = new Map<string, VisibleVariables>();
  #functionPointers: FunctionPointerResolver | undefined;
  #enumerators: ReadonlyMap<string, NamedEnumerator> | undefined;
  #functionsByName: ReadonlyMap<string, readonly FunctionInfo[]> | undefined;

  /**
   * Reads the DWARF sections of `linkedWasm`; a module without them gives empty tables.
   * @throws UserError `wasm-not-a-module`, `dwarf-unsupported`
   */
  static load(linkedWasm: Uint8Array): DebugInfo {
    return new DebugInfo(linkedWasm);
  }

  private constructor(module: Uint8Array) {
    const sections = wasmCustomSections(module);
    const units = readUnits(sections);
    this.#module = module;
    this.#index = new DieIndex(units);
    this.#lineTable = readLineTable(sections, units);
    this.#lines = new LineIndex(this.#lineTable);
    this.#types = new TypeReader(this.#index);
    const unitPaths = new Map(units.map((unit) => [unit, joinSourcePath(unit.root.string(DW_AT.comp_dir) ?? "", unit.root.string(DW_AT.name) ?? "")]));
    this.#context = {
      index: this.#index,
      types: this.#types,
      positionOf: (die) => this.#declaration(die),
      unitPath: (die) => unitPaths.get(die.unit) ?? "",
    };
    this.#program = indexProgram(this.#context, (low, high) => this.#lines.prologueEnd(low, high));
  }

  /** Absolute paths of all source files that contributed code or declarations, each once, ascending. */
  get sourceFiles(): readonly string[] {
    return this.#lineTable.files.toSorted();
  }

  /** Functions with code, ascending by code offset. */
  get functions(): readonly FunctionInfo[] {
    return this.#program.functions;
  }

  /** External variables of the whole program, each once. */
  get globals(): readonly VariableInfo[] {
    return this.#program.globals;
  }

  /** Variables of internal linkage by compile unit (path of its main file). */
  get fileStatics(): ReadonlyMap<string, readonly VariableInfo[]> {
    return this.#program.fileStatics;
  }

  /** Function pointers as the element section of the module initialises its table. */
  get functionPointers(): FunctionPointerResolver {
    this.#functionPointers ??= readFunctionTable(this.#module, (offset) => this.#functionAt(offset)?.qualifiedName);
    return this.#functionPointers;
  }

  functionAt(offset: number): FunctionInfo | undefined {
    return this.#functionAt(offset);
  }

  #functionAt(offset: number): DwarfFunction | undefined {
    const { functions } = this.#program;
    let low = 0;
    let high = functions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((functions[middle]?.low ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    const found = functions[low - 1];
    return found && offset < found.high ? found : undefined;
  }

  /** First function called `name` (qualified or not); external functions before static ones. */
  functionByName(name: string): FunctionInfo | undefined {
    return this.functionsByName(name)[0];
  }

  /** All functions called `name`, qualified or not; external functions first. */
  functionsByName(name: string): readonly FunctionInfo[] {
    this.#functionsByName ??= this.#indexFunctions();
    return this.#functionsByName.get(name) ?? [];
  }

  #indexFunctions(): Map<string, readonly FunctionInfo[]> {
    const map = new Map<string, FunctionInfo[]>();
    for (const found of this.#program.functions.toSorted((a, b) => Number(b.isExternal) - Number(a.isExternal))) {
      for (const name of new Set([found.name, found.qualifiedName])) map.set(name, [...(map.get(name) ?? []), found]);
    }
    return map;
  }

  /** Source line of the code at `offset`; undefined outside code with lines. */
  lineAt(offset: number): SourcePosition | undefined {
    return this.#lines.at(offset);
  }

  /** Source-level frames at `offset`, innermost first; the last one is the function itself. */
  inlineFramesAt(offset: number): readonly InlineFrame[] {
    const found = this.#functionAt(offset);
    if (!found) return [];
    const frames: InlineFrame[] = [];
    let position = this.lineAt(offset);
    for (const die of inlineChain(found.die, offset).reverse()) {
      const isInlined = die !== found.die;
      frames.push({ name: this.#index.nameOf(die) ?? "<unnamed>", isInlined, position });
      if (isInlined) position = this.#position(die, DW_AT.call_file, DW_AT.call_line, DW_AT.call_column);
    }
    return frames;
  }

  /** Variables visible at `offset` in the frame at `inlineDepth`, counted as `inlineFramesAt` lists them. Outside functions: globals. */
  variablesAt(offset: number, inlineDepth = 0): VisibleVariables {
    const found = this.#functionAt(offset);
    if (!found) return { arguments: [], locals: [], functionStatics: [], fileStatics: [], globals: this.globals };
    const key = `${offset}:${inlineDepth}`;
    const known = this.#visible.get(key);
    if (known) return known;
    const chain = inlineChain(found.die, offset).reverse();
    const scope = readScope(chain[inlineDepth] ?? found.die, offset, found.frameBase, this.#context);
    const names = new Set([...scope.arguments, ...scope.locals, ...scope.functionStatics].map(({ name }) => name));
    const unhidden = (variables: readonly DwarfVariable[]): readonly VariableInfo[] =>
      variables.map((variable) => (names.has(variable.evaluateName) ? variable.calledBy(`::${variable.name}`) : variable));
    const visible = { ...scope, fileStatics: unhidden(this.#program.fileStatics.get(found.unit) ?? []), globals: unhidden(this.#program.globals) };
    if (this.#visible.size >= maxRememberedScopes) this.#visible.clear();
    this.#visible.set(key, visible);
    return visible;
  }

  /** Static variables of `info`, in any of its blocks. */
  staticsOf(info: FunctionInfo): readonly VariableInfo[] {
    const found = this.#functionAt(info.low);
    return found ? readStatics(found.die, this.#context) : [];
  }

  /** `name` (qualified in C++) is a typedef or base type, or a struct, union, class or enum; `tag` restricts to those. */
  typeNamed(name: string, tag?: TypeTag): Type | undefined {
    const candidates = this.#index.typesNamed(name);
    const isTagged = (die: Die): boolean => Object.values(tagsOf).some((tags) => tags.includes(die.tag));
    const found = tag === undefined ? (candidates.find((die) => !isTagged(die)) ?? candidates[0]) : candidates.find((die) => tagsOf[tag].includes(die.tag));
    return found && this.#types.read(found);
  }

  /** Qualified names of all types, for completion. */
  get typeNames(): Iterable<string> {
    return this.#index.typeNames;
  }

  /** Enumerator by its name; those of C++ enums also, and scoped ones only, by `Enum::name`. */
  enumeratorNamed(name: string): NamedEnumerator | undefined {
    return this.enumerators.get(name);
  }

  /** All enumerators by the names `enumeratorNamed` knows. */
  get enumerators(): ReadonlyMap<string, NamedEnumerator> {
    this.#enumerators ??= this.#indexEnumerators();
    return this.#enumerators;
  }

  #indexEnumerators(): Map<string, NamedEnumerator> {
    const map = new Map<string, NamedEnumerator>();
    const add = (key: string, entry: NamedEnumerator): void => {
      if (!map.has(key)) map.set(key, entry);
    };
    for (const unit of this.#index.units) {
      for (const die of unit.entries().values()) {
        if (die.tag !== DW_TAG.enumeration_type || die.flag(DW_AT.declaration)) continue;
        const type = this.#types.read(die);
        if (type.kind !== "enum") continue;
        const scope = this.#index.scopeOf(die);
        const prefix = scope ? `${scope}::` : "";
        for (const enumerator of type.enumerators) {
          if (!type.isScoped) add(`${prefix}${enumerator.name}`, { type, enumerator });
          if (type.name !== undefined) add(`${type.name}::${enumerator.name}`, { type, enumerator });
        }
      }
    }
    return map;
  }

  /** Where `die`, or the declaration it completes, was declared. */
  #declaration(die: Die): SourcePosition | undefined {
    const owner = this.#index.attributeOwner(die, DW_AT.decl_line);
    return owner && this.#position(owner, DW_AT.decl_file, DW_AT.decl_line, DW_AT.decl_column);
  }

  #position(die: Die, fileAttribute: number, lineAttribute: number, columnAttribute: number): SourcePosition | undefined {
    const owner = this.#index.attributeOwner(die, fileAttribute);
    const number = owner?.number(fileAttribute);
    const numbers = owner && this.#lineTable.fileNumbers.get(owner.unit.root.number(DW_AT.stmt_list) ?? -1);
    const file = number === undefined ? undefined : this.#lineTable.files[numbers?.[number] ?? -1];
    const line = die.number(lineAttribute);
    return file === undefined || line === undefined ? undefined : { file, line, column: die.number(columnAttribute) ?? 0 };
  }
}
