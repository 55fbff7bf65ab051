// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import type { FileCoverage } from "../protocol/index.ts";
import { conditionAt, errorSideOf } from "./error-path.ts";
import { coberturaXml, coverageFormatOf, coverageTotals, lcovText } from "./index.ts";

const file: FileCoverage = {
  file: "/home/driver/Dma.c",
  statements: [
    { line: 10, column: 5, count: 4 },
    { line: 11, column: 9, count: 4 },
    { line: 11, column: 20, count: 1 },
    { line: 12, column: 9, count: 0 },
    { line: 20, column: 1, count: 0 },
  ],
  branches: [
    {
      line: 11,
      column: 9,
      arms: [
        { line: 12, column: 9, count: 0, isErrorPath: true },
        { line: 14, column: 5, count: 4, isErrorPath: false },
      ],
    },
    {
      line: 20,
      column: 1,
      arms: [
        { line: 21, column: 1, count: 0, isErrorPath: false },
        { line: 22, column: 1, count: 0, isErrorPath: false },
      ],
    },
  ],
  functions: [
    { name: "PciEvtProgramDma", role: "EvtProgramDma", line: 10, endLine: 12, count: 4 },
    { name: "PciAbort", line: 20, endLine: 22, count: 0 },
  ],
};

describe("coverage reports", () => {
  it("sums lines, branches, functions, callbacks and error paths", () => {
    assert.deepEqual(coverageTotals([file]), {
      lines: { covered: 2, total: 4 },
      statements: { covered: 3, total: 5 },
      branches: { covered: 1, total: 4 },
      functions: { covered: 1, total: 2 },
      callbacks: { covered: 1, total: 1 },
      errorPaths: { covered: 0, total: 1 },
    });
  });

  it("writes LCOV, with - for the ways of a branch that was never reached", () => {
    assert.deepEqual(lcovText("my driver", [file]).split("\n"), [
      "TN:my_driver",
      "SF:/home/driver/Dma.c",
      "FN:10,PciEvtProgramDma",
      "FN:20,PciAbort",
      "FNDA:4,PciEvtProgramDma",
      "FNDA:0,PciAbort",
      "FNF:2",
      "FNH:1",
      "BRDA:11,0,0,0",
      "BRDA:11,0,1,4",
      "BRDA:20,1,0,-",
      "BRDA:20,1,1,-",
      "BRF:4",
      "BRH:1",
      "DA:10,4",
      "DA:11,4",
      "DA:12,0",
      "DA:20,0",
      "LF:4",
      "LH:2",
      "end_of_record",
      "",
    ]);
  });

  it("writes Cobertura with files relative to the root", () => {
    const xml = coberturaXml("/home", [file], 1000);
    assert.match(
      xml,
      /<coverage line-rate="0.5000" branch-rate="0.2500" lines-covered="2" lines-valid="4" branches-covered="1" branches-valid="4"[^>]* timestamp="1000">/,
    );
    assert.match(xml, /<package name="driver" /);
    assert.match(xml, /<class name="Dma.c" filename="driver\/Dma.c" /);
    assert.match(xml, /<line number="11" hits="4" branch="true" condition-coverage="50% \(1\/2\)"\/>/);
    assert.match(xml, /<method name="PciAbort" signature="" line-rate="0.0000" branch-rate="0.0000"/);
  });

  it("goes by the extension of the file", () => {
    assert.deepEqual(
      ["a.info", "b.XML", "c.lcov", "d.txt"].map((name) => coverageFormatOf(name)?.label),
      ["LCOV", "Cobertura", "LCOV", undefined],
    );
  });
});

describe("error paths", () => {
  it("are known by what the condition tests", () => {
    const side = (condition: string): string | undefined => errorSideOf(condition);
    assert.deepEqual(
      ["!NT_SUCCESS(status)", "! NT_SUCCESS( status )", "status != STATUS_SUCCESS", "buffer == NULL", "NULL == buffer", "status == STATUS_CANCELLED"].map(side),
      Array.from({ length: 6 }, () => "then"),
    );
    assert.deepEqual(["NT_SUCCESS(status)", "status == STATUS_SUCCESS"].map(side), ["else", "else"]);
    assert.deepEqual(["length > 10", "buffer != NULL", "!done", "status == STATUS_PENDING"].map(side), [undefined, undefined, undefined, undefined]);
  });

  it("finds the condition around a place, over several lines", () => {
    const lines = ["    if (!NT_SUCCESS(status)) {", "    if (a &&", "        (b == NULL)) {", "    } else if (c) x();", "    for (;;) y();"];
    assert.equal(conditionAt(lines, 1, 9), "!NT_SUCCESS(status)");
    assert.equal(conditionAt(lines, 2, 9), "a &&\n        (b == NULL)");
    assert.equal(conditionAt(lines, 3, 10), "a &&\n        (b == NULL)");
    assert.equal(conditionAt(lines, 4, 16), "c");
    assert.equal(conditionAt(lines.slice(4), 1, 10), undefined);
  });
});
