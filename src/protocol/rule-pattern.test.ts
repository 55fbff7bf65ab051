// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { parseRulePattern } from "./rule-pattern.ts";

describe("Rule patterns", () => {
  const matching = (pattern: string, ...rules: readonly string[]): readonly string[] => {
    const matches = parseRulePattern(pattern);
    assert.ok(typeof matches === "function", String(matches));
    return rules.filter(matches);
  };

  it("match by any of several globs, in any letter case", () => {
    assert.deepEqual(matching("txn-* mem-null", "txn-state", "MEM-NULL", "req-double-complete"), ["txn-state", "MEM-NULL"]);
  });

  it("leave out what follows an exclamation mark", () => {
    assert.deepEqual(matching("txn-* !txn-state*", "txn-state-2", "txn-leak"), ["txn-leak"]);
    assert.deepEqual(matching("!en-*", "en-x", "txn-leak"), ["txn-leak"]);
  });

  it("match a whole rule, not a part of one", () => {
    assert.deepEqual(matching("state", "txn-state"), []);
  });

  it("tell what is wrong with one that cannot be read", () => {
    assert.match(String(parseRulePattern("txn-( x")), /'txn-\(' is not a pattern/);
  });
});
