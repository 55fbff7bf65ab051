// SPDX-License-Identifier: MIT
/**
 * Counts statements, and which follows which, for runs that ask for coverage. Then every statement calls the hook; runs that do not ask have
 * no recorder and pay nothing.
 */
import type { CoverageRecord, StatementTable } from "../protocol/index.ts";

export class CoverageRecorder {
  readonly #statements: StatementTable;
  readonly #hits: Float64Array;
  /** By `from * count + to`. */
  readonly #edges = new Map<number, number>();
  /** Statement executed last in the frame whose call record is at this address. */
  readonly #last = new Map<number, number>();
  readonly #roles = new Map<number, string>();

  constructor(statements: StatementTable) {
    this.#statements = statements;
    this.#hits = new Float64Array(statements.count);
  }

  /** A new execution begins: the counts of the one before are void. */
  reset(): void {
    this.#hits.fill(0);
    this.#edges.clear();
    this.#last.clear();
    this.#roles.clear();
  }

  /** The statement is executed in the frame of the call record at `record`. */
  visit(statement: number, record: number): void {
    const { functionIndex, line, count } = this.#statements;
    this.#hits[statement] = (this.#hits[statement] ?? 0) + 1;
    if (line[statement] === 0) return;
    const before = this.#last.get(record);
    this.#last.set(record, statement);
    if (before === undefined || functionIndex[before] !== functionIndex[statement]) return;
    const edge = before * count + statement;
    this.#edges.set(edge, (this.#edges.get(edge) ?? 0) + 1);
  }

  /** The host calls a function of the driver as callback `role`. */
  entered(functionIndex: number, role: string): void {
    if (functionIndex >= 0 && !this.#roles.has(functionIndex)) this.#roles.set(functionIndex, role);
  }

  record(): CoverageRecord {
    const { count } = this.#statements;
    const edges = new Float64Array(3 * this.#edges.size);
    let at = 0;
    for (const [edge, times] of this.#edges) {
      edges.set([Math.floor(edge / count), edge % count, times], at);
      at += 3;
    }
    return { hits: this.#hits.slice(), edges, roles: [...this.#roles] };
  }
}
