// SPDX-License-Identifier: MIT
/** A tree view whose nodes are a projection of the target's state: asks for the nodes when the target has changed, and shows them. */
import * as vscode from "vscode";
import type { LiveUpdates } from "./live-updates.ts";
import type { NodeBreakpoints } from "./node-breakpoints.ts";
import type { SessionWatch } from "./session-watch.ts";
import { type NodeTone, type TreeNode, contextValue } from "./tree-node.ts";

const colors: Readonly<Record<NodeTone, string>> = {
  good: "charts.green",
  active: "charts.blue",
  warning: "charts.yellow",
  bad: "charts.red",
  muted: "disabledForeground",
  changed: "charts.orange",
};

export interface TreeParts {
  readonly watch: SessionWatch;
  readonly breakpoints: NodeBreakpoints;
  readonly live: LiveUpdates;
  /** Makes the top nodes; called only while the view is in sight. */
  readonly load: () => Promise<readonly TreeNode[]>;
  /** Makes the members of a node that is a structure. */
  readonly open: (node: TreeNode) => Promise<readonly TreeNode[]>;
}

export class ProjectionTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #breakpoints: NodeBreakpoints;
  readonly #load: TreeParts["load"];
  readonly #open: TreeParts["open"];
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscription: vscode.Disposable;

  constructor({ watch, breakpoints, live, load, open }: TreeParts) {
    this.#load = load;
    this.#open = open;
    this.#breakpoints = breakpoints;
    this.#subscription = vscode.Disposable.from(
      watch.onDidChange(() => this.refresh()),
      breakpoints.onDidChange(() => this.refresh()),
      live.onDidTick(() => this.refresh()),
    );
  }

  refresh(): void {
    this.#changed.fire(undefined);
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const { id, label, description, icon, tone, tooltip, isExpanded } = node;
    const item = new vscode.TreeItem(label, collapsibleState(node, isExpanded));
    item.id = id;
    if (description !== undefined) item.description = description;
    const isBreaking = node.breakpoint !== undefined && this.#breakpoints.has(node.breakpoint.key);
    if (isBreaking) item.iconPath = new vscode.ThemeIcon("debug-breakpoint-conditional", new vscode.ThemeColor("debugIcon.breakpointForeground"));
    else item.iconPath = tone === undefined ? new vscode.ThemeIcon(icon) : new vscode.ThemeIcon(icon, new vscode.ThemeColor(colors[tone]));
    item.tooltip = new vscode.MarkdownString(tooltip);
    item.contextValue = contextValue(node, isBreaking);
    item.accessibilityInformation = { label: description === undefined ? label : `${label}, ${description}` };
    return item;
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node === undefined) return [...(await this.#load())];
    return [...(node.structure === undefined ? [] : await this.#open(node)), ...(node.children ?? [])];
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}

function collapsibleState({ children = [], structure }: TreeNode, isExpanded = false): vscode.TreeItemCollapsibleState {
  if (children.length === 0 && structure === undefined) return vscode.TreeItemCollapsibleState.None;
  return isExpanded ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
}
