// SPDX-License-Identifier: MIT
/** What the trees of framework objects have in common: fields as nodes, lookup by id, icons by type. */
import { hex } from "../base/index.ts";
import type { FieldView, ObjectView } from "../protocol/index.ts";
import { type Translations, type TreeNode, plain } from "./tree-node.ts";

const icons: Readonly<Record<string, string>> = {
  WDFDRIVER: "package",
  WDFDEVICE: "circuit-board",
  WDFQUEUE: "list-ordered",
  WDFREQUEST: "mail",
  WDFINTERRUPT: "zap",
  WDFDPC: "clock",
  WDFDMAENABLER: "plug",
  WDFDMATRANSACTION: "arrow-swap",
  WDFCOMMONBUFFER: "file-binary",
  WDFTIMER: "watch",
  WDFSPINLOCK: "lock",
  WDFWAITLOCK: "lock",
  WDFWORKITEM: "tools",
  WDFMEMORY: "database",
  WDFFILEOBJECT: "file",
};

export const objectIcon = (type: string): string => icons[type] ?? "symbol-object";

/** All objects of the tree, parents before their children. */
export function flattenObjects(objects: readonly ObjectView[]): ObjectView[] {
  return objects.flatMap((object) => [object, ...flattenObjects(object.children)]);
}

export const ofType = (objects: readonly ObjectView[], type: string): ObjectView[] => flattenObjects(objects).filter((object) => object.type === type);

export const fieldValue = (object: ObjectView, name: string): string | undefined => object.fields.find((field) => field.name === name)?.value;

/** Number at the start of a field such as `61440 bytes`; undefined when there is none. */
export function fieldNumber(object: ObjectView, name: string): number | undefined {
  const digits = /^\d+/.exec(fieldValue(object, name) ?? "")?.[0];
  return digits === undefined ? undefined : Number(digits);
}

/** Handle as the driver sees it. */
export const handleText = ({ handle }: ObjectView): string => hex(handle, 8);

export function objectTooltip(object: ObjectView): string {
  return `**${object.type}** \`${handleText(object)}\`\n\n${plain(object.label)}`;
}

/** What nodes of an object have in common: where it was made, what to break at, what to show in the timeline. */
export function objectLinks({ id, type, created }: ObjectView): Pick<TreeNode, "object" | "created" | "breakpoint"> {
  const event = type === "WDFDMATRANSACTION" ? "transactionState" : type === "WDFREQUEST" ? "requestCompleted" : "objectDeleted";
  return {
    object: id,
    breakpoint: { key: `object${id}`, requests: [{ event, condition: `$object == ${id}` }] },
    ...(created?.file === undefined || created.line === undefined ? {} : { created: { file: created.file, line: created.line } }),
  };
}

export function fieldNode(field: FieldView, parent: string, index = 0): TreeNode {
  const { name, value, memoryReference } = field;
  return {
    id: `${parent}#${name}${index > 0 ? `/${index}` : ""}`,
    label: name,
    description: value,
    icon: memoryReference === undefined ? "symbol-field" : "references",
    tooltip: `**${plain(name)}**\n\n${plain(value)}`,
    value,
    ...(memoryReference === undefined ? {} : { memory: { reference: memoryReference, name } }),
  };
}

/** Nodes of fields; a name may occur several times. */
export function fieldNodes(fields: readonly FieldView[], parent: string): TreeNode[] {
  const seen = new Map<string, number>();
  return fields.map((field) => {
    const index = seen.get(field.name) ?? 0;
    seen.set(field.name, index + 1);
    return fieldNode(field, parent, index);
  });
}

/** Contexts of an object: the driver's own data. */
export function contextNodes({ contexts }: ObjectView, parent: string, l10n: Translations): TreeNode[] {
  return contexts.map(({ typeName, address, size }, i) => ({
    id: `${parent}@${i}`,
    label: typeName,
    description: l10n.t("{0}, {1} bytes", hex(address, 8), size),
    icon: "symbol-structure",
    tooltip: `**${plain(typeName)}**\n\n${plain(l10n.t("Context of {0} bytes at {1}", size, hex(address, 8)))}`,
    value: hex(address, 8),
    ...(address === 0
      ? {}
      : { memory: { reference: hex(address, 8), name: typeName, length: size }, structure: { type: typeName, reference: hex(address, 8) } }),
  }));
}

/** Node that holds the rest of an object's fields. */
export function propertiesNode(fields: readonly FieldView[], parent: string, l10n: Translations): TreeNode[] {
  if (fields.length === 0) return [];
  const label = l10n.t("Properties");
  return [
    {
      id: `${parent}#`,
      label,
      icon: "list-flat",
      tooltip: plain(label),
      value: fields.map(({ name, value }) => `${name}: ${value}`).join("\n"),
      children: fieldNodes(fields, `${parent}#`),
    },
  ];
}
