// SPDX-License-Identifier: MIT
/** From counts of statements to coverage of source files. */
import type { CoveredArm, CoveredBranch, CoveredFunction, CoverageRecord, CoveredStatement, FileCoverage, InstrumentedModule } from "../protocol/index.ts";
import { type StatementFlow, statementFlow } from "../toolchain/index.ts";
import { conditionAt, errorSideOf } from "./error-path.ts";

export interface SourceCoverageInput {
  readonly record: CoverageRecord;
  readonly module: InstrumentedModule;
  /** The module that `module` was instrumented from. */
  readonly linked: Uint8Array;
  /** Whether a file is the user's; those of the kit are left out. */
  readonly isWanted: (file: string) => boolean;
  /** Text of a source; undefined when it cannot be read, and then no error paths are known. */
  readonly readSource: (file: string) => string | undefined;
}

/** Coverage of every wanted file that has code, in the order of their names. */
export function sourceCoverage(input: SourceCoverageInput): FileCoverage[] {
  const { module, linked, isWanted } = input;
  const flow = statementFlow(linked, module);
  const counts = new Counts(input.record, continuations(module, flow));
  return module.files
    .flatMap((file, index) => (isWanted(file) ? [fileCoverage(input, file, statementsOf(module, index), flow, counts)] : []))
    .filter(({ statements }) => statements.length > 0)
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

/**
 * Statements at the very place of one before them: the compiler has the end of a statement, such as the jump of a `break`, where ways
 * meet, and whoever comes there another way has not executed the statement.
 */
function continuations({ statements }: InstrumentedModule, flow: StatementFlow): Set<number> {
  const { line, column, file } = statements;
  const found = new Set<number>();
  for (const [from, to] of flow) {
    for (const id of to) if (id !== from && line[id] === line[from] && column[id] === column[from] && file[id] === file[from] && id > from) found.add(id);
  }
  return found;
}

class Counts {
  readonly #record: CoverageRecord;
  readonly #edges = new Map<string, number>();
  /** Statements that do not count. */
  readonly continuations: ReadonlySet<number>;

  constructor(record: CoverageRecord, skipped: ReadonlySet<number>) {
    this.#record = record;
    this.continuations = skipped;
    for (let i = 0; i < record.edges.length; i += 3) this.#edges.set(`${record.edges[i]}>${record.edges[i + 1]}`, record.edges[i + 2] ?? 0);
  }

  hits(id: number): number {
    return this.#record.hits[id] ?? 0;
  }

  edge(from: number, to: number): number {
    return this.#edges.get(`${from}>${to}`) ?? 0;
  }
}

/** Ids of the statements of a file that have a line, ascending by place. */
function statementsOf({ statements }: InstrumentedModule, file: number): number[] {
  const ids: number[] = [];
  for (let id = 0; id < statements.count; id++) if (statements.file[id] === file && (statements.line[id] ?? 0) > 0) ids.push(id);
  return ids.sort((a, b) => (statements.line[a] ?? 0) - (statements.line[b] ?? 0) || (statements.column[a] ?? 0) - (statements.column[b] ?? 0));
}

function fileCoverage(input: SourceCoverageInput, file: string, ids: readonly number[], flow: StatementFlow, counts: Counts): FileCoverage {
  const lines = (input.readSource(file) ?? "").split(/\r?\n/);
  return {
    file,
    statements: statementCoverage(input.module, ids, counts),
    branches: branchCoverage(input.module, ids, flow, counts, lines),
    functions: functionCoverage(input, ids, flow, counts),
  };
}

/** Statements at the same place (of one macro, or code that the compiler has twice) count together. */
function statementCoverage({ statements }: InstrumentedModule, ids: readonly number[], counts: Counts): CoveredStatement[] {
  const byPlace = new Map<string, CoveredStatement>();
  for (const id of ids) {
    if (counts.continuations.has(id)) continue;
    const [line = 0, column = 0] = [statements.line[id], statements.column[id]];
    const key = `${line}:${column}`;
    byPlace.set(key, { line, column, count: (byPlace.get(key)?.count ?? 0) + counts.hits(id) });
  }
  return [...byPlace.values()];
}

/** A loop's condition is tested where it begins and where it goes on: two statements of one line with the same ways on are one branch. */
function branchCoverage(module: InstrumentedModule, ids: readonly number[], flow: StatementFlow, counts: Counts, lines: readonly string[]): CoveredBranch[] {
  const { statements } = module;
  const byWays = new Map<string, number[]>();
  for (const id of ids) {
    const to = flow.get(id);
    if (to === undefined || to.length < 2) continue;
    const key = `${statements.line[id]}:${to.join()}`;
    byWays.set(key, [...(byWays.get(key) ?? []), id]);
  }
  return [...byWays.values()].map((sources) => {
    const [first = 0] = sources;
    const [line = 0, column = 0] = [statements.line[first], statements.column[first]];
    const to = waysFrom(module, first, flow, counts);
    const condition = to.length === 2 ? conditionAt(lines, line, column) : undefined;
    const error = condition === undefined ? undefined : errorSideOf(condition);
    const arms = to.map(
      ({ id, place }, index): CoveredArm => ({
        line: statements.line[place] ?? 0,
        column: statements.column[place] ?? 0,
        count: sources.reduce((sum, from) => sum + counts.edge(from, id), 0),
        isErrorPath: error !== undefined && (error === "then") === (index === 0),
      }),
    );
    return { line, column, arms };
  });
}

/** Statements that can follow `from`, in the order of the places they lead to. */
function waysFrom(
  { statements }: InstrumentedModule,
  from: number,
  flow: StatementFlow,
  { continuations: skipped }: Counts,
): { readonly id: number; readonly place: number }[] {
  const ways = (flow.get(from) ?? []).map((id) => ({ id, place: skipped.has(id) ? (flow.get(id)?.[0] ?? id) : id }));
  const { line, column } = statements;
  return ways.sort((a, b) => (line[a.place] ?? 0) - (line[b.place] ?? 0) || (column[a.place] ?? 0) - (column[b.place] ?? 0));
}

function functionCoverage({ module, record }: SourceCoverageInput, ids: readonly number[], flow: StatementFlow, counts: Counts): CoveredFunction[] {
  const { statements, functions } = module;
  const roles = new Map(record.roles);
  const byFunction = new Map<number, number[]>();
  for (const id of ids) {
    const index = statements.functionIndex[id] ?? -1;
    byFunction.set(index, [...(byFunction.get(index) ?? []), id]);
  }
  const all = [...byFunction].flatMap(([index, own]): CoveredFunction[] => {
    const name = functions[index]?.name;
    if (name === undefined) return [];
    const first = Math.min(...own);
    const again = own.reduce((sum, from) => sum + (flow.get(from)?.includes(first) === true ? counts.edge(from, first) : 0), 0);
    const role = roles.get(index);
    const lines = own.map((id) => statements.line[id] ?? 0);
    return [{ name, ...(role === undefined ? {} : { role }), line: Math.min(...lines), endLine: Math.max(...lines), count: counts.hits(first) - again }];
  });
  return merged(all);
}

/** A function of a header exists once in each object that includes it. */
function merged(functions: readonly CoveredFunction[]): CoveredFunction[] {
  const byPlace = new Map<string, CoveredFunction>();
  for (const one of functions) {
    const key = `${one.line}:${one.name}`;
    byPlace.set(key, { ...one, count: one.count + (byPlace.get(key)?.count ?? 0) });
  }
  return [...byPlace.values()].sort((a, b) => a.line - b.line);
}
