// SPDX-License-Identifier: MIT
/** Follows our debug sessions by their protocol messages and tells the views when to look again. */
import * as vscode from "vscode";
import type { CustomEvents, CustomRequests, ObjectView, RunEnding } from "../protocol/index.ts";
import { debugType } from "./debug-type.ts";

interface EventMessage {
  readonly type: string;
  readonly event?: string;
  readonly body?: unknown;
}

/** What changed; without a reason, the active session did. */
export type TargetChange = Partial<CustomEvents["kmdf/changed"]>;
export type CompletedRequest = CustomEvents["kmdf/requestCompleted"];

export class SessionWatch implements vscode.DebugAdapterTrackerFactory, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<TargetChange>();
  readonly #completed = new vscode.EventEmitter<CompletedRequest>();
  readonly #ended = new vscode.EventEmitter<{ readonly session: vscode.DebugSession; readonly ending: RunEnding }>();
  readonly #diagnostics = new vscode.EventEmitter<readonly unknown[]>();
  readonly onDidChange = this.#changed.event;
  /** A request that was sent from the user interface is complete. */
  readonly onDidCompleteRequest = this.#completed.event;
  /** A session of ours has come to its end, by itself or by being told to. */
  readonly onDidEnd = this.#ended.event;
  /** What compiler and linker said about the latest build. */
  readonly onDidBuild = this.#diagnostics.event;
  readonly #subscription: vscode.Disposable;
  /** Asked once for all trees after each change. */
  #objects: Promise<readonly ObjectView[]> | undefined;
  #position: number | undefined;

  constructor() {
    this.#subscription = vscode.debug.onDidChangeActiveDebugSession(() => this.#tell({}));
  }

  createDebugAdapterTracker(session: vscode.DebugSession): vscode.DebugAdapterTracker {
    return {
      onDidSendMessage: (message: EventMessage) => {
        if (message.type !== "event") return;
        switch (message.event) {
          case "kmdf/changed":
            if (session.id === this.session?.id) this.#tell(message.body as TargetChange);
            break;
          case "kmdf/requestCompleted":
            this.#completed.fire(message.body as CompletedRequest);
            break;
          case "kmdf/ended":
            this.#ended.fire({ session, ending: message.body as RunEnding });
            break;
          case "kmdf/diagnostics":
            this.#diagnostics.fire((message.body as { diagnostics?: readonly unknown[] }).diagnostics ?? []);
            break;
        }
      },
      onExit: () => this.#tell({}),
      onWillStopSession: () => this.#tell({}),
    };
  }

  /** The active session, when it is one of ours. */
  get session(): vscode.DebugSession | undefined {
    const session = vscode.debug.activeDebugSession;
    return session?.type === debugType ? session : undefined;
  }

  /** Statement number at the latest stop of the active session. */
  get position(): number | undefined {
    return this.#position;
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

  /** Framework objects of the active session; none without a session. */
  objects(): Promise<readonly ObjectView[]> {
    this.#objects ??= this.request("kmdf/objects").then((answer) => answer?.objects ?? []);
    return this.#objects;
  }

  /** Lets whoever asks next for the objects get those of now. */
  forgetObjects(): void {
    this.#objects = undefined;
  }

  /** Lets all views ask again. */
  refresh(): void {
    this.#tell({});
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
    this.#completed.dispose();
    this.#ended.dispose();
    this.#diagnostics.dispose();
  }

  #tell(change: TargetChange): void {
    this.#objects = undefined;
    if (this.session === undefined || change.reason === "ended") this.#position = undefined;
    else if (change.position !== undefined) this.#position = change.position;
    this.#changed.fire(change);
  }
}
