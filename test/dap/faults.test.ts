// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { Conversation, marker, walk, walkSource } from "./harness.ts";

const crash = [{ write: { length: 13 } }];

describe("Faults", () => {
  let talk: Conversation;
  beforeEach(async () => {
    talk = await Conversation.start();
  });
  afterEach(() => talk.stop());

  it("stop at the statement, with rule, bug check and place", async () => {
    await talk.launch({ arguments: walk(crash) });
    const place = await talk.place();
    assert.deepEqual(place, { reason: "exception", name: "EvtIoWrite", line: marker(walkSource, "Crash") });
    const { body } = await talk.client.exceptionInfoRequest({ threadId: 1 });
    assert.ok(body.exceptionId.length > 0);
    assert.match(String(body.description), /Windows would stop with bug check 0x[0-9A-F]+ \w+/);
    assert.match(String(body.description), new RegExp(`walk\\.c:${marker(walkSource, "Crash")}`));
    assert.match(String(body.details?.stackTrace), /at EvtIoWrite/);
    assert.match(talk.output("stderr"), new RegExp(body.exceptionId));
  });

  it("leave the target to be looked at and taken back, but not to go on", async () => {
    await talk.launch({ arguments: walk(crash) });
    await talk.place();
    assert.match((await talk.evaluate("nowhere")).result, /^(NULL|0x0+)/);
    assert.match(await talk.refused(talk.client.continueRequest({ threadId: 1 })), /step back or restart/);
    const back = await talk.go("stepBack");
    assert.equal(back.name, "EvtIoWrite");
  });

  it("end the run with the exit code of a driver fault when nobody wants to stop at them", async () => {
    await talk.launch({ arguments: walk(crash), exceptionFilters: [] });
    assert.equal(await talk.ended(), 2);
    assert.equal(talk.events.filter(({ event }) => event === "stopped").length, 0);
  });

  it("have no exception information where the target stopped for another reason", async () => {
    await talk.launch({ arguments: walk([]), breakpoints: [{ marker: "DriverEntry" }] });
    await talk.place();
    assert.match(await talk.refused(talk.client.exceptionInfoRequest({ threadId: 1 })), /did not stop at an exception/);
  });
});
