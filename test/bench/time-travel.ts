// SPDX-License-Identifier: MIT
/**
 * Steps back after a million and after ten million statements, through the adapter: over a call that executed them, and into a loop of the
 * callback itself, where every statement is a candidate. The clock runs from the request to the stop.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { compute, computeSource, startAdapter } from "./adapter.ts";
import { type Report, spread, spreadText } from "./report.ts";

const rounds = 5;
const goalMs = 500;
const variants = [
  ["over a call", "callee", "after-callee"],
  ["into a loop", "callback", "after-loop"],
] as const;

export async function timeTravel(report: Report): Promise<void> {
  report.section("Step back (wall time, through the adapter)");
  const cache = mkdtempSync(path.join(tmpdir(), "kmdf-bench-"));
  try {
    for (const millions of [1, 10]) {
      for (const [name, where, marker] of variants) {
        const times = await stepsBack(cache, where, marker, millions * 1_000_000);
        const { min } = spread(times);
        report.goal(`${name}, ${millions} M statements`, `${spreadText(spread(times), 0, " ms")}, first ${times[0]?.toFixed(0)} ms`, {
          value: min,
          limit: goalMs,
          unit: " ms",
        });
      }
    }
  } finally {
    rmSync(cache, { recursive: true });
  }
}

/** Times of steps back from `marker` to the statement before, each followed by a continue to `marker`. */
async function stepsBack(cache: string, where: "callee" | "callback", marker: string, statements: number): Promise<number[]> {
  const adapter = await startAdapter(cache);
  try {
    await adapter.launch({ arguments: compute(where, statements), file: computeSource, breakpoints: [{ marker }] });
    const { line } = await adapter.place();
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const start = performance.now();
      await adapter.client.customRequest("stepBack", { threadId: 1 });
      await adapter.stopped();
      times.push(performance.now() - start);
      const [top] = await adapter.frames();
      if (top === undefined || top.line >= line) throw new Error(`the step back went from line ${line} to line ${top?.line}`);
      await adapter.client.customRequest("continue", { threadId: 1 });
      await adapter.stopped();
    }
    return times;
  } finally {
    await adapter.stop();
  }
}
