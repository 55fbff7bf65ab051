// SPDX-License-Identifier: MIT
/** System threads in the debugger: each has a row, a stack and steps of its own, forwards and backwards. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Conversation, marker, root } from "./harness.ts";

const source = join(root, "test", "conformance", "thread-driver", "threads.c");
const at = (name: string): number => marker(source, name);
const launch = (test: string): Readonly<Record<string, unknown>> => ({
  sources: [source],
  device: join(root, "test", "conformance", "device.ts"),
  scenario: [{ ioctl: { code: "0x222000", input: Buffer.from(`${test}\0`).toString("hex") } }],
});

describe("Threads", () => {
  let talk: Conversation;
  beforeEach(async () => {
    talk = await Conversation.start();
  });
  afterEach(() => talk.stop());

  const threads = async (): Promise<readonly { readonly id: number; readonly name: string }[]> => (await talk.client.threadsRequest()).body.threads;

  it("are listed with what they wait for, each with its own stack", async () => {
    await talk.launch({ arguments: launch("turns"), file: source, breakpoints: [{ marker: "Pong" }] });
    assert.deepEqual(await talk.place(), { reason: "breakpoint", name: "Pong", line: at("Pong") });
    const listed = await threads();
    assert.equal(listed[0]?.name, "CPU 0");
    const ping = listed.find(({ name }) => name.startsWith("Ping"));
    const pong = listed.find(({ name }) => name.startsWith("Pong"));
    assert.match(ping?.name ?? "", /^Ping \(thread 0x\w+\) waits for the synchronization event at 0x\w{8}$/);
    assert.equal(pong?.id, talk.thread);
    const frames = await talk.frames(ping?.id);
    assert.deepEqual(
      frames.map(({ name }) => name.replace(/0x\w+/, "N")),
      ["[waiting] for the synchronization event at N", "[framework] KeWaitForSingleObject", "Ping", "[thread] system thread N"],
    );
    const { scopes } = (await talk.client.scopesRequest({ frameId: frames[2]?.id ?? 0 })).body;
    const locals = await talk.children(scopes.find(({ name }) => name === "Locals")?.variablesReference ?? 0);
    assert.equal(locals.find(({ name }) => name === "i")?.value, "1");
    // The callback that waits for both threads.
    const names = (await Promise.all((await threads()).map(({ id }) => talk.frames(id)))).flat().map(({ name }) => name);
    assert.ok(names.includes("Join"), names.join(", "));
    assert.ok(names.includes("EvtIoDeviceControl"), names.join(", "));
  });

  it("are stepped through while others run in between", async () => {
    await talk.launch({ arguments: launch("turns"), file: source, breakpoints: [{ marker: "Ping" }] });
    await talk.place();
    await talk.setBreakpoints(source, []);
    const thread = talk.thread;
    const line = at("Ping");
    assert.deepEqual(await talk.go("next"), { reason: "step", name: "Ping", line: line + 1 });
    assert.deepEqual(await talk.go("next"), { reason: "step", name: "Ping", line: line - 2 });
    // The loop's condition, then the wait, in which the other thread has its turn.
    assert.deepEqual(await talk.go("next"), { reason: "step", name: "Ping", line: line - 1 });
    assert.deepEqual(await talk.go("next"), { reason: "step", name: "Ping", line });
    assert.match(talk.output("stdout"), /pong 0/);
    assert.equal(talk.thread, thread);
    // And back over the wait.
    assert.deepEqual(await talk.go("stepBack"), { reason: "step", name: "Ping", line: line - 1 });
    assert.deepEqual(await talk.go("stepBack"), { reason: "step", name: "Ping", line: line - 2 });
    assert.equal(talk.thread, thread);
    assert.deepEqual(await talk.go("next"), { reason: "step", name: "Ping", line: line - 1 });
    await talk.client.continueRequest({ threadId: thread });
    assert.equal(await talk.ended(), 0);
    assert.equal(talk.output("stdout").match(/both have ended/g)?.length, 1);
  });

  it("are found again when one runs backwards", async () => {
    await talk.launch({ arguments: launch("turns"), file: source, breakpoints: [{ marker: "Pong", condition: "i == 2" }] });
    assert.equal((await talk.place()).name, "Pong");
    const thread = talk.thread;
    await talk.setBreakpoints(source, [{ marker: "Ping" }]);
    assert.deepEqual(await talk.go("reverseContinue"), { reason: "breakpoint", name: "Ping", line: at("Ping") });
    assert.equal((await talk.evaluate("i")).result, "2");
    assert.notEqual(talk.thread, thread);
    assert.deepEqual(await talk.go("reverseContinue"), { reason: "breakpoint", name: "Ping", line: at("Ping") });
    assert.equal((await talk.evaluate("i")).result, "1");
    await talk.setBreakpoints(source, []);
    await talk.client.continueRequest({ threadId: 1 });
    assert.equal(await talk.ended(), 0);
  });

  it("end in a deep call, and a step goes on at whatever runs next", async () => {
    await talk.launch({ arguments: launch("terminate"), file: source, breakpoints: [{ marker: "Terminate" }], exceptionFilters: [] });
    assert.deepEqual(await talk.place(), { reason: "breakpoint", name: "Deep", line: at("Terminate") });
    assert.equal((await talk.frames()).filter(({ name }) => name === "Deep").length, 6);
    await talk.setBreakpoints(source, []);
    const after = await talk.go("next");
    assert.deepEqual([after.reason, after.name], ["step", "Join"]);
    await talk.client.continueRequest({ threadId: 1 });
    await talk.ended();
    assert.match(talk.output("stdout"), /ended 100 times/);
  });

  it("are paused in an endless loop", async () => {
    await talk.launch({ arguments: launch("endless"), file: source, breakpoints: [] });
    await talk.client.waitForEvent("output");
    await talk.client.pauseRequest({ threadId: 1 });
    assert.equal((await talk.place()).name, "Endless");
    assert.match((await threads()).find(({ id }) => id === talk.thread)?.name ?? "", /^Endless/);
  });

  it("show a fault of their own, from which one can go back", async () => {
    await talk.launch({ arguments: launch("crash"), file: source });
    assert.deepEqual(await talk.place(), { reason: "exception", name: "Crash", line: at("Crash") });
    assert.deepEqual(await talk.go("stepBack"), { reason: "step", name: "Crash", line: at("Crash") });
  });

  it("begin again after a restart", async () => {
    await talk.launch({ arguments: launch("turns"), file: source, breakpoints: [{ marker: "Ping", condition: "i == 1" }] });
    await talk.place();
    await talk.client.customRequest("restart", {});
    assert.deepEqual(await talk.place(), { reason: "breakpoint", name: "Ping", line: at("Ping") });
    assert.equal((await talk.evaluate("i")).result, "1");
  });

  it("run alone when the client wants one to, until it needs the others", async () => {
    await talk.launch({ arguments: launch("turns"), file: source, breakpoints: [{ marker: "Pong" }] });
    await talk.place();
    const thread = talk.thread;
    await talk.setBreakpoints(source, [{ marker: "Pong" }, { marker: "Ping" }]);
    assert.match(await talk.refused(talk.client.customRequest("continue", { threadId: 1, singleThread: true })), /Only the thread that has stopped/);
    const { body } = await talk.client.customRequest("continue", { threadId: thread, singleThread: true });
    assert.equal(body.allThreadsContinued, false);
    const there = await talk.place();
    assert.match(talk.output("console"), /The thread that runs alone waits for others: all threads run again/);
    assert.equal(there.name, "Ping", "the others run when it cannot go on without them");
    const position = async (): Promise<number> => (await talk.client.customRequest("kmdf/position")).body.position;
    const here = await position();
    await talk.go("reverseContinue");
    await talk.go("continue");
    assert.equal(await position(), here, "history repeats it");
    await talk.setBreakpoints(source, []);
    await talk.client.customRequest("continue", { threadId: talk.thread });
    assert.equal(await talk.ended(), 0);
  });
});
