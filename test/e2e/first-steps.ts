// SPDX-License-Identifier: MIT
/** End-to-end scenario of the first five minutes: a sample is copied, its window opens at the line to look at, and F5 stops there. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { type Scenario, buildLimitMs } from "./scenarios.ts";
import type { Workbench } from "./workbench.ts";

export async function trySample(workbench: Workbench, { stopsIn }: Scenario, folder: string, screenshot: (name: string) => Promise<void>): Promise<void> {
  const parent = path.dirname(folder);
  // The folder that is open has the name of the sample; its parent is offered.
  const window = await workbench.chooseWithFolder("KMDF DMA: Try a Driver Sample", "edu");
  const copy = path.join(parent, "edu-2");
  await window.windowShows("Dma.c", buildLimitMs);
  for (const file of [".vscode/launch.json", ".vscode/kmdf-dma-sdk.d.ts", "tsconfig.json", "driver/Dma.c"]) assert.ok(existsSync(path.join(copy, file)), file);
  await window.start();
  await window.stoppedIn(stopsIn, buildLimitMs);
  await screenshot("sample-taken");
  await window.command("Debug: Stop");
}
