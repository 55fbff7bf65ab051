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

const isDebugging = "debugType == 'kmdf-dma'";
const isOwnView = "view =~ /^kmdfDma\\./";

interface TreeView {
  readonly id: string;
  readonly name: string;
  readonly icon: string;
  /** What an empty view says. */
  readonly empty: string;
  readonly visibility?: "collapsed";
}

const treeViews: readonly TreeView[] = [
  {
    id: "kmdfDma.dma",
    name: "DMA",
    icon: "arrow-swap",
    empty: "The driver has created no DMA enabler yet. It appears here with its transactions once WdfDmaEnablerCreate has returned.",
  },
  {
    id: "kmdfDma.requests",
    name: "Requests and Queues",
    icon: "mail",
    empty: "The driver has created no queue yet, and there is no request.",
    visibility: "collapsed",
  },
  {
    id: "kmdfDma.interrupts",
    name: "Interrupts and DPCs",
    icon: "zap",
    empty: "The driver has created no interrupt, DPC, timer or work item yet.",
    visibility: "collapsed",
  },
  { id: "kmdfDma.registers", name: "Device Registers", icon: "circuit-board", empty: "The device model describes no registers.", visibility: "collapsed" },
  {
    id: "kmdfDma.objects",
    name: "Framework Objects",
    icon: "symbol-object",
    empty: "There are no framework objects yet. They appear here once WdfDriverCreate has returned.",
  },
];

interface Command {
  readonly command: string;
  readonly title: string;
  readonly icon?: string;
  /** Acts on a node of a tree, so that the palette cannot offer it. */
  readonly isForNodes?: boolean;
}

const commands: readonly Command[] = [
  { command: "kmdfDma.openTimeline", title: "Open Timeline", icon: "pulse" },
  { command: "kmdfDma.sendRequest", title: "Send Request…", icon: "send" },
  { command: "kmdfDma.sendRead", title: "Send Read Request…" },
  { command: "kmdfDma.sendWrite", title: "Send Write Request…" },
  { command: "kmdfDma.sendIoControl", title: "Send I/O Control Request…" },
  { command: "kmdfDma.setPowerState", title: "Set Power State…" },
  { command: "kmdfDma.surpriseRemove", title: "Surprise-Remove Device" },
  { command: "kmdfDma.exportTrace", title: "Export Trace…" },
  { command: "kmdfDma.refreshViews", title: "Refresh Views", icon: "refresh" },
  { command: "kmdfDma.copyValue", title: "Copy Value", icon: "copy", isForNodes: true },
  { command: "kmdfDma.openMemory", title: "Open Memory", icon: "file-binary", isForNodes: true },
  { command: "kmdfDma.writeRegister", title: "Write Register…", icon: "edit", isForNodes: true },
];

manifest["activationEvents"] = ["onDebugResolve:kmdf-dma", "onDebugDynamicConfigurations:kmdf-dma", ...treeViews.map(({ id }) => `onView:${id}`)];
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
  views: {
    debug: treeViews.map(({ id, name, icon, visibility }) => ({
      id,
      name,
      icon: `$(${icon})`,
      when: isDebugging,
      ...(visibility === undefined ? {} : { visibility }),
    })),
  },
  viewsWelcome: treeViews.map(({ id, empty }) => ({ view: id, contents: `${empty}\n[Refresh](command:kmdfDma.refreshViews)`, when: isDebugging })),
  commands: commands.map(({ command, title, icon }) => ({
    command,
    title,
    category: "KMDF DMA",
    enablement: isDebugging,
    ...(icon === undefined ? {} : { icon: `$(${icon})` }),
  })),
  menus: {
    "debug/toolBar": [{ command: "kmdfDma.openTimeline", when: isDebugging, group: "navigation@90" }],
    "view/title": [
      { command: "kmdfDma.openTimeline", when: `${isOwnView} && view == kmdfDma.dma`, group: "navigation@1" },
      { command: "kmdfDma.sendRequest", when: "view == kmdfDma.requests", group: "navigation@1" },
      { command: "kmdfDma.refreshViews", when: isOwnView, group: "navigation@9" },
    ],
    "view/item/context": [
      { command: "kmdfDma.writeRegister", when: `${isOwnView} && viewItem =~ /\\bregister\\b/`, group: "inline@1" },
      { command: "kmdfDma.openMemory", when: `${isOwnView} && viewItem =~ /\\bmemory\\b/`, group: "inline@2" },
      { command: "kmdfDma.copyValue", when: `${isOwnView} && viewItem =~ /\\bvalue\\b/`, group: "5_cutcopypaste@1" },
      { command: "kmdfDma.writeRegister", when: `${isOwnView} && viewItem =~ /\\bregister\\b/`, group: "3_modification@1" },
      { command: "kmdfDma.openMemory", when: `${isOwnView} && viewItem =~ /\\bmemory\\b/`, group: "navigation@1" },
    ],
    commandPalette: commands.map(({ command, isForNodes }) => ({ command, when: isForNodes ? "false" : isDebugging })),
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
