// SPDX-License-Identifier: MIT
/** The timeline panel: a page that draws the trace, and what it needs of the debug session: events, source places, travels in time. */
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { decodeTrace, timelineRequest, type TargetPosition, type TimelineRequest, type TimelineUpdate } from "../protocol/index.ts";
import type { SessionWatch, TargetChange } from "./session-watch.ts";
import { openFunction } from "./source-of-function.ts";
import { timelinePage } from "./timeline-page.ts";
import { timelineStrings } from "./timeline-strings.ts";

/** What the panel has been sent. */
interface Sent {
  readonly session: string;
  readonly lastEvent: number;
  readonly furthest: number;
}

const nothingSent: Sent = { session: "", lastEvent: 0, furthest: 0 };

export class TimelinePanel implements vscode.Disposable {
  readonly #watch: SessionWatch;
  readonly #root: vscode.Uri;
  readonly #subscription: vscode.Disposable;
  #panel: vscode.WebviewPanel | undefined;
  #sent = nothingSent;
  /** Updates go out one after the other. */
  #updates: Promise<void> = Promise.resolve();

  constructor(watch: SessionWatch, root: vscode.Uri) {
    this.#watch = watch;
    this.#root = root;
    this.#subscription = watch.onDidChange((change) => this.#queue(change));
  }

  async show(): Promise<void> {
    if (this.#panel !== undefined) {
      this.#panel.reveal();
      return;
    }
    const isAlone = vscode.window.tabGroups.all.length === 1;
    const folders = ["dist", "media"].map((name) => vscode.Uri.joinPath(this.#root, name));
    const panel = vscode.window.createWebviewPanel("kmdfDma.timeline", vscode.l10n.t("DMA Timeline"), vscode.ViewColumn.Beside, {
      enableScripts: true,
      localResourceRoots: folders,
    });
    panel.iconPath = vscode.Uri.joinPath(this.#root, "media/icon.svg");
    const { webview } = panel;
    const uri = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(this.#root, file)).toString();
    panel.onDidDispose(() => {
      this.#panel = undefined;
    });
    webview.onDidReceiveMessage((message: unknown) => {
      const request = timelineRequest(message);
      if (request !== undefined) void this.#answer(request);
    });
    this.#panel = panel;
    webview.html = timelinePage({
      script: uri("dist/timeline.js"),
      style: uri("media/timeline.css"),
      source: webview.cspSource,
      nonce: randomUUID(),
      language: vscode.env.language,
      strings: timelineStrings(vscode.l10n),
    });
    // Otherwise the source of the next stop would be opened over the timeline.
    if (isAlone) await vscode.commands.executeCommand("workbench.action.lockEditorGroup");
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#panel?.dispose();
  }

  async #answer(request: TimelineRequest): Promise<void> {
    switch (request.type) {
      case "ready":
        // A page that was hidden and shown again has forgotten everything.
        this.#sent = nothingSent;
        this.#queue({});
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
    }
  }

  async #travel(position: number): Promise<void> {
    try {
      await this.#watch.session?.customRequest("kmdf/goto", { position });
    } catch (error) {
      await vscode.window.showErrorMessage(vscode.l10n.t("The target cannot travel there: {0}", error instanceof Error ? error.message : String(error)));
    }
  }

  #queue(change: TargetChange): void {
    if (this.#panel !== undefined) this.#updates = this.#updates.then(() => this.#update(change));
  }

  async #update(change: TargetChange): Promise<void> {
    const { session } = this.#watch;
    if (this.#panel === undefined) return;
    if (session === undefined) {
      // The trace stays; one that was never sent cannot be had any more.
      this.#post({ type: "ended" });
      return;
    }
    const position = await this.#watch.request("kmdf/position");
    const furthest = position?.furthest ?? this.#sent.furthest;
    // A write in the past, and a restart, begin another history. Travelling alone does not: what lies ahead will come again.
    const isWhole = this.#sent.session !== session.id || change.reason === "written" || furthest < this.#sent.furthest;
    if (this.#sent.session !== session.id) await this.#sendRegisters();
    const answer = await this.#watch.request("kmdf/trace", { fromEvent: isWhole ? 1 : this.#sent.lastEvent + 1 });
    if (answer === undefined) return;
    const trace = decodeTrace(answer.trace);
    const lastEvent = trace.count === 0 ? (isWhole ? 0 : this.#sent.lastEvent) : trace.firstEvent + trace.count - 1;
    this.#sent = { session: session.id, lastEvent, furthest };
    this.#post({ type: "trace", isWhole, trace, ...positionPart(position) });
    if (change.reason === "ended") this.#post({ type: "ended" });
  }

  async #sendRegisters(): Promise<void> {
    const answer = await this.#watch.request("kmdf/registers");
    if (answer === undefined) return;
    this.#post({ type: "registers", names: Object.fromEntries(answer.registers.map(({ bar, offset, name }) => [`${bar}:${offset}`, name])) });
  }

  #post(update: TimelineUpdate): void {
    void this.#panel?.webview.postMessage(update);
  }
}

const positionPart = (position: TargetPosition | undefined): { position?: TargetPosition } => (position === undefined ? {} : { position });
