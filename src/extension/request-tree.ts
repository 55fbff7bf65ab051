// SPDX-License-Identifier: MIT
/** Tree "Requests and Queues": queues with what waits in them and what the driver owns, and requests outside of queues. */
import type { ObjectView } from "../protocol/index.ts";
import { contextNodes, fieldNodes, fieldValue, flattenObjects, handleText, objectLinks, objectTooltip, ofType, propertiesNode } from "./object-nodes.ts";
import { type NodeTone, type Translations, type TreeNode, plain } from "./tree-node.ts";

export function requestTree(objects: readonly ObjectView[], l10n: Translations): TreeNode[] {
  const requests = new Map(ofType(objects, "WDFREQUEST").map((request) => [request.id, request]));
  const queues = ofType(objects, "WDFQUEUE");
  const inQueues = new Set<number>();
  const nodes = queues.map((queue) => queueNode(queue, requests, inQueues, l10n));
  const others = [...requests.values()].filter(({ id }) => !inQueues.has(id));
  if (others.length === 0) return nodes;
  const label = l10n.t("Requests in no queue");
  const id = "elsewhere";
  return [
    ...nodes,
    {
      id,
      label,
      description: String(others.length),
      icon: "mail",
      tooltip: plain(label),
      value: others.map(handleText).join("\n"),
      isExpanded: true,
      children: others.map((request) => requestNode(request, id, l10n)),
    },
  ];
}

function queueNode(queue: ObjectView, requests: ReadonlyMap<number, ObjectView>, inQueues: Set<number>, l10n: Translations): TreeNode {
  const id = `queue${queue.id}`;
  const held = queue.fields.filter(({ name }) => name === "Waiting" || name === "Driver-owned");
  const children = held.flatMap(({ name, objectId }) => {
    const request = requests.get(objectId ?? 0);
    if (request === undefined) return [];
    inQueues.add(request.id);
    return [requestNode(request, id, l10n, name === "Waiting")];
  });
  const rest = queue.fields.filter((field) => !held.includes(field));
  return {
    id,
    label: l10n.t("{0} queue {1}", kindOf(queue), handleText(queue)),
    description: queue.label.replace(/^default, /, ""),
    icon: "list-ordered",
    tone: toneOf(queue, held.length),
    tooltip: `${objectTooltip(queue)}\n\n${plain(handlers(queue).join(", "))}`,
    value: handleText(queue),
    ...objectLinks(queue),
    isExpanded: held.length > 0,
    children: [...children, ...contextNodes(queue, id, l10n), ...propertiesNode(rest, id, l10n)],
  };
}

const handlers = (queue: ObjectView): string[] => queue.fields.filter(({ name, value }) => /^EvtIo/.test(name) && value !== "0x0").map(({ name }) => name);

/** What the queue is for: its handlers say it better than its number. */
function kindOf(queue: ObjectView): string {
  const names = handlers(queue).flatMap((name) => /^EvtIo(Read|Write|DeviceControl|InternalDeviceControl|Default)$/.exec(name)?.[1] ?? []);
  return names.length > 0 ? names.join("/") : (fieldValue(queue, "Dispatch type") ?? "");
}

function toneOf(queue: ObjectView, held: number): NodeTone {
  if (fieldValue(queue, "Accepting") === "no" || fieldValue(queue, "Dispatching") === "no") return "warning";
  return held > 0 ? "active" : "muted";
}

function requestNode(request: ObjectView, parent: string, l10n: Translations, isWaiting = false): TreeNode {
  const id = `${parent}/request${request.id}`;
  const isCanceled = fieldValue(request, "IRP canceled") === "yes";
  const below = flattenObjects(request.children);
  return {
    id,
    label: l10n.t("Request {0}", handleText(request)),
    description: request.label,
    icon: "mail",
    tone: isCanceled ? "warning" : isWaiting ? "muted" : "active",
    tooltip: objectTooltip(request),
    value: handleText(request),
    ...objectLinks(request),
    children: [
      ...fieldNodes(request.fields, id),
      ...contextNodes(request, id, l10n),
      ...below.map((object) => ({
        id: `${id}/${object.id}`,
        label: object.type,
        description: object.label,
        icon: "symbol-object",
        tooltip: objectTooltip(object),
        value: handleText(object),
        children: fieldNodes(object.fields, `${id}/${object.id}`),
      })),
    ],
  };
}
