// SPDX-License-Identifier: MIT
/** Assignment: converts a value to the type of a place and writes it there. */

import { convertScalar, load } from "./conversions.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { bytesToInteger } from "./scalar.ts";
import type { TargetMemory } from "./target.ts";
import { bare, isConst, sizeOf } from "./type-model.ts";
import { typeText } from "./type-text.ts";
import type { Value } from "./value.ts";
import { readBytes, writeBytes, writeInteger } from "./value-access.ts";

/** Stores `value` in `target`. @throws EvaluationError when C does not allow it, or the place cannot be written */
export function store(target: Value, value: Value, memory: TargetMemory): void {
  if (isConst(target.type)) throw new EvaluationError(`"${typeText(target.type)}" is const; to change it anyway assign through a cast pointer`);
  const plain = bare(target.type);
  switch (plain.kind) {
    case "struct":
      storeStruct(target, value, memory);
      return;
    case "array":
      storeArray(target, value, memory);
      return;
    case "void":
    case "function":
      throw new EvaluationError(`"${typeText(target.type)}" cannot be assigned to`);
    default: {
      const converted = readBytes(convertScalar(load(value, memory), target.type), memory);
      if (target.bitField) writeInteger(target, bytesToInteger(converted), memory);
      else writeBytes(target, converted, memory);
    }
  }
}

function storeStruct(target: Value, value: Value, memory: TargetMemory): void {
  if (bare(value.type) !== bare(target.type)) {
    throw new EvaluationError(`"${typeText(value.type)}" cannot be assigned to "${typeText(target.type)}"`);
  }
  writeBytes(target, Uint8Array.from(readBytes(value, memory)), memory);
}

/** Text into a character array, which C allows only in an initialiser; the rest of the array becomes zero. */
function storeArray(target: Value, value: Value, memory: TargetMemory): void {
  const to = bare(target.type);
  const from = bare(value.type);
  const isText = value.storage.kind === "constant" && to.kind === "array" && from.kind === "array" && sizeOf(to.element) === sizeOf(from.element);
  if (!isText) throw new EvaluationError("Array cannot be assigned to; assign its elements, or a string to an array of characters");
  const bytes = readBytes(value, memory);
  const room = sizeOf(to);
  const terminator = sizeOf(from.element);
  if (bytes.length - terminator > room)
    throw new EvaluationError(`String of ${bytes.length / terminator - 1} characters does not fit in "${typeText(target.type)}"`);
  const filled = new Uint8Array(room);
  filled.set(bytes.subarray(0, room));
  writeBytes(target, filled, memory);
}
