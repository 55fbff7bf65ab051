// SPDX-License-Identifier: MIT
/** Registers that the user has pinned stand first in their tree, in a group of their own. Knows no editor. */
import type { Translations, TreeNode } from "./tree-node.ts";

/** The tree with copies of the pinned nodes first; `pinned` has the ids of nodes. */
export function withPinned(nodes: readonly TreeNode[], pinned: ReadonlySet<string>, l10n: Translations): TreeNode[] {
  const marked = nodes.map((node) => mark(node, pinned));
  const copies = flatten(marked).filter(({ id, pin }) => pin === "pinned" && pinned.has(id));
  if (copies.length === 0) return marked;
  const label = l10n.t("Pinned");
  return [
    { id: "pinned", label, icon: "pinned", tooltip: label, value: copies.map(({ value }) => value).join("\n"), isExpanded: true, children: copies.map(copied) },
    ...marked,
  ];
}

const flatten = (nodes: readonly TreeNode[]): TreeNode[] => nodes.flatMap((node) => [node, ...flatten(node.children ?? [])]);

function mark(node: TreeNode, pinned: ReadonlySet<string>): TreeNode {
  const children = node.children?.map((child) => mark(child, pinned));
  return {
    ...node,
    ...(node.register === undefined ? {} : { pin: pinned.has(node.id) ? "pinned" : "pinnable" }),
    ...(children === undefined ? {} : { children }),
  };
}

const copyPrefix = "pinned/";

/** Ids are unique in a tree. A field alone says whose it is. */
function copied(node: TreeNode): TreeNode {
  const { id, register, label, children } = node;
  return {
    ...node,
    id: `${copyPrefix}${id}`,
    label: register?.name ?? label,
    isExpanded: false,
    ...(children === undefined ? {} : { children: children.map(copied) }),
  };
}

/** Id of the node that a node or its copy stands for. */
export const pinKey = ({ id }: TreeNode): string => (id.startsWith(copyPrefix) ? id.slice(copyPrefix.length) : id);
