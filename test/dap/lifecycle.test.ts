// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Conversation, marker, walk, walkSource } from "./harness.ts";

describe("Lifecycle", () => {
  let talk: Conversation;
  let folder = "";
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "kmdf-dap-"));
    talk = await Conversation.start();
  });
  afterEach(async () => {
    await talk.stop();
    rmSync(folder, { recursive: true });
  });
  const launch = (args: object): Promise<unknown> => talk.client.launchRequest(args as never);

  it("ends with the outcome and the exit code of the run", async () => {
    await talk.launch({ arguments: walk([{ read: { length: 4 } }]) });
    assert.equal(await talk.ended(), 0);
    assert.match(talk.output("console"), /All well \(1 requests, 0 violations, \d+ statements/);
    assert.match(talk.output("stdout"), /walk: DriverEntry 00000000/);
  });

  it("gives the place of a driver's print", async () => {
    await talk.launch({ arguments: walk([]) });
    await talk.ended();
    const print = talk.events.find((event) => event.event === "output" && /walk: DriverEntry/.test(event.body.output));
    assert.equal(print?.body.source?.path, walkSource);
    assert.equal(print?.body.line, marker(walkSource, "DriverEntryEnd") - 1);
  });

  it("stops on entry when asked", async () => {
    await talk.launch({ arguments: walk([], { stopOnEntry: true }) });
    const place = await talk.place();
    assert.equal(place.reason, "entry");
    assert.equal(place.name, "DriverEntry");
  });

  it("runs without stopping when debugging is off", async () => {
    await talk.launch({ arguments: walk([{ read: { length: 4 } }], { noDebug: true, stopOnEntry: true }), breakpoints: [{ marker: "ReadStart" }] });
    assert.equal(await talk.ended(), 0);
    assert.equal(talk.events.filter(({ event }) => event === "stopped").length, 0);
  });

  it("refuses a wrong configuration, naming the attribute", async () => {
    await talk.client.initializeRequest();
    assert.match(await talk.refused(launch({ ...walk([]), scenarioo: 1 })), /'scenarioo' is unknown \(Did you mean 'scenario'\?\)/);
    assert.match(await talk.refused(launch({ sources: ["nothing.c"], device: "edu" })), /'sources\[0\]' names a file that does not exist/);
  });

  it("tells compile errors with file and line, as text and as data", async () => {
    const file = join(folder, "broken.c");
    writeFileSync(file, "#include <ntddk.h>\nint Broken(void)\n{\n    return undeclared_name;\n}\n");
    await talk.client.initializeRequest();
    assert.match(await talk.refused(launch({ sources: [file], device: "edu" })), /did not build.*broken\.c:4/);
    const output = talk.events.find((event) => event.event === "output" && /undeclared_name/.test(event.body.output));
    assert.equal(output?.body.source?.path, file);
    assert.equal(output?.body.line, 4);
    const diagnostics = talk.events.find(({ event }) => event === "kmdf/diagnostics");
    assert.equal(diagnostics?.body.diagnostics[0]?.line, 4);
  });

  it("shows progress while it builds", async () => {
    await talk.launch({ arguments: walk([]), breakpoints: [{ marker: "DriverEntry" }] });
    const names = talk.events.map(({ event }) => event).filter((event) => event.startsWith("progress"));
    assert.equal(names[0], "progressStart");
    assert.equal(names.at(-1), "progressEnd");
  });

  it("gives up a build that is cancelled", async () => {
    writeFileSync(
      join(folder, "slow.c"),
      `#include <ntddk.h>\n// ${Date.now()}\n${Array.from({ length: 4000 }, (_, i) => `int F${i}(int a) { return a * ${i}; }`).join("\n")}\n`,
    );
    await talk.client.initializeRequest({ adapterID: "kmdf-dma", supportsProgressReporting: true, pathFormat: "path" });
    const started = talk.client.waitForEvent("progressStart");
    const launched = launch({ sources: [join(folder, "slow.c")], device: "edu" });
    const message = talk.refused(launched);
    const { progressId } = (await started).body;
    await talk.client.customRequest("cancel", { progressId });
    assert.equal(await message, "cancelled");
  });

  it("starts over on restart, with the same breakpoints", async () => {
    await talk.launch({ arguments: walk([{ read: { length: 4 } }]), breakpoints: [{ marker: "ReadStart" }] });
    await talk.place();
    await talk.client.restartRequest({});
    assert.equal((await talk.place()).line, marker(walkSource, "ReadStart"));
    assert.equal((await talk.evaluate("context->Requests")).result, "0");
  });

  it("builds an edited driver anew on restart and keeps the breakpoints' ids", async () => {
    const file = join(folder, "walk.c");
    copyFileSync(walkSource, file);
    const [breakpoint] = await talk.launch({ arguments: { ...walk([{ read: { length: 4 } }]), sources: [file] }, file, breakpoints: [{ marker: "ReadSum" }] });
    await talk.place();
    assert.equal((await talk.evaluate("g_Total")).result, "5");
    writeFileSync(file, readFileSync(file, "utf8").replace("g_Total = 5", "g_Total = 6"));
    await talk.client.restartRequest({});
    const stop = await talk.stopped();
    assert.deepEqual(Reflect.get(stop, "hitBreakpointIds"), [breakpoint?.id]);
    assert.equal((await talk.evaluate("g_Total")).result, "6");
  });

  it("terminates a stopped target in good order", async () => {
    await talk.launch({ arguments: walk([{ read: { length: 4 } }]), breakpoints: [{ marker: "ReadStart" }] });
    await talk.place();
    await talk.client.terminateRequest();
    await talk.ended();
  });

  it("waits for requests when there is no scenario, serves them, and can be paused meanwhile", async () => {
    const { scenario: _, ...idle } = walk([]);
    await talk.launch({ arguments: idle });
    await talk.client.waitForEvent("kmdf/changed");
    const { id } = (await talk.client.customRequest("kmdf/sendRequest", { kind: "read", length: 4 })).body;
    const completed = await talk.client.waitForEvent("kmdf/requestCompleted");
    assert.deepEqual(completed.body, { id, status: "STATUS_SUCCESS", information: 4, data: "32323232" });
    const pause = async (): Promise<number> => {
      await talk.client.pauseRequest({ threadId: 1 });
      assert.equal((await talk.stopped()).reason, "pause");
      return (await talk.frames()).length;
    };
    // The driver runs on for some statements after it has completed the request; a pause may find it there.
    while ((await pause()) > 0) await talk.client.continueRequest({ threadId: 1 });
    await talk.client.customRequest("kmdf/sendRequest", { kind: "read", length: 4 });
    await talk.setBreakpoints(walkSource, [{ marker: "ReadStart" }]);
    assert.equal((await talk.go("continue")).line, marker(walkSource, "ReadStart"));
    assert.match(await talk.refused(talk.client.customRequest("kmdf/sendRequest", { kind: "scan" })), /'kind' must be one of/);
  });
});
