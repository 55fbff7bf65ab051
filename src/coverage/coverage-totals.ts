// SPDX-License-Identifier: MIT
/** Sums of coverage. */
import type { FileCoverage } from "../protocol/index.ts";

export interface Share {
  readonly covered: number;
  readonly total: number;
}

export interface CoverageTotals {
  readonly lines: Share;
  readonly statements: Share;
  readonly branches: Share;
  readonly functions: Share;
  /** Functions that the framework or the kernel calls. */
  readonly callbacks: Share;
  /** Ways out of conditions that find a failure. */
  readonly errorPaths: Share;
}

export function coverageTotals(files: readonly FileCoverage[]): CoverageTotals {
  const arms = files.flatMap(({ branches }) => branches.flatMap((branch) => branch.arms));
  const functions = files.flatMap((file) => file.functions);
  return {
    lines: files.reduce((sum, file) => plus(sum, share([...lineCounts(file).values()])), { covered: 0, total: 0 }),
    statements: share(files.flatMap(({ statements }) => statements.map(({ count }) => count))),
    branches: share(arms.map(({ count }) => count)),
    functions: share(functions.map(({ count }) => count)),
    callbacks: share(functions.flatMap(({ role, count }) => (role === undefined ? [] : [count]))),
    errorPaths: share(arms.flatMap(({ isErrorPath, count }) => (isErrorPath ? [count] : []))),
  };
}

/** How often each line was executed: as often as the statement of it that was executed most. */
export function lineCounts({ statements }: FileCoverage): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { line, count } of statements) counts.set(line, Math.max(count, counts.get(line) ?? 0));
  return counts;
}

export const share = (counts: readonly number[]): Share => ({ covered: counts.filter((count) => count > 0).length, total: counts.length });

const plus = (a: Share, b: Share): Share => ({ covered: a.covered + b.covered, total: a.total + b.total });
