// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import type { RunEnding } from "../../src/protocol/index.ts";
import { Conversation, marker, walk, walkSource } from "./harness.ts";

describe("Coverage through the debug adapter", () => {
  let talk: Conversation;
  beforeEach(async () => {
    talk = await Conversation.start();
  });
  afterEach(() => talk.stop());

  const ending = async (more: object): Promise<RunEnding> => {
    const event = talk.client.waitForEvent("kmdf/ended");
    await talk.launch({ arguments: walk([{ read: { length: 64 } }, { read: { length: 64 } }], { noDebug: true, ...more }) });
    return ((await event) as unknown as { body: RunEnding }).body;
  };

  it("comes with the end of a run that asks for it", async () => {
    const { outcome, exitStatus, coverage } = await ending({ __coverage: true });
    assert.deepEqual([outcome, exitStatus], ["passed", 0]);
    const [file, ...others] = coverage ?? [];
    assert.equal(file?.file, walkSource);
    assert.deepEqual(others, []);
    const callback = file?.functions.find(({ role }) => role === "EvtIoRead");
    assert.equal(callback?.count, 2);
    assert.ok(file.statements.some(({ line, count }) => line === marker(walkSource, "ReadStart") && count === 2));
  });

  it("does not come otherwise", async () => {
    const { outcome, coverage } = await ending({});
    assert.deepEqual([outcome, coverage], ["passed", undefined]);
  });
});
