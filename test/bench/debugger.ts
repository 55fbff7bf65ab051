// SPDX-License-Identifier: MIT
/**
 * The debugger against gdb on the same C, built natively with gcc -O0: breakpoints whose condition never holds, data breakpoints, steps,
 * time travel, evaluation. Where there is no gdb the figures stand alone.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Conversation } from "../dap/harness.ts";
import { startAdapter } from "./adapter.ts";
import { Gdb, hasGdb, lineOf } from "./gdb.ts";
import { type Report, quantile } from "./report.ts";

const folder = path.join(import.meta.dirname, "drivers", "hot");
const driver = path.join(folder, "hot.c");
const header = path.join(folder, "hot-loop.h");
const hotCondition = "Hot->Value == 0 && i > 5";
const statementsOfATurn = 5;
const rounds = 3;
const [warmUp, samplesOfSteps] = [50, 400];

const milliseconds = async (action: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await action();
  return performance.now() - start;
};
const best = (samples: readonly number[]): number => Math.min(...samples);
const times = (ratio: number): string => (ratio >= 100 ? ratio.toFixed(0) : ratio.toFixed(ratio >= 10 ? 1 : 2));

export async function debuggerAgainstGdb(report: Report): Promise<void> {
  const isCompared = hasGdb();
  report.section(`The debugger${isCompared ? " against gdb on the same C" : " (no gdb or gcc here to compare with)"}`);
  const cache = mkdtempSync(path.join(tmpdir(), "kmdf-bench-"));
  try {
    await conditions(report, cache, isCompared);
    await dataBreakpoints(report, cache, isCompared);
    await steps(report, cache, isCompared);
    await backwards(report, cache, isCompared);
    await recording(report, cache);
    await values(report, cache);
  } finally {
    rmSync(cache, { recursive: true });
  }
}

const launchArguments = (turns: number, more: object = {}): Readonly<Record<string, unknown>> => ({
  sources: [driver],
  device: "edu",
  scenario: [{ ioctl: { code: 0x222000, input: Buffer.from(Uint32Array.of(turns).buffer).toString("hex") } }],
  ...more,
});

/** Does `use` with an adapter that has stopped at `marker` of `file`. */
async function stoppedAt<T>(cache: string, turns: number, file: string, marker: string, use: (adapter: Conversation) => Promise<T>): Promise<T> {
  const adapter = await startAdapter(cache);
  try {
    await adapter.launch({ arguments: launchArguments(turns), file, breakpoints: [{ marker }] });
    await adapter.stopped();
    await adapter.setBreakpoints(file, []);
    return await use(adapter);
  } finally {
    await adapter.stop();
  }
}

async function withGdb<T>(turns: number, use: (gdb: Gdb) => Promise<T>): Promise<T> {
  const gdb = await Gdb.start(turns);
  try {
    return await use(gdb);
  } finally {
    gdb.stop();
  }
}

async function conditions(report: Report, cache: string, isCompared: boolean): Promise<void> {
  const turns = 10_000_000;
  const samples: number[] = [];
  for (let round = 0; round < rounds; round++)
    samples.push(
      await stoppedAt(cache, turns, driver, "call", async (adapter) => {
        await adapter.setBreakpoints(header, [{ marker: "hot", condition: hotCondition }, { marker: "after" }]);
        return milliseconds(() => adapter.go("continue"));
      }),
    );
  const rate = (turns / best(samples)) * 1000;
  report.goal("condition that never holds", `${(rate / 1e6).toFixed(1)} million evaluations/s`, { value: rate, limit: 3_000_000, unit: "/s", isAtLeast: true });
  if (!isCompared) return;
  const few = 20_000;
  const gdbMs = await withGdb(few, async (gdb) => {
    await gdb.runTo("native.c", "call");
    await gdb.command(`-break-insert -c "${hotCondition}" hot-loop.h:${lineOf("hot-loop.h", "hot")}`);
    await gdb.command(`-break-insert hot-loop.h:${lineOf("hot-loop.h", "after")}`);
    return milliseconds(() => gdb.go("-exec-continue"));
  });
  const gdbRate = (few / gdbMs) * 1000;
  report.goal("… against gdb", `${times(rate / gdbRate)} times gdb's ${gdbRate.toFixed(0)}/s`, {
    value: rate / gdbRate,
    limit: 300,
    unit: " times",
    isAtLeast: true,
  });
}

