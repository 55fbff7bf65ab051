// SPDX-License-Identifier: MIT
/** Coverage of driver sources: from what the runtime counted to lines, branches, functions and error paths, and to files that other tools read. */
export { coberturaXml } from "./cobertura.ts";
export { coverageTotals, type CoverageTotals, type Share } from "./coverage-totals.ts";
export { coverageFormatOf, coverageFormats } from "./formats.ts";
export { lcovText } from "./lcov.ts";
export { mergeCoverage } from "./merge-coverage.ts";
export { sourceCoverage, type SourceCoverageInput } from "./source-coverage.ts";
