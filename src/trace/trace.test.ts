// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { UserError } from "../base/index.ts";
import { TraceRecorder } from "./recorder.ts";
import { decodeTraceFile, encodeTraceFile, readTraceFile } from "./trace-file.ts";

function recorded() {
  const now = { time: 0, statement: 0, irql: 0 };
  const trace = new TraceRecorder(() => now);
  const outer = trace.begin("callback", 3, 0, trace.text("EvtIoRead"));
  now.time = 1001;
  const inner = trace.begin("callback", 4, outer, trace.text("EvtProgramDma"));
  const request = trace.begin("requestArrived", 9, 0, trace.text("read"), 4096);
  now.time = 1500;
  trace.instant("registerWrite", 0, inner, 0, 0x98, 1);
  trace.instant("irql", 0, 0, 2);
  trace.end("callback", inner, trace.text("EvtProgramDma"), 1);
  now.time = 3000;
  trace.end("callback", outer, trace.text("EvtIoRead"), 0);
  trace.end("requestArrived", request, trace.text("read"), 4096);
  return trace;
}

describe("trace file", () => {
  it("reads back a trace file as it was written, and gives the same bytes for the same trace", () => {
    const snapshot = recorded().snapshot();
    const bytes = encodeTraceFile(snapshot);
    assert.deepEqual(decodeTraceFile(bytes, "x"), snapshot);
    assert.deepEqual(decodeTraceFile(Buffer.from(bytes), "x"), snapshot);
    assert.deepEqual(encodeTraceFile(recorded().snapshot()), bytes);
  });

  it("keeps the places of driver functions", () => {
    const sources = { MyEvtProgramDma: { file: "/src/dma.c", line: 41 } };
    assert.deepEqual(readTraceFile(encodeTraceFile(recorded().snapshot(), sources), "x").sources, sources);
  });

  it("refuses files that are not traces or are cut off", () => {
    const bytes = encodeTraceFile(recorded().snapshot());
    for (const broken of [
      new Uint8Array(),
      bytes.slice(0, 10),
      bytes.slice(0, 40),
      bytes.slice(0, bytes.length - 1),
      new TextEncoder().encode("kmdf-dma-trace 1\n{}\n"),
      new TextEncoder().encode("kmdf-dma-trace 1\nno JSON\n"),
    ]) {
      assert.throws(() => decodeTraceFile(broken, "x"), UserError);
    }
  });

  it("snapshots from an event on", () => {
    const trace = recorded();
    const rest = trace.snapshot(3);
    assert.equal(rest.firstEvent, 3);
    assert.equal(rest.count, trace.lastEvent - 2);
  });

  it("grows without losing anything", () => {
    const trace = new TraceRecorder(() => ({ time: 1, statement: 2, irql: 3 }));
    for (let i = 0; i < 10_000; i++) trace.instant("irql", i, 0, i % 32);
    const snapshot = trace.snapshot();
    assert.equal(snapshot.count, 10_000);
    assert.equal(snapshot.object[9_999], 9_999);
    assert.equal(snapshot.args[3 * 9_999], 9_999 % 32);
  });
});
