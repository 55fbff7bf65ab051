// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { tracePhase } from "../protocol/index.ts";
import { TraceRecorder } from "./recorder.ts";

/** A recorder whose clock says how many events there are. */
function recorder(isRecording = true): TraceRecorder {
  const trace: TraceRecorder = new TraceRecorder(() => ({ time: 10 * trace.lastEvent, statement: trace.lastEvent, irql: 2 }), isRecording);
  return trace;
}

describe("TraceRecorder", () => {
  it("gives every event an id, counted from 1, and its coordinates", () => {
    const trace = recorder();
    assert.equal(trace.lastEvent, 0);
    assert.equal(trace.instant("interruptRaised", 7, 0, 57), 1);
    assert.equal(trace.begin("dpc", 8, 1, 4, 5, 6), 2);
    trace.end("dpc", 2, 9);
    const { firstEvent, count, time, statement, irql, kind, phase, object, parent, args } = trace.snapshot();
    assert.deepEqual([firstEvent, count, [...time], [...statement], [...irql]], [1, 3, [0, 10, 20], [0, 1, 2], [2, 2, 2]]);
    assert.deepEqual([...kind], [17, 21, 21]);
    assert.deepEqual([...phase], [tracePhase.instant, tracePhase.begin, tracePhase.end]);
    assert.deepEqual([...object], [7, 8, 8], "the end of a span belongs to the object of its begin");
    assert.deepEqual([...parent], [0, 1, 2]);
    assert.deepEqual([...args], [57, 0, 0, 4, 5, 6, 9, 0, 0]);
  });

  it("keeps one copy of each text", () => {
    const trace = recorder();
    assert.equal(trace.text("edu"), trace.text("edu"));
    assert.equal(trace.text(""), 0);
    assert.deepEqual(trace.snapshot().texts, ["", "edu"]);
  });

  it("keeps long traces whole, and spans that are open for long", () => {
    const trace = recorder();
    const span = trace.begin("transaction", 5);
    for (let i = 2; i <= 200_000; i++) assert.equal(trace.instant("irql", i, 0, i, i + 1, i + 2), i);
    trace.end("transaction", span);
    const { count, object, args, time } = trace.snapshot();
    assert.equal(count, 200_001);
    assert.ok(object.subarray(1, -1).every((value, i) => value === i + 2));
    assert.ok(args.subarray(3, -3).every((value, i) => value === Math.floor(i / 3) + 2 + (i % 3)));
    assert.ok(time.every((value, i) => value === 10 * i));
    assert.equal(object.at(-1), 5);
  });

  it("copies a part of the trace", () => {
    const trace = recorder();
    for (let i = 1; i <= 150_000; i++) trace.instant("irql", i);
    for (const first of [65_536, 65_537, 131_073, 149_999]) {
      const part = trace.snapshot(first);
      assert.deepEqual([part.firstEvent, part.count, part.object[0], part.object.at(-1)], [first, 150_001 - first, first, 150_000]);
    }
    assert.equal(trace.snapshot(150_001).count, 0);
    assert.equal(trace.snapshot(999_999).count, 0);
    assert.equal(trace.snapshot(-5).count, 150_000);
  });

  it("records nothing when nobody wants the trace", () => {
    const trace = recorder(false);
    assert.equal(trace.begin("dpc"), 0);
    trace.end("dpc", 0);
    assert.equal(trace.snapshot().count, 0);
  });
});
