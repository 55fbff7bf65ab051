// SPDX-License-Identifier: MIT
/** Finds the scenarios of the open folders and keeps the tests of the Test Explorer up to date with launch.json and scenario files. */
import * as vscode from "vscode";
import { discoverConfiguration } from "../../adapter/index.ts";
import { UserError } from "../../base/index.ts";
import { debugType } from "../debug-type.ts";
import { type Attributes, type ScenarioTest, scenarioFile, scenarioTests } from "./scenario-catalog.ts";

const launchFiles = "**/.vscode/launch.json";
/** Files that are scenarios by their name; whether they are by their content is looked at later. */
const scenarioFiles = "**/{scenario,scenario-*,*-scenario,*.scenario,scenarios/*}.{ts,mts,js,mjs,json}";
const nothing = "**/{node_modules,dist,out,.git}/**";
/** A folder with more launch configurations than this is a forest of samples that nobody tests at once. */
const mostFolders = 50;

export interface DiscoveredTest extends ScenarioTest {
  /** Folder that relative paths of the configuration start from. */
  readonly folder: vscode.Uri;
}

/** All tests of the workspace. A nested folder with a launch.json of its own is a driver of its own. */
export async function discoverScenarios(): Promise<DiscoveredTest[]> {
  const launches = await vscode.workspace.findFiles(launchFiles, nothing, mostFolders);
  const folders = new Map(launches.map((file) => [vscode.Uri.joinPath(file, "../..").toString(), vscode.Uri.joinPath(file, "../..")]));
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) if (uri.scheme === "file") folders.set(uri.toString(), uri);
  const candidates = await vscode.workspace.findFiles(scenarioFiles, nothing);
  const found: DiscoveredTest[] = [];
  for (const folder of [...folders.values()].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const inner = [...folders.values()].filter((other) => other.path !== folder.path && isWithin(other, folder));
    const own = candidates.filter((file) => isWithin(file, folder) && !inner.some((other) => isWithin(file, other)));
    found.push(...(await testsOf(folder, own)));
  }
  return found;
}

const isWithin = (file: vscode.Uri, folder: vscode.Uri): boolean => file.path.startsWith(`${folder.path.replace(/\/$/, "")}/`);

async function testsOf(folder: vscode.Uri, candidates: readonly vscode.Uri[]): Promise<DiscoveredTest[]> {
  const launchFile = vscode.Uri.joinPath(folder, ".vscode/launch.json");
  const launchText = await textOf(launchFile);
  if (launchText?.includes(debugType) !== true && candidates.length === 0) return [];
  const scenarioTexts = new Map<string, string>();
  for (const file of candidates) await addText(scenarioTexts, file);
  const of = { folder: folder.fsPath, launchFile: launchFile.fsPath, launchText, discovered: discovered(folder), scenarioTexts };
  // A scenario may have any name if a configuration says so.
  const named = scenarioTests(of).flatMap(({ attributes }) => scenarioFile(folder.fsPath, attributes) ?? []);
  for (const file of named) if (!scenarioTexts.has(file)) await addText(scenarioTexts, vscode.Uri.file(file));
  return scenarioTests(of).map((test) => ({ ...test, folder }));
}

function discovered(folder: vscode.Uri): Attributes | undefined {
  const found = discoverConfiguration(folder.fsPath);
  return found instanceof UserError ? undefined : { ...found };
}

async function addText(texts: Map<string, string>, file: vscode.Uri): Promise<void> {
  const text = await textOf(file);
  if (text !== undefined) texts.set(file.fsPath, text);
}

async function textOf(file: vscode.Uri): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  } catch {
    // There is no such file, which is what was asked.
    return undefined;
  }
}

/** Calls `onChange` some time after files that tests come from have changed. */
export function watchScenarios(onChange: () => void): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(onChange, 300);
  };
  const watchers = [launchFiles, scenarioFiles].map((pattern) => vscode.workspace.createFileSystemWatcher(pattern));
  const subscriptions = watchers.flatMap((watcher) => [watcher.onDidCreate(later), watcher.onDidChange(later), watcher.onDidDelete(later)]);
  subscriptions.push(vscode.workspace.onDidChangeWorkspaceFolders(later));
  return vscode.Disposable.from(...watchers, ...subscriptions, { dispose: () => clearTimeout(timer) });
}
