// SPDX-License-Identifier: MIT
/** The trees of the debug sidebar and the commands of their nodes, wired to VS Code. */
import * as vscode from "vscode";
import { dmaTree } from "./dma-tree.ts";
import { interruptTree } from "./interrupt-tree.ts";
import { LiveUpdates } from "./live-updates.ts";
import type { MemoryPanel } from "./memory/memory-panel.ts";
import { NodeBreakpoints } from "./node-breakpoints.ts";
import { objectTree } from "./object-tree.ts";
import { openStructure } from "./open-structure.ts";
import { pinKey, withPinned } from "./pinned-nodes.ts";
import { ProjectionTree } from "./projection-tree.ts";
import { RegisterHistory, registerTree } from "./register-tree.ts";
import { requestTree } from "./request-tree.ts";
import type { SessionWatch } from "./session-watch.ts";
import type { TransferHistory } from "./transfer-history.ts";
import type { TraceReader } from "./trace-reader.ts";
import type { TreeNode } from "./tree-node.ts";
import { writeRegister } from "./write-register.ts";

export interface DebugViewParts {
  readonly watch: SessionWatch;
  readonly reader: TraceReader;
  /** Filled by `reader`. */
  readonly transfers: TransferHistory;
  readonly memory: MemoryPanel;
  /** Where pins are kept. */
  readonly state: vscode.Memento;
}

export function registerDebugViews({ watch, reader, transfers, memory, state }: DebugViewParts): vscode.Disposable[] {
  const { l10n } = vscode;
  const registers = new RegisterHistory();
  const breakpoints = new NodeBreakpoints(watch);
  const live = new LiveUpdates();
  const pins = new Pins(state);
  const loads: Readonly<Record<string, () => Promise<readonly TreeNode[]>>> = {
    "kmdfDma.dma": async () => {
      await reader.whenRead();
      return dmaTree(await watch.objects(), l10n, (id) => transfers.of(id));
    },
    "kmdfDma.requests": async () => requestTree(await watch.objects(), l10n),
    "kmdfDma.interrupts": async () => interruptTree(await watch.objects(), l10n),
    "kmdfDma.registers": async () => withPinned(await loadRegisters(watch, registers, live.isRunning), pins.ids, l10n),
    "kmdfDma.objects": async () => objectTree(await watch.objects(), l10n),
  };
  // Before the trees ask again.
  const forget = live.onDidTick(() => watch.forgetObjects());
  const trees = Object.entries(loads).map(([id, load]) => ({
    id,
    tree: new ProjectionTree({ watch, breakpoints, live, load, open: (node) => openStructure(watch, node) }),
  }));
  const pin = async (node: TreeNode, isPinned: boolean): Promise<void> => {
    await pins.set(pinKey(node), isPinned);
    for (const { id, tree } of trees) if (id === "kmdfDma.registers") tree.refresh();
  };
  const command = (name: string, run: (node: TreeNode) => unknown): vscode.Disposable => vscode.commands.registerCommand(`kmdfDma.${name}`, run);
  return [
    breakpoints,
    live,
    forget,
    ...trees.flatMap(({ id, tree }) => [tree, vscode.window.registerTreeDataProvider(id, tree)]),
    command("refreshViews", () => watch.refresh()),
    command("copyValue", (node) => vscode.env.clipboard.writeText(node.value)),
    command("openMemory", (node) => memory.show(node.memory?.reference)),
    command("writeRegister", (node) => writeRegister(watch, node)),
    command("pinNode", (node) => pin(node, true)),
    command("unpinNode", (node) => pin(node, false)),
    command("breakOnNode", (node) => breakpoints.add(node)),
    command("removeNodeBreakpoint", (node) => breakpoints.remove(node)),
    command("goToCreation", goToCreation),
    command("showInTimeline", ({ object, event }) => vscode.commands.executeCommand("kmdfDma.timeline.reveal", { object, event })),
  ];
}

/** Ids of pinned nodes, kept with the workspace. */
class Pins {
  readonly #memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  get ids(): ReadonlySet<string> {
    return new Set(this.#memory.get<string[]>("pinnedRegisters", []));
  }

  async set(id: string, isPinned: boolean): Promise<void> {
    const ids = new Set(this.ids);
    if (isPinned) ids.add(id);
    else ids.delete(id);
    await this.#memory.update("pinnedRegisters", [...ids]);
  }
}

async function goToCreation({ created }: TreeNode): Promise<void> {
  if (created === undefined) return;
  const at = new vscode.Position(created.line - 1, 0);
  const uri = /^[a-z][\w+.-]+:\/\//i.test(created.file) ? vscode.Uri.parse(created.file, true) : vscode.Uri.file(created.file);
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at), viewColumn: vscode.ViewColumn.One });
}

async function loadRegisters(watch: SessionWatch, history: RegisterHistory, isRunning: boolean): Promise<readonly TreeNode[]> {
  const answer = await watch.request("kmdf/registers");
  if (answer === undefined) {
    history.clear();
    return [];
  }
  const before = isRunning ? history.atStop() : history.see(answer.registers, watch.position);
  return registerTree(answer.registers, before, vscode.l10n);
}
