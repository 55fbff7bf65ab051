// SPDX-License-Identifier: MIT
/** Tree of framework objects in the debug sidebar: a projection of `kmdf/objects`. */
import * as vscode from "vscode";
import type { FieldView, ObjectView } from "../protocol/index.ts";
import type { SessionWatch } from "./session-watch.ts";

type Node =
  | { readonly kind: "object"; readonly object: ObjectView; readonly parent: string }
  | { readonly kind: "properties"; readonly fields: readonly FieldView[]; readonly parent: string }
  | { readonly kind: "field"; readonly field: FieldView; readonly parent: string };

const icons: Readonly<Record<string, string>> = {
  WDFDRIVER: "package",
  WDFDEVICE: "circuit-board",
  WDFQUEUE: "list-ordered",
  WDFREQUEST: "mail",
  WDFINTERRUPT: "zap",
  WDFDMAENABLER: "plug",
  WDFDMATRANSACTION: "arrow-swap",
  WDFCOMMONBUFFER: "file-binary",
  WDFTIMER: "watch",
  WDFSPINLOCK: "lock",
  WDFWAITLOCK: "lock",
};

export class ObjectTree implements vscode.TreeDataProvider<Node> {
  readonly #watch: SessionWatch;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(watch: SessionWatch) {
    this.#watch = watch;
    watch.onDidChange(() => this.refresh());
  }

  refresh(): void {
    this.#changed.fire(undefined);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === "object") return objectItem(node.object, node.parent);
    return node.kind === "properties" ? propertiesItem(node.parent) : fieldItem(node.field, node.parent);
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node === undefined) {
      const answer = await this.#watch.request("kmdf/objects");
      return (answer?.objects ?? []).map((object) => ({ kind: "object", object, parent: "" }));
    }
    if (node.kind === "object") return childrenOf(node.object, `${node.parent}/${node.object.id}`);
    return node.kind === "properties" ? fieldNodes(node.fields, node.parent) : [];
  }
}

/** An object that has objects below it keeps its fields in a node of their own, so that the shape of the tree stays in sight. */
function childrenOf({ fields, children }: ObjectView, parent: string): Node[] {
  if (children.length === 0) return fieldNodes(fields, parent);
  const objects = children.map((object): Node => ({ kind: "object", object, parent }));
  return fields.length === 0 ? objects : [{ kind: "properties", fields, parent }, ...objects];
}

const fieldNodes = (fields: readonly FieldView[], parent: string): Node[] => fields.map((field) => ({ kind: "field", field, parent }));

function propertiesItem(parent: string): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t("Properties"), vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `${parent}#`;
  item.iconPath = new vscode.ThemeIcon("list-flat");
  return item;
}

function objectItem(object: ObjectView, parent: string): vscode.TreeItem {
  const item = new vscode.TreeItem(object.type, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `${parent}/${object.id}`;
  item.description = object.label;
  item.iconPath = new vscode.ThemeIcon(icons[object.type] ?? "symbol-object");
  item.tooltip = `${object.type} 0x${object.handle.toString(16).toUpperCase()}\n${object.label}`;
  item.contextValue = "object";
  if (object.type === "WDFDRIVER" || object.type === "WDFDEVICE" || object.type === "WDFDMAENABLER")
    item.collapsibleState = vscode.TreeItemCollapsibleState.Expanded;
  return item;
}

function fieldItem(field: FieldView, parent: string): vscode.TreeItem {
  const item = new vscode.TreeItem(field.name);
  item.id = `${parent}#${field.name}`;
  item.description = field.value;
  item.iconPath = new vscode.ThemeIcon("symbol-field");
  item.tooltip = `${field.name}: ${field.value}`;
  item.contextValue = field.memoryReference === undefined ? "field" : "memoryField";
  return item;
}
