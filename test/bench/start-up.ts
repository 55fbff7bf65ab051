// SPDX-License-Identifier: MIT
/**
 * F5 to the first stop: from the start of the adapter's process until the client hears of the breakpoint in EvtProgramDma of the edu sample. Cold:
 * nothing is compiled yet. Warm: a new process finds every object in the cache.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readLaunchConfiguration } from "../../scripts/launch-file.ts";
import { root } from "../dap/harness.ts";
import { startAdapter } from "./adapter.ts";
import { type Report, spread, spreadText } from "./report.ts";

const sample = path.join(root, "samples", "edu");
const coldRounds = 3;
const warmRoundsOfEach = 3;

export async function startUp(report: Report): Promise<void> {
  report.section("F5 to the first stop, edu sample (wall time)");
  const cold: number[] = [];
  const warm: number[] = [];
  for (let round = 0; round < coldRounds; round++) {
    const cache = mkdtempSync(path.join(tmpdir(), "kmdf-bench-"));
    try {
      cold.push(await once(cache));
      for (let i = 0; i < warmRoundsOfEach; i++) warm.push(await once(cache));
    } finally {
      rmSync(cache, { recursive: true });
    }
  }
  report.row("cold, empty object cache", spreadText(spread(cold), 2, " s"));
  const { min } = spread(warm);
  report.goal("warm, new process", spreadText(spread(warm), 2, " s"), { value: min, limit: 1.5, unit: " s" });
}

async function once(cache: string): Promise<number> {
  const start = performance.now();
  const adapter = await startAdapter(cache);
  try {
    const file = path.join(sample, "driver", "Dma.c");
    await adapter.launch({ arguments: readLaunchConfiguration(path.join(sample, ".vscode", "launch.json")), file, breakpoints: [{ marker: "program-dma" }] });
    await adapter.stopped();
    return (performance.now() - start) / 1000;
  } finally {
    await adapter.stop();
  }
}
