// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { type CustomRequests, decodeTrace, traceKinds } from "../../src/protocol/index.ts";
import { Conversation, marker, walk, walkSource } from "./harness.ts";

const at = (name: string): number => marker(walkSource, name);

describe("Time travel", () => {
  let talk: Conversation;
  beforeEach(async () => {
    talk = await Conversation.start();
  });
  afterEach(() => talk.stop());
  const arrive = async (name: string, ...more: readonly { marker: string; logMessage?: string; hitCondition?: string }[]): Promise<void> => {
    await talk.launch({ arguments: walk([{ read: { length: 4 } }]), breakpoints: [...more, { marker: name }] });
    assert.equal((await talk.place()).line, at(name));
  };

  it("steps back over a call, and values are those of then", async () => {
    await arrive("ReadSum");
    assert.equal((await talk.evaluate("s_Calls")).result, "1");
    const back = await talk.go("stepBack");
    assert.equal(back.line, at("ReadOperation"));
    assert.equal((await talk.evaluate("s_Calls")).result, "0");
    assert.equal((await talk.evaluate("value")).result, "25");
  });

  it("arrives at the same values when it goes forwards again", async () => {
    await arrive("ReadSum");
    const before = (await talk.evaluate("*context")).result;
    await talk.go("stepBack");
    assert.equal((await talk.go("next")).line, at("ReadSum"));
    assert.equal((await talk.evaluate("*context")).result, before);
  });

  it("runs backwards to the breakpoint before, and to the start", async () => {
    await talk.launch({ arguments: walk([{ read: { length: 4 } }]), breakpoints: [{ marker: "DeviceCreate" }, { marker: "ReadSum" }] });
    assert.equal((await talk.place()).line, at("DeviceCreate"));
    assert.equal((await talk.go("continue")).line, at("ReadSum"));
    assert.deepEqual(await talk.go("reverseContinue"), { reason: "breakpoint", name: "EvtDeviceAdd", line: at("DeviceCreate") });
    assert.equal((await talk.go("continue")).line, at("ReadSum"), "the target must not stop again where it arrived");
    await talk.go("reverseContinue");
    assert.equal((await talk.go("reverseContinue")).name, "DriverEntry");
  });

  it("runs backwards to where the condition of a breakpoint held", async () => {
    await talk.launch({
      arguments: walk([{ read: { length: 4 } }]),
      breakpoints: [{ marker: "Loop", condition: "i == 7 || Context->Slots[i].Index == 20" }, { marker: "SumDone" }],
    });
    assert.equal((await talk.place()).line, at("Loop"));
    assert.equal((await talk.evaluate("i")).result, "2");
    await talk.go("continue");
    assert.equal((await talk.go("continue")).line, at("SumDone"));
    assert.equal((await talk.go("reverseContinue")).line, at("Loop"));
    assert.equal((await talk.evaluate("i")).result, "7");
    await talk.go("reverseContinue");
    assert.equal((await talk.evaluate("i")).result, "2");
  });

  it("goes to a statement by number and tells the client that it moved", async () => {
    await arrive("ReadStart");
    const { body } = await talk.client.customRequest("kmdf/position");
    await talk.client.customRequest("kmdf/goto", { position: body.position - 5 });
    assert.equal((await talk.stopped()).reason, "goto");
    const there = (await talk.client.customRequest("kmdf/position")).body;
    assert.equal(there.position, body.position - 5);
    assert.equal(there.furthest, body.position);
    assert.ok(talk.events.some(({ event }) => event === "continued"));
  });

  it("does not print again what it printed before", async () => {
    await arrive("DriverEntryEnd", { marker: "DriverEntry", logMessage: "entered" });
    await talk.go("stepBack");
    await talk.go("stepBack");
    await talk.go("next");
    await talk.go("next");
    assert.equal(talk.output("stdout").match(/walk: DriverEntry/g)?.length, 1);
    assert.equal(talk.output("console").match(/entered/g)?.length, 1);
  });

  it("keeps messages of logpoints as events of the trace, however often history is executed again", async () => {
    await arrive("ReadSum", { marker: "Loop", logMessage: "slot {i}" });
    const notes = async (): Promise<readonly string[]> => {
      const { trace } = (await talk.client.customRequest("kmdf/trace", { fromEvent: 1 })).body as CustomRequests["kmdf/trace"]["body"];
      const { kind, args, texts, count } = decodeTrace(trace);
      return Array.from({ length: count }, (_, i) => i).flatMap((i) => (kind[i] === traceKinds.logpoint.id ? [texts[args[3 * i] ?? 0] ?? ""] : []));
    };
    assert.deepEqual(await notes(), []);
    await talk.go("next");
    const all = Array.from({ length: 8 }, (_, i) => `slot ${i}`);
    assert.deepEqual(await notes(), all);
    await talk.go("stepBack");
    assert.deepEqual(await notes(), []);
    await talk.go("next");
    assert.deepEqual(await notes(), all);
    assert.equal(talk.output("console").match(/slot 3/g)?.length, 1, "the console has it once");
  });

  it("takes hit counts back with it", async () => {
    await talk.launch({ arguments: walk([{ read: { length: 4 } }]), breakpoints: [{ marker: "Loop", hitCondition: "=7" }, { marker: "SumDone" }] });
    assert.equal((await talk.place()).line, at("Loop"));
    assert.equal((await talk.evaluate("i")).result, "6");
    assert.equal((await talk.go("continue")).line, at("SumDone"));
    assert.equal((await talk.go("reverseContinue")).line, at("Loop"));
    assert.equal((await talk.evaluate("i")).result, "6");
  });

  it("forgets the future when the past is changed", async () => {
    await arrive("ReadSum");
    await talk.go("stepBack");
    const frame = (await talk.frames())[0];
    await talk.client.customRequest("setExpression", { expression: "value", value: "100", frameId: frame?.id });
    await talk.go("next");
    assert.equal((await talk.evaluate("value")).result, "200");
    const { body } = await talk.client.customRequest("kmdf/position");
    assert.equal(body.position, body.furthest);
    await talk.go("stepBack");
    assert.equal((await talk.evaluate("value")).result, "100");
  });

  it("goes back to the start of a frame, also of a recursive one further down", async () => {
    await arrive("FactorialEnd");
    const frames = (await talk.frames()).filter(({ name }) => name === "Factorial");
    await talk.client.customRequest("restartFrame", { frameId: frames[2]?.id });
    assert.equal((await talk.stopped()).reason, "goto");
    assert.equal((await talk.evaluate("N")).result, "3");
    assert.equal((await talk.frames())[0]?.line, at("FactorialEnd") - 1);
    const label = (await talk.frames()).find(({ presentationHint }) => presentationHint === "label");
    assert.match(await talk.refused(talk.client.customRequest("restartFrame", { frameId: label?.id })), /no code of the driver/);
  });
});
