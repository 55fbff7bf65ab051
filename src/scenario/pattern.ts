// SPDX-License-Identifier: MIT
/** Test data for scenarios: the `pattern` of the public API. */
import { SeededRandom } from "../base/index.ts";

export type PatternKind = "increment" | "zero" | "ones" | "random" | number;

/** `length` bytes of a pattern; `random` depends on `seed` only. Throws RangeError for a bad length or an unknown pattern. */
export function pattern(length: number, kind: PatternKind = "increment", seed = 1): Uint8Array {
  if (!Number.isInteger(length) || length < 0) throw new RangeError(`pattern: the length must be a whole number of bytes, not ${String(length)}`);
  if (typeof kind === "number") return new Uint8Array(length).fill(kind);
  switch (kind) {
    case "zero":
      return new Uint8Array(length);
    case "ones":
      return new Uint8Array(length).fill(0xff);
    case "increment":
      return Uint8Array.from({ length }, (_, i) => i & 0xff);
    case "random": {
      const random = new SeededRandom(seed);
      return Uint8Array.from({ length }, () => random.next32() & 0xff);
    }
    default:
      throw new RangeError(`pattern: unknown pattern "${String(kind)}"; known are increment, zero, ones, random and a byte value`);
  }
}
