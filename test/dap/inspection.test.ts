// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { Conversation, marker, walk, walkSource } from "./harness.ts";

describe("Inspection", () => {
  let talk: Conversation;
  const stopAt = async (name: string, more: object = {}): Promise<void> => {
    await talk.launch({ arguments: walk([{ read: { length: 4 } }], { ...more }), breakpoints: [{ marker: name }] });
    assert.equal((await talk.place()).line, marker(walkSource, name));
  };
  beforeEach(async () => {
    talk = await Conversation.start();
  });
  afterEach(() => talk.stop());
  const value = (variables: readonly { name: string; value: string }[], name: string): string | undefined =>
    variables.find((variable) => variable.name === name)?.value;

  it("shows driver frames with lines and the framework as labels", async () => {
    await stopAt("FactorialEnd");
    const frames = await talk.frames();
    assert.deepEqual(
      frames.slice(0, 5).map(({ name, line }) => [name, line]),
      [
        ["Factorial", marker(walkSource, "FactorialEnd")],
        ["Factorial", marker(walkSource, "FactorialCall")],
        ["Factorial", marker(walkSource, "FactorialCall")],
        ["Factorial", marker(walkSource, "FactorialCall")],
        ["EvtIoRead", marker(walkSource, "ReadStart") + 2],
      ],
    );
    const labels = frames.filter(({ presentationHint }) => presentationHint === "label");
    assert.ok(labels.length > 0, "nothing tells who called EvtIoRead");
    for (const { name, source } of labels) {
      assert.match(name, /^\[[a-z -]+\] ./);
      assert.equal(source, undefined);
    }
  });

  it("pages the stack", async () => {
    await stopAt("FactorialEnd");
    const all = await talk.frames();
    const { stackFrames, totalFrames } = (await talk.client.stackTraceRequest({ threadId: 1, startFrame: 1, levels: 2 })).body;
    assert.equal(totalFrames, all.length);
    assert.deepEqual(
      stackFrames.map(({ name }) => name),
      ["Factorial", "Factorial"],
    );
  });

  it("shows each frame its own variables", async () => {
    await stopAt("FactorialEnd");
    const frames = (await talk.frames()).filter(({ name }) => name === "Factorial");
    const values: (string | undefined)[] = [];
    for (const { id } of frames) {
      const { scopes } = (await talk.client.scopesRequest({ frameId: id })).body;
      values.push(value(await talk.children(Number(scopes[0]?.variablesReference)), "N"));
    }
    assert.deepEqual(values, ["1", "2", "3", "4"]);
  });

  it("shows an inlined function as a frame of its own", async () => {
    await stopAt("AddOne");
    const [top, caller] = await talk.frames();
    assert.equal(top?.name, "AddOne [inlined]");
    assert.equal(caller?.name, "EvtIoRead");
    assert.equal(value(await talk.variables("Arguments"), "Value"), "24");
  });

  it("groups variables by scope", async () => {
    await stopAt("ReadSum");
    assert.equal(value(await talk.variables("Arguments"), "Length"), "4");
    assert.equal(value(await talk.variables("Locals"), "value"), "50");
    assert.equal(value(await talk.variables("Statics"), "s_Calls"), "1");
    assert.equal(value(await talk.variables("Globals"), "g_Total"), "5");
    const machine = await talk.variables("Machine");
    assert.match(String(value(machine, "IRQL")), /^\d+ \([A-Z_]+\)$/);
    assert.match(String(value(machine, "virtual time")), /^\d+ ns$/);
  });

  it("opens structures, arrays in pages, and pointers", async () => {
    await stopAt("ReadSum");
    const context = (await talk.variables("Locals")).find(({ name }) => name === "context");
    assert.ok(context && context.variablesReference > 0);
    let members = await talk.children(context.variablesReference);
    if (members.length === 1) members = await talk.children(Number(members[0]?.variablesReference));
    assert.equal(value(members, "State"), "WalkBusy");
    const slots = members.find(({ name }) => name === "Slots");
    assert.equal(slots?.indexedVariables, 8);
    const page = await talk.children(slots.variablesReference, { filter: "indexed", start: 6, count: 2 });
    assert.deepEqual(
      page.map(({ name }) => name),
      ["[6]", "[7]"],
    );
    const slot = await talk.children(Number(page[1]?.variablesReference));
    assert.equal(value(slot, "Index"), "70");
    const again = await talk.evaluate(String(slot.find(({ name }) => name === "Index")?.evaluateName));
    assert.equal(again.result, "70");
  });

  it("opens WDF handles into the object behind them, with its context", async () => {
    await stopAt("ReadSum");
    const device = (await talk.variables("Locals")).find(({ name }) => name === "device");
    assert.match(String(device?.value), /WDFDEVICE/);
    const rows = await talk.children(Number(device?.variablesReference));
    const context = rows.find(({ name }) => name === "context WALK_CONTEXT");
    assert.ok(context, `no context in ${rows.map(({ name }) => name).join(", ")}`);
    assert.equal(value(await talk.children(context.variablesReference), "Requests"), "1");
  });

  it("leads from a function pointer to the function", async () => {
    await stopAt("ReadOperation");
    const operation = (await talk.variables("Locals")).find(({ name }) => name === "operation");
    assert.match(String(operation?.value), /Double/);
    const { body } = await talk.client.customRequest("locations", { locationReference: Reflect.get(operation ?? {}, "valueLocationReference") });
    assert.equal(body.source.path, walkSource);
    assert.ok(body.line < marker(walkSource, "Double") && body.line > marker(walkSource, "Double") - 6);
  });

  it("formats in hexadecimal when asked", async () => {
    await stopAt("ReadSum");
    assert.equal((await talk.evaluate("value")).result, "50");
    assert.match((await talk.evaluate("value", "watch", { hex: true })).result, /^0x0*32$/i);
    assert.match((await talk.evaluate("value,x")).result, /^0x0*32$/i);
  });

  it("never changes anything in a hover or a watch, and does in the console", async () => {
    await stopAt("ReadSum");
    for (const context of ["hover", "watch", "variables"]) assert.ok(await talk.refused(talk.evaluate("value = 7", context)));
    assert.equal((await talk.evaluate("value")).result, "50");
    assert.equal((await talk.evaluate("value = 7", "repl")).result, "7");
    assert.equal((await talk.evaluate("value")).result, "7");
    assert.ok(talk.events.some(({ event }) => event === "invalidated"));
  });

  it("says in words what is wrong with an expression", async () => {
    await stopAt("ReadSum");
    assert.match(await talk.refused(talk.evaluate("nothing")), /nothing/);
    assert.ok((await talk.refused(talk.evaluate("1 +"))).length > 0);
  });

  it("sets variables, members and elements, and the driver sees them", async () => {
    await stopAt("ReadSum");
    const { scopes } = (await talk.client.scopesRequest({ frameId: Number((await talk.frames())[0]?.id) })).body;
    const globals = scopes.find(({ name }) => name === "Globals");
    const set = await talk.client.setVariableRequest({ variablesReference: Number(globals?.variablesReference), name: "g_Total", value: "1000" });
    assert.equal(set.body.value, "1000");
    await talk.go("next");
    assert.equal((await talk.evaluate("g_Total")).result, "1280");
    assert.match(
      await talk.refused(talk.client.setVariableRequest({ variablesReference: Number(globals?.variablesReference), name: "g_Total", value: "1" })),
      /moved on/,
    );
  });

  it("completes names", async () => {
    await stopAt("ReadSum");
    const frameId = Number((await talk.frames())[0]?.id);
    const { targets } = (await talk.client.completionsRequest({ frameId, text: "context->Sl", column: 12 })).body;
    assert.deepEqual(
      targets.map(({ label, start, length }) => [label, start, length]),
      [["Slots", 10, 2]],
    );
  });

  it("reads and writes memory", async () => {
    await stopAt("ReadSum");
    const { memoryReference } = await talk.evaluate("&g_Total");
    assert.ok(memoryReference);
    const read = async (): Promise<string> =>
      Buffer.from((await talk.client.customRequest("readMemory", { memoryReference, count: 4 })).body.data, "base64").toString("hex");
    assert.equal(await read(), "05000000");
    await talk.client.customRequest("writeMemory", { memoryReference, offset: 1, data: Buffer.from([1]).toString("base64") });
    assert.equal(await read(), "05010000");
    assert.equal((await talk.evaluate("g_Total")).result, "261");
    assert.ok(talk.events.some(({ event }) => event === "memory"));
  });

  it("says how much of a range cannot be read", async () => {
    await stopAt("ReadSum");
    const { body } = await talk.client.customRequest("readMemory", { memoryReference: "0x0", count: 16 });
    assert.equal(body.unreadableBytes, 16);
    assert.equal(body.data, undefined);
    assert.match(await talk.refused(talk.client.customRequest("writeMemory", { memoryReference: "0x0", data: "AAAA" })), /cannot be written/);
  });

  it("lists sources and modules", async () => {
    await stopAt("ReadSum");
    const { sources } = (await talk.client.customRequest("loadedSources")).body;
    assert.ok(sources.some(({ path }: { path: string }) => path === walkSource));
    const { modules } = (await talk.client.modulesRequest({})).body;
    assert.equal(modules[0]?.name, "walk.sys");
    const { content } = (await talk.client.sourceRequest({ source: { path: walkSource }, sourceReference: 0 })).body;
    assert.match(content, /DriverEntry/);
    assert.match(await talk.refused(talk.client.sourceRequest({ source: { path: "/etc/hosts" }, sourceReference: 0 })), /not a source file/);
  });

  it("gives the framework's objects, the device's registers and the trace", async () => {
    await stopAt("ReadSum");
    const { objects } = (await talk.client.customRequest("kmdf/objects")).body;
    assert.match(JSON.stringify(objects), /WDFQUEUE/);
    const { registers } = (await talk.client.customRequest("kmdf/registers")).body;
    assert.ok(registers.length > 0);
    const { trace } = (await talk.client.customRequest("kmdf/trace", { fromEvent: 1 })).body;
    assert.ok(trace.count > 0);
    assert.ok(trace.texts.includes("WdfDriverCreate"));
  });
});
