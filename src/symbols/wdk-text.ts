// SPDX-License-Identifier: MIT
/** WDK types that read better as one thing than as their members: counted strings, LARGE_INTEGER, GUID, lists, MDLs. */

import { findMember, memberOf, partOf } from "./member-lookup.ts";
import { listText, walkList } from "./list-walk.ts";
import { mdlText, mdlView } from "./mdl-parts.ts";
import { integerText } from "./integer-text.ts";
import { quoted } from "./character-text.ts";
import type { TargetMemory } from "./target.ts";
import type { StructType } from "./type-model.ts";
import type { FormatSuffix, Value } from "./value.ts";
import { readBytes, readInteger } from "./value-access.ts";

const countedStrings: ReadonlyMap<string, 1 | 2> = new Map<string, 1 | 2>([
  ["_UNICODE_STRING", 2],
  ["_STRING", 1],
  ["_OEM_STRING", 1],
]);
const quadWords: ReadonlySet<string> = new Set(["_LARGE_INTEGER", "_ULARGE_INTEGER"]);
/** Longest counted string shown, in bytes. */
const maxStringBytes = 512;

/** Text of `value` when `type` is one of these; undefined for all other structs. @throws EvaluationError when unreadable */
export function wdkText(value: Value, type: StructType, names: readonly string[], memory: TargetMemory, format: FormatSuffix | undefined): string | undefined {
  const tag = type.name ?? "";
  const unit = countedStrings.get(tag);
  if (unit !== undefined && findMember(type, "Buffer")) return countedText(value, unit, memory);
  if ((quadWords.has(tag) || names.includes("LARGE_INTEGER") || names.includes("ULARGE_INTEGER")) && findMember(type, "QuadPart")) {
    const isAddress = names.includes("PHYSICAL_ADDRESS");
    return integerText(readInteger(memberOf(value, "QuadPart"), memory), 64, format ?? (isAddress ? "x" : undefined));
  }
  const walk = walkList(value, memory);
  if (walk !== undefined) return listText(walk);
  const mdl = mdlView(value, type, memory);
  if (mdl !== undefined) return mdlText(mdl);
  if ((tag === "_GUID" || names.includes("GUID")) && type.size === 16) return guidText(readBytes(partOf(value, value.type, 0), memory));
  return undefined;
}

function countedText(value: Value, unit: 1 | 2, memory: TargetMemory): string {
  const length = Number(readInteger(memberOf(value, "Length"), memory));
  const address = Number(readInteger(memberOf(value, "Buffer"), memory));
  if (address === 0) return length === 0 ? "NULL" : `<NULL buffer, Length=${length}>`;
  if (length === 0) return quoted(new Uint8Array(0), unit);
  const shown = Math.min(length - (length % unit), maxStringBytes);
  const bytes = memory.read(address, shown);
  if (bytes === undefined) return `<unreadable buffer at 0x${address.toString(16).toUpperCase().padStart(8, "0")}, Length=${length}>`;
  return `${quoted(bytes, unit)}${shown < length - 1 ? "…" : ""}`;
}

/** Registry form, e.g. `{12345678-9ABC-DEF0-0102-030405060708}`. */
function guidText(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const digits = (value: number, width: number): string => value.toString(16).toUpperCase().padStart(width, "0");
  const tail = Array.from(bytes.subarray(8), (byte) => digits(byte, 2)).join("");
  return `{${digits(view.getUint32(0, true), 8)}-${digits(view.getUint16(4, true), 4)}-${digits(view.getUint16(6, true), 4)}-${tail.slice(0, 4)}-${tail.slice(4)}}`;
}
