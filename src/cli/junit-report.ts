// SPDX-License-Identifier: MIT
/** A run as a JUnit XML report: the scenario is a test case, every violation another failed one. */
import { escapeXml } from "../base/index.ts";
import type { RunReport } from "../protocol/index.ts";

export function junitReport(name: string, report: RunReport): string {
  const seconds = (report.virtualTimeNs / 1e9).toFixed(9);
  const cases = report.violations.map(
    (violation) =>
      `    <testcase classname="${escapeXml(name)}" name="${escapeXml(violation.rule)}"${violation.file === undefined ? "" : ` file="${escapeXml(violation.file)}" line="${violation.line}"`}>\n` +
      `      <failure type="${escapeXml(violation.rule)}" message="${escapeXml(violation.message)}">${escapeXml([violation.explanation ?? "", ...violation.stack.map((f) => `  at ${f.function}${f.file === undefined ? "" : ` (${f.file}:${f.line})`}`)].join("\n"))}</failure>\n    </testcase>`,
  );
  const hasFailed = report.outcome !== "passed" && (report.outcome !== "violation" || report.violations.length === 0);
  const kind = report.outcome === "expectation-failed" ? "failure" : "error";
  const main = hasFailed ? `>\n      <${kind} type="${report.outcome}" message="${escapeXml(report.message ?? report.outcome)}"/>\n    </testcase>` : "/>";
  const failures = cases.length + (hasFailed && kind === "failure" ? 1 : 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites>`,
    `  <testsuite name="${escapeXml(name)}" tests="${cases.length + 1}" failures="${failures}" errors="${hasFailed && kind === "error" ? 1 : 0}" time="${seconds}">`,
    `    <testcase classname="${escapeXml(name)}" name="scenario" time="${seconds}"${main}`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}
