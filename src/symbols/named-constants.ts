// SPDX-License-Identifier: MIT
/** Names that driver code uses and debug information does not have, because they are macros of the WDK or words of C++. */

import { ntStatusValue } from "../protocol/index.ts";
import { boolType, intType, nullPointerType } from "./builtin-types.ts";
import type { DebugInfo } from "./debug-info.ts";
import { namedType } from "./type-resolver.ts";
import type { Type } from "./type-model.ts";
import type { Value } from "./value.ts";
import { integerValue } from "./value-access.ts";

/** C++ and C23 words; they cannot be names of variables. */
export function keywordConstant(name: string): Value | undefined {
  if (name === "true" || name === "false") return integerValue(boolType, name === "true" ? 1n : 0n);
  return name === "nullptr" ? integerValue(nullPointerType, 0n) : undefined;
}

/** Interrupt request levels of wdm.h for x86. */
const irqlLevels: Readonly<Record<string, bigint>> = { PASSIVE_LEVEL: 0n, LOW_LEVEL: 0n, APC_LEVEL: 1n, DISPATCH_LEVEL: 2n, CLOCK_LEVEL: 28n, HIGH_LEVEL: 31n };

/** `TRUE`, `FALSE`, `NULL`, IRQL and NTSTATUS names. */
export function macroConstant(name: string, debugInfo: DebugInfo): Value | undefined {
  const typed = (type: string, fallback: Type, value: bigint): Value => integerValue(namedType(type, debugInfo) ?? fallback, value);
  if (name === "TRUE" || name === "FALSE") return typed("BOOLEAN", intType, name === "TRUE" ? 1n : 0n);
  if (name === "NULL") return integerValue(nullPointerType, 0n);
  const level = Object.hasOwn(irqlLevels, name) ? irqlLevels[name] : undefined;
  if (level !== undefined) return typed("KIRQL", intType, level);
  const status = ntStatusValue(name);
  return status === undefined ? undefined : typed("NTSTATUS", intType, BigInt(status));
}
