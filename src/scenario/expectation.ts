// SPDX-License-Identifier: MIT
/** `system.expect(…)` of the public API: throws ExpectationFailure with a message that shows the difference. */
import { bytesToHex, hex } from "../base/index.ts";
import { type Expectation, ntStatusName, ntStatusValue } from "../protocol/index.ts";

export class ExpectationFailure extends Error {
  override readonly name = "ExpectationFailure";
}

/** An expectation on `value`; `what` names it in messages. */
export function expectation(value: unknown, what = "the value"): Expectation {
  const fail = (text: string): never => {
    throw new ExpectationFailure(`Expected ${what} ${text}`);
  };
  const number = (): number => (typeof value === "number" || typeof value === "bigint" ? Number(value) : fail(`to be a number, but it is ${show(value)}`));
  return {
    equals(expected) {
      const difference = compare(value, expected);
      if (difference !== undefined) fail(`to equal ${show(expected)}, but ${difference}`);
    },
    notEquals(unexpected) {
      if (compare(value, unexpected) === undefined) fail(`not to equal ${show(unexpected)}`);
    },
    status(expected) {
      const actual = statusOf(value);
      const wanted = typeof expected === "number" ? expected >>> 0 : ntStatusValue(expected);
      if (wanted === undefined) fail(`to have status ${String(expected)}, which is not a known NTSTATUS name`);
      if (actual !== wanted) fail(`to have status ${showStatus(wanted ?? 0)}, but it is ${actual === undefined ? show(value) : showStatus(actual)}`);
    },
    succeeds() {
      const actual = statusOf(value);
      if (actual === undefined || actual >= 0x8000_0000) fail(`to succeed, but its status is ${actual === undefined ? show(value) : showStatus(actual)}`);
    },
    atLeast(minimum) {
      if (number() < minimum) fail(`to be at least ${minimum}, but it is ${number()}`);
    },
    atMost(maximum) {
      if (number() > maximum) fail(`to be at most ${maximum}, but it is ${number()}`);
    },
  };
}

/** `STATUS_CANCELLED (0xC0000120)`, or the number alone. */
export function showStatus(status: number): string {
  const name = ntStatusName(status);
  return name === undefined ? hex(status, 8) : `${name} (${hex(status, 8)})`;
}

function statusOf(value: unknown): number | undefined {
  if (typeof value === "number") return value >>> 0;
  if (typeof value === "object" && value !== null && "status" in value && typeof value.status === "number") return value.status >>> 0;
  return undefined;
}

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;

/** Undefined when equal, else what differs. */
function compare(actual: unknown, expected: unknown): string | undefined {
  if (isBytes(actual) && (isBytes(expected) || Array.isArray(expected))) return compareBytes(actual, Uint8Array.from(expected as ArrayLike<number>));
  if (isBytes(actual) || isBytes(expected)) return `it is ${show(actual)}`;
  if (typeof actual === "object" && typeof expected === "object" && actual !== null && expected !== null) {
    for (const key of new Set([...Object.keys(actual), ...Object.keys(expected)])) {
      const difference = compare((actual as Record<string, unknown>)[key], (expected as Record<string, unknown>)[key]);
      if (difference !== undefined) return `at "${key}" ${difference}`;
    }
    return undefined;
  }
  return Object.is(actual, expected) ? undefined : `it is ${show(actual)}`;
}

function compareBytes(actual: Uint8Array, expected: Uint8Array): string | undefined {
  const common = Math.min(actual.length, expected.length);
  let first = 0;
  while (first < common && actual[first] === expected[first]) first++;
  if (first === common && actual.length === expected.length) return undefined;
  if (first === common) return `its length is ${actual.length} bytes, not ${expected.length} (the first ${common} bytes are equal)`;
  let different = 0;
  for (let i = first; i < common; i++) if (actual[i] !== expected[i]) different++;
  const from = Math.max(0, first - 4);
  const window = (bytes: Uint8Array) =>
    bytesToHex(bytes.subarray(from, first + 8))
      .replace(/../g, "$& ")
      .trim();
  const lengths = actual.length === expected.length ? "" : `; it has ${actual.length} bytes instead of ${expected.length}`;
  return `byte ${first} (${hex(first)}) differs: from ${hex(from)} on it is ${window(actual)} instead of ${window(expected)}; ${different} of ${common} bytes differ${lengths}`;
}

function show(value: unknown): string {
  if (isBytes(value)) return value.length <= 16 ? `bytes ${bytesToHex(value) || "(none)"}` : `${value.length} bytes (${bytesToHex(value.subarray(0, 8))}…)`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "string") return `"${value}"`;
  if (typeof value === "object" && value !== null) return JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? `${v}n` : v));
  return String(value);
}