/** Cost of a data breakpoint, as a multiple of the time without. */
async function dataBreakpoints(report: Report, cache: string, isCompared: boolean): Promise<void> {
  const turns = 20_000_000;
  const timed = (name: string | undefined): Promise<number> =>
    stoppedAt(cache, turns, header, "hot", async (adapter) => {
      await adapter.setBreakpoints(header, [{ marker: "after" }]);
      if (name !== undefined) {
        const frameId = (await adapter.frames())[0]?.id;
        const { dataId } = (await adapter.client.customRequest("dataBreakpointInfo", { name, frameId })).body;
        await adapter.client.customRequest("setDataBreakpoints", { breakpoints: [{ dataId, accessType: "write" }] });
      }
      return milliseconds(() => adapter.go("continue"));
    });
  const samples: Record<"none" | "global" | "local", number[]> = { none: [], global: [], local: [] };
  for (let round = 0; round < rounds; round++) {
    samples.none.push(await timed(undefined));
    samples.global.push(await timed("g_Watched"));
    samples.local.push(await timed("watched"));
  }
  for (const [name, text] of [
    ["global", "a global"],
    ["local", "a variable of the function that loops"],
  ] as const) {
    const ratio = best(samples[name]) / best(samples.none);
    report.goal(`data breakpoint on ${text}`, `${times(ratio)} times the run time without`, { value: ratio, limit: 2, unit: " times" });
  }
  if (!isCompared) return;
  const [few, many] = [1000, 50_000_000];
  const gdbTimed = (isWatched: boolean): Promise<number> =>
    withGdb(isWatched ? few : many, async (gdb) => {
      await gdb.runTo("hot-loop.h", "hot");
      await gdb.command(`-break-insert hot-loop.h:${lineOf("hot-loop.h", "after")}`);
      await gdb.command("-gdb-set can-use-hw-watchpoints 0");
      if (isWatched) await gdb.command("-break-watch g_Watched");
      return milliseconds(() => gdb.go("-exec-continue"));
    });
  const gdbRatio = (await gdbTimed(true)) / few / ((await gdbTimed(false)) / many);
  report.row("… gdb, without the processor's debug registers", `${times(gdbRatio)} times the run time without`);
}

/** A step with stack and variables, as editors ask for them after each. */
async function steps(report: Report, cache: string, isCompared: boolean): Promise<void> {
  const samples = await stoppedAt(cache, 1, header, "walk", async (adapter) => {
    const all: number[] = [];
    for (let i = 0; i < warmUp + samplesOfSteps; i++) all.push(await milliseconds(() => step(adapter)));
    return all.slice(warmUp);
  });
  const p95 = quantile(samples, 0.95);
  report.goal("step, stack and variables", `p50 ${quantile(samples, 0.5).toFixed(2)} ms, p95 ${p95.toFixed(2)} ms`, { value: p95, limit: 5, unit: " ms" });
  if (!isCompared) return;
  const gdbSamples = await withGdb(1, async (gdb) => {
    await gdb.runTo("hot-loop.h", "walk");
    const all: number[] = [];
    for (let i = 0; i < warmUp + samplesOfSteps; i++) all.push(await milliseconds(() => gdbStep(gdb)));
    return all.slice(warmUp);
  });
  const gdbP95 = quantile(gdbSamples, 0.95);
  const text = `${times(p95 / gdbP95)} of gdb's (p50 ${quantile(gdbSamples, 0.5).toFixed(2)} ms, p95 ${gdbP95.toFixed(2)} ms)`;
  report.goal("… against gdb, p95", text, { value: p95 / gdbP95, limit: 1, unit: " times" });
}

/** Arguments and locals of the top frame, as gdb's -stack-list-variables has them. */
async function step(adapter: Conversation): Promise<void> {
  await adapter.client.customRequest("next", { threadId: 1 });
  await adapter.stopped();
  const [top] = await adapter.frames();
  const { scopes } = (await adapter.client.scopesRequest({ frameId: Number(top?.id) })).body;
  const wanted = scopes.filter(({ presentationHint }) => presentationHint === "arguments" || presentationHint === "locals");
  await Promise.all(wanted.map(({ variablesReference }) => adapter.children(variablesReference)));
}

/** The same with gdb, which shows structures only when each is asked for: `copy` and `*Hot` here. */
async function gdbStep(gdb: Gdb): Promise<void> {
  await gdb.go("-exec-next");
  await gdb.command("-stack-list-frames");
  await gdb.command("-stack-list-variables --all-values");
}

