// SPDX-License-Identifier: MIT
/** Coverage of a run: what the statement hook counted, and what it amounts to in the sources. */

/** What the runtime counted, by the ids of the statement table. */
export interface CoverageRecord {
  /** How often each statement was executed. */
  readonly hits: Float64Array;
  /** How often one statement followed another in the same call of a function: `from`, `to`, `count` in turn. */
  readonly edges: Float64Array;
  /** Names under which framework and kernel called functions of the driver, by index of the function. */
  readonly roles: readonly (readonly [functionIndex: number, role: string])[];
}

export interface CoveredStatement {
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  readonly count: number;
}

/** One way on from a statement that has several. */
export interface CoveredArm {
  /** Where it leads, 1-based. */
  readonly line: number;
  readonly column: number;
  readonly count: number;
  /** The way that is taken when the statement finds a failure: a status that is no success, a NULL pointer. */
  readonly isErrorPath: boolean;
}

export interface CoveredBranch {
  readonly line: number;
  readonly column: number;
  readonly arms: readonly CoveredArm[];
}

export interface CoveredFunction {
  readonly name: string;
  /** Callback as the framework names it, e.g. `EvtProgramDma`; absent for functions that it did not call. */
  readonly role?: string;
  readonly line: number;
  readonly endLine: number;
  /** How often it was called. */
  readonly count: number;
}

/** Everything known of one source file; lists ascend by line. */
export interface FileCoverage {
  readonly file: string;
  readonly statements: readonly CoveredStatement[];
  readonly branches: readonly CoveredBranch[];
  readonly functions: readonly CoveredFunction[];
}
