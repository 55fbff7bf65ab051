// SPDX-License-Identifier: MIT
/**
 * Tree "DMA": enablers, their transactions with the transfer that is under way and its scatter/gather list, and their common buffers. A
 * projection of `kmdf/objects`; the field names are those of the framework's view of a transaction.
 */
import { hex } from "../base/index.ts";
import type { FieldView, ObjectView } from "../protocol/index.ts";
import { fieldNumber, fieldValue, flattenObjects, handleText, objectLinks, objectTooltip, ofType, propertiesNode } from "./object-nodes.ts";
import { durationText } from "./duration.ts";
import type { PastTransfer } from "./transfer-history.ts";
import { type NodeTone, type Translations, type TreeNode, plain } from "./tree-node.ts";

const element = /^Elements\[(\d+)\]$/;

/** `transfersOf` gives the transfers of a transaction so far, as the trace has them. */
export function dmaTree(objects: readonly ObjectView[], l10n: Translations, transfersOf: TransfersOf = () => []): TreeNode[] {
  return ofType(objects, "WDFDMAENABLER").map((enabler) => enablerNode(enabler, l10n, transfersOf));
}

type TransfersOf = (transaction: number) => readonly PastTransfer[];

function enablerNode(enabler: ObjectView, l10n: Translations, transfersOf: TransfersOf): TreeNode {
  const id = `enabler${enabler.id}`;
  const below = flattenObjects(enabler.children);
  const transactions = below.filter(({ type }) => type === "WDFDMATRANSACTION").map((object) => transactionNode(object, l10n, transfersOf));
  const buffers = below.filter(({ type }) => type === "WDFCOMMONBUFFER").map((object) => bufferNode(object, l10n));
  const profile = (fieldValue(enabler, "Profile") ?? "").replace(/^WdfDmaProfile/, "");
  const isEnabled = fieldValue(enabler, "Enabled") === "yes";
  return {
    id,
    label: l10n.t("Enabler {0}", handleText(enabler)),
    description: isEnabled ? profile : l10n.t("{0}, disabled", profile),
    icon: "plug",
    tone: isEnabled ? "good" : "muted",
    tooltip: `${objectTooltip(enabler)}\n\n${plain(l10n.t("Longest transfer {0}, at most {1} elements", fieldValue(enabler, "MaximumLength") ?? "?", fieldValue(enabler, "MaximumScatterGatherElements") ?? "?"))}`,
    value: handleText(enabler),
    ...objectLinks(enabler),
    isExpanded: true,
    children: [...transactions, ...buffers, ...propertiesNode(enabler.fields, id, l10n)],
  };
}

interface Progress {
  readonly total: number;
  /** Bytes of transfers that are complete; the one under way is not. */
  readonly done: number;
  readonly current: number;
}

/** The framework's `Transferred` does not count the transfer under way. */
function progressOf(transaction: ObjectView): Progress {
  return {
    total: fieldNumber(transaction, "Length") ?? 0,
    done: fieldNumber(transaction, "Transferred") ?? 0,
    current: fieldNumber(transaction, "Current transfer") ?? 0,
  };
}

