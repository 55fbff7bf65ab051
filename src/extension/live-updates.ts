// SPDX-License-Identifier: MIT
/** Lets the views look at a running target from time to time; how often is the user's choice. */
import * as vscode from "vscode";
import { debugType } from "./debug-type.ts";

/** Requests that let the target run. */
const moves: ReadonlySet<string> = new Set([
  "configurationDone",
  "continue",
  "next",
  "stepIn",
  "stepOut",
  "stepBack",
  "reverseContinue",
  "goto",
  "restart",
  "restartFrame",
]);

interface Message {
  readonly type: string;
  readonly command?: string;
  readonly success?: boolean;
  readonly event?: string;
}

export class LiveUpdates implements vscode.DebugAdapterTrackerFactory, vscode.Disposable {
  readonly #tick = new vscode.EventEmitter<void>();
  /** The target of the active session may have changed while it ran. */
  readonly onDidTick = this.#tick.event;
  readonly #running = new Set<string>();
  readonly #subscription: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    this.#subscription = vscode.debug.registerDebugAdapterTrackerFactory(debugType, this);
  }

  createDebugAdapterTracker({ id }: vscode.DebugSession): vscode.DebugAdapterTracker {
    return {
      onDidSendMessage: ({ type, command = "", success, event }: Message) => {
        if (event === "continued" || (type === "response" && success === true && moves.has(command))) this.#started(id);
        else if (event === "stopped" || event === "terminated") this.#stopped(id);
      },
      onWillStopSession: () => this.#stopped(id),
    };
  }

  /** Whether the target of the active session runs. */
  get isRunning(): boolean {
    return this.#running.has(vscode.debug.activeDebugSession?.id ?? "");
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#tick.dispose();
    clearTimeout(this.#timer);
    this.#running.clear();
  }

  #started(id: string): void {
    this.#running.add(id);
    this.#schedule();
  }

  #stopped(id: string): void {
    this.#running.delete(id);
  }

  #schedule(): void {
    const interval = vscode.workspace.getConfiguration("kmdfDma").get("liveViews", 500);
    if (this.#timer !== undefined || interval <= 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.isRunning) this.#tick.fire();
      if (this.#running.size > 0) this.#schedule();
    }, interval);
  }
}
