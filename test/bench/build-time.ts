// SPDX-License-Identifier: MIT
/**
 * Build times of a driver in several files, opened through its project: Microsoft's PLX9x5x when WINDOWS_DRIVER_SAMPLES names a checkout, else the pci9656
 * sample. Each round works on a copy, because it changes a source.
 */
import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { createHost } from "../../src/cli/host.ts";
import { EmbeddedClang } from "../../src/toolchain/index.ts";
import { root } from "../dap/harness.ts";
import { type Report, spread, spreadText } from "./report.ts";

const rounds = 3;

interface Subject {
  readonly name: string;
  /** Folder that holds all the project needs. */
  readonly folder: string;
  readonly project: string;
  /** The source that is changed. */
  readonly source: string;
}

function subject(): Subject {
  const folder = path.join(process.env["WINDOWS_DRIVER_SAMPLES"] ?? "", "general", "PLX9x5x", "sys");
  if (existsSync(path.join(folder, "Pci9x5x.vcxproj"))) return { name: "Microsoft's PLX9x5x", folder, project: "Pci9x5x.vcxproj", source: "Read.c" };
  return { name: "pci9656 sample", folder: path.join(root, "samples", "pci9656", "driver"), project: "Sram.vcxproj", source: "Transfer.c" };
}

export async function buildTime(report: Report): Promise<void> {
  const { name, folder, project, source } = subject();
  report.section(`Build, ${name} (wall time)`);
  const seconds: Record<"cold" | "unchanged" | "warm" | "changed", number[]> = { cold: [], unchanged: [], warm: [], changed: [] };
  for (let round = 0; round < rounds; round++) {
    const copy = mkdtempSync(path.join(tmpdir(), "kmdf-build-"));
    try {
      cpSync(folder, path.join(copy, "driver"), { recursive: true });
      const config = path.join(copy, "configuration.json");
      writeFileSync(config, JSON.stringify({ project: path.join("driver", project), device: "pci9656" }));
      const ownCache = path.join(copy, "cache");
      seconds.cold.push(inNewProcess(config, ownCache));
      seconds.unchanged.push(inNewProcess(config, ownCache));
      const { warm, changed } = await inThisProcess(config, path.join(copy, "warm"), path.join(copy, "driver", source));
      seconds.warm.push(warm);
      seconds.changed.push(changed);
    } finally {
      rmSync(copy, { recursive: true });
    }
  }
  const row = (what: string, samples: readonly number[], limit: number) =>
    report.goal(what, spreadText(spread(samples), 2, " s"), { value: spread(samples).min, limit, unit: " s" });
  row("cold: new process, nothing compiled", seconds.cold, 12);
  row("warm engine, nothing compiled", seconds.warm, 3);
  row("nothing changed, new process", seconds.unchanged, 0.5);
  row("one file changed, warm engine", seconds.changed, 1.2);
}

/** The command line as users call it, from the start of its process to the end. */
function inNewProcess(config: string, cache: string): number {
  const start = performance.now();
  execFileSync(process.execPath, [path.join(root, "dist", "cli.js"), "build", "--config", config], { env: { ...process.env, KMDF_DMA_CACHE: cache } });
  return (performance.now() - start) / 1000;
}

/** An engine that has compiled something else before, as it has in the editor. */
async function inThisProcess(config: string, cache: string, source: string): Promise<{ readonly warm: number; readonly changed: number }> {
  const embedded = new EmbeddedClang();
  try {
    await build(embedded, config, `${cache}-before`);
    const start = performance.now();
    await build(embedded, config, cache);
    const warm = performance.now() - start;
    appendFileSync(source, "\nint KmdfBenchChanged;\n");
    const again = performance.now();
    await build(embedded, config, cache);
    return { warm: warm / 1000, changed: (performance.now() - again) / 1000 };
  } finally {
    await embedded.dispose();
  }
}

async function build(embedded: EmbeddedClang, config: string, cacheDir: string): Promise<void> {
  let text = "";
  const write = (part: string): void => {
    text += part;
  };
  const status = await runCommandLine(["build", "--config", config], {
    out: write,
    err: write,
    createHost: (baseDir) => createHost(baseDir, { embedded, cacheDir }),
  });
  if (status !== 0) throw new Error(`the build failed: ${text}`);
}
