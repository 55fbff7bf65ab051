// SPDX-License-Identifier: MIT
/** The VS Code extension: composition root with an editor. Everything about the target goes through the debug adapter. */
import * as vscode from "vscode";
import { debugType } from "./debug-type.ts";
import { InlineAdapters } from "./inline-adapters.ts";
import { LaunchConfigurations } from "./launch-configurations.ts";
import { registerDebugViews } from "./debug-views.ts";
import { RequestSender } from "./send-request.ts";
import { registerEditorFeatures } from "./editor/editor-features.ts";
import { exportTrace } from "./export-trace.ts";
import { SessionWatch } from "./session-watch.ts";
import { ScenarioTests } from "./testing/scenario-tests.ts";
import { TimelinePanel } from "./timeline-panel.ts";

export function activate(context: vscode.ExtensionContext): void {
  const adapters = new InlineAdapters(context.extensionPath);
  const watch = new SessionWatch();
  const requests = new RequestSender(watch, context.workspaceState);
  const timeline = new TimelinePanel(watch, context.extensionUri, context.workspaceState);
  const configurations = new LaunchConfigurations();
  context.subscriptions.push(
    adapters,
    watch,
    ...registerEditorFeatures(watch, context.extensionUri),
    vscode.debug.registerDebugAdapterDescriptorFactory(debugType, adapters),
    vscode.debug.registerDebugConfigurationProvider(debugType, configurations),
    vscode.debug.registerDebugConfigurationProvider(debugType, configurations, vscode.DebugConfigurationProviderTriggerKind.Dynamic),
    vscode.debug.registerDebugAdapterTrackerFactory(debugType, watch),
    requests,
    timeline,
    new ScenarioTests(adapters, watch),
    ...registerDebugViews(watch),
    vscode.commands.registerCommand("kmdfDma.sendRequest", () => requests.choose()),
    vscode.commands.registerCommand("kmdfDma.sendRead", () => requests.send("read")),
    vscode.commands.registerCommand("kmdfDma.sendWrite", () => requests.send("write")),
    vscode.commands.registerCommand("kmdfDma.sendIoControl", () => requests.send("ioctl")),
    vscode.commands.registerCommand("kmdfDma.setPowerState", () => requests.send("power")),
    vscode.commands.registerCommand("kmdfDma.surpriseRemove", () => requests.send("surpriseRemove")),
    vscode.commands.registerCommand("kmdfDma.exportTrace", () => exportTrace(watch)),
  );
}
