// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { type CustomEvents, type CustomRequests, decodeTrace } from "../../src/protocol/index.ts";
import { Conversation, walk } from "./harness.ts";

describe("The trace at the end", () => {
  let talk: Conversation;
  beforeEach(async () => {
    talk = await Conversation.start();
  });
  afterEach(() => talk.stop());

  it("reaches a client that has read it before, from where it has read", async () => {
    await talk.launch({ arguments: walk([{ read: { length: 4 } }]), breakpoints: [{ marker: "ReadStart" }] });
    await talk.place();
    const before = decodeTrace(((await talk.client.customRequest("kmdf/trace", { follow: true })).body as CustomRequests["kmdf/trace"]["body"]).trace);
    // Somebody who only looks does not move the place.
    await talk.client.customRequest("kmdf/trace", { fromEvent: before.count });
    const appended = talk.client.waitForEvent("kmdf/traceAppended");
    await talk.client.continueRequest({ threadId: 1 });
    const rest = decodeTrace(((await appended).body as CustomEvents["kmdf/traceAppended"]).trace);
    await talk.ended();
    assert.equal(rest.firstEvent, before.firstEvent + before.count);
    assert.ok(rest.count > 0 && (rest.time[0] ?? 0) >= (before.time[before.count - 1] ?? 0));
    assert.ok(rest.texts.length >= before.texts.length);
  });
});
