// SPDX-License-Identifier: MIT
/** Coverage as an LCOV tracefile (geninfo(1), section FILES), which genhtml and most services read. */
import type { FileCoverage } from "../protocol/index.ts";
import { lineCounts, share } from "./coverage-totals.ts";

export function lcovText(name: string, files: readonly FileCoverage[]): string {
  // A test name may have letters, digits and underscores only.
  return files.map((file) => record(name.replaceAll(/\W/g, "_"), file)).join("");
}

function record(name: string, file: FileCoverage): string {
  const lines = lineCounts(file);
  const rows = [`TN:${name}`, `SF:${file.file}`];
  for (const { name: called, line } of file.functions) rows.push(`FN:${line},${called}`);
  for (const { name: called, count } of file.functions) rows.push(`FNDA:${count},${called}`);
  rows.push(
    ...totals(
      "FN",
      file.functions.map(({ count }) => count),
    ),
  );
  for (const [block, { line, arms }] of file.branches.entries()) {
    const isReached = arms.some(({ count }) => count > 0);
    for (const [branch, { count }] of arms.entries()) rows.push(`BRDA:${line},${block},${branch},${isReached ? count : "-"}`);
  }
  rows.push(
    ...totals(
      "BR",
      file.branches.flatMap(({ arms }) => arms.map(({ count }) => count)),
    ),
  );
  for (const [line, count] of lines) rows.push(`DA:${line},${count}`);
  rows.push(...totals("L", [...lines.values()]), "end_of_record", "");
  return rows.join("\n");
}

function totals(what: string, counts: readonly number[]): string[] {
  const { covered, total } = share(counts);
  return [`${what}F:${total}`, `${what}H:${covered}`];
}
