// SPDX-License-Identifier: MIT
/**
 * `kmdf-dma explore`: runs the scenario again and again, each time with one thing changed, and tells in which runs the driver broke a rule. A
 * scenario that fails because a call failed is what a driver should do; a leak, a wrong state or a hang on that way is a bug. A scenario that fails
 * because something took longer or shorter shows a race.
 */
import { availableParallelism } from "node:os";
import { ExitStatus, UserError } from "../base/index.ts";
import type { LaunchConfiguration } from "../protocol/index.ts";
import { formatDiagnostic } from "../toolchain/index.ts";
import type { ParsedArguments } from "./arguments.ts";
import { readConfiguration } from "./configured.ts";
import { type Variation, faultVariations, scheduleVariations, shard } from "./explore-plan.ts";
import { type Exploration, type Finding, explorationReport, exploreFormats, isFinding, printExploration } from "./explore-report.ts";
import type { Host } from "./host.ts";
import { requireScenario } from "./run-command.ts";
import { type Build, type Ending, runToEnd } from "./run-to-end.ts";
import type { Shell } from "./shell.ts";
import { writeWhole } from "./trace-command.ts";

export async function exploreCommand(args: ParsedArguments, shell: Shell): Promise<number> {
  const format = args.values["report"];
  if (format !== undefined && !exploreFormats.includes(format as "json")) throw usage(`--report: expected ${exploreFormats.join(", ")}, got "${format}"`);
  const schedules = countOf(args.values["schedules"]);
  if (!args.flags.has("faults") && schedules === 0)
    throw usage("Nothing to explore", "give --faults (every call that can fail is made to fail, one for each run) or --schedules N (other durations), or both");
  const part = shardOf(args.values["shard"]);
  const configuration = readConfiguration(args);
  requireScenario(configuration);
  const host = shell.createHost(configuration.baseDir);
  const cancel = new AbortController();
  const onSignal = (): void => cancel.abort(new UserError({ code: "interrupted", message: "Interrupted", exitStatus: ExitStatus.internal }));
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  try {
    const build = await host.build(configuration, { signal: cancel.signal, onProgress: () => undefined });
    if (!build.ok) {
      for (const diagnostic of build.diagnostics) shell.err(`${formatDiagnostic(diagnostic)}\n`);
      return ExitStatus.buildFailed;
    }
    const engine = { host, build, signal: cancel.signal };
    const first = await run(engine, configuration, true);
    const { trace, report } = first;
    if (first.exitStatus !== ExitStatus.ok || trace === undefined) {
      throw new UserError({
        code: "explore-baseline",
        message: `The scenario must pass before variations of it mean anything; it ended with ${report.outcome}: ${report.message ?? report.violations[0]?.message ?? ""}`,
        hint: "see kmdf-dma run",
        exitStatus: first.exitStatus === ExitStatus.ok ? ExitStatus.internal : (first.exitStatus as 1),
      });
    }
    const faults = args.flags.has("faults") ? faultVariations(configuration, trace) : [];
    const variations = shard([...faults, ...scheduleVariations(configuration, schedules)], part);
    const exploration = await runAll(engine, variations);
    const text = format === undefined ? undefined : explorationReport(format, configuration.name, exploration);
    const { out } = args.values;
    if (text !== undefined && out === undefined) shell.out(text);
    else {
      if (text !== undefined && out !== undefined) await writeWhole(out, text);
      printExploration(shell, args.values["config"] ?? "", args.values["name"], exploration);
    }
    return exploration.findings.length > 0 ? ExitStatus.driverFault : ExitStatus.ok;
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
    await host.dispose();
  }
}

const usage = (message: string, hint?: string): UserError =>
  new UserError({ code: "usage", message, exitStatus: ExitStatus.badConfiguration, ...(hint === undefined ? {} : { hint }) });

function countOf(text = "0"): number {
  if (!/^\d{1,6}$/.test(text)) throw usage(`--schedules: expected a number of runs such as 200, got "${text}"`);
  return Number(text);
}

function shardOf(text: string | undefined): { readonly index: number; readonly count: number } {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text ?? "1/1")?.map(Number) ?? [];
  if (index === undefined || count === undefined || index < 1 || index > count) throw usage(`--shard: expected I/N such as 1/4, got "${text}"`);
  return { index, count };
}

interface Engine {
  readonly host: Host;
  readonly build: Build;
  readonly signal: AbortSignal;
}

const run = (engine: Engine, configuration: LaunchConfiguration, wantsTrace: boolean): Promise<Ending> =>
  runToEnd({ ...engine, configuration, wantsTrace, onOutput: () => undefined });

/** Runs all variations, as many at a time as the machine has processors; results are in the order of the variations. */
async function runAll(engine: Engine, variations: readonly Variation[]): Promise<Exploration> {
  const endings: Ending[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < variations.length; i = next++) {
      const variation = variations[i];
      if (variation !== undefined) endings[i] = await run(engine, variation.configuration, false);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  const results: Finding[] = variations.flatMap((variation, i) => {
    const ending = endings[i];
    return ending === undefined ? [] : [{ variation, ending }];
  });
  return { runs: results, findings: results.filter(isFinding) };
}
