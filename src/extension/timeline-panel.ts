// SPDX-License-Identifier: MIT
/** The timeline panel: a page that draws the trace, and what it needs of the editor: source places, travels in time, files, and a memory for notes. */
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import {
  type TimelineCommand,
  type TimelineRequest,
  type TimelineUpdate,
  defaultTimelineSettings,
  timelineCommands,
  timelineNotes,
  timelineRequest,
  timelineSettings,
} from "../protocol/index.ts";
import { debugType } from "./debug-type.ts";
import { exportTrace } from "./export-trace.ts";
import type { SessionWatch } from "./session-watch.ts";
import { openFunction } from "./source-of-function.ts";
import { chooseRun } from "./timeline-comparison.ts";
import { TimelineFeed } from "./timeline-feed.ts";
import { timelinePage } from "./timeline-page.ts";
import { timelineStrings } from "./timeline-strings.ts";

export const timelineViewType = "kmdfDma.timeline";
const settingsKey = "timeline.settings";
const notesKey = (name: string | undefined): string => `timeline.notes/${name ?? ""}`;

/** What to bring into sight: an event of the trace, or a framework object by its id. */
export interface TimelineTarget {
  readonly event?: number;
  readonly object?: number;
}

export class TimelinePanel implements vscode.WebviewPanelSerializer, vscode.Disposable {
  readonly #watch: SessionWatch;
  readonly #root: vscode.Uri;
  readonly #memory: vscode.Memento;
  readonly #feed: TimelineFeed;
  readonly #subscriptions: vscode.Disposable[];
  #panel: vscode.WebviewPanel | undefined;
  /** To be shown once the page is ready. */
  #target: TimelineTarget | undefined;
  #isReady = false;

  constructor(watch: SessionWatch, root: vscode.Uri, memory: vscode.Memento) {
    this.#watch = watch;
    this.#root = root;
    this.#memory = memory;
    this.#feed = new TimelineFeed(watch);
    this.#subscriptions = [
      this.#feed,
      this.#feed.onDidUpdate((update) => this.#post(update)),
      this.#feed.onDidChangeRun(() => this.#sendSettings()),
      vscode.debug.registerDebugAdapterTrackerFactory(debugType, this.#feed),
      vscode.window.registerWebviewPanelSerializer(timelineViewType, this),
      vscode.commands.registerCommand("kmdfDma.openTimeline", () => this.show()),
      vscode.commands.registerCommand("kmdfDma.timeline.reveal", (target: TimelineTarget | undefined) => this.show(target)),
      ...(Object.keys(timelineCommands) as TimelineCommand[]).map((command) =>
        vscode.commands.registerCommand(`kmdfDma.timeline.${command}`, () => this.#command(command)),
      ),
    ];
  }

  /** Opens the panel, or brings it to the front; with `target` it is selected there. */
  async show(target?: TimelineTarget): Promise<void> {
    this.#target = target;
    if (this.#panel !== undefined) {
      this.#panel.reveal(undefined, true);
      if (this.#isReady) this.#reveal();
      return;
    }
    const isAlone = vscode.window.tabGroups.all.length === 1;
    this.#adopt(vscode.window.createWebviewPanel(timelineViewType, vscode.l10n.t("DMA Timeline"), vscode.ViewColumn.Beside, this.#options()));
    // Otherwise the source of the next stop would be opened over the timeline.
    if (isAlone) await vscode.commands.executeCommand("workbench.action.lockEditorGroup");
  }

  /** After the window was reloaded. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    panel.webview.options = this.#options();
    this.#adopt(panel);
    return Promise.resolve();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#panel?.dispose();
  }

  #options(): vscode.WebviewOptions {
    return { enableScripts: true, localResourceRoots: ["dist", "media"].map((name) => vscode.Uri.joinPath(this.#root, name)) };
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel?.dispose();
    this.#panel = panel;
    this.#isReady = false;
    panel.iconPath = vscode.Uri.joinPath(this.#root, "media/icon.svg");
    const { webview } = panel;
    const uri = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(this.#root, file)).toString();
    panel.onDidDispose(() => {
      if (this.#panel !== panel) return;
      this.#panel = undefined;
      this.#feed.want(false);
    });
    webview.onDidReceiveMessage((message: unknown) => {
      const request = timelineRequest(message);
      if (request !== undefined) void this.#answer(request);
    });
    webview.html = timelinePage({
      script: uri("dist/timeline.js"),
      style: uri("media/timeline.css"),
      source: webview.cspSource,
      nonce: randomUUID(),
      language: vscode.env.language,
      strings: timelineStrings(vscode.l10n),
    });
  }

  async #answer(request: TimelineRequest): Promise<void> {
    switch (request.type) {
      case "ready":
        // A page that was hidden and shown again has forgotten everything.
        this.#isReady = true;
        this.#sendSettings();
        this.#feed.repeat();
        this.#feed.want(true);
        this.#reveal();
        break;
      case "travel":
        await this.#travel(request.statement);
        break;
      case "source":
        await openFunction(this.#watch.session, request.functionName);
        break;
      case "copy":
        await vscode.env.clipboard.writeText(request.text);
        break;
      case "saveSettings":
        await this.#memory.update(settingsKey, request.settings);
        break;
      case "saveNotes":
        await this.#memory.update(notesKey(this.#feed.name), request.notes);
        break;
      case "picture":
        await savePicture(request);
        break;
      case "command":
        await this.#command(request.command);
        break;
    }
  }

  async #command(command: TimelineCommand): Promise<void> {
    switch (command) {
      case "compare": {
        const run = await chooseRun(this.#feed.previous);
        if (run !== undefined) this.#post({ type: "ghost", ...run });
        break;
      }
      case "stopComparing":
        this.#post({ type: "ghost", name: "" });
        break;
      case "exportTrace":
        await exportTrace(this.#watch, this.#feed.trace);
        break;
      default:
        this.#post({ type: "command", command });
    }
  }

  #sendSettings(): void {
    const settings = timelineSettings(this.#memory.get(settingsKey)) ?? defaultTimelineSettings;
    const notes = timelineNotes(this.#memory.get(notesKey(this.#feed.name))) ?? [];
    this.#post({ type: "settings", settings, notes });
  }

  #reveal(): void {
    if (this.#target !== undefined) this.#post({ type: "reveal", ...this.#target });
    this.#target = undefined;
  }

  async #travel(position: number): Promise<void> {
    try {
      await this.#watch.session?.customRequest("kmdf/goto", { position });
    } catch (error) {
      await vscode.window.showErrorMessage(vscode.l10n.t("The target cannot travel there: {0}", error instanceof Error ? error.message : String(error)));
    }
  }

  #post(update: TimelineUpdate): void {
    if (this.#isReady) void this.#panel?.webview.postMessage(update);
  }
}

async function savePicture({ format, data }: Extract<TimelineRequest, { readonly type: "picture" }>): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, `timeline.${format}`) }),
    filters: { [format.toUpperCase()]: [format] },
  });
  if (target !== undefined) await vscode.workspace.fs.writeFile(target, typeof data === "string" ? new TextEncoder().encode(data) : data);
}
