// SPDX-License-Identifier: MIT
/** `kmdf-dma run`: builds, runs to the end without stopping, prints what happened or a report. */
import path from "node:path";
import { ExitStatus, UserError, hex } from "../base/index.ts";
import { driverCoverage } from "../adapter/index.ts";
import type { FileCoverage, LaunchConfiguration, RunReport, StackEntry } from "../protocol/index.ts";
import { type Diagnostic, formatDiagnostic } from "../toolchain/index.ts";
import type { TraceSources } from "../trace/index.ts";
import type { ParsedArguments } from "./arguments.ts";
import { readConfiguration } from "./configured.ts";
import { coverageFormat, coverageSummary, writeCoverage } from "./coverage-files.ts";
import { functionPlaces } from "./function-places.ts";
import type { Host } from "./host.ts";
import { junitReport } from "./junit-report.ts";
import { packageVersion } from "./package-root.ts";
import { sarifReport } from "./sarif-report.ts";
import { type Ending, runToEnd } from "./run-to-end.ts";
import type { Shell } from "./shell.ts";
import { requireFormat, writeTrace, writeWhole } from "./trace-command.ts";

interface Outcome extends Omit<Ending, "coverage"> {
  readonly coverage?: readonly FileCoverage[];
  readonly sources?: TraceSources;
  readonly diagnostics: readonly Diagnostic[];
}

const formats = ["json", "junit", "sarif"] as const;
/** Frames shown of a call stack; even. */
const longestStack = 20;

export async function runCommand(args: ParsedArguments, shell: Shell): Promise<number> {
  const format = args.values["report"];
  if (format !== undefined && !formats.includes(format as "json")) {
    throw new UserError({ code: "usage", message: `--report: expected ${formats.join(", ")}, got "${format}"`, exitStatus: ExitStatus.badConfiguration });
  }
  const configuration = readConfiguration(args);
  requireScenario(configuration);
  const traceFile = args.values["trace"] === undefined ? configuration.trace : path.resolve(args.values["trace"]);
  if (traceFile !== undefined) requireFormat(traceFile);
  const coverageFiles = (args.lists["coverage"] ?? []).map((file) => path.resolve(file));
  for (const file of coverageFiles) coverageFormat(file);
  // Standard output belongs to the report when it goes there.
  const isQuiet = args.flags.has("quiet") || (format !== undefined && args.values["out"] === undefined);
  const host = shell.createHost(configuration.baseDir);
  try {
    const outcome = await buildAndRun({ host, shell, configuration, wantsTrace: traceFile !== undefined, wantsCoverage: coverageFiles.length > 0, isQuiet });
    if (traceFile !== undefined && outcome.trace !== undefined) await writeTrace(traceFile, outcome.trace, outcome.sources);
    if (outcome.coverage !== undefined) for (const file of coverageFiles) await writeCoverage(file, configuration, outcome.coverage);
    await writeReport(shell, format, args.values["out"], configuration.name, outcome);
    if (!isQuiet || outcome.exitStatus !== ExitStatus.ok) printSummary(shell, outcome, isQuiet);
    return outcome.exitStatus;
  } finally {
    await host.dispose();
  }
}

interface Job {
  readonly host: Host;
  readonly shell: Shell;
  readonly configuration: LaunchConfiguration;
  readonly wantsTrace: boolean;
  readonly wantsCoverage: boolean;
  readonly isQuiet: boolean;
}

