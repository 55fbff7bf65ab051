// SPDX-License-Identifier: MIT
/** Basic types of the target as expressions produce them, independent of what a driver's debug information happens to contain. */

import type { BaseType, Encoding, Type } from "./type-model.ts";
import { pointerTo } from "./type-model.ts";

const base = (name: string, encoding: Encoding, size: number): BaseType => ({ kind: "base", name, encoding, size });

export const charType = base("char", "signedChar", 1);
export const unsignedCharType = base("unsigned char", "unsignedChar", 1);
export const intType = base("int", "signed", 4);
export const unsignedIntType = base("unsigned int", "unsigned", 4);
export const longType = base("long", "signed", 4);
export const unsignedLongType = base("unsigned long", "unsigned", 4);
export const longLongType = base("long long", "signed", 8);
export const unsignedLongLongType = base("unsigned long long", "unsigned", 8);
export const wideCharType = base("wchar_t", "unsigned", 2);
export const floatType = base("float", "float", 4);
export const doubleType = base("double", "float", 8);
export const boolType = base("_Bool", "boolean", 1);
export const nullPointerType: Type = pointerTo({ kind: "void" });

const list: readonly BaseType[] = [
  charType,
  unsignedCharType,
  base("signed char", "signedChar", 1),
  base("short", "signed", 2),
  base("unsigned short", "unsigned", 2),
  intType,
  unsignedIntType,
  longType,
  unsignedLongType,
  longLongType,
  unsignedLongLongType,
  wideCharType,
  floatType,
  doubleType,
  base("long double", "float", 16),
  boolType,
  base("char8_t", "utf", 1),
  base("char16_t", "utf", 2),
  base("char32_t", "utf", 4),
];

const byName = new Map<string, BaseType>(list.map((type) => [type.name, type]));

/** Basic type by its normalised name, such as `unsigned long long`. */
export function builtinType(name: string): BaseType | undefined {
  return byName.get(name);
}
