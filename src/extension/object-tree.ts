// SPDX-License-Identifier: MIT
/** Tree of framework objects in the debug sidebar: a projection of `kmdf/objects`, parents and children as the framework keeps them. */
import type { ObjectView } from "../protocol/index.ts";
import { contextNodes, fieldNodes, handleText, objectIcon, objectLinks, objectTooltip, propertiesNode } from "./object-nodes.ts";
import type { Translations, TreeNode } from "./tree-node.ts";

const expanded: ReadonlySet<string> = new Set(["WDFDRIVER", "WDFDEVICE", "WDFDMAENABLER"]);

export function objectTree(objects: readonly ObjectView[], l10n: Translations, parent = ""): TreeNode[] {
  return objects.map((object) => {
    const id = `${parent}/${object.id}`;
    return {
      id,
      label: object.type,
      description: object.label,
      icon: objectIcon(object.type),
      tooltip: objectTooltip(object),
      value: handleText(object),
      ...objectLinks(object),
      children: childrenOf(object, id, l10n),
      isExpanded: expanded.has(object.type),
    };
  });
}

/** An object that has objects below it keeps its fields in a node of their own, so that the shape of the tree stays in sight. */
function childrenOf(object: ObjectView, id: string, l10n: Translations): TreeNode[] {
  const contexts = contextNodes(object, id, l10n);
  if (object.children.length === 0) return [...contexts, ...fieldNodes(object.fields, id)];
  return [...propertiesNode(object.fields, id, l10n), ...contexts, ...objectTree(object.children, l10n, id)];
}
