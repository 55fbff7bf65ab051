// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import type { ReportedViolation, RunEnding } from "../../protocol/index.ts";
import { diagnostic } from "../../toolchain/index.ts";
import { verdictOf, withPlace } from "./failure-messages.ts";

const ended = (ending: Partial<RunEnding>): Parameters<typeof verdictOf>[0] => ({
  ending: { outcome: "passed", text: "", exitStatus: 0, violations: [], ...ending },
  diagnostics: [],
  problem: undefined,
});

const violation: ReportedViolation = {
  rule: "MEM-NULL",
  message: "A NULL pointer is read",
  explanation: "Check it first",
  file: "/d/Dma.c",
  line: 7,
  stack: [{ function: "EvtProgramDma", file: "/d/Dma.c", line: 7 }],
  statement: 1,
  time: 2,
};

describe("verdictOf", () => {
  it("passes what passed and skips what was stopped", () => {
    assert.deepEqual(verdictOf(ended({})), { state: "passed" });
    assert.deepEqual(verdictOf({ ending: undefined, diagnostics: [], problem: undefined }), { state: "skipped" });
  });

  it("fails with each violation at its line, with explanation and stack", () => {
    assert.deepEqual(verdictOf(ended({ outcome: "violation", text: "/d/Dma.c:7: A NULL pointer is read", violations: [violation] })), {
      state: "failed",
      messages: [{ text: "MEM-NULL: A NULL pointer is read\nCheck it first", place: { file: "/d/Dma.c", line: 7, column: 1 }, stack: violation.stack }],
    });
  });

  it("fails an expectation at the line of the scenario", () => {
    assert.deepEqual(verdictOf(ended({ outcome: "expectation-failed", text: "/s/scenario.ts:12:5: the read: expected 4, got 3" })), {
      state: "failed",
      messages: [{ text: "the read: expected 4, got 3", place: { file: "/s/scenario.ts", line: 12, column: 5 }, stack: [] }],
    });
  });

  it("shows every error of the compiler when the driver did not build, and the problem when nothing else is known", () => {
    const errors = [
      diagnostic({ severity: "error", message: "expected ';'", file: "/d/a.c", line: 3, column: 9 }),
      diagnostic({ severity: "warning", message: "unused" }),
    ];
    assert.deepEqual(verdictOf({ ending: undefined, diagnostics: errors, problem: "did not build" }), {
      state: "errored",
      messages: [{ text: "error: expected ';'", place: { file: "/d/a.c", line: 3, column: 9 }, stack: [] }],
    });
    assert.deepEqual(verdictOf({ ending: undefined, diagnostics: [], problem: "no such file" }), {
      state: "errored",
      messages: [{ text: "no such file", stack: [] }],
    });
  });

  it("reads places of Windows paths and leaves other texts alone", () => {
    assert.deepEqual(withPlace("C:\\d\\a.c:3:9: bad").place, { file: "C:\\d\\a.c", line: 3, column: 9 });
    assert.deepEqual(withPlace("Internal error: 12: x"), { text: "Internal error: 12: x", stack: [] });
  });
});