async function buildAndRun(job: Job): Promise<Outcome> {
  const cancel = new AbortController();
  const onSignal = (): void => cancel.abort(new UserError({ code: "interrupted", message: "Interrupted", exitStatus: ExitStatus.internal }));
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  try {
    const build = await job.host.build(job.configuration, { signal: cancel.signal, onProgress: () => undefined });
    if (!build.ok) return failedBuild(build.diagnostics);
    if (!job.isQuiet) for (const diagnostic of build.diagnostics) job.shell.err(`${formatDiagnostic(diagnostic)}\n`);
    const onOutput = job.isQuiet ? () => undefined : (text: string) => job.shell.out(text);
    const { host, configuration, wantsTrace, wantsCoverage } = job;
    const { coverage, ...ending } = await runToEnd({ host, build, configuration, wantsTrace, wantsCoverage, signal: cancel.signal, onOutput });
    const files = coverage === undefined ? {} : { coverage: driverCoverage({ ...build, sdkInclude: host.sdkInclude }, coverage) };
    return { ...ending, ...files, sources: functionPlaces(build.module), diagnostics: build.diagnostics };
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

export function requireScenario({ scenario, file }: LaunchConfiguration): void {
  if (scenario !== undefined) return;
  throw new UserError({
    code: "no-scenario",
    message: "The configuration has no scenario, so there is nothing to run to the end",
    hint: "add scenario: the path of a module, or a list of steps",
    ...(file === undefined ? {} : { location: { file } }),
    exitStatus: ExitStatus.badConfiguration,
  });
}

function failedBuild(diagnostics: readonly Diagnostic[]): Outcome {
  const first = diagnostics.find(({ severity }) => severity === "error");
  const report: RunReport = {
    outcome: "build-failed",
    message: first === undefined ? "The driver did not build" : formatDiagnostic(first),
    requests: [],
    violations: [],
    transactions: [],
    statements: 0,
    virtualTimeNs: 0,
    notEmulated: [],
    coverage: { files: [], statements: 0, coveredStatements: 0 },
  };
  return { report, exitStatus: ExitStatus.buildFailed, trace: undefined, diagnostics };
}

async function writeReport(shell: Shell, format: string | undefined, out: string | undefined, name: string, { report, diagnostics }: Outcome): Promise<void> {
  if (format === undefined) return;
  const text =
    format === "json"
      ? `${JSON.stringify(report, undefined, 2)}\n`
      : format === "junit"
        ? junitReport(name, report)
        : sarifReport(packageVersion(), report, diagnostics);
  if (out === undefined) shell.out(text);
  else await writeWhole(path.resolve(out), text);
}

/** Violations that a person is shown. */
const mostViolations = 10;

/** What a person reads: on standard error when standard output has the report. */
function printSummary(shell: Shell, { report, exitStatus, diagnostics, coverage: files }: Outcome, isQuiet: boolean): void {
  const say = (line: string): void => (isQuiet || exitStatus !== ExitStatus.ok ? shell.err : shell.out)(`${line}\n`);
  if (report.outcome === "build-failed") {
    for (const diagnostic of diagnostics) say(formatDiagnostic(diagnostic));
    return;
  }
  for (const violation of report.violations.slice(0, mostViolations)) {
    const at = violation.file === undefined ? "" : `${violation.file}:${violation.line}: `;
    const check =
      violation.bugCheck === undefined
        ? ""
        : ` (bug check ${hex(violation.bugCheck.code)} ${violation.bugCheck.name}: ${violation.bugCheck.parameters.map((p) => hex(p)).join(", ")})`;
    say(`${at}${violation.rule}: ${violation.message}${check}`);
    if (violation.explanation !== undefined) say(`    ${violation.explanation}`);
    for (const line of stackLines(violation.stack)) say(`    ${line}`);
    if (violation.traceMessages !== undefined) say("    last trace messages:");
    for (const line of violation.traceMessages ?? []) say(`      ${line}`);
  }
  const left = report.violations.length - mostViolations;
  if (left > 0) say(`… ${left} more violations (--report json lists all)`);
  if (report.message !== undefined && report.outcome !== "violation") say(report.message);
  // What never began has no numbers.
  if (report.outcome !== "passed" && report.statements === 0) return;
  const { requests, transactions, statements, virtualTimeNs, coverage } = report;
  const share = coverage.statements === 0 ? 0 : Math.round((100 * coverage.coveredStatements) / coverage.statements);
  say(
    `${report.outcome}: ${requests.length} requests, ${transactions.length} transactions, ${statements} statements, ${(virtualTimeNs / 1e6).toFixed(3)} ms of virtual time, ${share} % of statements covered`,
  );
  if (files !== undefined) say(coverageSummary(files));
}

/** Frames of a call stack, one a line; of a long recursion only the ends. */
function stackLines(stack: readonly StackEntry[]): string[] {
  const lines = stack.map(({ function: name, file, line }) => `at ${name}${file === undefined ? "" : ` (${file}:${line})`}`);
  if (lines.length <= longestStack) return lines;
  const left = lines.length - longestStack;
  return [...lines.slice(0, longestStack / 2), `… ${left} more frames`, ...lines.slice(-longestStack / 2)];
}
