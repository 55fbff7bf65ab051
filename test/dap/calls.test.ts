// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { join } from "node:path";
import { Conversation, marker, root, walk, walkSource } from "./harness.ts";

const at = (name: string): number => marker(walkSource, name);

describe("Calls from the debug console", () => {
  let talk: Conversation;
  beforeEach(async () => {
    talk = await Conversation.start();
  });
  afterEach(() => talk.stop());
  const stopAt = async (name: string): Promise<void> => {
    await talk.launch({ arguments: walk([{ read: { length: 4 } }]), breakpoints: [{ marker: name }] });
    assert.equal((await talk.place()).line, at(name));
  };
  const call = async (expression: string): Promise<string> => (await talk.evaluate(expression, "repl")).result;
  const position = async (): Promise<{ position: number; furthest: number }> => (await talk.client.customRequest("kmdf/position")).body;

  it("run functions of the driver, by name and by pointer, inside expressions", async () => {
    await stopAt("ReadSum");
    assert.equal(await call("Factorial(5)"), "120");
    assert.equal(await call("Factorial(3) + operation(value) * 2"), String(6 + 200));
    assert.equal(await call("SumOf(context, 8)"), "280");
    assert.equal((await talk.evaluate("s_Calls")).result, "2", "Double counts its calls");
    assert.equal((await talk.frames())[0]?.line, at("ReadSum"), "the target stays where it is");
    assert.equal((await talk.evaluate("value")).result, "50");
  });

  it("are refused everywhere else", async () => {
    await stopAt("ReadSum");
    for (const context of ["watch", "hover", "variables", "clipboard"])
      assert.match(await talk.refused(talk.evaluate("Factorial(5)", context)), /only the debug console/);
    assert.match(await talk.refused(call("Factorial()")), /takes 1 argument, not 0/);
    assert.match(await talk.refused(call("value(3)")), /is not a function/);
    assert.match(await talk.refused(call("WdfIoQueueGetDevice(Queue)")), /not in scope|No code/);
  });

  it("are part of the history: the target goes on as if they had happened, also when time goes back", async () => {
    await stopAt("ReadSum");
    const before = await position();
    assert.equal(await call("operation(4)"), "8");
    const after = await position();
    assert.ok(after.position > before.position);
    assert.equal(after.furthest, after.position);
    assert.equal((await talk.go("next")).line, at("ReadSum") + 1);
    assert.equal((await talk.evaluate("s_Calls")).result, "2");
    const there = await position();
    assert.equal((await talk.go("next")).line, at("ReadSum") + 2);
    await talk.client.customRequest("kmdf/goto", { position: there.position });
    assert.equal((await talk.place()).line, at("ReadSum") + 1, "the same place has the same number");
    assert.equal((await talk.evaluate("s_Calls")).result, "2", "the call is repeated on the way");
    assert.equal((await talk.go("stepBack")).line, at("ReadSum"));
    assert.equal((await talk.go("stepBack")).line, at("ReadOperation"));
    assert.equal((await talk.evaluate("s_Calls")).result, "0");
    await talk.setBreakpoints(walkSource, [{ marker: "ReadComplete" }]);
    assert.equal((await talk.go("continue")).line, at("ReadComplete"));
    assert.equal((await talk.evaluate("s_Calls")).result, "2");
  });

  it("begin a new future when they are made in the past, and say so", async () => {
    await stopAt("ReadComplete");
    await talk.setBreakpoints(walkSource, [{ marker: "ReadSum" }]);
    await talk.go("reverseContinue");
    await call("operation(1)");
    assert.match(talk.output("console"), /A new future begins at statement \d+/);
    const { position: here, furthest } = await position();
    assert.equal(here, furthest);
  });

  it("that break a rule or never end are ended, and the target stands where it was", async () => {
    await stopAt("ReadSum");
    assert.match(await talk.refused(call("SumOf((PWALK_CONTEXT)0, 3)")), /Function "SumOf" did not return: .*0x0000/);
    assert.match(await talk.refused(call("SumOf(context, 0xFFFFFFFF)")), /did not return: (it was ended after \d+ statements|Access violation)/);
    assert.equal((await talk.evaluate("value")).result, "50");
    assert.equal(await call("Factorial(4)"), "24");
    assert.equal((await talk.go("next")).line, at("ReadSum") + 1);
    await talk.setBreakpoints(walkSource, []);
    await talk.client.continueRequest({ threadId: 1 });
    await talk.ended();
  });

  it("need a place between two statements", async () => {
    const source = join(root, "test", "dap", "fixtures", "memory", "memory.c");
    await talk.launch({ arguments: { sources: [source], device: "edu", scenario: [] }, functions: ["WdfDmaEnablerCreate"] });
    await talk.place();
    assert.match(await talk.refused(call("Square(3)")), /not in the middle of one/);
  });
});
