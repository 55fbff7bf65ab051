// SPDX-License-Identifier: MIT
/** The VS Code extension: composition root with an editor. Everything about the target goes through the debug adapter. */
import * as vscode from "vscode";
import { debugType } from "./debug-type.ts";
import { InlineAdapters } from "./inline-adapters.ts";
import { LaunchConfigurations } from "./launch-configurations.ts";
import { registerDebugViews } from "./debug-views.ts";
import { CallbackCounter } from "./editor/callback-statistics.ts";
import { RequestSender } from "./send-request.ts";
import { registerEditorFeatures } from "./editor/editor-features.ts";
import { MemoryPanel } from "./memory/memory-panel.ts";
import { newFromProject } from "./first-steps/new-from-project.ts";
import { trySample, welcomeToSample } from "./first-steps/try-sample.ts";
import { registerLanguageModelTools } from "./language-model/tools.ts";
import { exportTrace } from "./export-trace.ts";
import { SessionWatch } from "./session-watch.ts";
import { ScenarioTests } from "./testing/scenario-tests.ts";
import { TimelinePanel } from "./timeline-panel.ts";
import { TraceReader } from "./trace-reader.ts";
import { TransferHistory } from "./transfer-history.ts";

export function activate(context: vscode.ExtensionContext): void {
  const adapters = new InlineAdapters(context.extensionPath);
  const watch = new SessionWatch();
  const requests = new RequestSender(watch, context.workspaceState);
  const timeline = new TimelinePanel(watch, context.extensionUri, context.workspaceState);
  const output = vscode.window.createOutputChannel("KMDF DMA");
  const memory = new MemoryPanel(watch, context.extensionUri);
  const callbacks = new CallbackCounter();
  const transfers = new TransferHistory();
  const reader = new TraceReader(watch, [callbacks, transfers]);
  const configurations = new LaunchConfigurations();
  context.subscriptions.push(
    adapters,
    watch,
    reader,
    ...registerEditorFeatures({ watch, reader, callbacks, root: context.extensionUri }),
    vscode.debug.registerDebugAdapterDescriptorFactory(debugType, adapters),
    vscode.debug.registerDebugConfigurationProvider(debugType, configurations),
    vscode.debug.registerDebugConfigurationProvider(debugType, configurations, vscode.DebugConfigurationProviderTriggerKind.Dynamic),
    vscode.debug.registerDebugAdapterTrackerFactory(debugType, watch),
    requests,
    timeline,
    new ScenarioTests(adapters, watch),
    ...registerDebugViews({ watch, reader, transfers, memory, state: context.workspaceState }),
    output,
    memory,
    vscode.commands.registerCommand("kmdfDma.showMemory", (address?: string) => memory.show(typeof address === "string" ? address : undefined)),
    ...registerLanguageModelTools(watch),
    vscode.commands.registerCommand("kmdfDma.trySample", () => trySample(context)),
    vscode.commands.registerCommand("kmdfDma.newFromProject", () => newFromProject(context.extensionUri, output)),
    vscode.commands.registerCommand("kmdfDma.sendRequest", () => requests.choose()),
    vscode.commands.registerCommand("kmdfDma.sendRead", () => requests.send("read")),
    vscode.commands.registerCommand("kmdfDma.sendWrite", () => requests.send("write")),
    vscode.commands.registerCommand("kmdfDma.sendIoControl", () => requests.send("ioctl")),
    vscode.commands.registerCommand("kmdfDma.setPowerState", () => requests.send("power")),
    vscode.commands.registerCommand("kmdfDma.surpriseRemove", () => requests.send("surpriseRemove")),
    vscode.commands.registerCommand("kmdfDma.exportTrace", () => exportTrace(watch)),
  );
  void welcomeToSample(context);
}
