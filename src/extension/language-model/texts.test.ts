// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { type ObjectView, type TraceSnapshot, traceKinds, tracePhase } from "../../protocol/index.ts";
import { objectsText, registersText, violationsText } from "./object-text.ts";
import { answerTimelineQuestion } from "./timeline-query.ts";

const { callback, registerWrite } = traceKinds;
const trace: TraceSnapshot = {
  firstEvent: 1,
  count: 4,
  kind: Uint8Array.of(callback.id, registerWrite.id, callback.id, callback.id),
  phase: Uint8Array.of(tracePhase.begin, tracePhase.instant, tracePhase.end, tracePhase.begin),
  time: Float64Array.of(100, 150, 200, 300),
  statement: Float64Array.of(10, 12, 15, 20),
  irql: Uint8Array.of(2, 2, 2, 9),
  object: Uint32Array.of(5, 0, 5, 6),
  parent: Uint32Array.of(0, 0, 1, 0),
  args: Float64Array.of(1, 0, 2, 0, 0x80, 7, 1, 0, 2, 3, 0, 4),
  texts: ["", "EvtProgramDma", "MyProgram", "EvtInterruptIsr", "MyIsr"],
};

describe("answers for language models", () => {
  it("list events that fit by text, kind and time, and say how many there are", () => {
    assert.deepEqual(answerTimelineQuestion(trace, { text: "myprogram" }).split("\n"), [
      "2 events (event, time ns, statement, IRQL, what):",
      "#1 100 10 2 begin callback EvtProgramDma (MyProgram) result 0 object 5",
      "#3 200 15 2 end callback EvtProgramDma (MyProgram) result 0 object 5",
    ]);
    assert.match(answerTimelineQuestion(trace, { kind: "register" }), /^1 events[^\n]*\n#2 150 12 2 register.write bar 0 offset 0x80 value 7$/);
    assert.match(answerTimelineQuestion(trace, { fromTime: 120, toTime: 220 }), /^2 events/);
    assert.match(answerTimelineQuestion(trace, { limit: 1 }), /^4 events, the first 1 /);
  });

  it("tell objects as a tree or by type, with the line that created them", () => {
    const child: ObjectView = {
      id: 2,
      type: "WDFQUEUE",
      label: "default",
      handle: 0x20,
      fields: [{ name: "State", value: "created" }],
      children: [],
      contexts: [],
    };
    const device: ObjectView = {
      ...child,
      id: 1,
      type: "WDFDEVICE",
      handle: 0x10,
      children: [child],
      contexts: [{ typeName: "CONTEXT", address: 0x1000, size: 8 }],
      created: { position: 1, offset: 1, file: "/d/Device.c", line: 9 },
    };
    assert.deepEqual(objectsText([device]).split("\n"), [
      "WDFDEVICE 0x00000010 (object 1) default, created at /d/Device.c:9",
      "  State: created",
      "  context CONTEXT at 0x00001000, 8 bytes",
      "  WDFQUEUE 0x00000020 (object 2) default",
      "    State: created",
    ]);
    assert.match(objectsText([device], "wdfqueue"), /^WDFQUEUE 0x00000020/);
    assert.equal(objectsText([device], "WDFTIMER"), "There is no object of type WDFTIMER");
  });

  it("tell registers with fields, and violations with their places", () => {
    const registers = registersText([
      {
        name: "CONTROL",
        bar: 0,
        offset: 16,
        size: 4,
        access: "rw",
        value: "0x1",
        reset: "0x0",
        fields: [{ name: "RUN", bits: [0, 0], value: "0x1", meaning: "running" }],
      },
    ]);
    assert.equal(registers, "CONTROL BAR0+0x10 4 bytes rw = 0x1 (reset 0x0)\n  RUN [0:0] = 0x1 running");
    const violation = {
      rule: "mem-null",
      message: "NULL is read",
      file: "/d/a.c",
      line: 3,
      stack: [{ function: "f", file: "/d/a.c", line: 3 }],
      statement: 4,
      time: 5,
    };
    assert.equal(violationsText([violation]), "mem-null: NULL is read\n  statement 4, 5 ns, /d/a.c:3\n  at f (/d/a.c:3)");
  });
});
