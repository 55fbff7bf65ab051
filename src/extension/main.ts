// SPDX-License-Identifier: MIT
/** The VS Code extension: composition root with an editor. Everything about the target goes through the debug adapter. */
import * as vscode from "vscode";
import { debugType } from "./debug-type.ts";
import { InlineAdapters } from "./inline-adapters.ts";
import { LaunchConfigurations } from "./launch-configurations.ts";
import { ObjectTree } from "./object-tree.ts";
import { BuildProblems } from "./build-problems.ts";
import { exportTrace } from "./export-trace.ts";
import { SessionWatch } from "./session-watch.ts";

export function activate(context: vscode.ExtensionContext): void {
  const adapters = new InlineAdapters(context.extensionPath);
  const watch = new SessionWatch();
  const tree = new ObjectTree(watch);
  const problems = new BuildProblems(watch);
  const configurations = new LaunchConfigurations();
  context.subscriptions.push(
    adapters,
    watch,
    problems,
    vscode.debug.registerDebugAdapterDescriptorFactory(debugType, adapters),
    vscode.debug.registerDebugConfigurationProvider(debugType, configurations),
    vscode.debug.registerDebugConfigurationProvider(debugType, configurations, vscode.DebugConfigurationProviderTriggerKind.Dynamic),
    vscode.debug.registerDebugAdapterTrackerFactory(debugType, watch),
    vscode.window.registerTreeDataProvider("kmdfDma.objects", tree),
    vscode.commands.registerCommand("kmdfDma.refreshObjects", () => tree.refresh()),
    vscode.commands.registerCommand("kmdfDma.exportTrace", () => exportTrace(watch)),
  );
}
