// SPDX-License-Identifier: MIT
/** Assertions for bugs of ours; never for driver faults (Violation) or user errors (UserError). */

export class AssertionFailure extends Error {
  override readonly name = "AssertionFailure";
}

/** Throws AssertionFailure unless `condition` holds. */
export function assert(condition: unknown, message = "internal assertion failed"): asserts condition {
  if (!condition) throw new AssertionFailure(message);
}

/** Returns `value`, or throws AssertionFailure when it is null or undefined. */
export function defined<T>(value: T | null | undefined, message = "value is missing"): T {
  if (value === null || value === undefined) throw new AssertionFailure(message);
  return value;
}

/** Marks a branch the types rule out. */
export function unreachable(value: never): never {
  throw new AssertionFailure(`unexpected value: ${String(value)}`);
}
