// SPDX-License-Identifier: MIT
/** End-to-end scenario of the Test Explorer: a scenario runs as a test, with coverage of the C source. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { type Scenario, markerLine } from "./scenarios.ts";
import type { Workbench } from "./workbench.ts";

/** Build, run and coverage. */
const runLimitMs = 60_000;

export async function runScenarioAsTest(
  workbench: Workbench,
  { file, marker, stopsIn }: Scenario,
  folder: string,
  screenshot: (name: string) => Promise<void>,
): Promise<void> {
  await workbench.goToLine(definitionLine(path.join(folder, file), stopsIn));
  await workbench.lensShows("EvtProgramDma");
  await workbench.command("Testing: Focus on Test Explorer View");
  await workbench.testShows("sg-duplex", 30_000);
  await workbench.command("Test: Run All Tests with Coverage");
  await workbench.testPassed("sg-duplex", runLimitMs);
  await workbench.goToLine(markerLine(path.join(folder, file), marker));
  await workbench.coverageShows();
  await screenshot("coverage");
}

/** 1-based line at which the function `name` is defined: its name begins the line. */
function definitionLine(file: string, name: string): number {
  const index = readFileSync(file, "utf8")
    .split("\n")
    .findIndex((line) => line.startsWith(`${name}(`));
  assert.ok(index >= 0, `${name} is not defined in ${file}`);
  return index + 1;
}
