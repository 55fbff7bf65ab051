// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { UserError } from "../base/index.ts";
import { toChromeJson } from "./chrome-json.ts";
import { TraceRecorder } from "./recorder.ts";
import { decodeTraceFile, encodeTraceFile } from "./trace-file.ts";

interface ChromeEvent {
  readonly ph: string;
  readonly name: string;
  readonly ts: number;
  readonly dur?: number;
  readonly id?: string;
  readonly tid?: number;
  readonly args?: Record<string, unknown>;
}

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

describe("trace", () => {
  it("writes nested work as complete events in microseconds, exact to the nanosecond", () => {
    const { traceEvents } = JSON.parse(toChromeJson(recorded().snapshot())) as { traceEvents: ChromeEvent[] };
    const outer = traceEvents.find(({ ph, name }) => ph === "X" && name === "EvtIoRead");
    const inner = traceEvents.find(({ ph, name }) => ph === "X" && name === "EvtProgramDma");
    assert.equal(outer?.ts, 0);
    assert.equal(outer?.dur, 3);
    assert.equal(inner?.ts, 1.001);
    assert.equal(inner?.dur, 0.499);
    assert.equal(inner?.args?.["result"], 1);
  });

  it("gives spans that overlap rows of their own, and writes levels as counters", () => {
    const { traceEvents } = JSON.parse(toChromeJson(recorded().snapshot())) as { traceEvents: ChromeEvent[] };
    const request = traceEvents.find(({ ph, name }) => ph === "X" && name.startsWith("read"));
    const callback = traceEvents.find(({ ph, name }) => ph === "X" && name === "EvtIoRead");
    assert.equal(request?.ts, 1.001);
    assert.equal(request?.dur, 1.999);
    assert.notEqual(request?.tid, callback?.tid);
    assert.deepEqual(traceEvents.find(({ ph }) => ph === "C")?.args, { irql: 2 });
    const write = traceEvents.find(({ ph, args }) => ph === "i" && args?.["offset"] === "0x98");
    assert.equal(write?.ts, 1.5);
  });

  it("keeps a span that has not ended open", () => {
    const trace = new TraceRecorder(() => ({ time: 5, statement: 0, irql: 0 }));
    trace.begin("requestArrived", 1, 0, trace.text("read"));
    const { traceEvents } = JSON.parse(toChromeJson(trace.snapshot())) as { traceEvents: ChromeEvent[] };
    assert.equal(traceEvents.filter(({ ph }) => ph === "B").length, 1);
    assert.equal(traceEvents.filter(({ ph }) => ph === "E").length, 0);
  });

  it("reads back a trace file as it was written, and gives the same bytes for the same trace", () => {
    const snapshot = recorded().snapshot();
    const bytes = encodeTraceFile(snapshot);
    assert.deepEqual(decodeTraceFile(bytes, "x"), snapshot);
    assert.deepEqual(decodeTraceFile(Buffer.from(bytes), "x"), snapshot);
    assert.deepEqual(encodeTraceFile(recorded().snapshot()), bytes);
  });

  it("refuses files that are not traces or are cut off", () => {
    const bytes = encodeTraceFile(recorded().snapshot());
    for (const broken of [new Uint8Array(), bytes.slice(0, 10), bytes.slice(0, 40), bytes.slice(0, bytes.length - 1)]) {
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
