// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import type { TracingConfiguration } from "../protocol/index.ts";
import { TestMachine } from "./test-machine.ts";
import { type TraceMessage, TraceMessages } from "./trace-messages.ts";
import { levelNumber } from "./wpp-message.ts";

function messages(configuration?: TracingConfiguration): {
  readonly log: TraceMessages;
  readonly shown: string[];
  readonly send: (message: Partial<TraceMessage>) => void;
} {
  const shown: string[] = [];
  const log = new TraceMessages(new TestMachine().machine, (text) => shown.push(text.trimEnd()), configuration);
  const send = (message: Partial<TraceMessage>): void =>
    log.send({ text: "text", level: undefined, flag: undefined, isTraced: true, isRecorded: true, ...message });
  return { log, shown, send };
}

describe("TraceMessages", () => {
  it("shows everything unless told otherwise", () => {
    const { shown, send } = messages();
    send({ text: "a", level: 5, flag: "ANY" });
    send({ text: "b" });
    assert.deepEqual(shown, ["a", "b"]);
  });

  it("shows messages up to a level, of wanted flags, and those that have neither", () => {
    const { log, shown, send } = messages({ level: 3, flags: ["TRACE_*", "Exact.Name"], history: 10 });
    send({ text: "warning", level: 3, flag: "trace_init" });
    send({ text: "information", level: 4, flag: "TRACE_INIT" });
    send({ text: "other", level: 1, flag: "DBG_INIT" });
    send({ text: "provider", level: 1, flag: "Exact.Name" });
    send({ text: "dot is no wildcard", level: 1, flag: "ExactxName" });
    send({ text: "plain" });
    assert.deepEqual(shown, ["warning", "provider", "plain"]);
    assert.equal(log.isEnabled(4, undefined), false);
    assert.equal(log.isEnabled(undefined, "TRACE_X"), true);
    assert.equal(log.isEnabled(undefined, "X_TRACE_"), false);
  });

  it("keeps the last messages that are recorded, shown or not", () => {
    const { log, shown, send } = messages({ level: 1, flags: [], history: 2 });
    send({ text: "first", level: 4 });
    send({ text: "second", level: 4, log: "Queue" });
    assert.deepEqual(log.lastMessages(), ["0.000 µs first", "0.000 µs {Queue} second"]);
    send({ text: "third", level: 1, isTraced: false });
    send({ text: "fourth", level: 1, isRecorded: false });
    assert.deepEqual(log.lastMessages(), ["(1 earlier message)", "0.000 µs {Queue} second", "0.000 µs third"]);
    assert.deepEqual(shown, ["fourth"]);
  });

  it("keeps none when there is no history", () => {
    const { log, send } = messages({ level: 255, flags: [], history: 0 });
    send({});
    assert.deepEqual(log.lastMessages(), []);
  });
});

describe("levelNumber", () => {
  it("knows the names of evntrace.h and numbers", () => {
    assert.deepEqual(["TRACE_LEVEL_VERBOSE", " TRACE_LEVEL_CRITICAL ", "TRACE_LEVEL_FATAL", "TRACE_LEVEL_NONE", "7"].map(levelNumber), [5, 1, 1, 0, 7]);
    assert.deepEqual(["MYDRIVER_FLAG", "", "level + 1"].map(levelNumber), [undefined, undefined, undefined]);
  });
});
