// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { Conversation, marker, root, walk, walkSource } from "./harness.ts";

/** Every request of the protocol that we know of, and one that nobody knows. */
const commands = [
  "threads",
  "stackTrace",
  "scopes",
  "variables",
  "evaluate",
  "setVariable",
  "setExpression",
  "completions",
  "continue",
  "next",
  "stepIn",
  "stepOut",
  "stepBack",
  "reverseContinue",
  "pause",
  "goto",
  "gotoTargets",
  "exceptionInfo",
  "readMemory",
  "writeMemory",
  "loadedSources",
  "modules",
  "source",
  "breakpointLocations",
  "setBreakpoints",
  "setFunctionBreakpoints",
  "setExceptionBreakpoints",
  "restart",
  "cancel",
  "attach",
  "disassemble",
  "kmdf/objects",
  "kmdf/registers",
  "kmdf/trace",
  "kmdf/goto",
  "kmdf/sendRequest",
  "kmdf/violations",
  "kmdf/writeRegister",
  "kmdf/locate",
  "locations",
  "kmdf/position",
  "nonsense",
];

describe("Robustness", () => {
  let talk: Conversation;
  beforeEach(async () => {
    talk = await Conversation.start();
  });
  afterEach(() => talk.stop());

  const survives = async (arguments_: readonly unknown[]): Promise<void> => {
    for (const command of commands) {
      for (const args of arguments_) {
        const answer = await talk.client.customRequest(command, args).then(
          () => "ok",
          (error: Error) => error.message,
        );
        assert.doesNotMatch(answer, /Internal error|timeout/i, `${command} ${JSON.stringify(args)}`);
      }
    }
  };
  const wrong = [
    undefined,
    {},
    { frameId: "x", variablesReference: null, expression: 5, source: 7, breakpoints: "no", memoryReference: {}, count: -1, line: "1" },
    [],
  ];

  it("answers every request before a launch", async () => {
    await talk.client.initializeRequest();
    await survives(wrong);
  });

  it("answers every request with wrong arguments while stopped", async () => {
    await talk.launch({ arguments: walk([]), breakpoints: [{ marker: "DriverEntry" }] });
    await talk.place();
    const harmless = new Set(["continue", "next", "stepIn", "stepOut", "stepBack", "reverseContinue", "restart", "setBreakpoints", "setFunctionBreakpoints"]);
    for (const command of commands.filter((name) => !harmless.has(name))) {
      for (const args of wrong) {
        const answer = await talk.client.customRequest(command, args).then(
          () => "ok",
          (error: Error) => error.message,
        );
        assert.doesNotMatch(answer, /Internal error|timeout/i, `${command} ${JSON.stringify(args)}`);
      }
    }
    assert.equal((await talk.frames())[0]?.name, "DriverEntry");
  });

  it("answers requests about unknown and stale ids", async () => {
    await talk.launch({ arguments: walk([]), breakpoints: [{ marker: "DriverEntry" }] });
    await talk.place();
    const frameId = Number((await talk.frames())[0]?.id);
    const { scopes } = (await talk.client.scopesRequest({ frameId })).body;
    const variablesReference = Number(scopes[0]?.variablesReference);
    assert.match(await talk.refused(talk.client.scopesRequest({ frameId: 987654 })), /Unknown frame 987654/);
    assert.match(await talk.refused(talk.client.variablesRequest({ variablesReference: 987654 })), /Unknown variables reference/);
    await talk.go("next");
    assert.match(await talk.refused(talk.client.scopesRequest({ frameId })), /moved on/);
    assert.deepEqual(await talk.children(variablesReference), [], "an editor that asks late gets nothing, not an error");
  });

  it("refuses a second launch and what needs a stop while the target runs", async () => {
    const { scenario: _, ...idle } = walk([]);
    await talk.launch({ arguments: idle });
    await talk.client.waitForEvent("kmdf/changed");
    assert.match(await talk.refused(talk.client.launchRequest(walk([]) as never)), /launched already/);
    for (const request of [
      talk.client.stackTraceRequest({ threadId: 1 }),
      talk.client.nextRequest({ threadId: 1 }),
      talk.client.continueRequest({ threadId: 1 }),
    ]) {
      assert.equal(await talk.refused(request), "notStopped");
    }
    assert.equal((await talk.client.threadsRequest()).body.threads[0]?.name, "CPU 0");
  });

  it("survives messages that are not the protocol's", async () => {
    const child = spawn(process.execPath, [join(root, "test", "dap", "adapter-process.ts")], { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
    let received = "";
    child.stdout.on("data", (chunk: Buffer) => (received += chunk.toString()));
    const send = (body: string): boolean => child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    send("not json");
    send("null");
    send('{"type":"event"}');
    send('{"seq":7,"type":"request","command":"threads"}');
    await new Promise((resolve) => child.stdout.once("data", resolve));
    child.stdin.end();
    const code = await new Promise((resolve) => child.once("exit", resolve));
    assert.match(received, /"request_seq":7/);
    assert.equal(code, 0);
  });

  it("handles a burst of steps", async () => {
    await talk.launch({ arguments: walk([{ read: { length: 4 } }]), breakpoints: [{ marker: "ReadStart" }] });
    assert.equal((await talk.place()).line, marker(walkSource, "ReadStart"));
    for (let i = 0; i < 25; i++) await talk.go("stepIn");
    assert.ok((await talk.frames()).length > 0);
  });
});
