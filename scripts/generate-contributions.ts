// SPDX-License-Identifier: MIT
/** Writes `contributes` of package.json and its texts, package.nls.json, from the tables in contributions/. `--check` compares only. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { commands, menus } from "./contributions/commands.ts";
import { debuggers } from "./contributions/debuggers.ts";
import { languageModelTools } from "./contributions/language-model-tools.ts";
import { localise } from "./contributions/localise.ts";
import { configuration } from "./contributions/settings.ts";
import { treeViews, views, viewsWelcome } from "./contributions/views.ts";
import { walkthroughs } from "./contributions/walkthrough.ts";

const root = path.resolve(import.meta.dirname, "..");
const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as Record<string, unknown>;

const contributes = localise({
  breakpoints: [{ language: "c" }, { language: "cpp" }],
  debuggers,
  views,
  viewsWelcome,
  commands,
  menus,
  configuration,
  walkthroughs,
  languageModelTools,
  snippets: [
    { language: "typescript", path: "./media/snippets.json" },
    { language: "javascript", path: "./media/snippets.json" },
    { language: "c", path: "./media/snippets-c.json" },
    { language: "cpp", path: "./media/snippets-c.json" },
  ],
});
const capabilities = localise({
  untrustedWorkspaces: {
    supported: "limited",
    description: "Traces can be looked at; building and running a driver runs code of the workspace, so it needs your trust.",
  },
  virtualWorkspaces: { supported: false, description: "Drivers are built from files on a disk." },
});

manifest["l10n"] = "./l10n";
// Where the sources are is where the compiler and the machine run: in a remote window, WSL or a container.
manifest["extensionKind"] = ["workspace"];
manifest["activationEvents"] = [
  "onDebugResolve:kmdf-dma",
  "onDebugDynamicConfigurations:kmdf-dma",
  "onLanguage:c",
  "onLanguage:cpp",
  "workspaceContains:.vscode/launch.json",
  ...treeViews.map(({ id }) => `onView:${id}`),
  "onWebviewPanel:kmdfDma.timeline",
];
manifest["contributes"] = contributes.manifest;
manifest["capabilities"] = capabilities.manifest;

/** Generated files by name. */
const files: Readonly<Record<string, unknown>> = {
  "package.json": manifest,
  "package.nls.json": { ...contributes.texts, ...capabilities.texts },
};
for (const [name, value] of Object.entries(files)) {
  const file = path.join(root, name);
  const text = `${JSON.stringify(value, undefined, 2)}\n`;
  if (!process.argv.includes("--check")) writeFileSync(file, text);
  else if (readText(file) !== text) {
    console.error(`${name} is out of date: run node scripts/generate-contributions.ts`);
    process.exitCode = 1;
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
