// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { isHitDue, parseHitCondition } from "./hit-count.ts";

/** The first ten hits at which `text` stops. */
function due(text: string): number[] {
  const condition = parseHitCondition(text);
  if (typeof condition === "string") assert.fail(condition);
  return Array.from({ length: 10 }, (_, i) => i + 1).filter((hits) => isHitDue(condition, hits));
}

describe("parseHitCondition", () => {
  it("takes a bare number as 'from the Nth hit on'", () => assert.deepEqual(due("8"), [8, 9, 10]));
  it("accepts every spelling of equality", () => {
    for (const text of ["=3", "==3", "===3", " = 3 "]) assert.deepEqual(due(text), [3]);
  });
  it("compares", () => {
    assert.deepEqual(due(">8"), [9, 10]);
    assert.deepEqual(due(">=8"), [8, 9, 10]);
    assert.deepEqual(due("<3"), [1, 2]);
    assert.deepEqual(due("<=3"), [1, 2, 3]);
  });
  it("stops at every Nth hit", () => assert.deepEqual(due("%4"), [4, 8]));
  it("says what is wrong with anything else", () => {
    const reason = (text: string): string => {
      const parsed = parseHitCondition(text);
      return typeof parsed === "string" ? parsed : assert.fail(`'${text}' was accepted`);
    };
    for (const text of ["", "x", "3x", "-1", "!=3", "%", "1.5"]) assert.match(reason(text), /must be a number/);
    assert.match(reason("%0"), /never comes/);
  });
});
