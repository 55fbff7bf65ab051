// SPDX-License-Identifier: MIT
/**
 * 100,000 requests with random cancels, power cycles and removals, over hours of virtual time: what is left behind, and whether memory grows. The first
 * quarter warms up. What is left of growth is the report of the run, which lists every request and transfer; its size is printed beside it.
 */
import path from "node:path";
import { readLaunchConfigurationFile } from "../../src/adapter/index.ts";
import { UserError } from "../../src/base/index.ts";
import { createHost } from "../../src/cli/host.ts";
import type { SessionEvent } from "../../src/session/index.ts";
import type { Report } from "./report.ts";

const sampleMs = 500;
/** Samples at the end that are left out: the report is being copied to the session. */
const handOver = 4;
/** Bytes of memory for each byte of the report's JSON: objects of the engine, and the garbage of one collection. */
const bytesPerByte = 4;

export async function soak(report: Report): Promise<void> {
  report.section("100,000 random requests (sg-duplex sample): cancels, sleep, rebalance, removal and insertion");
  const folder = path.resolve(import.meta.dirname, "../soak");
  const host = createHost(folder);
  try {
    const configuration = readLaunchConfigurationFile(path.join(folder, "sgdx.json"), {});
    if (configuration instanceof UserError) throw configuration;
    const build = await host.build(configuration, { signal: new AbortController().signal, onProgress: () => undefined });
    if (!build.ok) throw new Error(`the sample does not build: ${build.diagnostics[0]?.message}`);
    const { promise, resolve, reject } = Promise.withResolvers<Extract<SessionEvent, { type: "ended" }>>();
    const onEvent = (event: SessionEvent): void => {
      if (event.type === "ended") resolve(event);
      else if (event.type === "died") reject(event.error ?? new Error("the worker ended without a report"));
    };
    const timing = { ...configuration.machine.timing, realLimitMs: 3_600_000 };
    const long = { ...configuration, scenario: path.join(folder, "long.ts"), machine: { ...configuration.machine, timing } };
    const session = host.createSession({ module: build.module, linked: build.linked, configuration: long, debug: false, trace: false, onEvent });
    await session.whenReady();
    const samples: number[] = [];
    const timer = setInterval(() => samples.push(process.memoryUsage().rss / 0x10_0000), sampleMs);
    const start = performance.now();
    session.run();
    const { report: run } = await promise;
    clearInterval(timer);
    await session.kill();
    if (run.outcome !== "passed" || run.leftovers === undefined) throw new Error(`the run ended with ${run.outcome}: ${run.message}`);
    const { objects, mappings, openFiles, poolBlocks, memoryTop } = run.leftovers;
    const hours = run.virtualTimeNs / 3.6e12;
    report.row("requests", `${run.requests.length} in ${((performance.now() - start) / 1000).toFixed(0)} s, ${hours.toFixed(1)} hours of virtual time`);
    report.row("left behind", `${objects} objects, ${mappings} mappings, ${openFiles} handles, ${poolBlocks} pool blocks of the machine`);
    report.row("machine memory ever used", `${(memoryTop / 0x10_0000).toFixed(1)} MiB`);
    const warm = samples[Math.floor(samples.length / 4)] ?? 0;
    const last = samples.at(-handOver) ?? 0;
    const listed = (0.75 * JSON.stringify(run).length) / 0x10_0000;
    const text = `${warm.toFixed(0)} MiB after a quarter, ${last.toFixed(0)} MiB at the end; ${listed.toFixed(0)} MiB of report (JSON) came in between`;
    report.goal("resident memory", text, { value: Math.round(last - warm), limit: Math.round(bytesPerByte * listed), unit: " MiB more" });
  } finally {
    await host.dispose();
  }
}
