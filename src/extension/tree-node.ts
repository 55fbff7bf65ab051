// SPDX-License-Identifier: MIT
/**
 * Nodes of the trees in the debug sidebar as plain values. What a tree shows is a pure function of the target's state (a projection), which
 * unit tests can call; `projection-tree.ts` hands the nodes to VS Code.
 */

import type { FrameworkBreakpointRequest } from "../protocol/index.ts";

/** `vscode.l10n.t`, or a stand-in for tests. */
export interface Translations {
  t(message: string, ...args: (string | number)[]): string;
}

/** Theme colour of an icon, by what it says. */
export type NodeTone = "good" | "active" | "warning" | "bad" | "muted" | "changed";

/** Register or field that a node can edit. */
export interface EditableRegister {
  readonly name: string;
  readonly bar: number;
  readonly offset: number;
  readonly size: number;
  readonly access: string;
  /** Hexadecimal value of the whole register, as peeked; absent when it cannot be peeked. */
  readonly value?: string;
  /** Bits of the field, when it is a field. */
  readonly bits?: readonly [high: number, low: number];
}

export interface TreeNode {
  /** Stable while the thing exists: VS Code keeps expansion and selection by it. Unique in its tree. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  /** Name of a codicon. */
  readonly icon: string;
  readonly tone?: NodeTone;
  /** Lines of the tooltip as Markdown. */
  readonly tooltip: string;
  /** What "Copy Value" copies. */
  readonly value: string;
  readonly children?: readonly TreeNode[];
  readonly isExpanded?: boolean;
  /** Memory the node stands for or points to. */
  readonly memory?: { readonly reference: string; readonly name: string; readonly length?: number };
  /** The node is a structure of the driver, whose members are its first children; they are looked at when it is opened. */
  readonly structure?: { readonly type: string; readonly reference: string };
  readonly register?: EditableRegister;
  /** Id of the framework object it stands for. */
  readonly object?: number;
  /** Event of the trace it stands for. */
  readonly event?: number;
  /** Line of the driver that created it. */
  readonly created?: { readonly file: string; readonly line: number };
  /** What "Break When It Changes" asks the adapter for; nodes of the same thing have the same key. */
  readonly breakpoint?: { readonly key: string; readonly requests: readonly FrameworkBreakpointRequest[] };
  /** Whether it can be pinned, or is. */
  readonly pin?: "pinnable" | "pinned";
}

/** Value for `when` clauses of menus: `value`, and what else the node can do. `isBreaking`: its breakpoint is set. */
export function contextValue(node: TreeNode, isBreaking = false): string {
  return [
    "value",
    ...(node.memory === undefined ? [] : ["memory"]),
    ...(node.register === undefined || node.register.access === "ro" ? [] : ["register"]),
    ...(node.object === undefined && node.event === undefined ? [] : ["traced"]),
    ...(node.created === undefined ? [] : ["created"]),
    ...(node.pin === undefined ? [] : [node.pin]),
    ...(node.breakpoint === undefined ? [] : [isBreaking ? "watched" : "breakable"]),
  ].join(" ");
}

/** `text` with the characters escaped that mean something in Markdown. */
export const plain = (text: string): string => text.replaceAll(/[\\`*_{}[\]()#+\-.!|<>~]/g, "\\$&");
