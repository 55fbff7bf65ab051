// SPDX-License-Identifier: MIT
/** Breakpoints on nodes of the trees: each is one or two framework breakpoints of the adapter, which knows the set as a whole. */
import * as vscode from "vscode";
import type { FrameworkBreakpointRequest } from "../protocol/index.ts";
import type { SessionWatch } from "./session-watch.ts";
import type { TreeNode } from "./tree-node.ts";

export class NodeBreakpoints implements vscode.Disposable {
  readonly #watch: SessionWatch;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #subscription: vscode.Disposable;
  /** By what the node stands for. They live as long as the session: ids of objects mean nothing in another one. */
  readonly #requests = new Map<string, readonly FrameworkBreakpointRequest[]>();
  #session: string | undefined;

  constructor(watch: SessionWatch) {
    this.#watch = watch;
    this.#subscription = vscode.debug.onDidTerminateDebugSession(({ id }) => {
      if (id !== this.#session) return;
      this.#requests.clear();
      this.#session = undefined;
      this.#changed.fire();
    });
  }

  has(key: string): boolean {
    return this.#session === this.#watch.session?.id && this.#requests.has(key);
  }

  async add({ breakpoint }: TreeNode): Promise<void> {
    const { session } = this.#watch;
    if (breakpoint === undefined || session === undefined) return;
    if (session.id !== this.#session) this.#requests.clear();
    this.#session = session.id;
    this.#requests.set(breakpoint.key, breakpoint.requests);
    await this.#send(session);
  }

  async remove({ breakpoint }: TreeNode): Promise<void> {
    const { session } = this.#watch;
    if (breakpoint === undefined || session === undefined) return;
    this.#requests.delete(breakpoint.key);
    await this.#send(session);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  async #send(session: vscode.DebugSession): Promise<void> {
    const breakpoints = [...this.#requests.values()].flat();
    const answer = (await session.customRequest("kmdf/setFrameworkBreakpoints", { breakpoints })) as {
      readonly breakpoints: readonly { readonly message?: string }[];
    };
    const refused = answer.breakpoints.flatMap(({ message }) => message ?? []);
    this.#changed.fire();
    if (refused.length > 0) await vscode.window.showWarningMessage(refused.join("\n"));
  }
}
