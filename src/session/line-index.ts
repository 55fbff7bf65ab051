// SPDX-License-Identifier: MIT
/** From source lines to statements: where a breakpoint on a line, a column or a function goes. */

import type { InstrumentedModule } from "../protocol/index.ts";
import type { DebugInfo } from "../symbols/index.ts";
import type { SourceFile } from "./source-index.ts";

export interface BreakableLocation {
  readonly line: number;
  readonly column: number;
}

export type Resolution =
  | {
      readonly kind: "bound";
      readonly statements: readonly number[];
      readonly line: number;
      readonly column: number;
      /** Set when the place is not the one that was asked for. */
      readonly message?: string;
    }
  | { readonly kind: "unbound"; readonly reason: string };

interface FileLines {
  readonly statements: ReadonlyMap<number, readonly number[]>;
  /** Lines with code, ascending. */
  readonly lines: readonly number[];
}

export class LineIndex {
  readonly #module: InstrumentedModule;
  readonly #debugInfo: DebugInfo;
  readonly #files = new Map<SourceFile, FileLines>();

  constructor(module: InstrumentedModule, debugInfo: DebugInfo) {
    this.#module = module;
    this.#debugInfo = debugInfo;
  }

  /**
   * Where a breakpoint at `line` stops: the first statement of the line in each function and each inlined copy that has code for it; with
   * `column`, the statement there or the next one on the line. A line without code gives way to the next one that has some.
   */
  resolve(file: SourceFile, line: number, column?: number): Resolution {
    const { statements, lines } = this.#linesOf(file);
    const found = lines.find((candidate) => candidate >= line);
    if (found === undefined) {
      const reason =
        lines.length === 0
          ? `No code was generated for '${file.name}'`
          : `There is no code at or after line ${line} of '${file.name}'; the last is at line ${lines.at(-1)}`;
      return { kind: "unbound", reason };
    }
    const all = statements.get(found) ?? [];
    const chosen = found === line && column !== undefined ? this.#atColumn(all, column) : this.#firstOfEachCopy(all);
    const message = found === line ? undefined : `No code was generated for line ${line}; moved to line ${found} in ${this.#functionNameOf(chosen[0])}`;
    const first = chosen[0] ?? 0;
    return { kind: "bound", statements: chosen, line: found, column: this.#columnOf(first), ...(message === undefined ? {} : { message }) };
  }

  /** Lines and columns from `start` to `end`, both included, at which a breakpoint can be. */
  locations(file: SourceFile, start: number, end: number): readonly BreakableLocation[] {
    const { statements, lines } = this.#linesOf(file);
    return lines
      .filter((line) => line >= start && line <= end)
      .flatMap((line) => {
        const columns = new Set((statements.get(line) ?? []).map((id) => this.#columnOf(id)));
        return [...columns].sort((a, b) => a - b).map((column) => ({ line, column }));
      });
  }

  /** All statements of `line`; empty when it has no code. */
  statementsOf(file: SourceFile, line: number): readonly number[] {
    return this.#linesOf(file).statements.get(line) ?? [];
  }

  /** The statement that contains code offset `offset`, when it is in a function of the driver. */
  statementAt(offset: number): number | undefined {
    const { functions, statements } = this.#module;
    const index = functions.findIndex(({ low, high }) => low <= offset && offset < high);
    if (index < 0) return undefined;
    let found: number | undefined;
    for (let id = statements.functionIndex.indexOf(index); id >= 0 && statements.functionIndex[id] === index; id++) {
      if ((statements.line[id] ?? 0) === 0) continue;
      if (found !== undefined && (statements.offset[id] ?? 0) > offset) break;
      found = id;
    }
    return found;
  }

  /** Code from `offset` to the end of its line in its function. */
  restOfLine(offset: number): { readonly start: number; readonly end: number } {
    const { functions, statements } = this.#module;
    const first = this.statementAt(offset);
    if (first === undefined) return { start: offset, end: offset };
    const function_ = statements.functionIndex[first] ?? -1;
    for (let id = first + 1; statements.functionIndex[id] === function_; id++) {
      const line = statements.line[id] ?? 0;
      if (line > 0 && line !== statements.line[first]) return { start: offset, end: statements.offset[id] ?? offset };
    }
    return { start: offset, end: functions[function_]?.high ?? offset };
  }

  /** The first statement after the prologue of the function at code offset `low`. */
  firstOfFunction(low: number): number | undefined {
    const { functions, statements } = this.#module;
    const index = functions.findIndex((candidate) => candidate.low <= low && low < candidate.high);
    const start = functions[index]?.prologueEnd ?? low;
    for (let id = 0; id < statements.count; id++) {
      if (statements.functionIndex[id] === index && (statements.line[id] ?? 0) > 0 && (statements.offset[id] ?? 0) >= start) return id;
    }
    return undefined;
  }

  #linesOf(file: SourceFile): FileLines {
    const known = this.#files.get(file);
    if (known) return known;
    const table = this.#module.statements;
    const statements = new Map<number, number[]>();
    for (let id = 0; id < table.count; id++) {
      const line = table.line[id] ?? 0;
      if (line === 0 || !file.indexes.includes(table.file[id] ?? -1)) continue;
      const ids = statements.get(line);
      if (ids) ids.push(id);
      else statements.set(line, [id]);
    }
    const built: FileLines = { statements, lines: [...statements.keys()].sort((a, b) => a - b) };
    this.#files.set(file, built);
    return built;
  }

  #atColumn(ids: readonly number[], column: number): readonly number[] {
    const columns = ids.map((id) => this.#columnOf(id)).sort((a, b) => a - b);
    const chosen = columns.find((candidate) => candidate >= column) ?? columns.at(-1);
    return this.#firstOfEachCopy(ids.filter((id) => this.#columnOf(id) === chosen));
  }

  /** Statement ids ascend with code offsets, so that the first id of a copy is its first statement. */
  #firstOfEachCopy(ids: readonly number[]): readonly number[] {
    const firsts = new Map<string, number>();
    for (const id of ids) {
      const copy = this.#copyOf(id);
      if (!firsts.has(copy)) firsts.set(copy, id);
    }
    return [...firsts.values()];
  }

  /** Names the function a statement is in and, when it was inlined, the calls it was inlined at. */
  #copyOf(id: number): string {
    const { functionIndex, offset } = this.#module.statements;
    const callers = this.#debugInfo.inlineFramesAt(offset[id] ?? 0).slice(1);
    const calls = callers.map(({ position }) => `${position?.file}:${position?.line}:${position?.column}`);
    return [functionIndex[id], ...calls].join(" ");
  }

  #functionNameOf(id: number | undefined): string {
    const offset = id === undefined ? 0 : (this.#module.statements.offset[id] ?? 0);
    return this.#debugInfo.inlineFramesAt(offset)[0]?.name ?? "the driver";
  }

  #columnOf(id: number): number {
    return this.#module.statements.column[id] ?? 0;
  }
}
