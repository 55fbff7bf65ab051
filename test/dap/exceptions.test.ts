// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { join } from "node:path";
import { Conversation, marker, root } from "./harness.ts";

const source = join(root, "test", "dap", "fixtures", "exceptions", "exceptions.c");
const at = (name: string): number => marker(source, name);

describe("Structured exception handling", () => {
  let talk: Conversation;
  beforeEach(async () => {
    talk = await Conversation.start();
  });
  afterEach(() => talk.stop());

  /** Runs to the marker. */
  async function launch(name: string): Promise<void> {
    const placed = await talk.launch({ arguments: { sources: [source], device: "edu", scenario: [] }, file: source, breakpoints: [{ marker: name }] });
    assert.deepEqual(
      placed.map(({ verified, line }) => ({ verified, line })),
      [{ verified: true, line: at(name) }],
    );
    assert.deepEqual(await talk.place(), { reason: "breakpoint", name: (await talk.frames())[0]?.name ?? "", line: at(name) });
  }

  const names = async (): Promise<string[]> => (await talk.frames()).map(({ name, source: file, line }) => (file === undefined ? name : `${name}:${line}`));

  const value = async (name: string): Promise<string | undefined> => (await talk.variables("Locals")).find((variable) => variable.name === name)?.value;

  it("stops in a handler, with what the guarded block has left in the variables", async () => {
    await launch("Handler");
    assert.equal(await value("attempts"), "5");
    assert.match((await value("taken")) ?? "", /STATUS_SUCCESS/);
    assert.deepEqual((await names()).slice(0, 2), [`Handle:${at("Handler")}`, `DriverEntry:${at("CallHandle")}`]);
    assert.equal((await talk.go("next")).line, at("HandlerEnd"));
    assert.match((await value("taken")) ?? "", /STATUS_DATA_ERROR/);
    assert.equal((await talk.go("next")).line, at("Return"));
    assert.equal((await talk.go("stepOut")).name, "DriverEntry");
  });

  it("shows only the driver's own variables", async () => {
    await launch("Handler");
    assert.deepEqual((await talk.variables("Locals")).map(({ name }) => name).sort(), ["attempts", "taken"]);
  });

  it("stops in a filter on top of the statement that raised the exception", async () => {
    await launch("Filter");
    assert.deepEqual((await names()).slice(0, 7), [
      `Filter:${at("Filter")}`,
      `Handle:${at("Except")}`,
      "[kernel] RtlDispatchException STATUS_DATA_ERROR",
      `Raise:${at("Raise")}`,
      `Work:${at("CallRaise")}`,
      `Handle:${at("CallWork")}`,
      `DriverEntry:${at("CallHandle")}`,
    ]);
    assert.equal((await talk.variables("Locals", "Handle")).find(({ name }) => name === "attempts")?.value, "5");
  });

  it("steps over a call that raises into the handler", async () => {
    await launch("CallWork");
    assert.deepEqual(await talk.go("next"), { reason: "step", name: "Handle", line: at("Handler") });
    assert.deepEqual(await talk.go("stepBack"), { reason: "step", name: "Handle", line: at("CallWork") });
    assert.deepEqual(await talk.go("next"), { reason: "step", name: "Handle", line: at("Handler") });
  });

  it("steps from the statement that raises into the termination block of its caller, and from there to the handler", async () => {
    await launch("Raise");
    await talk.setBreakpoints(source, []);
    assert.deepEqual(await talk.go("next"), { reason: "step", name: "Work", line: at("Finally") });
    assert.equal(await value("steps"), "1");
    assert.deepEqual(await talk.go("next"), { reason: "step", name: "Work", line: at("FinallyEnd") });
    assert.deepEqual(await talk.go("next"), { reason: "step", name: "Handle", line: at("Handler") });
    // Backwards over the call, as over any other.
    assert.deepEqual(await talk.go("stepBack"), { reason: "step", name: "Handle", line: at("CallWork") });
  });

  it("steps backwards in a termination block, and out of it to its function's caller", async () => {
    await launch("FinallyEnd");
    await talk.setBreakpoints(source, []);
    assert.deepEqual(await talk.go("stepBack"), { reason: "step", name: "Work", line: at("Finally") });
    assert.deepEqual(await talk.go("stepOut"), { reason: "step", name: "Handle", line: at("Handler") });
  });

  it("steps into a filter", async () => {
    await launch("Raise");
    await talk.setBreakpoints(source, []);
    assert.deepEqual(await talk.go("stepIn"), { reason: "step", name: "Handle", line: at("Except") });
    assert.deepEqual(await talk.go("stepIn"), { reason: "step", name: "Filter", line: at("Filter") });
  });

  it("steps from a return in a guarded block through its termination block to the caller", async () => {
    await launch("EarlyReturn");
    assert.deepEqual(await talk.go("next"), { reason: "step", name: "Early", line: at("EarlyFinally") });
    assert.deepEqual(await talk.go("stepOut"), { reason: "step", name: "DriverEntry", line: at("End") });
    assert.equal((await talk.evaluate("g_Cleanups")).result, "6");
  });

  it("runs backwards over an exception", async () => {
    await launch("Return");
    await talk.setBreakpoints(source, [{ marker: "Body" }, { marker: "Handler" }]);
    assert.equal((await talk.go("reverseContinue")).line, at("Handler"));
    assert.equal((await talk.go("reverseContinue")).line, at("Body"));
    assert.equal((await talk.go("continue")).line, at("Handler"));
  });
});
