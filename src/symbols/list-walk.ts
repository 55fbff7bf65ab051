// SPDX-License-Identifier: MIT
/** Walks of LIST_ENTRY and SINGLE_LIST_ENTRY lists, and the records that the entries are part of. */

import { findMember } from "./member-lookup.ts";
import type { DebugInfo } from "./debug-info.ts";
import { EvaluationError } from "./evaluation-error.ts";
import type { TargetContext, TargetMemory } from "./target.ts";
import { bare } from "./type-model.ts";
import type { StructType, Type } from "./type-model.ts";
import { typeText } from "./type-text.ts";
import type { Value } from "./value.ts";
import { addressOf } from "./value-access.ts";

/** A struct that entries of lists are members of. */
export interface ListRecord {
  readonly type: Type;
  /** As CONTAINING_RECORD takes it. */
  readonly typeName: string;
  readonly member: string;
  readonly offset: number;
  readonly size: number;
}

export interface ListWalk {
  /** Addresses of the entries behind the one the walk began at. */
  readonly entries: readonly number[];
  /** Why the list ends where it does; undefined when it is whole. */
  readonly problem?: string;
}

const entryTags = { _LIST_ENTRY: "double", _SINGLE_LIST_ENTRY: "single" } as const;
/** Longer lists are cut. */
const maxEntries = 10_000;

const kindOf = (type: Type): "double" | "single" | undefined => {
  const plain = bare(type);
  return plain.kind === "struct" ? (entryTags as Readonly<Record<string, "double" | "single" | undefined>>)[plain.name ?? ""] : undefined;
};

/** The list that `value`, a LIST_ENTRY or SINGLE_LIST_ENTRY in memory, is part of; undefined for any other value. */
export function walkList(value: Value, memory: TargetMemory): ListWalk | undefined {
  const kind = kindOf(value.type);
  const head = addressOf(value);
  if (kind === undefined || head === undefined) return undefined;
  const entries: number[] = [];
  const seen = new Set([head]);
  for (let at = head; entries.length < maxEntries; ) {
    const next = pointerAt(memory, at);
    if (next === undefined) return { entries: entries.slice(0, -1), problem: "ends in memory that cannot be read" };
    if (kind === "double" ? next === head : next === 0) return { entries };
    if (next === 0) return { entries, problem: entries.length === 0 && pointerAt(memory, at + 4) === 0 ? "not initialised" : "Flink is NULL" };
    if (seen.has(next)) return { entries, problem: "runs in a circle without its head" };
    const back = kind === "double" ? pointerAt(memory, next + 4) : at;
    if (back === undefined) return { entries, problem: "leads to memory that cannot be read" };
    entries.push(next);
    if (back !== at) return { entries, problem: "Blink of an entry does not lead back" };
    seen.add(next);
    at = next;
  }
  return { entries, problem: `cut after ${maxEntries} entries` };
}

/** `3 entries`, `empty`, or what is wrong with the list. */
export function listText({ entries, problem }: ListWalk): string {
  const count = entries.length === 0 ? "empty" : `${entries.length} ${entries.length === 1 ? "entry" : "entries"}`;
  if (problem === undefined) return count;
  return entries.length === 0 ? problem : `${count}, then ${problem}`;
}

/** The entry at `address` as the record it is part of, when its memory tells which: a pool block or context of the record's size. */
export function entryValue(address: number, entry: Type, context: TargetContext): Value {
  const plain: Value = { type: entry, storage: { kind: "memory", address }, evaluateName: `*(${typeText(entry)} *)0x${address.toString(16).toUpperCase()}` };
  const block = context.blockAt?.(address);
  if (block === undefined) return plain;
  const offset = address - block.start;
  const kind = kindOf(entry);
  const fitting = (context.listRecords ?? []).filter(
    (record) => record.offset === offset && record.size === block.length && kindOf(memberType(record)) === kind,
  );
  const [record] = fitting;
  if (record === undefined || fitting.some((other) => other.typeName !== record.typeName)) return plain;
  const evaluateName = `*CONTAINING_RECORD(0x${address.toString(16).toUpperCase()}, ${record.typeName}, ${record.member})`;
  return { type: record.type, storage: { kind: "memory", address: block.start }, evaluateName };
}

/** All structs of the program that have entries of lists as members. */
export function listRecordsOf(debugInfo: DebugInfo): readonly ListRecord[] {
  const records = new Map<StructType, ListRecord[]>();
  for (const name of debugInfo.typeNames) {
    const type = debugInfo.typeNamed(name);
    const plain = type && bare(type);
    if (type === undefined || plain?.kind !== "struct" || plain.isIncomplete || kindOf(type) !== undefined || records.has(plain)) continue;
    const typeName = type.kind === "typedef" ? name : typeText(type);
    const own = plain.members.flatMap((member): ListRecord[] =>
      member.name === undefined || kindOf(member.type) === undefined ? [] : [{ type, typeName, member: member.name, offset: member.offset, size: plain.size }],
    );
    records.set(plain, own);
  }
  return [...records.values()].flat();
}

function memberType({ type, member }: ListRecord): Type {
  const plain = bare(type);
  const found = plain.kind === "struct" ? findMember(plain, member) : undefined;
  if (found === undefined) throw new EvaluationError(`there is no member ${member}`);
  return found.member.type;
}

function pointerAt(memory: TargetMemory, address: number): number | undefined {
  const bytes = memory.read(address, 4);
  return bytes === undefined ? undefined : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}
