// SPDX-License-Identifier: MIT
/** Finds struct members by name, through anonymous structs and unions and C++ base classes, and values inside values. */

import { EvaluationError } from "./evaluation-error.ts";
import type { BitField, Member, StructType, Type } from "./type-model.ts";
import { bare, sizeOf } from "./type-model.ts";
import { typeText } from "./type-text.ts";
import type { Value } from "./value.ts";

export interface FoundMember {
  readonly member: Member;
  /** Byte offset from the outermost struct. */
  readonly offset: number;
}

/** The member called `name`; own members hide those of bases. */
export function findMember(type: StructType, name: string): FoundMember | undefined {
  for (const member of type.members) {
    if (member.name === name) return { member, offset: member.offset };
  }
  for (const member of type.members) {
    if (member.name !== undefined || member.bitField !== undefined) continue;
    const found = inside(member.type, member.offset, name);
    if (found) return found;
  }
  for (const base of type.bases) {
    const found = inside(base.type, base.offset, name);
    if (found) return found;
  }
  return undefined;
}

function inside(type: Type, offset: number, name: string): FoundMember | undefined {
  const plain = bare(type);
  const found = plain.kind === "struct" ? findMember(plain, name) : undefined;
  return found && { member: found.member, offset: offset + found.offset };
}

/** Where `base` lies in `derived`; undefined when it is no base of it, or a virtual one, whose place only the object knows. */
export function baseOffset(derived: Type, base: Type): number | undefined {
  const from = bare(derived);
  const to = bare(base);
  if (from.kind !== "struct" || to.kind !== "struct") return undefined;
  for (const candidate of from.bases) {
    if (candidate.isVirtual) continue;
    const inner = bare(candidate.type) === to ? 0 : baseOffset(candidate.type, to);
    if (inner !== undefined) return candidate.offset + inner;
  }
  return undefined;
}

/** Distance by which a C++ cast between pointers or references to related classes moves the address; 0 for unrelated types. */
export function castAdjustment(from: Type, to: Type): number {
  const up = baseOffset(from, to);
  return up ?? -(baseOffset(to, from) ?? 0);
}

/** Names of all members, those of anonymous members and bases included. */
export function memberNames(type: StructType): string[] {
  const nested = (inner: Type): string[] => {
    const plain = bare(inner);
    return plain.kind === "struct" ? memberNames(plain) : [];
  };
  const own = type.members.flatMap((member) => (member.name === undefined ? nested(member.type) : [member.name]));
  return [...new Set([...own, ...type.bases.flatMap((base) => nested(base.type))])];
}

/** The part of `value` at byte `offset` as a value of `type`. */
export function partOf(value: Value, type: Type, offset: number, bitField?: BitField): Value {
  const { storage } = value;
  const format = value.format;
  switch (storage.kind) {
    case "memory":
      return { type, bitField, format, storage: { kind: "memory", address: (storage.address + offset) >>> 0 } };
    case "constant":
    case "local": {
      const bytes = storage.bytes.subarray(offset, offset + (bitField?.bytes ?? sizeOf(type)));
      return { type, bitField, format, storage: { kind: "constant", bytes } };
    }
    default:
      return { type, bitField, format, storage };
  }
}

/** Member `name` of the struct `value`. @throws EvaluationError with the members there are */
export function memberOf(value: Value, name: string): Value {
  const plain = bare(value.type);
  if (plain.kind !== "struct") throw new EvaluationError(`Value of type "${typeText(value.type)}" has no members`);
  if (plain.isIncomplete) throw new EvaluationError(`Members of "${typeText(value.type)}" are not known: it is only declared`);
  const found = findMember(plain, name);
  if (!found || found.member.isStatic) throw new EvaluationError(`"${typeText(value.type)}" has no member "${name}"${suggestion(name, memberNames(plain))}`);
  return partOf(value, found.member.type, found.offset, found.member.bitField);
}

/** `; did you mean …` for a name that differs in letter case or by a letter. */
export function suggestion(name: string, candidates: readonly string[]): string {
  const wanted = name.toLowerCase();
  const near =
    candidates.find((candidate) => candidate.toLowerCase() === wanted) ??
    candidates.find((candidate) => candidate.length > 3 && isNear(candidate.toLowerCase(), wanted));
  return near === undefined ? "" : `; did you mean "${near}"?`;
}

/** One letter added, left out or changed. */
function isNear(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a.charAt(start) === b.charAt(start)) start++;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  return restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1);
}
