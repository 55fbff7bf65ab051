// SPDX-License-Identifier: MIT
/** A run as SARIF 2.1.0, which code hosts show at the lines of a change. */
import { pathToFileURL } from "node:url";
import type { ReportedViolation, RunReport } from "../protocol/index.ts";
import type { Diagnostic } from "../toolchain/index.ts";

interface SarifLocation {
  readonly file: string | undefined;
  readonly line: number | undefined;
}

const location = ({ file, line }: SarifLocation): object[] =>
  file === undefined
    ? []
    : [
        {
          physicalLocation: { artifactLocation: { uri: pathToFileURL(file).href }, ...(line === undefined || line < 1 ? {} : { region: { startLine: line } }) },
        },
      ];

function violationResult(violation: ReportedViolation): object {
  return {
    ruleId: violation.rule,
    level: "error",
    message: { text: violation.explanation === undefined ? violation.message : `${violation.message}. ${violation.explanation}` },
    locations: location({ file: violation.file, line: violation.line }),
    stacks: [{ frames: violation.stack.map((f) => ({ location: { message: { text: f.function }, ...location({ file: f.file, line: f.line })[0] } })) }],
  };
}

function diagnosticResult(diagnostic: Diagnostic): object {
  return {
    ruleId: diagnostic.code ?? "compiler",
    level: diagnostic.severity,
    message: { text: diagnostic.message },
    locations: location({ file: diagnostic.file, line: diagnostic.line }),
  };
}

/** `report` and what the compiler said about its sources. */
export function sarifReport(version: string, report: RunReport, diagnostics: readonly Diagnostic[]): string {
  const isExplained = report.outcome === "passed" || report.violations.length > 0 || diagnostics.some(({ severity }) => severity === "error");
  const results = [
    ...diagnostics.map(diagnosticResult),
    ...report.violations.map(violationResult),
    ...(isExplained ? [] : [{ ruleId: report.outcome, level: "error", message: { text: report.message ?? report.outcome }, locations: [] }]),
  ];
  const rules = [...new Map(report.violations.map((v) => [v.rule, v])).values()].map((v) => ({
    id: v.rule,
    ...(v.explanation === undefined ? {} : { fullDescription: { text: v.explanation } }),
  }));
  const driver = { name: "kmdf-dma-debug", version, informationUri: "https://github.com/kmdf-dma-debug/kmdf-dma-debug", rules };
  return `${JSON.stringify({ $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [{ tool: { driver }, results }] }, undefined, 2)}\n`;
}
