// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { evaluateNmake, logicalLines, NmakeConditions } from "./project-nmake.ts";

const value = (text: string): boolean | undefined => evaluateNmake(text, (path) => path === "there.h");

describe("evaluateNmake", () => {
  it("compares numbers and strings, and binds && closer than ||", () => {
    assert.equal(value('"chk" == "chk"'), true);
    assert.equal(value("0x601 >= 0x600"), true);
    assert.equal(value("1 || 0 && 0"), true);
    assert.equal(value("(1 || 0) && !1"), false);
    assert.equal(value('"" != ""'), false);
    assert.equal(value("EXIST(there.h) && !EXIST(gone.h)"), true);
  });

  it("is undefined for what it cannot read", () => {
    assert.equal(value("1 =="), undefined);
    assert.equal(value("(1"), undefined);
    assert.equal(value("1 2"), undefined);
  });
});

it("logicalLines joins continued lines and drops comments", () => {
  assert.deepEqual(logicalLines("# all\r\nA = 1 \\\r\n    2\r\n\r\nB=3 # end\r\n"), [
    { line: 2, text: "A = 1      2" },
    { line: 5, text: "B=3" },
  ]);
});

it("NmakeConditions takes the first branch that holds, and none inside one that does not", () => {
  const conditions = new NmakeConditions((_, text) => text === "yes");
  const seen: string[] = [];
  for (const [word, text] of [
    ["if", "no"],
    ["line", "a"],
    ["if", "yes"],
    ["line", "b"],
    ["endif", ""],
    ["elseif", "yes"],
    ["line", "c"],
    ["else", ""],
    ["line", "d"],
    ["endif", ""],
    ["line", "e"],
  ] as const) {
    if (!conditions.take(word, text, 1) && conditions.isActive) seen.push(text);
  }
  assert.deepEqual(seen, ["c", "e"]);
});
