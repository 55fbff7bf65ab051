// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { join } from "node:path";
import { Conversation, marker, root, walk, walkSource } from "./harness.ts";

const read = { read: { length: 4 } };
const at = (name: string): number => marker(walkSource, name);
const edu = (steps: readonly object[]): Readonly<Record<string, unknown>> => ({
  sources: [join(root, "samples", "edu", "driver", "*.c")],
  device: "edu",
  scenario: steps,
});

describe("Data breakpoints", () => {
  let talk: Conversation;
  beforeEach(async () => {
    talk = await Conversation.start();
  });
  afterEach(() => talk.stop());

  const info = async (args: object): Promise<{ dataId: string | null; description: string; accessTypes?: string[] }> => {
    const frameId = (await talk.frames()).find(({ source }) => source !== undefined)?.id;
    return (await talk.client.customRequest("dataBreakpointInfo", { frameId, ...args })).body;
  };
  const watch = async (name: string, more: object = {}): Promise<void> => {
    const { dataId, description } = await info({ name });
    assert.ok(dataId, description);
    const { breakpoints } = (await talk.client.customRequest("setDataBreakpoints", { breakpoints: [{ dataId, accessType: "write", ...more }] })).body;
    assert.deepEqual(
      breakpoints.map(({ verified, message }: { verified: boolean; message?: string }) => [verified, message]),
      [[true, undefined]],
    );
  };
  const stopText = async (): Promise<string> => {
    const stop = await talk.stopped();
    assert.equal(stop.reason, "data breakpoint");
    return String(stop.text);
  };
  const go = async (command = "continue"): Promise<string> => {
    await talk.client.customRequest(command, { threadId: 1 });
    return stopText();
  };

  it("stop at the statement that writes a global, with the old and the new value", async () => {
    await talk.launch({ arguments: walk([read]), breakpoints: [{ marker: "DriverEntry" }] });
    await talk.place();
    await watch("g_Total");
    assert.match(await go(), new RegExp(`^g_Total: 5 → 285 \\(0x11D\\), written by EvtIoRead at walk\\.c:${at("ReadSum")}$`));
    assert.equal((await talk.frames())[0]?.line, at("ReadSum"));
    assert.equal((await talk.evaluate("g_Total")).result, "285");
    assert.equal((await talk.evaluate("$old")).result, "5");
  });

  it("stop at reads when asked to", async () => {
    await talk.launch({ arguments: walk([read]), breakpoints: [{ marker: "DriverEntry" }] });
    await talk.place();
    await watch("g_Total", { accessType: "read" });
    assert.match(await go(), /^g_Total = 5, read by EvtIoRead at walk\.c:\d+$/);
  });

  it("watch a member of a context and obey condition and hit count", async () => {
    await talk.launch({ arguments: walk([read, read]), breakpoints: [{ marker: "ReadStart" }] });
    await talk.place();
    await talk.setBreakpoints(walkSource, []);
    await watch("context->State", { condition: "$new == 2", hitCondition: "2" });
    assert.match(await go(), /^context->State: 1 → 2, written by EvtIoRead/);
    assert.equal((await talk.evaluate("context->Requests")).result, "2");
  });

  it("watch a range of bytes of any length at an address", async () => {
    await talk.launch({ arguments: walk([read]), breakpoints: [{ marker: "DeviceCreate" }] });
    await talk.place();
    await talk.client.customRequest("next", { threadId: 1 });
    await talk.stopped();
    for (let i = 0; i < 3; i++) await talk.go("next");
    const { memoryReference } = await talk.evaluate("&context->Slots[0]");
    const { dataId } = await info({ name: memoryReference, asAddress: true, bytes: 100 });
    await talk.client.customRequest("setDataBreakpoints", { breakpoints: [{ dataId, accessType: "write" }] });
    const text = await go();
    assert.match(text, /^100 bytes at 0x[0-9A-F]+: .*, written by EvtDeviceAdd at walk\.c:\d+$/);
  });

  it("watch a local of a function, whose accesses are not seen otherwise", async () => {
    await talk.launch({ arguments: walk([read]), breakpoints: [{ marker: "ReadStart" }] });
    await talk.place();
    assert.deepEqual((await info({ name: "value" })).accessTypes, ["write"]);
    await watch("value");
    assert.match(await go(), new RegExp(`^value: .* → 24 \\(0x18\\), written by EvtIoRead at walk\\.c:${at("ReadStart") + 2}$`));
    assert.match(await go(), /^value: 24 \(0x18\) → 25 \(0x19\), /);
    assert.match(await go(), new RegExp(`→ 50 \\(0x32\\), written by EvtIoRead at walk\\.c:${at("ReadOperation")}$`));
    assert.equal((await talk.frames())[0]?.line, at("ReadSum"));
    assert.match(await go("reverseContinue"), /→ 25 \(0x19\), /);
  });

  it("notice what a routine of the kernel writes for the driver", async () => {
    await talk.launch({ arguments: walk([read]), breakpoints: [{ marker: "DriverEntry" }] });
    await talk.place();
    await talk.setBreakpoints(walkSource, [{ marker: "ReadSum" }]);
    await talk.go("continue");
    const { dataId } = await info({ name: "(ULONG)context->Queue", asAddress: true });
    assert.equal(dataId, null, "a handle is no memory");
  });

  it("find backwards who wrote a byte last", async () => {
    await talk.launch({ arguments: walk([read, read]), breakpoints: [{ marker: "ReadEnd", condition: "context->Requests == 2" }] });
    await talk.place();
    await talk.setBreakpoints(walkSource, []);
    await watch("g_Total");
    assert.match(await go("reverseContinue"), /^g_Total: 285 \(0x11D\) → 565 \(0x235\), /);
    assert.equal((await talk.evaluate("g_Total")).result, "565");
    assert.match(await go("reverseContinue"), /^g_Total: 5 → 285 /);
    assert.match(await go(), /^g_Total: 285 /);
    assert.match(await go("reverseContinue"), /^g_Total: 5 → 285 /);
    await talk.client.customRequest("reverseContinue", { threadId: 1 });
    assert.equal((await talk.stopped()).reason, "step", "there is nothing before the first write but the start");
  });

  it("tell a device transfer from the driver's own writes", async () => {
    await talk.launch({ arguments: edu([{ read: { length: 10_000 } }]), functions: ["EvtProgramDma"] });
    await talk.place();
    await talk.client.setFunctionBreakpointsRequest({ breakpoints: [] });
    const { objects } = (await talk.client.customRequest("kmdf/objects")).body;
    const mdl = /"name":"Start MDL","value":"(0x[0-9A-F]+)"/.exec(JSON.stringify(objects))?.[1];
    assert.ok(mdl !== undefined, "the transaction shows no MDL");
    const name = `(ULONG)((PMDL)${mdl})->StartVa + ((PMDL)${mdl})->ByteOffset + 5000`;
    const device = await info({ name, asAddress: true, bytes: 4, mode: "device" });
    const processor = await info({ name, asAddress: true, bytes: 4, mode: "processor" });
    const set = async ({ dataId }: { dataId: string | null }): Promise<unknown> =>
      talk.client.customRequest("setDataBreakpoints", { breakpoints: [{ dataId, accessType: "write" }] });
    await set(device);
    assert.match(await go(), /^4 bytes at 0x[0-9A-F]+: .*, written by the device \(DMA write of \d+ bytes at logical address 0x[0-9A-F]+\)$/);
    assert.match(String((await talk.frames())[0]?.name), /^\[device\] DMA write of \d+ bytes/);
    assert.equal((await talk.evaluate("$device")).result, "1");
    await talk.client.customRequest("reverseContinue", { threadId: 1 });
    assert.equal((await talk.stopped()).reason, "step", "the device wrote there once");
    await set(processor);
    await talk.client.customRequest("continue", { threadId: 1 });
    assert.equal(await talk.ended(), 0, "the processor never wrote there");
  });

  it("say why something cannot be watched", async () => {
    await talk.launch({ arguments: walk([read]), breakpoints: [{ marker: "ReadSum" }] });
    await talk.place();
    assert.match((await info({ name: "value + 1" })).description, /no place in memory/);
    assert.match((await info({ name: "nonsense" })).description, /not in scope/);
    assert.match((await info({ name: "0", asAddress: true, bytes: 4 })).description, /no memory of the driver at 0x0/);
    assert.match(
      await talk.refused(talk.client.customRequest("setDataBreakpoints", { breakpoints: [{ dataId: "made up" }] })),
      /not an id of a data breakpoint/,
    );
  });
});
