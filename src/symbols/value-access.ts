// SPDX-License-Identifier: MIT
/** Reads and writes the bytes of values. */
import { AssertionFailure } from "../base/index.ts";
import type { TargetMemory } from "./target.ts";
import type { Value } from "./value.ts";

/** Address of an lvalue in target memory; undefined for other values and for bit fields. */
export function addressOf(_value: Value): number | undefined {
  throw new AssertionFailure("not filled in yet");
}

/** All bytes of `value`. @throws EvaluationError when they cannot be read */
export function readBytes(_value: Value, _memory: TargetMemory): Uint8Array {
  throw new AssertionFailure("not filled in yet");
}

/** Integer, enum, pointer, boolean or function value, signed as its type is. @throws EvaluationError for other types and unreadable memory */
export function readInteger(_value: Value, _memory: TargetMemory): bigint {
  throw new AssertionFailure("not filled in yet");
}
