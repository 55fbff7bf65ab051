// SPDX-License-Identifier: MIT
/**
 * How much slower instrumented code runs than the same WebAssembly without instrumentation, and than native code of gcc -O0 where there is
 * a gcc. Everything is on: statement hooks, call stack, stack check, shadow. Processor time; in each round the variants run one after
 * the other, so that they see the same machine.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { guestLayout } from "../../src/protocol/index.ts";
import { parseWasm } from "../../src/toolchain/wasm-module.ts";
import { buildModule, plainInstance, TestGuest } from "../fixtures/instrumented-guest.ts";
import { type Report, spread, spreadText } from "./report.ts";

const workloads: readonly (readonly [name: string, argument: number])[] = [
  ["crc", 240],
  ["memory", 1000],
  ["dma", 16000],
  ["fib", 30],
];
const rounds = 15;
const wholeBudget = 0x7fff_ffff;
const sourceFile = path.join(import.meta.dirname, "instrumentation-workloads.c");

export async function instrumentation(report: Report): Promise<void> {
  report.section("Instrumented statements (processor time; ratios of minima, then of medians)");
  const wasm = await buildModule("bench.c", readFileSync(sourceFile, "utf8"));
  const plain = plainInstance(wasm);
  const guest = new TestGuest(wasm);
  const folder = mkdtempSync(path.join(tmpdir(), "kmdf-bench-"));
  try {
    const native = compileNative(folder);
    if (native === undefined) report.row("native", "skipped: there is no gcc here");
    for (const [name, argument] of workloads) measure(report, name, argument, plain[name] as (argument: number) => number, guest, native);
  } finally {
    rmSync(folder, { recursive: true });
  }
  const [plainCode, instrumentedCode] = [codeBytes(wasm), codeBytes(guest.module.wasm)];
  report.row("code size", `${plainCode} → ${instrumentedCode} bytes, ratio ${(instrumentedCode / plainCode).toFixed(2)}`);
  guestMemory(report);
}

function measure(report: Report, name: string, argument: number, plain: (argument: number) => number, guest: TestGuest, native: string | undefined): void {
  const instrumented = (): number => {
    guest.budget = wholeBudget;
    return Number(guest.call(name, argument)) >>> 0;
  };
  const expected = plain(argument) >>> 0;
  const results = [instrumented(), ...(native === undefined ? [] : [runNative(native, name, argument).result])];
  if (results.some((result) => result !== expected)) throw new Error(`${name}: the variants give ${[expected, ...results].join(", ")}`);
  const statements = wholeBudget - guest.budget;
  const samples = { plain: [] as number[], instrumented: [] as number[], native: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    samples.plain.push(processorTime(() => plain(argument)));
    samples.instrumented.push(processorTime(instrumented));
    if (native !== undefined) samples.native.push(runNative(native, name, argument).ms);
  }
  const own = spread(samples.instrumented);
  const base = spread(samples.plain);
  const ratio = own.min / base.min;
  const times = `${base.min.toFixed(1)} → ${own.min.toFixed(1)} ms, ${(statements / own.min / 1000).toFixed(0)} M statements/s`;
  report.goal(`${name}: instrumented / plain`, `${ratio.toFixed(2)} (${(own.median / base.median).toFixed(2)}); ${times}`, {
    value: ratio,
    limit: 2,
    unit: "",
  });
  if (samples.native.length === 0) return;
  const other = spread(samples.native);
  report.row(
    `${name}: instrumented / gcc -O0`,
    `${(own.min / other.min).toFixed(2)} (${(own.median / other.median).toFixed(2)}); native ${spreadText(other, 1, " ms")}`,
  );
}

/** Bytes of all function bodies. */
function codeBytes(wasm: Uint8Array): number {
  return parseWasm(wasm).bodies.reduce((sum, { start, end }) => sum + end - start, 0);
}

function processorTime(run: () => unknown): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** The workloads as a program, or undefined without gcc. */
function compileNative(folder: string): string | undefined {
  const program = path.join(folder, "workloads");
  const { error, status, stderr } = spawnSync("gcc", ["-O0", "-DNATIVE", "-o", program, sourceFile], { encoding: "utf8" });
  if (error !== undefined) return undefined;
  if (status !== 0) throw new Error(`gcc failed:\n${stderr}`);
  return program;
}

function runNative(program: string, name: string, argument: number): { readonly result: number; readonly ms: number } {
  const { stdout } = spawnSync(program, [name, String(argument)], { encoding: "utf8" });
  const [result = Number.NaN, ms = Number.NaN] = stdout.split(" ").map(Number);
  return { result, ms };
}

function guestMemory(report: Report): void {
  const { wasmPages } = guestLayout(64);
  const rss = process.memoryUsage.rss();
  const start = performance.now();
  const memory = new WebAssembly.Memory({ initial: wasmPages, maximum: wasmPages, shared: true });
  const ms = performance.now() - start;
  const grown = (process.memoryUsage.rss() - rss) / 2 ** 20;
  report.row("guest memory for 64 MiB", `${memory.buffer.byteLength / 2 ** 20} MiB reserved, ${grown.toFixed(1)} MiB resident, created in ${ms.toFixed(2)} ms`);
}
