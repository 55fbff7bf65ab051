// SPDX-License-Identifier: MIT
/** Which statements call the hook: breakpoints, a step in progress, a request for attention, and statements never executed (coverage). */
import { type GuestLayout, type InstrumentedModule, type StatementCondition, type StatementTable, maxStatements } from "../protocol/index.ts";
import { type Condition, ConditionBuilder, type ConditionMachine } from "./condition.ts";

export type ArmedSet = "none" | "all" | ReadonlySet<number>;

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
    if (mode.all === true) {
      this.#bytes.fill(on);
      return;
    }
    for (let id = 0; id < this.#bytes.length; id++) {
      const function_ = functionIndex[id] ?? -1;
      this.#bytes[id] = covered[id] === 0 || breakpoints.has(id) || mode.functions?.has(function_) === true ? on : 0;
    }
  }

  /** Only what a backwards search looks at; coverage waits. */
  applySearch(search: { readonly functions?: ReadonlySet<number>; readonly statements?: ReadonlySet<number> }): void {
    const { functionIndex } = this.#statements;
    for (let id = 0; id < this.#bytes.length; id++) {
      const wanted =
        search.statements !== undefined ? search.statements.has(id) : search.functions === undefined || search.functions.has(functionIndex[id] ?? -1);
      this.#bytes[id] = wanted ? on : 0;
    }
  }

  /** One statement more. */
  arm(id: number): void {
    this.#bytes[id] = on;
  }

  /** Nothing calls the hook but the end of a slice. */
  clear(): void {
    this.#bytes.fill(0);
  }

  /** Marks a statement executed and switches its byte off unless something else wants it. */
  cover(id: number, keepArmed: boolean): void {
    this.covered[id] = 1;
    if (!keepArmed) this.#bytes[id] = 0;
  }
}

/** The first statement of a function behind its prologue. */
export function firstStatementOf({ statements, functions }: InstrumentedModule, functionIndex: number): number | undefined {
  const start = functions[functionIndex]?.prologueEnd ?? Number.POSITIVE_INFINITY;
  for (let id = statements.functionIndex.indexOf(functionIndex); id >= 0 && statements.functionIndex[id] === functionIndex; id++)
    if ((statements.line[id] ?? 0) > 0 && (statements.offset[id] ?? 0) >= start) return id;
  return undefined;
}
