// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { join } from "node:path";
import { Conversation, marker, root } from "./harness.ts";

const source = join(root, "test", "dap", "fixtures", "inline", "inline.c");
const at = (name: string): number => marker(source, name);

describe("Steps through inlined functions", () => {
  let talk: Conversation;
  beforeEach(async () => {
    talk = await Conversation.start();
  });
  afterEach(() => talk.stop());
  const stopAt = async (...names: readonly string[]): Promise<void> => {
    await talk.launch({
      arguments: { sources: [source], device: "edu", scenario: [] },
      file: source,
      breakpoints: names.map((name) => ({ marker: name })),
    });
    assert.equal((await talk.place()).line, at(names[0] ?? ""));
  };
  const next = async (command: "next" | "stepOut" | "stepIn" | "stepBack" = "next"): Promise<string> => {
    const { name, line } = await talk.go(command);
    return `${name}:${line}`;
  };
  const value = async (expression: string): Promise<string> => (await talk.evaluate(expression)).result;

  it("lead from the last line of one to the rest of its caller's line", async () => {
    await stopAt("Touch");
    assert.equal(await next(), `DriverEntry:${at("Rest")}`);
    assert.equal(await value("g_Value"), "2", "the rest of the line is still to be done");
    assert.equal(await next(), `DriverEntry:${at("Mixed")}`);
    assert.equal(await value("g_Value"), "102");
  });

  it("go over one as over any call, and over all of the line", async () => {
    await stopAt("Rest");
    assert.equal(await next(), `DriverEntry:${at("Mixed")}`);
    assert.equal(await next(), `DriverEntry:${at("After")}`);
    assert.equal(await value("value"), "109");
  });

  it("lead out of one to the rest of an expression", async () => {
    await stopAt("Twice");
    assert.equal(await next(), `DriverEntry:${at("Mixed")}`);
    assert.equal(await value("value"), "3", "the value is not assigned yet");
    assert.equal(await next(), `DriverEntry:${at("After")}`);
    assert.equal(await next(), `DriverEntry:${at("Nested")}`);
  });

  it("go through one inside another", async () => {
    await stopAt("Outer");
    assert.equal(await next(), `Outer [inlined]:${at("OuterEnd")}`);
    assert.equal(await next(), `DriverEntry:${at("Nested")}`);
    assert.equal(await next(), `DriverEntry:${at("End")}`);
    assert.equal(await value("value"), "436");
  });

  it("go out of one into its caller, and back to where that was", async () => {
    await stopAt("Touch");
    assert.equal((await talk.go("continue")).line, at("Touch"));
    assert.equal(await next("stepOut"), `Outer [inlined]:${at("Outer")}`);
    assert.equal(await next("stepOut"), `DriverEntry:${at("Nested")}`);
    assert.equal(await next(), `DriverEntry:${at("End")}`);
    assert.equal(await next("stepBack"), `DriverEntry:${at("Nested")}`);
  });
});
