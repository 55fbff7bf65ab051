// SPDX-License-Identifier: MIT
/**
 * DMA transactions a second with the trace on: scatter/gather, 64 bytes each, on a device that completes at once. Once as a loop inside the
 * driver (framework, interrupt, DPC), once with a request of the scenario for each transaction, eight in flight. The clock runs from the
 * start of the machine to the report, so loading the driver and handing over the trace count, too.
 */
import path from "node:path";
import { readLaunchConfigurationFile } from "../../src/adapter/index.ts";
import { UserError } from "../../src/base/index.ts";
import { createHost } from "../../src/cli/host.ts";
import type { LaunchConfiguration } from "../../src/protocol/index.ts";
import type { SessionEvent } from "../../src/session/index.ts";
import { type Report, spread } from "./report.ts";

type Host = ReturnType<typeof createHost>;
type Build = Extract<Awaited<ReturnType<Host["build"]>>, { ok: true }>;

const variants = [
  ["loop.json", "loop inside the driver"],
  ["requests.json", "requests, eight in flight"],
] as const;
const rounds = 5;
const goal = 20_000;

export async function transactions(report: Report): Promise<void> {
  report.section("DMA transactions a second, trace on (wall time; machine start to report)");
  const folder = path.join(import.meta.dirname, "drivers", "channels");
  const host = createHost(folder);
  try {
    const prepared = [];
    for (const [file, name] of variants)
      prepared.push({ name, rates: [] as number[], processor: [] as number[], events: 0, ...(await build(host, path.join(folder, file))) });
    for (let round = 0; round < rounds; round++) {
      for (const variant of prepared) {
        const run = await runOnce(host, variant.configuration, variant.build);
        variant.rates.push(run.rate);
        variant.processor.push(run.processorUs);
        variant.events = run.eventsOfATransaction;
      }
    }
    for (const { name, rates, processor, events } of prepared) {
      const { max, median } = spread(rates);
      const text = `best ${Math.round(max)}/s, median ${Math.round(median)}/s; ${spread(processor).min.toFixed(0)} µs of processor time and ${events.toFixed(0)} trace events each`;
      report.goal(name, text, { value: median, limit: goal, unit: "/s", isAtLeast: true });
    }
  } finally {
    await host.dispose();
  }
}

async function build(host: Host, file: string): Promise<{ readonly configuration: LaunchConfiguration; readonly build: Build }> {
  const configuration = readLaunchConfigurationFile(file, {});
  if (configuration instanceof UserError) throw configuration;
  const result = await host.build(configuration, { signal: new AbortController().signal, onProgress: () => undefined });
  if (!result.ok) throw new Error(`${file} does not build: ${result.diagnostics[0]?.message}`);
  return { configuration, build: result };
}

interface Run {
  /** Transactions a second. */
  readonly rate: number;
  /** Processor time of a transaction in all threads of the process, µs. */
  readonly processorUs: number;
  readonly eventsOfATransaction: number;
}

async function runOnce(host: Host, configuration: LaunchConfiguration, { module, linked }: Build): Promise<Run> {
  const { promise, resolve, reject } = Promise.withResolvers<Extract<SessionEvent, { type: "ended" }>>();
  const onEvent = (event: SessionEvent): void => {
    if (event.type === "ended") resolve(event);
    else if (event.type === "died") reject(event.error ?? new Error("the worker ended without a report"));
  };
  const session = host.createSession({ module, linked, configuration, debug: false, trace: true, onEvent });
  await session.whenReady();
  const start = performance.now();
  const processor = process.cpuUsage();
  session.run();
  const { report, trace } = await promise;
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(processor);
  await session.kill();
  if (report.outcome !== "passed") throw new Error(`the run ended with ${report.outcome}: ${report.message}`);
  const count = report.transactions.length;
  return { rate: count / seconds, processorUs: (user + system) / count, eventsOfATransaction: (trace?.count ?? 0) / count };
}
