// SPDX-License-Identifier: MIT
/** Which lines of the driver ran: the statement hook switches itself off after the first execution of a statement, so it costs nothing. */
import type { CoverageReport, InstrumentedModule } from "../protocol/index.ts";

export function coverageReport(module: InstrumentedModule, covered: Uint8Array): CoverageReport {
  const { statements, files } = module;
  const lines = files.map(() => new Map<number, boolean>());
  let total = 0;
  let hit = 0;
  for (let id = 0; id < statements.count; id++) {
    const line = statements.line[id] ?? 0;
    const of = lines[statements.file[id] ?? -1];
    if (line === 0 || of === undefined) continue;
    const isHit = covered[id] === 1;
    total++;
    if (isHit) hit++;
    of.set(line, isHit || of.get(line) === true);
  }
  const report = lines.flatMap((of, file) => {
    if (of.size === 0) return [];
    const all = [...of.keys()].sort((a, b) => a - b);
    return [{ file: files[file] ?? "", lines: all, covered: all.filter((line) => of.get(line) === true) }];
  });
  return { files: report.sort((a, b) => (a.file < b.file ? -1 : 1)), statements: total, coveredStatements: hit };
}
