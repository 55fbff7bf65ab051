// SPDX-License-Identifier: MIT
/** Follows our debug sessions by their protocol messages and tells the views when to look again. */
import * as vscode from "vscode";
import type { CustomRequests } from "../protocol/index.ts";
import { debugType } from "./debug-type.ts";

interface EventMessage {
  readonly type: string;
  readonly event?: string;
  readonly body?: unknown;
}

export class SessionWatch implements vscode.DebugAdapterTrackerFactory, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #diagnostics = new vscode.EventEmitter<readonly unknown[]>();
  readonly onDidChange = this.#changed.event;
  /** What compiler and linker said about the latest build. */
  readonly onDidBuild = this.#diagnostics.event;
  readonly #subscription: vscode.Disposable;

  constructor() {
    this.#subscription = vscode.debug.onDidChangeActiveDebugSession(() => this.#changed.fire());
  }

  createDebugAdapterTracker(): vscode.DebugAdapterTracker {
    return {
      onDidSendMessage: (message: EventMessage) => {
        if (message.type !== "event") return;
        if (message.event === "kmdf/changed") this.#changed.fire();
        if (message.event === "kmdf/diagnostics") this.#diagnostics.fire((message.body as { diagnostics?: readonly unknown[] }).diagnostics ?? []);
      },
      onExit: () => this.#changed.fire(),
      onWillStopSession: () => this.#changed.fire(),
    };
  }

  /** The active session, when it is one of ours. */
  get session(): vscode.DebugSession | undefined {
    const session = vscode.debug.activeDebugSession;
    return session?.type === debugType ? session : undefined;
  }

  /** A custom request to the active session; undefined when there is none or it does not answer. */
  async request<K extends keyof CustomRequests>(command: K, args?: CustomRequests[K]["arguments"]): Promise<CustomRequests[K]["body"] | undefined> {
    try {
      return (await this.session?.customRequest(command, args)) as CustomRequests[K]["body"] | undefined;
    } catch {
      // The session has ended or has not started; views show nothing then.
      return undefined;
    }
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
    this.#diagnostics.dispose();
  }
}
