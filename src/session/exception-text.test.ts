// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import type { ReportedViolation } from "../protocol/index.ts";
import { exceptionText, timeText } from "./exception-text.ts";

const violation: ReportedViolation = {
  rule: "DMA-TX-STATE",
  message: "WdfDmaTransactionExecute was called on a transaction that is not initialized",
  explanation: "Initialize it first.",
  bugCheck: { code: 0x10d, name: "WDF_VIOLATION", parameters: [1, 0xe0000048, 0, 0] },
  file: "/drv/a.c",
  line: 12,
  stack: [{ function: "EvtIoRead", file: "/drv/a.c", line: 12 }, { function: "FxIoQueue" }],
  statement: 345,
  time: 1250,
};

describe("exceptionText", () => {
  it("tells rule, reason, bug check and place", () => {
    const text = exceptionText("violation", violation);
    assert.equal(text.rule, "DMA-TX-STATE");
    assert.equal(text.bugCheck, "WDF_VIOLATION (0x10D)");
    assert.deepEqual(text.description.split("\n"), [
      "WdfDmaTransactionExecute was called on a transaction that is not initialized.",
      "Initialize it first.",
      "Windows would stop with bug check 0x10D WDF_VIOLATION (0x00000001, 0xE0000048, 0x00000000, 0x00000000).",
      "At /drv/a.c:12, statement 345, 1.25 µs.",
    ]);
    assert.equal(text.stack, "    at EvtIoRead (/drv/a.c:12)\n    at FxIoQueue");
  });
  it("has words for a trap without a violation", () => assert.match(exceptionText("trap", undefined).description, /cannot be completed/));
});

describe("timeText", () => {
  it("chooses the unit", () => assert.deepEqual([832, 1250, 3.5e6, 2e9].map(timeText), ["832 ns", "1.25 µs", "3.5 ms", "2 s"]));
});
