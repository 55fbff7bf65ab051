// SPDX-License-Identifier: MIT
/** What an exploration found: for people, as JSON, and as JUnit test cases. */
import { ExitStatus, escapeXml } from "../base/index.ts";
import type { Variation } from "./explore-plan.ts";
import type { Ending } from "./run-to-end.ts";
import type { Shell } from "./shell.ts";

export const exploreFormats = ["json", "junit"] as const;

export interface Finding {
  readonly variation: Variation;
  readonly ending: Ending;
}

export interface Exploration {
  readonly runs: readonly Finding[];
  /** Runs that show a bug: the driver broke a rule, or a scenario failed that must pass. */
  readonly findings: readonly Finding[];
}

export function isFinding({ variation, ending: { exitStatus } }: Finding): boolean {
  return variation.mustPass ? exitStatus !== ExitStatus.ok : exitStatus === ExitStatus.driverFault || exitStatus === ExitStatus.internal;
}

/** Place and text of what went wrong first. */
function problem({ ending: { report } }: Finding): string {
  const [violation] = report.violations;
  if (violation === undefined) return report.message ?? report.outcome;
  const at = violation.file === undefined ? "" : `${violation.file}:${violation.line}: `;
  return `${at}${violation.rule}: ${violation.message}`;
}

/** Findings with the same rule at the same line are one bug. */
function groups(findings: readonly Finding[]): Finding[][] {
  const byKey = new Map<string, Finding[]>();
  for (const finding of findings) {
    const [violation] = finding.ending.report.violations;
    const key = violation === undefined ? problem(finding) : `${violation.rule} ${violation.file} ${violation.line}`;
    byKey.set(key, [...(byKey.get(key) ?? []), finding]);
  }
  return [...byKey.values()];
}

/** Variations shown of one bug. */
const mostExamples = 5;

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

export function printExploration(shell: Shell, config: string, name: string | undefined, { runs, findings }: Exploration): void {
  for (const group of groups(findings)) {
    const [first] = group;
    if (first === undefined) continue;
    shell.err(`${problem(first)}\n`);
    for (const { variation } of group.slice(0, mostExamples)) shell.err(`    when ${variation.text}\n`);
    if (group.length > mostExamples) shell.err(`    and in ${group.length - mostExamples} more runs\n`);
    const choice = name === undefined ? "" : ` --name ${quoted(name)}`;
    shell.err(`    again: kmdf-dma run --config ${quoted(config)}${choice} --set ${quoted(first.variation.set)}\n`);
  }
  const passed = runs.filter(({ ending }) => ending.exitStatus === ExitStatus.ok).length;
  const failed = runs.length - passed - findings.length;
  shell.out(`${runs.length} variations: ${findings.length} show a bug (${groups(findings).length} in all), ${failed} fail in an orderly way, ${passed} pass\n`);
}

export function explorationReport(format: string, name: string, exploration: Exploration): string {
  return format === "json" ? jsonReport(exploration) : junitReport(name, exploration);
}

function jsonReport({ runs }: Exploration): string {
  const rows = runs.map(({ variation: { text, set }, ending: { report, exitStatus } }) => ({
    variation: text,
    set,
    exitStatus,
    outcome: report.outcome,
    ...(report.message === undefined ? {} : { message: report.message }),
    violations: report.violations,
  }));
  return `${JSON.stringify({ runs: rows }, undefined, 2)}\n`;
}

function junitReport(name: string, { runs, findings }: Exploration): string {
  const suite = escapeXml(name);
  const cases = runs.map((run) => {
    const open = `    <testcase classname="${suite}" name="${escapeXml(run.variation.text)}"`;
    return isFinding(run) ? `${open}>\n      <failure message="${escapeXml(problem(run))}"/>\n    </testcase>` : `${open}/>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites>\n  <testsuite name="${suite}" tests="${runs.length}" failures="${findings.length}">`,
    ...cases,
    "  </testsuite>\n</testsuites>\n",
  ].join("\n");
}
