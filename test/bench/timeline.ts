// SPDX-License-Identifier: MIT
/**
 * Measures the timeline with a million events in headless Chromium, and its exports: `npm run bench:timeline`. Prints figures and whether they meet
 * their goals; a missed goal does not fail, because the machine it runs on may be busy. A number as argument is another count of events.
 */
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import type { CDPSession, Page } from "playwright-core";
import { traceKinds } from "../../src/protocol/index.ts";
import { traceFormatOf } from "../../src/trace/index.ts";
import { TimelineBrowser, type TimelinePage } from "../webview/harness.ts";
import { Report } from "./report.ts";
import { type TimelineMeasurements, repeats } from "./timeline-measurements.ts";
import { makeTrace } from "./timeline-trace.ts";

const root = path.resolve(import.meta.dirname, "../..");
const count = Number(process.argv[2] ?? 1_000_000);

/** The panel with what measures it, as one script. */
async function bundle(folder: string): Promise<string> {
  const outfile = path.join(folder, "bench.js");
  await build({
    bundle: true,
    platform: "browser",
    target: "es2022",
    format: "iife",
    minify: true,
    outfile,
    entryPoints: [path.join(import.meta.dirname, "timeline-page.ts")],
    logLevel: "warning",
  });
  return outfile;
}

const run = <K extends keyof TimelineMeasurements>(
  page: Page,
  name: K,
  ...args: Parameters<TimelineMeasurements[K]>
): Promise<Awaited<ReturnType<TimelineMeasurements[K]>>> =>
  page.evaluate(([method, values]) => (globalThis as unknown as { bench: Record<string, (...of: unknown[]) => unknown> }).bench[method]?.(...values), [
    name,
    args as unknown[],
  ] as const) as Promise<Awaited<ReturnType<TimelineMeasurements[K]>>>;

/** CPU time of the page's main thread so far, ms. */
async function mainThread(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1000;
}

const ms = (value: number): string => `${value.toFixed(1)} ms`;

async function panel(report: Report, timeline: TimelinePage): Promise<void> {
  const { page } = timeline;
  const session = await page.context().newCDPSession(page);
  // Time of the thread, not of the clock: other work of the machine does not count.
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const rows = await run(page, "generate", count);
  report.section(`Panel, ${count.toLocaleString("en")} events (${rows.toLocaleString("en")} rows of the trace)`);
  const before = await mainThread(session);
  const wall = await run(page, "firstPaint");
  const cpu = (await mainThread(session)) - before;
  report.goal("first picture, from columns, CPU", `${ms(cpu)} (${ms(wall)} by the clock)`, { value: cpu, limit: 500, unit: " ms" });
  await run(page, "steps");
  const from = await mainThread(session);
  const { steps, stale } = await run(page, "steps");
  const perStep = ((await mainThread(session)) - from) / steps;
  report.goal("zooming and moving, CPU per step", ms(perStep), { value: perStep, limit: 8, unit: " ms" });
  const slow = await run(page, "slowViews");
  report.goal("zooming and moving, 95th percentile", ms(slow), { value: slow, limit: 16, unit: " ms" });
  report.goal("pictures later than the next frame", `${stale} of ${steps}`, { value: stale, limit: 0, unit: "" });
  const { slices, bytes } = await run(page, "memory");
  report.goal("memory per slice, hot", `${(bytes / slices).toFixed(1)} B`, { value: bytes / slices, limit: 30, unit: " B" });
  const fidelity = await run(page, "fidelity");
  report.goal("busy columns painted at full zoom, worst row", `${(100 * fidelity).toFixed(2)} %`, {
    value: 100 * fidelity,
    limit: 99,
    unit: " %",
    isAtLeast: true,
  });
  /** CPU time of one of `repeats` calls that the page makes, after as many to get warm. */
  const each = async (work: () => Promise<unknown>): Promise<number> => {
    await work();
    const start = await mainThread(session);
    await work();
    return ((await mainThread(session)) - start) / repeats;
  };
  for (const text of ["programdma", "/Isr$/", "dur>50us lane:dpc", "len>4096"]) {
    const time = await each(() => run(page, "search", text));
    report.goal(`search "${text}"`, ms(time), { value: time, limit: 10, unit: " ms" });
  }
  const aggregate = await each(() => run(page, "aggregate"));
  report.goal("statistics of everything", ms(aggregate), { value: aggregate, limit: 10, unit: " ms" });
  const hit = await run(page, "hitTests");
  report.goal("finding what is at a point", `${hit.toFixed(2)} µs`, { value: hit, limit: 5, unit: " µs" });
  const [shortest, longest] = await run(page, "zoomRange");
  report.goal("shortest picture", `${shortest} ns`, { value: shortest, limit: 1, unit: " ns" });
  const days = longest / 86_400e9;
  report.goal("longest picture", `${days.toFixed(1)} days`, { value: days, limit: 104, unit: " days", isAtLeast: true });
  await live(report, page, session);
}

