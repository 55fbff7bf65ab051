// SPDX-License-Identifier: MIT
/** The trees of the debug sidebar and the commands of their nodes, wired to VS Code. */
import * as vscode from "vscode";
import { dmaTree } from "./dma-tree.ts";
import { interruptTree } from "./interrupt-tree.ts";
import { MemoryView } from "./memory-view.ts";
import { objectTree } from "./object-tree.ts";
import { ProjectionTree } from "./projection-tree.ts";
import { RegisterHistory, registerTree } from "./register-tree.ts";
import { requestTree } from "./request-tree.ts";
import type { SessionWatch } from "./session-watch.ts";
import type { TreeNode } from "./tree-node.ts";
import { writeRegister } from "./write-register.ts";

export function registerDebugViews(watch: SessionWatch): vscode.Disposable[] {
  const { l10n } = vscode;
  const memory = new MemoryView(watch);
  const registers = new RegisterHistory();
  const loads: Readonly<Record<string, () => Promise<readonly TreeNode[]>>> = {
    "kmdfDma.dma": async () => dmaTree(await watch.objects(), l10n),
    "kmdfDma.requests": async () => requestTree(await watch.objects(), l10n),
    "kmdfDma.interrupts": async () => interruptTree(await watch.objects(), l10n),
    "kmdfDma.registers": () => loadRegisters(watch, registers),
    "kmdfDma.objects": async () => objectTree(await watch.objects(), l10n),
  };
  const trees = Object.entries(loads).map(([id, load]) => ({ id, tree: new ProjectionTree(watch, load) }));
  return [
    memory,
    ...trees.flatMap(({ id, tree }) => [tree, vscode.window.registerTreeDataProvider(id, tree)]),
    vscode.commands.registerCommand("kmdfDma.refreshViews", () => watch.refresh()),
    vscode.commands.registerCommand("kmdfDma.copyValue", (node: TreeNode) => vscode.env.clipboard.writeText(node.value)),
    vscode.commands.registerCommand("kmdfDma.openMemory", (node: TreeNode) => memory.open(node)),
    vscode.commands.registerCommand("kmdfDma.writeRegister", (node: TreeNode) => writeRegister(watch, node)),
  ];
}

async function loadRegisters(watch: SessionWatch, history: RegisterHistory): Promise<readonly TreeNode[]> {
  const answer = await watch.request("kmdf/registers");
  if (answer === undefined) {
    history.clear();
    return [];
  }
  return registerTree(answer.registers, history.see(answer.registers, watch.position), vscode.l10n);
}
