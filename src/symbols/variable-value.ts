// SPDX-License-Identifier: MIT
/** From a variable of the debug information to its value in a frame. */

import type { Location, VariableInfo } from "./debug-info-model.ts";
import { evaluateLocation } from "./location-evaluator.ts";
import { integerToBytes, isFloat } from "./scalar.ts";
import type { FrameContext, TargetMemory } from "./target.ts";
import { bare, pointerSize, sizeOf } from "./type-model.ts";
import type { Storage, Value } from "./value.ts";

/**
 * Value of `variable`; globals need no frame. Storage is `unavailable`, with the reason, where there is no place. A C++ reference
 * gives what it refers to.
 */
export function variableValue(variable: VariableInfo, frame: FrameContext | undefined, memory: TargetMemory): Value {
  const { type, evaluateName } = variable;
  const storage = place(variable, frame, memory);
  const plain = bare(type);
  if (plain.kind === "reference" && storage.kind === "memory") {
    const pointer = memory.read(storage.address, pointerSize);
    if (pointer === undefined) return { type: plain.target, storage: { kind: "unavailable", reason: "the reference cannot be read" }, evaluateName };
    return { type: plain.target, storage: { kind: "memory", address: new DataView(pointer.buffer, pointer.byteOffset).getUint32(0, true) }, evaluateName };
  }
  return { type, storage, evaluateName };
}

/** Value of the frame base by `location`, for frames that do not bring it. */
export function frameBaseValue(location: Location | undefined, frame: FrameContext | undefined, memory: TargetMemory): number | undefined {
  if (frame?.frameBase !== undefined || frame === undefined || location === undefined) return frame?.frameBase;
  const bytes = expressionAt(location, frame.offset);
  if (bytes === undefined) return undefined;
  const storage = evaluateLocation(bytes, { frame, frameBase: undefined, memory, size: 4, isFloat: false, addressAt: () => 0 });
  if (storage.kind === "memory") return storage.address;
  return storage.kind === "local" || storage.kind === "constant" ? new DataView(Uint8Array.from(storage.bytes).buffer).getUint32(0, true) : undefined;
}

function place(variable: VariableInfo, frame: FrameContext | undefined, memory: TargetMemory): Storage {
  const { location, type } = variable;
  const size = sizeOf(type);
  if (location.kind === "none") return { kind: "unavailable", reason: "optimized out" };
  if (location.kind === "constant")
    return { kind: "constant", bytes: location.value instanceof Uint8Array ? location.value : integerToBytes(location.value, size) };
  const bytes = expressionAt(location, frame?.offset);
  if (bytes === undefined) return { kind: "unavailable", reason: "it has no value at this place" };
  return evaluateLocation(bytes, {
    frame,
    memory,
    size,
    isFloat: isFloat(bare(type)),
    addressAt: variable.addressAt,
    frameBase: frameBaseValue(variable.frameBase, frame, memory),
  });
}

function expressionAt(location: Location, offset: number | undefined): Uint8Array | undefined {
  if (location.kind === "expression") return location.bytes;
  if (location.kind !== "list" || offset === undefined) return undefined;
  return location.entries.find(({ low, high }) => offset >= low && offset < high)?.bytes;
}
