// SPDX-License-Identifier: MIT
/** Writes `contributes` of package.json: the launch schema comes from the table that checks configurations. `--check` compares only. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { launchConfigurationSchema } from "../src/adapter/index.ts";

const file = path.resolve(import.meta.dirname, "../package.json");
const manifest = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;

const scatterGather = {
  type: "kmdf-dma",
  request: "launch",
  name: "${1:My driver}",
  sources: ["${2:driver/*.c}"],
  device: "${3:device.ts}",
  scenario: "${4:scenario.ts}",
};

manifest["activationEvents"] = ["onDebugResolve:kmdf-dma", "onDebugDynamicConfigurations:kmdf-dma", "onView:kmdfDma.objects"];
manifest["contributes"] = {
  breakpoints: [{ language: "c" }, { language: "cpp" }],
  debuggers: [
    {
      type: "kmdf-dma",
      label: "KMDF DMA driver",
      languages: ["c", "cpp"],
      configurationAttributes: { launch: launchConfigurationSchema() },
      initialConfigurations: [],
      configurationSnippets: [
        {
          label: "KMDF DMA: driver with a scenario",
          description: "Build the driver's sources, run a scenario against the emulated device",
          body: scatterGather,
        },
        {
          label: "KMDF DMA: driver without a scenario",
          description: "Load and start the driver; requests are sent while it is debugged",
          body: { type: "kmdf-dma", request: "launch", name: "${1:My driver}", sources: ["${2:driver/*.c}"], device: "${3:device.ts}" },
        },
      ],
    },
  ],
  views: { debug: [{ id: "kmdfDma.objects", name: "Framework Objects", when: "debugType == 'kmdf-dma'", icon: "media/icon.svg" }] },
  commands: [
    { command: "kmdfDma.refreshObjects", title: "Refresh", category: "KMDF DMA", icon: "$(refresh)", enablement: "debugType == 'kmdf-dma'" },
    { command: "kmdfDma.exportTrace", title: "Export Trace…", category: "KMDF DMA", enablement: "debugType == 'kmdf-dma'" },
  ],
  menus: {
    "view/title": [{ command: "kmdfDma.refreshObjects", when: "view == kmdfDma.objects", group: "navigation" }],
    commandPalette: [
      { command: "kmdfDma.refreshObjects", when: "debugType == 'kmdf-dma'" },
      { command: "kmdfDma.exportTrace", when: "debugType == 'kmdf-dma'" },
    ],
  },
  snippets: [
    { language: "typescript", path: "./media/snippets.json" },
    { language: "javascript", path: "./media/snippets.json" },
  ],
};
manifest["capabilities"] = {
  untrustedWorkspaces: { supported: "limited", description: "Debugging runs device models and scenarios of the workspace, so it needs trust." },
  virtualWorkspaces: false,
};

const text = `${JSON.stringify(manifest, undefined, 2)}\n`;
if (process.argv.includes("--check")) {
  if (readFileSync(file, "utf8") !== text) {
    console.error("package.json is out of date: run node scripts/generate-contributions.ts");
    process.exitCode = 1;
  }
} else writeFileSync(file, text);
