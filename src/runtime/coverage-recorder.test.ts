// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import type { StatementTable } from "../protocol/index.ts";
import { CoverageRecorder } from "./coverage-recorder.ts";

/** Statements 0 to 2 of one function, 3 and 4 of another; 2 is a poll. */
const statements: StatementTable = {
  count: 5,
  offset: Uint32Array.of(0, 1, 2, 10, 11),
  functionIndex: Uint32Array.of(0, 0, 0, 1, 1),
  line: Uint32Array.of(1, 2, 0, 10, 11),
  column: new Uint32Array(5),
  file: new Uint32Array(5),
};

const edgesOf = (recorder: CoverageRecorder): number[][] => {
  const { edges } = recorder.record();
  return Array.from({ length: edges.length / 3 }, (_, i) => [...edges.subarray(3 * i, 3 * i + 3)]);
};

describe("CoverageRecorder", () => {
  it("counts statements and what follows them in the same frame, whatever comes in between", () => {
    const recorder = new CoverageRecorder(statements);
    recorder.visit(0, 1000);
    recorder.visit(3, 900);
    recorder.visit(4, 900);
    recorder.visit(1, 1000);
    recorder.visit(0, 1000);
    recorder.visit(1, 1000);
    assert.deepEqual([...recorder.record().hits], [2, 2, 0, 1, 1]);
    assert.deepEqual(edgesOf(recorder).sort(), [
      [0, 1, 2],
      [1, 0, 1],
      [3, 4, 1],
    ]);
  });
  it("looks through polls, and takes another function in the same place for another frame", () => {
    const recorder = new CoverageRecorder(statements);
    recorder.visit(0, 1000);
    recorder.visit(2, 1000);
    recorder.visit(1, 1000);
    recorder.visit(3, 1000);
    assert.deepEqual(edgesOf(recorder), [[0, 1, 1]]);
  });
  it("keeps the role of a function, and forgets everything when the run begins anew", () => {
    const recorder = new CoverageRecorder(statements);
    recorder.visit(0, 1000);
    recorder.entered(1, "EvtProgramDma");
    recorder.entered(-1, "EvtDpcFunc");
    assert.deepEqual(recorder.record().roles, [[1, "EvtProgramDma"]]);
    recorder.reset();
    assert.deepEqual(recorder.record(), { hits: new Float64Array(5), edges: new Float64Array(0), roles: [] });
  });
});
