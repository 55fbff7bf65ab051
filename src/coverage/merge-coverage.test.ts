// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import type { FileCoverage } from "../protocol/index.ts";
import { mergeCoverage } from "./merge-coverage.ts";

const run = (file: string, count: number, role?: string): FileCoverage => ({
  file,
  statements: [{ line: 2, column: 3, count }],
  branches: [
    {
      line: 2,
      column: 3,
      arms: [
        { line: 3, column: 1, count, isErrorPath: true },
        { line: 4, column: 1, count: 1, isErrorPath: false },
      ],
    },
  ],
  functions: [{ name: "f", ...(role === undefined ? {} : { role }), line: 1, endLine: 5, count }],
});

describe("mergeCoverage", () => {
  it("adds what has the same place and keeps files apart", () => {
    const [a, b, ...rest] = mergeCoverage([[run("a.c", 1), run("b.c", 5)], [run("a.c", 2, "EvtIoRead")]]);
    assert.deepEqual(rest, []);
    assert.equal(b?.file, "b.c");
    assert.deepEqual(a?.statements, [{ line: 2, column: 3, count: 3 }]);
    assert.deepEqual(
      a?.branches[0]?.arms.map(({ count }) => count),
      [3, 2],
    );
    assert.deepEqual(a?.functions, [{ name: "f", role: "EvtIoRead", line: 1, endLine: 5, count: 3 }]);
  });

  it("does not change what it is given", () => {
    const one = run("a.c", 1);
    mergeCoverage([[one], [one]]);
    assert.deepEqual(one, run("a.c", 1));
  });
});
