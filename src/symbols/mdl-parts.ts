// SPDX-License-Identifier: MIT
/** What an MDL describes, as values: its page frame numbers, and its bytes where they have an address (MDL of wdm.h, 32-bit layout). */

import { unsignedCharType, unsignedLongType } from "./builtin-types.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { memberOf } from "./member-lookup.ts";
import type { TargetMemory } from "./target.ts";
import type { StructType } from "./type-model.ts";
import type { Value } from "./value.ts";
import { addressOf, readInteger } from "./value-access.ts";

/** Numbers of an MDL, and where its parts are. */
export interface MdlView {
  readonly byteCount: number;
  readonly byteOffset: number;
  readonly startVa: number;
  readonly flags: number;
  readonly pages: Value;
  /** Undefined for no bytes. */
  readonly data: Value | undefined;
}

/** Flags of MDL.MdlFlags by bit (wdm.h). */
const flagNames = [
  "MAPPED_TO_SYSTEM_VA",
  "PAGES_LOCKED",
  "SOURCE_IS_NONPAGED_POOL",
  "ALLOCATED_FIXED_SIZE",
  "PARTIAL",
  "PARTIAL_HAS_BEEN_MAPPED",
  "IO_PAGE_READ",
  "WRITE_OPERATION",
] as const;
const mappedOrPool = 0x5;
const pageSize = 4096;
const maxBytes = 1 << 28;

/** Undefined when `value` is no MDL in memory, or makes no sense as one. */
export function mdlView(value: Value, type: StructType, memory: TargetMemory): MdlView | undefined {
  const address = addressOf(value);
  if (type.name !== "_MDL" || address === undefined) return undefined;
  try {
    const number = (name: string): number => Number(readInteger(memberOf(value, name), memory));
    const [byteCount, byteOffset, startVa, flags] = [number("ByteCount"), number("ByteOffset"), number("StartVa"), number("MdlFlags") & 0xffff];
    if (byteCount > maxBytes || byteOffset >= pageSize || startVa % pageSize !== 0) return undefined;
    const count = Math.ceil((byteOffset + byteCount) / pageSize);
    const hasSystemAddress = (flags & mappedOrPool) !== 0;
    const data = hasSystemAddress ? number("MappedSystemVa") : startVa + byteOffset;
    return {
      byteCount,
      byteOffset,
      startVa,
      flags,
      pages: arrayAt(unsignedLongType, count, address + type.size, "unsigned long"),
      data: byteCount === 0 ? undefined : arrayAt(unsignedCharType, byteCount, data, "unsigned char"),
    };
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}

function arrayAt(element: typeof unsignedLongType, count: number, address: number, name: string): Value {
  return {
    type: { kind: "array", element, count },
    storage: { kind: "memory", address },
    evaluateName: `*(${name} (*)[${count}])0x${address.toString(16).toUpperCase()}`,
  };
}

/** `10000 bytes at 0x00031388, PAGES_LOCKED|WRITE_OPERATION`. */
export function mdlText({ byteCount, byteOffset, startVa, flags }: MdlView): string {
  const names = flagNames.filter((_, bit) => (flags & (1 << bit)) !== 0);
  const address = (startVa + byteOffset).toString(16).toUpperCase().padStart(8, "0");
  return `${byteCount} bytes at 0x${address}${names.length === 0 ? "" : `, ${names.join("|")}`}`;
}
