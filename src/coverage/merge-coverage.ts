// SPDX-License-Identifier: MIT
/** Coverage of several runs together: what has the same place is the same. */
import type { CoveredArm, CoveredBranch, CoveredFunction, CoveredStatement, FileCoverage } from "../protocol/index.ts";

/** Sums by file; files in the order of their names. */
export function mergeCoverage(runs: readonly (readonly FileCoverage[])[]): FileCoverage[] {
  const byFile = Map.groupBy(runs.flat(), ({ file }) => file);
  return [...byFile].map(([file, of]) => mergeFile(file, of)).sort((a, b) => (a.file < b.file ? -1 : 1));
}

function mergeFile(file: string, of: readonly FileCoverage[]): FileCoverage {
  return {
    file,
    statements: merge<CoveredStatement>(
      of.map(({ statements }) => statements),
      placeOf,
      counted,
    ),
    branches: merge<CoveredBranch>(
      of.map(({ branches }) => branches),
      (branch) => `${placeOf(branch)} ${branch.arms.map(placeOf).join()}`,
      (a, b) => ({ ...a, arms: a.arms.map((arm, index): CoveredArm => counted(arm, b.arms[index] ?? arm)) }),
    ),
    functions: merge<CoveredFunction>(
      of.map(({ functions }) => functions),
      ({ name, line }) => `${line}:${name}`,
      (a, b) => ({ ...b, ...counted(a, b) }),
    ),
  };
}

const placeOf = ({ line, column }: { readonly line: number; readonly column: number }): string => `${line}:${column}`;
const counted = <T extends { readonly count: number }>(a: T, b: T): T => ({ ...a, count: a.count + b.count });

function merge<T extends { readonly line: number }>(lists: readonly (readonly T[])[], key: (item: T) => string, join: (a: T, b: T) => T): T[] {
  const found = new Map<string, T>();
  for (const item of lists.flat()) {
    const known = found.get(key(item));
    found.set(key(item), known === undefined ? item : join(known, item));
  }
  return [...found.values()].sort((a, b) => a.line - b.line);
}
