// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { join } from "node:path";
import { Conversation, marker, root, walk, walkSource } from "./harness.ts";

const at = (name: string): number => marker(walkSource, name);

describe("Stepping", () => {
  let talk: Conversation;
  beforeEach(async () => {
    talk = await Conversation.start();
    await talk.launch({ arguments: walk([{ read: { length: 4 } }]), breakpoints: [{ marker: "ReadStart" }] });
    assert.equal((await talk.place()).line, at("ReadStart"));
  });
  afterEach(() => talk.stop());

  it("goes over calls line by line", async () => {
    for (let line = at("ReadStart") + 1; line <= at("ReadStart") + 4; line++)
      assert.deepEqual(await talk.go("next"), { reason: "step", name: "EvtIoRead", line });
  });

  it("goes into a function, by a pointer too, and out again", async () => {
    await talk.setBreakpoints(walkSource, [{ marker: "ReadOperation" }]);
    await talk.go("continue");
    assert.deepEqual(await talk.go("stepIn"), { reason: "step", name: "Double", line: at("Double") });
    const out = await talk.go("stepOut");
    assert.equal(out.name, "EvtIoRead");
    assert.ok(out.line === at("ReadOperation") || out.line === at("ReadOperation") + 1);
  });

  it("steps over a recursive call in the frame it began in", async () => {
    await talk.setBreakpoints(walkSource, [{ marker: "FactorialCall" }]);
    await talk.go("continue");
    await talk.setBreakpoints(walkSource, []);
    const depth = async (): Promise<number> => (await talk.frames()).filter(({ name }) => name === "Factorial").length;
    assert.equal(await depth(), 1);
    const after = await talk.go("next");
    assert.ok(after.name === "EvtIoRead" || (after.name === "Factorial" && (await depth()) === 1), JSON.stringify(after));
  });

  it("stops at a breakpoint in a function it steps over", async () => {
    await talk.setBreakpoints(walkSource, [{ marker: "FactorialEnd" }]);
    await talk.go("next");
    await talk.go("next");
    assert.deepEqual(await talk.go("next"), { reason: "breakpoint", name: "Factorial", line: at("FactorialEnd") });
  });

  it("goes from the end of a callback to whatever driver code runs next", async () => {
    await talk.setBreakpoints(walkSource, [{ marker: "ReadEnd" }]);
    assert.equal((await talk.go("continue")).line, at("ReadEnd"));
    await talk.client.nextRequest({ threadId: 1 });
    assert.equal(await talk.ended(), 0);
  });

  it("treats an inlined function like any other", async () => {
    await talk.setBreakpoints(walkSource, []);
    for (let i = 0; i < 3; i++) await talk.go("next");
    const call = at("ReadStart") + 3;
    assert.deepEqual(await talk.go("stepIn"), { reason: "step", name: "AddOne [inlined]", line: at("AddOne") });
    assert.deepEqual(await talk.go("stepOut"), { reason: "step", name: "EvtIoRead", line: call });
    assert.deepEqual(await talk.go("next"), { reason: "step", name: "EvtIoRead", line: call + 1 });
    assert.deepEqual(await talk.go("stepBack"), { reason: "step", name: "EvtIoRead", line: call });
  });

  it("runs to a line the user chose", async () => {
    const { targets } = (await talk.client.gotoTargetsRequest({ source: { path: walkSource }, line: at("ReadComplete") })).body;
    assert.equal(targets.length, 1);
    await talk.client.gotoRequest({ threadId: 1, targetId: Number(targets[0]?.id) });
    assert.deepEqual(await talk.place(), { reason: "goto", name: "EvtIoRead", line: at("ReadComplete") });
  });

  it("refuses to step while the target runs or has ended", async () => {
    await talk.setBreakpoints(walkSource, []);
    await talk.client.continueRequest({ threadId: 1 });
    assert.equal(await talk.ended(), 0);
    assert.match(await talk.refused(talk.client.nextRequest({ threadId: 1 })), /ended/);
  });

  it("shows what the function returned that a step has left", async () => {
    await talk.setBreakpoints(walkSource, [{ marker: "FactorialEnd" }]);
    assert.equal((await talk.go("continue")).line, marker(walkSource, "FactorialEnd"));
    await talk.go("stepOut");
    const [returned] = await talk.variables("Return value");
    assert.deepEqual([returned?.name, returned?.value], ["Factorial()", "1"]);
    await talk.go("stepOut");
    assert.equal((await talk.variables("Return value"))[0]?.value, "2");
    const { scopes } = (await talk.client.scopesRequest({ frameId: Number((await talk.frames())[1]?.id) })).body;
    assert.ok(
      scopes.every(({ name }) => name !== "Return value"),
      "only the frame the step ended in has it",
    );
    await talk.go("next");
    await talk.go("stepOut");
    assert.equal((await talk.variables("Return value"))[0]?.value, "24");
    await talk.go("next");
    await assert.rejects(talk.variables("Return value"), /there is no scope 'Return value'/);
  });

  const targets = async (): Promise<readonly { id: number; label: string }[]> =>
    (await talk.client.customRequest("stepInTargets", { frameId: (await talk.frames())[0]?.id })).body.targets;

  it("goes into the function that the user picks on a line, or over it when it is not called", async () => {
    await talk.setBreakpoints(walkSource, [{ marker: "ReadSum" }]);
    await talk.go("continue");
    const [sum] = await targets();
    assert.equal(sum?.label, "SumOf");
    assert.deepEqual((await talk.go("stepIn", { targetId: sum.id })).name, "SumOf");
    assert.deepEqual(await targets(), [], "the first line of SumOf calls nothing");
    const factorial = { targetId: 99 };
    assert.match(await talk.refused(talk.client.customRequest("stepIn", factorial)), /Unknown step-in target/);
  });
});

describe("Stepping into callbacks", () => {
  const folder = join(root, "samples", "edu", "driver");

  it("picks the callback of the routine that a line calls", async () => {
    const talk = await Conversation.start();
    try {
      await talk.launch({
        arguments: { sources: [join(folder, "*.c")], device: "edu", scenario: [{ write: { length: 5000, pattern: "increment" } }] },
        functions: ["WdfDmaTransactionExecute"],
      });
      await talk.place();
      await talk.client.setFunctionBreakpointsRequest({ breakpoints: [] });
      await talk.go("stepBack");
      const frameId = (await talk.frames())[0]?.id;
      const { targets } = (await talk.client.customRequest("stepInTargets", { frameId })).body;
      const program = targets.find(({ label }: { label: string }) => label === "EvtProgramDma (through WdfDmaTransactionExecute)");
      assert.ok(program, JSON.stringify(targets));
      const there = await talk.go("stepIn", { targetId: program.id });
      assert.deepEqual([there.reason, there.name], ["step", "EduEvtProgramDma"]);
    } finally {
      await talk.stop();
    }
  });
});
