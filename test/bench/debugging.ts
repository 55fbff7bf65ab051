// SPDX-License-Identifier: MIT
/**
 * What a step costs as the user sees it: `next`, then the stack, the scopes and the variables of the top frame, all through the adapter. Also
 * the memory of the adapter's process, which holds the driver's machine, while it is stopped.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Conversation } from "../dap/harness.ts";
import { compute, computeSource, residentMiB, startAdapter } from "./adapter.ts";
import { type Report, quantile } from "./report.ts";

const warmUp = 50;
const steps = 400;

export async function debugging(report: Report): Promise<void> {
  report.section("A step with stack, scopes and variables (wall time, through the adapter)");
  const cache = mkdtempSync(path.join(tmpdir(), "kmdf-bench-"));
  const adapter = await startAdapter(cache);
  try {
    await adapter.launch({ arguments: compute("callee", 1_000_000), file: computeSource, breakpoints: [{ marker: "compute", hitCondition: "10" }] });
    await adapter.stopped();
    await adapter.setBreakpoints(computeSource, []);
    const times: number[] = [];
    for (let i = 0; i < warmUp + steps; i++) {
      const start = performance.now();
      await step(adapter);
      if (i >= warmUp) times.push(performance.now() - start);
    }
    const [p50, p95] = [quantile(times, 0.5), quantile(times, 0.95)];
    report.goal("step", `p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`, { value: p95, limit: 10, unit: " ms" });
    const resident = residentMiB(adapter);
    report.row(
      "resident memory of the adapter",
      resident === undefined ? "skipped: there is no /proc here" : `${resident.toFixed(0)} MiB after a build in the same process`,
    );
  } finally {
    await adapter.stop();
  }
  try {
    report.row("resident memory, driver from the cache", await warmMemory(cache));
  } finally {
    rmSync(cache, { recursive: true });
  }
}

/** What an editor does on every stop. */
async function step(adapter: Conversation): Promise<void> {
  await adapter.client.customRequest("next", { threadId: 1 });
  await adapter.stopped();
  const [top] = await adapter.frames();
  if (top === undefined) throw new Error("the stack is empty");
  const { scopes } = (await adapter.client.scopesRequest({ frameId: top.id })).body;
  for (const { expensive, variablesReference } of scopes) if (!expensive) await adapter.children(variablesReference);
}

async function warmMemory(cache: string): Promise<string> {
  const adapter = await startAdapter(cache);
  try {
    await adapter.launch({ arguments: compute("callee", 1_000_000), file: computeSource, breakpoints: [{ marker: "compute", hitCondition: "10" }] });
    await adapter.stopped();
    const resident = residentMiB(adapter);
    return resident === undefined ? "skipped: there is no /proc here" : `${resident.toFixed(0)} MiB`;
  } finally {
    await adapter.stop();
  }
}