function transactionNode(transaction: ObjectView, l10n: Translations, transfersOf: TransfersOf): TreeNode {
  const id = `transaction${transaction.id}`;
  const state = (fieldValue(transaction, "Transaction state") ?? "").replace(/ \(\d+\)$/, "");
  const isRead = fieldValue(transaction, "Direction") === "ReadFromDevice";
  const progress = progressOf(transaction);
  const isActive = state === "Transfer";
  const elements = transaction.fields.filter(({ name }) => element.test(name));
  const rest = transaction.fields.filter(({ name }) => !element.test(name));
  return {
    id,
    label: isRead ? l10n.t("Read transaction") : l10n.t("Write transaction"),
    description: [state, ...(progress.total === 0 ? [] : [progressText(progress, l10n)]), handleText(transaction)].join(" · "),
    icon: isRead ? "arrow-down" : "arrow-up",
    tone: toneOf(state),
    tooltip: `${objectTooltip(transaction)}${progress.total === 0 ? "" : `\n\n\`${bar(progress)}\` ${plain(progressText(progress, l10n))}`}`,
    value: handleText(transaction),
    ...objectLinks(transaction),
    isExpanded: isActive,
    children: [
      ...(isActive ? [transferNode(id, transaction, progress, elements, l10n)] : []),
      ...pastNodes(id, isActive ? transfersOf(transaction.id).filter(({ end }) => end !== undefined) : transfersOf(transaction.id), l10n),
      ...requestNodes(id, transaction, l10n),
      ...propertiesNode(rest, id, l10n),
    ],
  };
}

function toneOf(state: string): NodeTone {
  if (state === "Transfer" || state === "Reserved") return "active";
  if (/fail/i.test(state)) return "bad";
  return state === "TransferCompleted" ? "good" : "muted";
}

function progressText({ total, done }: Progress, l10n: Translations): string {
  return l10n.t("{0} of {1} bytes ({2} %)", done, total, total === 0 ? 0 : Math.floor((100 * done) / total));
}

const barCells = 20;

/** Complete, under way, missing. */
function bar({ total, done, current }: Progress): string {
  const cells = (bytes: number): number => Math.round((barCells * bytes) / Math.max(1, total));
  const full = cells(done);
  const flying = Math.max(cells(Math.min(total, done + current)) - full, current > 0 && full < barCells ? 1 : 0);
  return "█".repeat(full) + "▒".repeat(flying) + "░".repeat(Math.max(0, barCells - full - flying));
}

function transferNode(parent: string, transaction: ObjectView, { done, current }: Progress, elements: readonly FieldView[], l10n: Translations): TreeNode {
  const list = transaction.fields.find(({ name }) => name === "SgList");
  const length = listBytes(elements.length);
  return {
    id: `${parent}/transfer`,
    label: l10n.t("Current transfer"),
    description: l10n.t("{0} bytes from offset {1}, {2} elements", current, done, elements.length),
    icon: "sync",
    tone: "active",
    tooltip: plain(l10n.t("Bytes {0} to {1} of the transaction are being transferred", done, done + Math.max(0, current - 1))),
    value: list?.value ?? String(current),
    isExpanded: true,
    ...(list?.memoryReference === undefined ? {} : { memory: { reference: list.memoryReference, name: "SCATTER_GATHER_LIST", length } }),
    children: elementNodes(parent, elements, done, l10n),
  };
}

/** Transfers that are over, in a node of their own; the latest use of the transaction counts. */
function pastNodes(parent: string, transfers: readonly PastTransfer[], l10n: Translations): TreeNode[] {
  if (transfers.length === 0) return [];
  const label = l10n.t("Transfers so far");
  return [
    {
      id: `${parent}/past`,
      label,
      description: String(transfers.length),
      icon: "history",
      tooltip: plain(label),
      value: transfers.map(({ offset, length }) => `${offset} ${length}`).join("\n"),
      children: transfers.map(({ event, offset, length, elements, begin, end }) => ({
        id: `${parent}/past${event}`,
        label: l10n.t("{0} bytes from offset {1}", length, offset),
        description: [l10n.t("{0} elements", elements), ...(end === undefined ? [] : [durationText(end - begin)])].join(" · "),
        icon: end === undefined ? "sync" : "check",
        tooltip: plain(l10n.t("Began at {0}", durationText(begin))),
        value: `${offset} ${length}`,
        event,
      })),
    },
  ];
}

/** SCATTER_GATHER_LIST: NumberOfElements and Reserved, then elements of 16 bytes. */
const listBytes = (elements: number): number => 8 + 16 * elements;

function elementNodes(parent: string, elements: readonly FieldView[], start: number, l10n: Translations): TreeNode[] {
  let offset = start;
  return elements.map(({ name, value }) => {
    const [address = "", bytes = ""] = value.split(", ");
    const length = Number(/^\d+/.exec(bytes)?.[0] ?? 0);
    const from = offset;
    offset += length;
    return {
      id: `${parent}/${name}`,
      label: name.replace("Elements", ""),
      description: `${address} · ${bytes}`,
      icon: "symbol-array",
      tooltip: `**${plain(name)}**\n\n${plain(l10n.t("{0} bytes at logical address {1}: bytes {2} to {3} of the transaction", length, address, from, from + Math.max(0, length - 1)))}`,
      value: address,
      memory: { reference: `logical:${address}`, name, length },
      breakpoint: deviceAccess(address, length),
    };
  });
}

/** Whatever the device does to these logical addresses. */
const deviceAccess = (address: string, length: number): NonNullable<TreeNode["breakpoint"]> => ({
  key: `device${address}`,
  requests: (["deviceRead", "deviceWrite"] as const).map((event) => ({ event, address, length })),
});

function requestNodes(parent: string, transaction: ObjectView, l10n: Translations): TreeNode[] {
  const request = transaction.fields.find(({ name }) => name === "Request");
  if (request === undefined) return [];
  return [
    {
      id: `${parent}/request`,
      label: l10n.t("For request"),
      description: request.value,
      icon: "mail",
      tooltip: plain(request.value),
      value: request.value,
    },
  ];
}

function bufferNode(buffer: ObjectView, l10n: Translations): TreeNode {
  const id = `buffer${buffer.id}`;
  const length = fieldNumber(buffer, "Length") ?? 0;
  const virtual = buffer.fields.find(({ name }) => name === "Aligned virtual address");
  const logical = fieldValue(buffer, "Aligned logical address");
  return {
    id,
    label: l10n.t("Common buffer"),
    description: l10n.t("{0} bytes at {1}", length, virtual?.value ?? hex(0, 8)),
    icon: "file-binary",
    tooltip: `${objectTooltip(buffer)}\n\n${plain(l10n.t("Virtual {0}, logical {1}", virtual?.value ?? "?", logical ?? "?"))}`,
    value: virtual?.value ?? handleText(buffer),
    ...objectLinks(buffer),
    ...(logical === undefined ? {} : { breakpoint: deviceAccess(logical, length) }),
    ...(virtual?.memoryReference === undefined ? {} : { memory: { reference: virtual.memoryReference, name: l10n.t("Common buffer"), length } }),
    children: propertiesNode(buffer.fields, id, l10n).flatMap(({ children }) => children ?? []),
  };
}
