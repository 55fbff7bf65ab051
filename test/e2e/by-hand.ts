// SPDX-License-Identifier: MIT
/** End-to-end scenario of what people do by hand: send requests to a driver that waits, write a register, look into a buffer and change a byte of it. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Scenario, buildLimitMs, endLimitMs, markerLine } from "./scenarios.ts";
import type { Workbench } from "./workbench.ts";

export async function workByHand(
  workbench: Workbench,
  { file, marker, stopsIn }: Scenario,
  folder: string,
  screenshot: (name: string) => Promise<void>,
): Promise<void> {
  withoutScenario(path.join(folder, ".vscode/launch.json"));
  await workbench.start();
  await workbench.consoleShows("The driver is loaded and waits for requests", buildLimitMs);

  await workbench.commandAsking("KMDF DMA: Send Write Request", "increment 4096");
  await workbench.consoleShows(/STATUS_SUCCESS, 4096 bytes/, endLimitMs);
  await screenshot("request-sent");

  await workbench.setBreakpoint(markerLine(path.join(folder, file), marker));
  await workbench.commandAsking("KMDF DMA: Send Write Request", "increment 8192");
  await workbench.stoppedIn(stopsIn, endLimitMs);

  await workbench.showViews("Device Registers");
  await workbench.treeShows("Device Registers", ["SCRATCH"]);
  await workbench.nodeAction("Device Registers", "SCRATCH", "Write Register");
  await workbench.answer("0x12345678");
  await workbench.treeShows("Device Registers", ["SCRATCH0x12345678"]);
  await screenshot("register-written");

  await workbench.showViews("DMA");
  await workbench.treeShows("DMA", ["Common buffer"]);
  await workbench.nodeAction("DMA", "Common buffer", "Open Memory");
  const page = await workbench.webview("#grid");
  const cell = page.locator('#grid td[data-offset="3"]');
  await cell.click();
  await cell.press("a");
  await cell.press("5");
  await page.locator('#grid td[data-offset="3"]', { hasText: "A5" }).waitFor();
  assert.match(await page.locator("#address").inputValue(), /^0x[0-9A-F]{8}$/);
  await screenshot("memory-changed");
  await workbench.command("Debug: Stop");
}

/** The driver then waits for requests. */
function withoutScenario(file: string): void {
  const launch = JSON.parse(readFileSync(file, "utf8")) as { configurations: { scenario?: string }[] };
  for (const configuration of launch.configurations) delete configuration.scenario;
  writeFileSync(file, JSON.stringify(launch, undefined, 2));
}
