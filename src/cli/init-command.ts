// SPDX-License-Identifier: MIT
/** `kmdf-dma init`: launch configuration, device model and scenario for a driver folder, guessed from its sources; existing files stay. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { discoverConfiguration, launchText, sdkTypesFile, typeScriptConfigurationText } from "../adapter/index.ts";
import { ExitStatus, UserError } from "../base/index.ts";
import type { ParsedArguments } from "./arguments.ts";
import { deviceModelText } from "./init-device-model.ts";
import { scenarioText } from "./init-scenario.ts";
import { type DriverSurvey, surveyDriver } from "./init-survey.ts";
import { packageRoot } from "./package-root.ts";
import type { Shell } from "./shell.ts";
import { writeWhole } from "./trace-command.ts";

interface NewFile {
  /** Relative to the folder. */
  readonly file: string;
  readonly text: string;
}

const launchFile = ".vscode/launch.json";

export async function initCommand({ positionals, flags }: ParsedArguments, shell: Shell): Promise<number> {
  const folder = path.resolve(positionals[0] ?? ".");
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new UserError({
      code: "no-folder",
      message: `There is no folder ${folder}`,
      hint: "name the folder of a driver",
      exitStatus: ExitStatus.badConfiguration,
    });
  }
  const name = path.basename(folder);
  // Modules that are there already are used, whatever language they are in.
  const discovered = discoverConfiguration(folder, { device: "device.ts", scenario: "scenario.ts" });
  if (discovered instanceof UserError) throw discovered;
  const survey = surveyDriver(folder);
  const files = newFiles(name, survey, discovered);
  for (const { file, text } of files) {
    const target = path.join(folder, file);
    if (existsSync(target) && !flags.has("force")) {
      shell.out(`kept  ${file}: it exists (--force replaces it)\n`);
      continue;
    }
    await mkdir(path.dirname(target), { recursive: true });
    await writeWhole(target, text);
    shell.out(`wrote ${file}\n`);
  }
  shell.out(nextSteps(folder, survey));
  return ExitStatus.ok;
}

function newFiles(name: string, survey: DriverSurvey, discovered: Readonly<Record<string, unknown>>): NewFile[] {
  // Without a request for messages in an INF, Windows gives a device its line.
  const attributes = { ...discovered, name, ...(survey.usesInterrupts && survey.messages === 0 ? { machine: { interrupts: "line" } } : {}) };
  return [
    { file: launchFile, text: launchText(attributes) },
    ...(discovered["device"] === "device.ts" ? [{ file: "device.ts", text: deviceModelText(name, survey) }] : []),
    ...(discovered["scenario"] === "scenario.ts" ? [{ file: "scenario.ts", text: scenarioText(name, survey) }] : []),
    { file: "tsconfig.json", text: typeScriptConfigurationText() },
    { file: sdkTypesFile, text: readFileSync(path.join(packageRoot, "sdk/index.d.ts"), "utf8") },
  ];
}

function nextSteps(folder: string, { builtIn, ids, registers, usesDma }: DriverSurvey): string {
  const steps = [
    ...(builtIn === undefined
      ? [
          ...(ids === undefined ? ["put the PCI ids of your device into device.ts (no INF names them)"] : []),
          `check the ${registers.length} registers in device.ts against the data sheet${usesDma ? ", and let the device do its transfers and interrupts" : ""}`,
        ]
      : [`device.ts is the built-in ${builtIn.name}`]),
    "change scenario.ts to what a program does with the device",
    `press F5 in the folder, or: kmdf-dma run --config ${path.join(path.relative(process.cwd(), folder), launchFile)}`,
  ];
  return `\nNext:\n${steps.map((step, i) => `  ${i + 1}. ${step}\n`).join("")}`;
}
