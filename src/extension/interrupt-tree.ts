// SPDX-License-Identifier: MIT
/** Tree "Interrupts and DPCs": interrupts with line, lock and DPC, and the driver's own DPCs, timers and work items. */
import type { ObjectView } from "../protocol/index.ts";
import { contextNodes, fieldNodes, fieldValue, handleText, objectIcon, objectLinks, objectTooltip, ofType } from "./object-nodes.ts";
import type { NodeTone, Translations, TreeNode } from "./tree-node.ts";

export function interruptTree(objects: readonly ObjectView[], l10n: Translations): TreeNode[] {
  return [
    ...ofType(objects, "WDFINTERRUPT").map((interrupt) => interruptNode(interrupt, l10n)),
    ...(["WDFDPC", "WDFTIMER", "WDFWORKITEM"] as const).flatMap((type) => ofType(objects, type).map((object) => deferredNode(object, l10n))),
  ];
}

function interruptNode(interrupt: ObjectView, l10n: Translations): TreeNode {
  const id = `interrupt${interrupt.id}`;
  const number = fieldValue(interrupt, "MessageNumber") ?? "0";
  const isMessage = fieldValue(interrupt, "MessageSignaled") !== "no";
  const vector = fieldValue(interrupt, "Vector");
  const states = [
    ...(vector === undefined ? [] : [l10n.t("vector {0}", vector)]),
    fieldValue(interrupt, "Synchronize IRQL") ?? "",
    ...activity(interrupt, l10n),
    l10n.t("{0} ISR calls", fieldValue(interrupt, "ISR calls") ?? "0"),
  ];
  return {
    id,
    label: isMessage ? l10n.t("Message {0}", number) : l10n.t("Interrupt {0}", number),
    description: states.filter((state) => state !== "").join(" · "),
    icon: "zap",
    tone: toneOf(interrupt),
    tooltip: objectTooltip(interrupt),
    value: handleText(interrupt),
    ...objectLinks(interrupt),
    ...(vector === undefined
      ? {}
      : { breakpoint: { key: `interrupt${interrupt.id}`, requests: [{ event: "interrupt" as const, condition: `$vector == ${vector}` }] } }),
    children: [...contextNodes(interrupt, id, l10n), ...fieldNodes(interrupt.fields, id)],
  };
}

/** What is out of the ordinary right now. */
function activity(interrupt: ObjectView, l10n: Translations): string[] {
  const line = fieldValue(interrupt, "Line");
  return [
    ...(fieldValue(interrupt, "Enabled") === "no" ? [l10n.t("disabled")] : []),
    ...(line === "asserted" || line === "message pending" ? [line] : []),
    ...(fieldValue(interrupt, "Lock") === "held" ? [l10n.t("lock held")] : []),
    ...(fieldValue(interrupt, "DPC") === "queued" ? [l10n.t("DPC queued")] : []),
    ...(fieldValue(interrupt, "Work item") === "idle" ? [] : [l10n.t("work item {0}", fieldValue(interrupt, "Work item") ?? "")]),
  ];
}

function toneOf(interrupt: ObjectView): NodeTone {
  if (fieldValue(interrupt, "Enabled") === "no" || fieldValue(interrupt, "Connected") === "no") return "muted";
  const isBusy =
    fieldValue(interrupt, "DPC") === "queued" ||
    fieldValue(interrupt, "Lock") === "held" ||
    /^(asserted|message pending)$/.test(fieldValue(interrupt, "Line") ?? "");
  return isBusy ? "active" : "good";
}

function deferredNode(object: ObjectView, l10n: Translations): TreeNode {
  const id = `deferred${object.id}`;
  return {
    id,
    label: `${object.type} ${handleText(object)}`,
    description: object.label,
    icon: objectIcon(object.type),
    tone: /queued|running/.test(object.label) || fieldValue(object, "Started") === "yes" ? "active" : "muted",
    tooltip: objectTooltip(object),
    value: handleText(object),
    ...objectLinks(object),
    children: [...contextNodes(object, id, l10n), ...fieldNodes(object.fields, id)],
  };
}
