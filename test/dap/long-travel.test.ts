// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { join } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { Conversation, marker, root } from "./harness.ts";

const source = join(root, "test", "dap", "fixtures", "loop", "loop.c");

describe("A long travel", () => {
  let talk: Conversation;
  beforeEach(async () => {
    talk = await Conversation.start();
    await talk.launch({ arguments: { sources: [source], device: "edu", scenario: [] }, file: source, breakpoints: [{ marker: "End" }] });
    assert.equal((await talk.place()).line, marker(source, "End"));
  });
  afterEach(() => talk.stop());
  const position = async (): Promise<{ position: number; furthest: number }> => (await talk.client.customRequest("kmdf/position")).body;

  it("shows its progress and can be cancelled where it is, without losing the rest of history", async () => {
    const there = await position();
    const started = talk.client.waitForEvent("progressStart");
    await talk.client.customRequest("kmdf/goto", { position: there.position - 2 });
    const { progressId, cancellable, title } = ((await started) as DebugProtocol.ProgressStartEvent).body;
    assert.equal(cancellable, true);
    assert.match(title, /Going to statement \d+/);
    const ended = talk.client.waitForEvent("progressEnd");
    await talk.client.customRequest("cancel", { progressId });
    assert.equal((await talk.stopped()).reason, "pause");
    await ended;
    const here = await position();
    assert.ok(here.position > 1 && here.position < there.position - 2, String(here.position));
    assert.equal(here.furthest, there.furthest);
    assert.equal((await talk.go("continue")).line, marker(source, "End"));
    assert.deepEqual(await position(), { ...there, ...(await position()) });
  });

  it("backwards can be paused, too", async () => {
    const there = await position();
    await talk.client.customRequest("reverseContinue", { threadId: 1 });
    await talk.client.pauseRequest({ threadId: 1 });
    assert.equal((await talk.stopped()).reason, "pause");
    assert.ok((await position()).position < there.position);
    assert.ok((await talk.evaluate("g_Sum")).result.length > 0);
  });
});
