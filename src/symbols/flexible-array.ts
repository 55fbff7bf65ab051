// SPDX-License-Identifier: MIT
/** WDK structs that end in an array whose length another member tells: shown with their elements, although C knows no length. */

import { memberOf, partOf } from "./member-lookup.ts";
import { EvaluationError } from "./evaluation-error.ts";
import type { TargetMemory } from "./target.ts";
import type { Member, StructType } from "./type-model.ts";
import { bare } from "./type-model.ts";
import type { Value } from "./value.ts";
import { readInteger } from "./value-access.ts";

/** Tag of the struct, and the member that counts the elements of its last one. */
const counters: ReadonlyMap<string, string> = new Map([
  ["_SCATTER_GATHER_LIST", "NumberOfElements"],
  ["_CM_PARTIAL_RESOURCE_LIST", "Count"],
  ["_CM_RESOURCE_LIST", "Count"],
]);
/** A larger count is taken for garbage. */
const maxElements = 65_536;

/** Member `member` of the struct `value`, a counted array with its real length. */
export function memberPart(value: Value, type: StructType, member: Member, memory: TargetMemory): Value {
  const part = partOf(value, member.type, member.offset, member.bitField);
  const plain = bare(member.type);
  const counter = counters.get(type.name ?? "");
  if (counter === undefined || plain.kind !== "array" || (plain.count ?? 0) > 1 || member !== type.members.at(-1)) return part;
  const count = countOf(value, counter, memory);
  return count === undefined ? part : { ...part, type: { ...plain, count } };
}

function countOf(value: Value, counter: string, memory: TargetMemory): number | undefined {
  try {
    const count = readInteger(memberOf(value, counter), memory);
    return count >= 0n && count <= maxElements ? Number(count) : undefined;
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}