async function live(report: Report, page: Page, session: CDPSession): Promise<void> {
  for (const [perSecond, limit] of [
    [120_000, 8],
    [600_000, undefined],
  ] as const) {
    const from = await mainThread(session);
    const { frames, appended, arrived } = await run(page, "stream", perSecond, 2);
    const cpu = (await mainThread(session)) - from;
    const name = `live, ${perSecond.toLocaleString("en")} events/s`;
    if (limit !== undefined) report.goal(`${name}, CPU per frame`, ms(cpu / frames), { value: cpu / frames, limit, unit: " ms" });
    report.goal(`${name}, lost`, `${appended - arrived} of ${appended.toLocaleString("en")}`, { value: appended - arrived, limit: 0, unit: "" });
  }
}

function exports(report: Report): void {
  const trace = makeTrace(traceKinds, count);
  report.section(`Exports, ${trace.count.toLocaleString("en")} rows`);
  for (const [extension, limit] of [
    [".pftrace", 5],
    [".json", 8],
    [".vcd", undefined],
    [".html", undefined],
  ] as const) {
    const from = performance.now();
    let bytes = 0;
    for (const chunk of traceFormatOf(`x${extension}`)?.chunks({ trace }) ?? []) bytes += chunk.length;
    const seconds = (performance.now() - from) / 1000;
    const text = `${seconds.toFixed(1)} s, ${(bytes / 1e6).toFixed(1)} MB`;
    if (limit === undefined) report.row(extension, text);
    else report.goal(extension, text, { value: seconds, limit, unit: " s" });
    const megabytes = (bytes / 1e6) * (1e6 / count);
    if (extension === ".html") report.goal("web page per million events", `${megabytes.toFixed(2)} MB`, { value: megabytes, limit: 6, unit: " MB" });
  }
}

function size(report: Report): void {
  const kilobytes = gzipSync(readFileSync(path.join(root, "dist/timeline.js")), { level: 9 }).length / 1000;
  report.section("Size");
  report.goal("code of the panel, compressed", `${kilobytes.toFixed(1)} kB`, { value: kilobytes, limit: 40, unit: " kB" });
}

const load = (): string => loadavg()[0]?.toFixed(1) ?? "unknown";
const report = new Report((line) => console.log(line));
console.log(`Node ${process.version}, ${process.platform} ${process.arch}, ${availableParallelism()} processors, load ${load()}`);
const folder = mkdtempSync(path.join(realpathSync(tmpdir()), "kdb-"));
try {
  await using browser = await TimelineBrowser.start();
  if (browser === undefined) console.error("bench:timeline: there is no Chromium; install it, or name one in CHROME_PATH");
  else {
    await using page = await browser.open({ width: 1600, height: 900, script: await bundle(folder) });
    await panel(report, page);
  }
  exports(report);
  size(report);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`\nload ${load()} at the end; ${report.misses === 0 ? "every goal was met" : `${report.misses} goals were missed`}`);
