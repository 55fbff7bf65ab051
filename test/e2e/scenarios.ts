// SPDX-License-Identifier: MIT
/** What the end-to-end tests do: a table of driver folders, and the way through one debugging session that all of them go. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { workByHand } from "./by-hand.ts";
import { trySample } from "./first-steps.ts";
import { runScenarioAsTest } from "./testing.ts";
import { lookAtViews } from "./views.ts";
import type { Workbench } from "./workbench.ts";

export interface Scenario {
  readonly title: string;
  /** Folder to open, relative to the repository; a copy is used. */
  readonly folder: string;
  /** Whether the folder's launch.json is used, or removed to see F5 find out by itself. */
  readonly launchJson: "used" | "removed";
  /** How the extension gets into VS Code. */
  readonly extension: "installed" | "under development";
  /** File of `folder` with the marker comment `#name` at the line to stop at. */
  readonly file: string;
  readonly marker: string;
  /** Function that this line is in. */
  readonly stopsIn: string;
  readonly variable: { readonly scope: string; readonly name: string; readonly value: RegExp };
  /** Rows that must be in the framework object tree then. */
  readonly objects: readonly string[];
  /** What is done; left out: `debugDriver`. */
  readonly drive?: (workbench: Workbench, scenario: Scenario, folder: string, screenshot: (name: string) => Promise<void>) => Promise<void>;
}

export const scenarios: readonly Scenario[] = [
  {
    title: "F5 with launch.json, extension installed from the VSIX",
    folder: "samples/sg-duplex",
    launchJson: "used",
    extension: "installed",
    file: "driver/Dma.c",
    marker: "program-dma",
    stopsIn: "SgdxEvtProgramDma",
    variable: { scope: "Arguments", name: "Transaction", value: /WDFDMATRANSACTION/ },
    objects: ["WDFDRIVER", "WDFDEVICE", "WDFDMAENABLER", "WDFDMATRANSACTION"],
  },
  {
    title: "F5 in a folder without launch.json, extension under development",
    folder: "samples/edu",
    launchJson: "removed",
    extension: "under development",
    file: "driver/Dma.c",
    marker: "program-dma",
    stopsIn: "EduEvtProgramDma",
    variable: { scope: "Locals", name: "length", value: /\b(4096|0x1000)\b/ },
    objects: ["WDFDRIVER", "WDFDEVICE", "WDFDMAENABLER", "WDFDMATRANSACTION"],
  },
  {
    title: "trees and timeline, extension under development",
    folder: "samples/sg-duplex",
    launchJson: "used",
    extension: "under development",
    file: "driver/Dma.c",
    marker: "program-dma",
    stopsIn: "SgdxEvtProgramDma",
    variable: { scope: "Arguments", name: "Transaction", value: /WDFDMATRANSACTION/ },
    objects: [],
    drive: lookAtViews,
  },
  {
    title: "a scenario as a test with coverage, extension under development",
    folder: "samples/sg-duplex",
    launchJson: "used",
    extension: "under development",
    file: "driver/Dma.c",
    marker: "program-dma",
    stopsIn: "SgdxEvtProgramDma",
    variable: { scope: "Arguments", name: "Transaction", value: /WDFDMATRANSACTION/ },
    objects: [],
    drive: runScenarioAsTest,
  },
  {
    title: "requests, registers and memory by hand, extension under development",
    folder: "samples/sg-duplex",
    launchJson: "used",
    extension: "under development",
    file: "driver/Dma.c",
    marker: "program-dma",
    stopsIn: "SgdxEvtProgramDma",
    variable: { scope: "Arguments", name: "Transaction", value: /WDFDMATRANSACTION/ },
    objects: [],
    drive: workByHand,
  },
  {
    title: "a sample as a copy, extension installed from the VSIX",
    folder: "samples/edu",
    launchJson: "used",
    extension: "installed",
    file: "driver/Dma.c",
    marker: "program-dma",
    stopsIn: "EduEvtProgramDma",
    variable: { scope: "Locals", name: "length", value: /\b(4096|0x1000)\b/ },
    objects: [],
    drive: trySample,
  },
];

/** From the first start: compiler warm-up and the build of all files; usually a few seconds. */
export const buildLimitMs = 60_000;
export const endLimitMs = 30_000;

/** 1-based line of the marker comment `#name`. */
export function markerLine(file: string, name: string): number {
  const lines = readFileSync(file, "utf8").split("\n");
  const found = lines.flatMap((text, i) => (new RegExp(`//.*#${name}(?![\\w-])`).test(text) ? [i + 1] : []));
  const [line] = found;
  assert.ok(line !== undefined && found.length === 1, `the marker '#${name}' stands ${found.length} times in ${file}`);
  return line;
}

/** One debugging session in the copy `folder`: stop, look, step, run to the end. */
export async function debugDriver(workbench: Workbench, scenario: Scenario, folder: string, screenshot: (name: string) => Promise<void>): Promise<void> {
  const { file, marker, stopsIn, variable, objects } = scenario;
  const line = markerLine(path.join(folder, file), marker);
  await workbench.setBreakpoint(line);
  await screenshot("breakpoint");
  await workbench.start();

  await workbench.stoppedIn(stopsIn, buildLimitMs);
  assert.equal(await workbench.lineOf(stopsIn), line);
  await workbench.stackShows("[framework]");
  assert.match(await workbench.variable(variable.scope, variable.name), variable.value);
  await screenshot("stopped");
  await workbench.showViews("Framework Objects");
  await workbench.treeShows("Framework Objects", objects);
  await screenshot("objects");
  await workbench.showViews("Call Stack", "Framework Objects");

  assert.notEqual(await workbench.stepOver(stopsIn), line);
  await screenshot("stepped");

  await workbench.runToEnd(endLimitMs);
  await workbench.consoleShows(/All well \(\d+ requests, 0 violations/);
  await screenshot("ended");
}
