// SPDX-License-Identifier: MIT
/** Command "Open Memory": VS Code's hex editor where it is installed, otherwise a read-only listing that follows the target. */
import * as vscode from "vscode";
import { hexDump } from "./hex-dump.ts";
import type { SessionWatch } from "./session-watch.ts";
import type { TreeNode } from "./tree-node.ts";

const scheme = "kmdf-dma-memory";
const hexEditor = { extension: "ms-vscode.hexeditor", view: "hexEditor.hexedit" };
/** Shown when nobody knows how long the thing is. */
const defaultBytes = 256;
/** A text document of more is of no use to anybody. */
const mostBytes = 0x1_0000;

export class MemoryView implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #watch: SessionWatch;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions: readonly vscode.Disposable[];

  constructor(watch: SessionWatch) {
    this.#watch = watch;
    this.#subscriptions = [vscode.workspace.registerTextDocumentContentProvider(scheme, this), watch.onDidChange(() => this.#refresh())];
  }

  async open({ memory }: TreeNode): Promise<void> {
    const { session } = this.#watch;
    if (memory === undefined || session === undefined) return;
    const { reference, name, length } = memory;
    if (vscode.extensions.getExtension(hexEditor.extension) !== undefined) {
      // The address of a memory document, as VS Code's own "View Binary Data" makes it.
      const uri = vscode.Uri.from({
        scheme: "vscode-debug-memory",
        authority: session.id,
        path: `/${encodeURIComponent(reference)}/${encodeURIComponent(name)}.bin`,
      });
      await vscode.commands.executeCommand("vscode.openWith", uri, hexEditor.view);
      return;
    }
    const query = new URLSearchParams({ reference, count: String(Math.min(length ?? defaultBytes, mostBytes)) });
    const uri = vscode.Uri.from({ scheme, path: `/${name} ${reference.replaceAll(":", " ")}.txt`, query: query.toString() });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true, preserveFocus: true, viewColumn: vscode.ViewColumn.Beside });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const query = new URLSearchParams(uri.query);
    const memoryReference = query.get("reference") ?? "0";
    try {
      const answer = (await this.#watch.session?.customRequest("readMemory", { memoryReference, count: Number(query.get("count")) })) as
        | ReadMemoryBody
        | undefined;
      if (answer === undefined) return vscode.l10n.t("The debug session has ended.");
      const bytes = Uint8Array.from(Buffer.from(answer.data ?? "", "base64"));
      return `${hexDump(BigInt(/0x[\da-f]+$/i.exec(answer.address)?.[0] ?? 0), bytes, answer.unreadableBytes)}\n`;
    } catch (error) {
      return vscode.l10n.t("The memory at {0} cannot be read: {1}", memoryReference, error instanceof Error ? error.message : String(error));
    }
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  #refresh(): void {
    for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === scheme) this.#changed.fire(uri);
  }
}

interface ReadMemoryBody {
  readonly address: string;
  readonly data?: string;
  readonly unreadableBytes?: number;
}
