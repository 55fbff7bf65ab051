// SPDX-License-Identifier: MIT
/** Which statements call the hook: breakpoints, a step in progress, a request for attention, and statements never executed (coverage). */
import { type GuestLayout, type InstrumentedModule, type StatementCondition, type StatementTable, maxStatements } from "../protocol/index.ts";
import { type Condition, ConditionBuilder, type ConditionMachine } from "./condition.ts";

export type ArmedSet = "none" | "all" | ReadonlySet<number>;

/** Neither: all. */
export interface SearchedStatements {
  readonly functions?: ReadonlySet<number>;
  readonly statements?: ReadonlySet<number>;
}

const on = 0xff;

export class ArmedStatements {
  readonly #bytes: Uint8Array;
  readonly #statements: StatementTable;
  /** 1 for every statement that was executed. */
  readonly covered: Uint8Array;
  #breakpoints: ReadonlySet<number> = new Set();
  /** By statement; only where all breakpoints have one. */
  #conditions: readonly (readonly Condition[] | undefined)[] = [];
  readonly #builder: ConditionBuilder;
  #isWanted: (id: number) => boolean = () => false;
  #watched: ReadonlySet<number> = new Set();
  readonly #extra = new Set<number>();
  readonly #lent = new Set<number>();

  /** `machine` is asked when a condition is evaluated. */
  constructor(buffer: ArrayBufferLike, layout: GuestLayout, statements: StatementTable, machine: () => ConditionMachine) {
    this.#builder = new ConditionBuilder(buffer, layout.ramEnd, machine);
    this.#bytes = new Uint8Array(buffer, layout.statements, Math.min(statements.count, maxStatements));
    this.#statements = statements;
    this.covered = new Uint8Array(statements.count);
  }

  get breakpoints(): ReadonlySet<number> {
    return this.#breakpoints;
  }

  setBreakpoints(statements: readonly number[], conditions: readonly StatementCondition[] = []): void {
    this.#breakpoints = new Set(statements);
    const built: (readonly Condition[] | undefined)[] = Array.from({ length: this.#statements.count });
    for (const { statement, conditions: codes } of conditions) built[statement] = codes.map((code) => this.#builder.build(code));
    this.#conditions = built;
  }

  /** Whether a breakpoint at the statement may want a stop, as far as can be told here; `record` is the innermost call record. */
  mayStop(statement: number, record: number): boolean {
    return this.#breakpoints.has(statement) && !this.isRuledOut(statement, record);
  }

  /** Whether there are breakpoints at the statement, and the conditions of all of them do not hold. */
  isRuledOut(statement: number, record: number): boolean {
    const conditions = this.#conditions[statement];
    if (conditions === undefined) return false;
    for (const holds of conditions) if (holds(record)) return false;
    return true;
  }

  /** Whether the statement has conditions. */
  isConditional(statement: number): boolean {
    return this.#conditions[statement] !== undefined;
  }

  /** Writes the table: everything in `all`, else breakpoints, statements of `functions`, and what is not covered yet. */
  apply(mode: { readonly all?: boolean; readonly functions?: ReadonlySet<number> | undefined }): void {
    const { covered } = this;
    const breakpoints = this.#breakpoints;
    const { functionIndex } = this.#statements;
    const { all = false, functions } = mode;
    this.#write((id) => all || covered[id] === 0 || breakpoints.has(id) || functions?.has(functionIndex[id] ?? -1) === true);
  }

  /** Only what a backwards search looks at; coverage waits. */
  applySearch(search: SearchedStatements): void {
    this.#write((id) => this.isSearched(search, id));
  }

  /** Whether a backwards search looks at the statement. */
  isSearched({ statements, functions }: SearchedStatements, id: number): boolean {
    if (statements !== undefined) return statements.has(id);
    return functions === undefined || functions.has(this.#statements.functionIndex[id] ?? -1);
  }

  /** Nothing calls the hook but the end of a slice, and what is watched. */
  clear(): void {
    this.#write(() => false);
  }

  /** One statement more, until the table is written anew. */
  arm(id: number): void {
    this.#extra.add(id);
    this.#bytes[id] = on;
  }

  /** All statements of a function, until `giveBack`. */
  lend(functionIndex: number): void {
    if (this.#lent.has(functionIndex)) return;
    this.#lent.add(functionIndex);
    this.#rewrite(functionIndex);
  }

  /** Takes back what was lent of a function, or of all. */
  giveBack(functionIndex?: number): void {
    const functions = functionIndex === undefined ? [...this.#lent] : [functionIndex];
    for (const index of functions) if (this.#lent.delete(index)) this.#rewrite(index);
  }

  /** Whether something besides breakpoints wants the statement. */
  isWatched(id: number): boolean {
    return this.#watched.has(id) || this.#extra.has(id) || this.#lent.has(this.#statements.functionIndex[id] ?? -1);
  }

  /** Statements that call the hook whatever else does. */
  set watched(statements: ReadonlySet<number>) {
    this.#watched = statements;
    this.#rewrite();
  }

  /** Marks a statement executed and switches its byte off unless something else wants it. */
  cover(id: number, keepArmed: boolean): void {
    this.covered[id] = 1;
    if (!keepArmed && !this.isWatched(id)) this.#bytes[id] = 0;
  }

  #write(isWanted: (id: number) => boolean): void {
    this.#isWanted = isWanted;
    this.#extra.clear();
    this.#rewrite();
  }

  /** Writes the bytes of a function's statements, or of all. */
  #rewrite(functionIndex?: number): void {
    const owner = this.#statements.functionIndex;
    const start = functionIndex === undefined ? 0 : owner.indexOf(functionIndex);
    // The statements of a function stand together.
    for (let id = Math.max(0, start); id < this.#bytes.length && start >= 0 && (functionIndex === undefined || owner[id] === functionIndex); id++)
      this.#bytes[id] = this.#isWanted(id) || this.isWatched(id) ? on : 0;
  }
}

/** The first statement of a function behind its prologue. */
export function firstStatementOf({ statements, functions }: InstrumentedModule, functionIndex: number): number | undefined {
  const start = functions[functionIndex]?.prologueEnd ?? Number.POSITIVE_INFINITY;
  for (let id = statements.functionIndex.indexOf(functionIndex); id >= 0 && statements.functionIndex[id] === functionIndex; id++)
    if ((statements.line[id] ?? 0) > 0 && (statements.offset[id] ?? 0) >= start) return id;
  return undefined;
}
