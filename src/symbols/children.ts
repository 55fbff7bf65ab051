// SPDX-License-Identifier: MIT
/** Children of a value for a variables view, each with an expression that gives it again. */

import { memberPart } from "./flexible-array.ts";
import { entryValue, walkList } from "./list-walk.ts";
import { mdlView } from "./mdl-parts.ts";
import { partOf } from "./member-lookup.ts";
import type { TargetContext, TargetMemory } from "./target.ts";
import type { ArrayType, StructType, Type } from "./type-model.ts";
import { bare, sizeOf } from "./type-model.ts";
import { typeText } from "./type-text.ts";
import type { Value } from "./value.ts";
import { readInteger } from "./value-access.ts";
import { EvaluationError } from "./evaluation-error.ts";

export interface Child {
  /** Member name, `[i]`, or `*` for what a pointer points at. */
  readonly name: string;
  readonly value: Value;
}

export interface ChildCounts {
  readonly named: number;
  /** Array elements, to be asked for in pages. */
  readonly indexed: number;
}

/** How many children `value` has; none for scalars and NULL pointers. */
export function childCounts(value: Value, context: TargetContext): ChildCounts {
  const opened = openedValue(value, context);
  if (opened === undefined || value.storage.kind === "unavailable") return { named: 0, indexed: 0 };
  const plain = bare(opened.type);
  if (plain.kind === "array") return { named: 0, indexed: plain.count ?? 0 };
  if (plain.kind === "struct")
    return { named: structChildren(opened, plain, context.memory).length, indexed: walkList(opened, context.memory)?.entries.length ?? 0 };
  return { named: opened === value ? 0 : 1, indexed: 0 };
}

export type ChildFilter = "named" | "indexed";

/**
 * Children of `value`; `range` chooses a page, of the elements when there are any, and `filter` the kind. A list has its members and, as
 * elements, the entries behind it. Each child's `value.evaluateName` evaluates to it again.
 */
export function children(
  value: Value,
  context: TargetContext,
  range?: { readonly start: number; readonly count: number },
  filter?: ChildFilter,
): readonly Child[] {
  const opened = openedValue(value, context);
  if (opened === undefined || value.storage.kind === "unavailable") return [];
  const plain = bare(opened.type);
  if (plain.kind === "array") return filter === "named" ? [] : elements(opened, plain, range);
  const walk = walkList(opened, context.memory);
  const hasElements = walk !== undefined && walk.entries.length > 0;
  const named = filter === "indexed" ? [] : namedChildren(value, opened, context.memory);
  if (!hasElements) return paged(named, range);
  const indexed =
    filter === "named"
      ? []
      : paged([...walk.entries.entries()], range).map(([i, address]) => ({ name: `[${i}]`, value: entryValue(address, opened.type, context) }));
  return [...(filter === "named" ? paged(named, range) : named), ...indexed];
}

function namedChildren(value: Value, opened: Value, memory: TargetMemory): Child[] {
  const plain = bare(opened.type);
  if (plain.kind === "struct") return structChildren(opened, plain, memory);
  return opened === value ? [] : [{ name: `*${simpleName(value)}`, value: opened }];
}

function paged<T>(items: readonly T[], range: { readonly start: number; readonly count: number } | undefined): readonly T[] {
  return range === undefined ? items : items.slice(range.start, range.count > 0 ? range.start + range.count : undefined);
}

const simpleName = (value: Value): string => (value.evaluateName !== undefined && /^\w+$/.test(value.evaluateName) ? value.evaluateName : "");

/** What opening `value` shows: the value itself, or what a pointer or reference points at; undefined for nothing. */
function openedValue(value: Value, context: TargetContext): Value | undefined {
  const plain = bare(value.type);
  if (plain.kind === "struct" || plain.kind === "array") return value;
  if (plain.kind !== "pointer" && plain.kind !== "reference") return undefined;
  const target = bare(plain.target);
  if (target.kind === "void" || target.kind === "function" || (target.kind === "struct" && target.isIncomplete)) return undefined;
  const address = pointerAddress(value, context);
  if (address === undefined || address === 0 || context.memory.read(address, Math.max(1, sizeOf(target))) === undefined) return undefined;
  const name = value.evaluateName === undefined ? undefined : plain.kind === "reference" ? value.evaluateName : `*${operandText(value.evaluateName)}`;
  return { type: plain.target, storage: { kind: "memory", address }, format: value.format, evaluateName: name };
}

function pointerAddress(value: Value, context: TargetContext): number | undefined {
  try {
    return Number(readInteger(value, context.memory));
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}

/** `text` as it can stand before `.`, `->` or `[`. */
function operandText(text: string): string {
  return /^(::)?[A-Za-z_$][\w$]*((->|\.|::)[A-Za-z_][\w$]*|\[\d+\])*$/.test(text) ? text : `(${text})`;
}

/** Expression of member `name` of what `parent` names; `*p` becomes `p->name`. */
function memberText(parent: string | undefined, name: string): string | undefined {
  if (parent === undefined) return undefined;
  return parent.startsWith("*") ? `${operandText(parent.slice(1))}->${name}` : `${operandText(parent)}.${name}`;
}

function elements(value: Value, type: ArrayType, range: { readonly start: number; readonly count: number } | undefined): Child[] {
  const count = type.count ?? 0;
  const start = Math.min(range?.start ?? 0, count);
  const end = range === undefined || range.count === 0 ? count : Math.min(start + range.count, count);
  const size = sizeOf(type.element);
  const parent = value.evaluateName === undefined ? undefined : operandText(value.evaluateName);
  return Array.from({ length: end - start }, (_, i) => {
    const index = start + i;
    const evaluateName = parent === undefined ? undefined : `${parent}[${index}]`;
    return { name: `[${index}]`, value: { ...partOf(value, type.element, index * size), evaluateName } };
  });
}

/** Bases first, then members in order; the members of anonymous structs and unions appear as members of their own. */
function structChildren(value: Value, type: StructType, memory: TargetMemory): Child[] {
  const bases = type.bases.map((base) => ({
    name: typeText(base.type),
    value: { ...partOf(value, base.type, base.offset), evaluateName: baseText(value, base.type) },
  }));
  const members = type.members.flatMap((member): Child[] => {
    if (member.isStatic) return [];
    const part = memberPart(value, type, member, memory);
    if (member.name !== undefined) return [{ name: member.name, value: { ...part, evaluateName: memberText(value.evaluateName, member.name) } }];
    const inner = bare(member.type);
    if (inner.kind !== "struct" || member.bitField) return [];
    return structChildren({ ...part, evaluateName: value.evaluateName }, inner, memory);
  });
  return [...bases, ...members, ...mdlChildren(value, type, memory)];
}

function mdlChildren(value: Value, type: StructType, memory: TargetMemory): Child[] {
  const mdl = mdlView(value, type, memory);
  if (mdl === undefined) return [];
  return [{ name: "page frames", value: mdl.pages }, ...(mdl.data === undefined ? [] : [{ name: "data", value: mdl.data }])];
}

function baseText(value: Value, type: Type): string | undefined {
  if (value.storage.kind !== "memory" || value.evaluateName === undefined) return undefined;
  return `(${typeText(type).replace(/^(struct|class) /, "")} &)${operandText(value.evaluateName)}`;
}