async function backwards(report: Report, cache: string, isCompared: boolean): Promise<void> {
  const statements = 10_000_000;
  const turns = statements / statementsOfATurn;
  const measured = await stoppedAt(cache, turns, driver, "call", async (adapter) => {
    await adapter.setBreakpoints(driver, [{ marker: "call" }]);
    await adapter.setBreakpoints(header, [{ marker: "after" }]);
    const samples: Record<"step" | "reverse", number[]> = { step: [], reverse: [] };
    for (let round = 0; round < rounds; round++) {
      await adapter.go("continue");
      samples.step.push(await milliseconds(() => adapter.go("stepBack")));
      await adapter.go("continue");
      samples.reverse.push(await milliseconds(() => adapter.go("reverseContinue")));
    }
    // Nobody writes it: the search goes through all of the past.
    await adapter.go("continue");
    const frameId = (await adapter.frames())[0]?.id;
    const { dataId } = (await adapter.client.customRequest("dataBreakpointInfo", { name: "g_Unrelated", frameId })).body;
    await adapter.client.customRequest("setDataBreakpoints", { breakpoints: [{ dataId, accessType: "write" }] });
    await adapter.setBreakpoints(driver, []);
    const data = await milliseconds(() => adapter.go("reverseContinue"));
    return { step: best(samples.step), reverse: best(samples.reverse), data };
  });
  report.goal("step back into a loop of 10 M statements", `${measured.step.toFixed(0)} ms`, { value: measured.step, limit: 100, unit: " ms" });
  report.goal("reverse continue over 10 M statements", `${measured.reverse.toFixed(0)} ms`, { value: measured.reverse, limit: 1000, unit: " ms" });
  report.goal("… with a data breakpoint, to the start", `${measured.data.toFixed(0)} ms`, { value: measured.data, limit: 1000, unit: " ms" });
  if (!isCompared) return;
  const few = 1000;
  const perTurn = await withGdb(few, async (gdb) => {
    await gdb.runTo("hot-loop.h", "hot");
    await gdb.command("-gdb-set record full insn-number-max unlimited");
    await gdb.command(`-break-insert hot-loop.h:${lineOf("hot-loop.h", "after")}`);
    await gdb.command('-interpreter-exec console "record full"');
    return (await milliseconds(() => gdb.go("-exec-continue"))) / few;
  });
  report.row("… gdb, record full, the same statements", `${((perTurn * turns) / 60_000).toFixed(1)} minutes to record them (from ${few} turns)`);
}

/** Run time with everything a debug session records, against the bare run. */
async function recording(report: Report, cache: string): Promise<void> {
  const turns = 40_000_000;
  const samples: Record<"bare" | "recorded", number[]> = { bare: [], recorded: [] };
  for (let round = 0; round < rounds; round++)
    for (const kind of ["bare", "recorded"] as const) samples[kind].push(await runTime(cache, turns, kind === "bare"));
  const ratio = best(samples.recorded) / best(samples.bare);
  report.goal("recording for time travel", `${times(ratio)} times the run without debugging`, { value: ratio, limit: 1.3, unit: " times" });
}

async function runTime(cache: string, turns: number, noDebug: boolean): Promise<number> {
  const adapter = await startAdapter(cache);
  try {
    await adapter.client.initializeRequest({ adapterID: "kmdf-dma" });
    const initialized = adapter.client.waitForEvent("initialized");
    const launched = adapter.client.launchRequest(launchArguments(turns, { noDebug }) as never);
    await initialized;
    await launched;
    return await milliseconds(async () => {
      await adapter.client.configurationDoneRequest();
      await adapter.ended();
    });
  } finally {
    await adapter.stop();
  }
}

async function values(report: Report, cache: string): Promise<void> {
  await stoppedAt(cache, 1, header, "after", async (adapter) => {
    const frameId = Number((await adapter.frames())[0]?.id);
    const expressions = ["Hot->Value", "Hot->Bytes[3] + i", "*Hot", "(unsigned char)g_Watched", "g_Elements[77] == 3 ? Turns : i", "$statement", "Hot->Bytes"];
    const samples: number[] = [];
    for (let i = 0; i < 800; i++) {
      const expression = expressions[i % expressions.length] ?? "";
      samples.push(await milliseconds(() => adapter.client.evaluateRequest({ expression, frameId, context: "watch" })));
    }
    const p95 = quantile(samples.slice(100), 0.95);
    report.goal("evaluate", `p50 ${quantile(samples.slice(100), 0.5).toFixed(2)} ms, p95 ${p95.toFixed(2)} ms`, { value: p95, limit: 1, unit: " ms" });
    const { variablesReference } = (await adapter.client.evaluateRequest({ expression: "g_Elements", frameId, context: "watch" })).body;
    const pages: number[] = [];
    for (let start = 0; start < 100_000; start += 5000)
      pages.push(await milliseconds(() => adapter.children(variablesReference, { filter: "indexed", start, count: 1000 })));
    const page = quantile(pages, 0.95);
    report.goal("a thousand of 100,000 elements", `p95 ${page.toFixed(1)} ms`, { value: page, limit: 50, unit: " ms" });
    report.row("all 100,000 in one request", `${(await milliseconds(() => adapter.children(variablesReference))).toFixed(0)} ms`);
  });
}
