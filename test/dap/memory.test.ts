// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { join } from "node:path";
import type { CustomRequests, MemoryDescription, WriterDescription } from "../../src/protocol/index.ts";
import { Conversation, marker, root } from "./harness.ts";

const source = join(root, "test", "dap", "fixtures", "memory", "memory.c");
const at = (name: string): number => marker(source, name);

describe("Memory", () => {
  let talk: Conversation;
  beforeEach(async () => {
    talk = await Conversation.start();
  });
  afterEach(() => talk.stop());

  const stopAt = async (name: string): Promise<void> => {
    await talk.launch({ arguments: { sources: [source], device: "edu", scenario: [] }, file: source, breakpoints: [{ marker: name }] });
    assert.equal((await talk.place()).line, at(name));
  };
  const read = async (memoryReference: string, count: number, offset = 0): Promise<string> => {
    const { body } = await talk.client.customRequest("readMemory", { memoryReference, count, offset });
    return Buffer.from(body.data ?? "", "base64").toString("hex");
  };
  const write = async (memoryReference: string, bytes: readonly number[], more: object = {}): Promise<number> =>
    (await talk.client.customRequest("writeMemory", { memoryReference, data: Buffer.from(bytes).toString("base64"), ...more })).body.bytesWritten;
  const describeAt = async (memoryReference: string, count = 1, more: object = {}): Promise<readonly MemoryDescription[]> => {
    const { body } = await talk.client.customRequest("kmdf/describeAddress", { memoryReference, count, ...more });
    return (body as CustomRequests["kmdf/describeAddress"]["body"]).runs;
  };
  const writerOf = async (memoryReference: string): Promise<WriterDescription> => {
    const [run] = await describeAt(memoryReference, 1, { writers: true });
    const [writer] = run?.writers ?? [];
    assert.ok(writer, `nobody has written ${memoryReference}: ${run?.text}`);
    return writer;
  };
  const address = async (expression: string): Promise<string> => {
    const { memoryReference } = await talk.evaluate(expression);
    assert.ok(memoryReference, `${expression} has no address`);
    return memoryReference;
  };
  const bytes16 = "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf";

  it("reads the same bytes by virtual, physical and logical address", async () => {
    await stopAt("Ready");
    const buffer = await address("context->Buffer");
    assert.equal(await read(buffer, 16, 256), bytes16);
    const [run] = await describeAt(buffer, 4096);
    assert.ok(run?.physical !== undefined && run.mappings[0] !== undefined);
    assert.notEqual(run.physical, run.mappings[0].logical);
    assert.equal(await read(`physical:${run.physical}`, 16, 256), bytes16);
    assert.equal(await read(`logical:${run.mappings[0].logical}`, 16, 256), bytes16);
  });

  it("reads physical memory page by page, as it lies there", async () => {
    await stopAt("Ready");
    const runs = await describeAt(await address("&g_Big[0]"), 20_000);
    const split = runs.find(
      ({ physical, length }, i) => physical !== undefined && BigInt(physical) + BigInt(length) !== BigInt(runs[i + 1]?.physical ?? physical),
    );
    assert.ok(split?.physical !== undefined, "the pages of the array lie in one piece");
    await write(`physical:${split.physical}`, [0xab], { offset: split.length - 1 });
    assert.equal(await read(String(split.virtual), 1, split.length - 1), "ab");
    const { body } = await talk.client.customRequest("readMemory", { memoryReference: `physical:${split.physical}`, count: split.length + 8 });
    assert.equal(body.unreadableBytes === undefined || body.unreadableBytes <= 8, true);
  });

  it("writes by physical and logical address, and the driver sees it", async () => {
    await stopAt("Local");
    const [run] = await describeAt(await address("&g_Big[7]"), 4);
    assert.equal(await write(`physical:${run?.physical}`, [5, 0, 0, 0]), 4);
    await talk.go("next");
    assert.equal((await talk.evaluate("local")).result, "5");
    const [common] = await describeAt(await address("context->Buffer"));
    assert.equal(await write(`logical:${common?.mappings[0]?.logical}`, [1, 2, 3]), 3);
    assert.equal((await talk.evaluate("context->Buffer[2]")).result.startsWith("3"), true);
    assert.ok(talk.events.some(({ event, body }) => event === "memory" && String(body.memoryReference).startsWith("logical:")));
  });

  it("peeks registers by BAR address, and writes them as the driver would", async () => {
    await stopAt("Ready");
    assert.equal(await read("bar0:0x0", 4), "ed000001");
    const mapped = await address("context->Registers");
    assert.equal(await read(mapped, 4), "ed000001");
    assert.equal(await write("bar0:0x4", [1, 0, 0, 0]), 4);
    assert.equal(await read("bar0:0x4", 4), "feffffff", "the device answers with the complement");
    assert.equal(await write(mapped, [2, 0, 0, 0], { offset: 4 }), 4);
    assert.equal(await read("bar0:0x4", 4), "fdffffff");
    assert.match((await describeAt("bar0:0x4"))[0]?.text ?? "", /LIVENESS: offset 0x4 of BAR0/);
    assert.match((await describeAt(mapped))[0]?.text ?? "", /of BAR0 of QEMU edu/);
  });

  it("says what is not there, and writes a part only when that is wanted", async () => {
    await stopAt("Ready");
    for (const nowhere of ["physical:0xFFFF000000", "logical:0x1", "bar5:0x0", "bar0:0xFFFFFFF", "0x0"]) {
      assert.equal(await read(nowhere, 4), "");
      assert.match(await talk.refused(write(nowhere, [1])), /nothing at that address/);
      assert.match((await describeAt(nowhere))[0]?.text ?? "", /./);
    }
    const [run] = await describeAt(await address("context->Buffer"));
    const last = { offset: 4094 };
    assert.match(await talk.refused(write(`logical:${run?.mappings[0]?.logical}`, [1, 2, 3, 4], last)), /only the first 2 are there/);
    assert.equal(await write(`logical:${run?.mappings[0]?.logical}`, [1, 2, 3, 4], { ...last, allowPartial: true }), 2);
    assert.match(await talk.refused(read("elsewhere:0x1", 1)), /is not a memory reference/);
  });

  it("knows whose each byte is", async () => {
    await stopAt("Ready");
    const first = async (expression: string): Promise<MemoryDescription | undefined> => (await describeAt(await address(expression)))[0];
    const node = await first("context->Nodes.Flink");
    assert.deepEqual([node?.owner.kind, node?.owner.tag, node?.state], ["pool", "Node", "processor"]);
    assert.match(String(node?.owner.allocatedBy), new RegExp(`^MakeNodes at memory\\.c:${at("Node") - 5}$`));
    const common = await first("context->Buffer");
    assert.deepEqual([common?.owner.kind, common?.state, common?.mappings[0]?.direction], ["commonBuffer", "mapped", "both"]);
    assert.match(String((await first("&g_Big[7]"))?.text), /^g_Big, byte 28: byte \d+ of \d+ of the driver image, the processor's$/);
    assert.match(String((await first("&local"))?.text), /^local of EvtD0Entry: .* of the kernel stack, the processor's$/);
    assert.equal((await describeAt("0x10"))[0]?.owner.kind, "nothing");
  });

  it("tells runs of different owners apart", async () => {
    await stopAt("Ready");
    const runs = await describeAt(await address("context->Nodes.Flink"), 64);
    assert.ok(runs.length > 1);
    assert.equal(
      runs.reduce((sum, { length }) => sum + length, 0),
      64,
    );
    assert.ok(
      runs.some(({ state }) => state === "inaccessible"),
      "the red zone between blocks",
    );
  });

  it("finds who wrote a byte of a common buffer last: the driver or the device, and goes there", async () => {
    await stopAt("Ready");
    const before = (await talk.client.customRequest("kmdf/position")).body;
    const buffer = await address("context->Buffer");
    const driver = await writerOf(buffer);
    assert.deepEqual([driver.by, driver.function, driver.line], ["driver", "EvtD0Entry", at("Fill")]);
    const [run] = await describeAt(buffer, 1, { offset: 256, writers: true });
    const device = run?.writers?.[0];
    assert.ok(device);
    assert.equal(device.by, "device");
    assert.match(device.text, /written by the device \(DMA write of 16 bytes at logical address 0x[0-9A-F]+\) at statement \d+/);
    assert.deepEqual((await talk.client.customRequest("kmdf/position")).body, before, "looking does not move the target");

    await talk.client.customRequest("kmdf/goto", { position: device.position, write: device.write });
    assert.match(String((await talk.stopped()).text), /^The bytes: 0 → 160 \(0xA0\), written by the device/);
    assert.match(String((await talk.frames())[0]?.name), /^\[device\] DMA write of 16 bytes/);
    assert.equal(await read(buffer, 16, 256), bytes16);
    await talk.client.customRequest("kmdf/goto", { position: device.position - 1 });
    await talk.stopped();
    assert.equal(await read(buffer, 1, 256), "00", "the byte as it was before");
    await talk.client.customRequest("kmdf/goto", { position: driver.position, write: driver.write });
    await talk.stopped();
    assert.equal((await talk.frames())[0]?.line, at("Fill"));
    assert.equal((await talk.evaluate("i")).result, "0");
  });

  it("finds who wrote a byte of a user buffer last", async () => {
    const file = join(root, "samples", "edu", "driver", "*.c");
    await talk.launch({ arguments: { sources: [file], device: "edu", scenario: [{ read: { length: 10_000 } }] }, functions: ["EvtProgramDma"] });
    await talk.place();
    const { objects } = (await talk.client.customRequest("kmdf/objects")).body;
    const mdl = /"name":"Start MDL","value":"(0x[0-9A-F]+)"/.exec(JSON.stringify(objects))?.[1];
    const buffer = await address(`(PUCHAR)((PMDL)${mdl})->StartVa + ((PMDL)${mdl})->ByteOffset`);
    const inFlight = await describeAt(buffer, 10_000);
    assert.ok(inFlight.some(({ state, owner }) => (state === "mapped" || state === "bounced") && owner.kind === "userBuffer"));
    await talk.client.setFunctionBreakpointsRequest({ breakpoints: [{ name: "WdfRequestCompleteWithInformation" }] });
    await talk.go("continue");
    const [run] = await describeAt(buffer, 4096, { writers: true });
    assert.match(String(run?.owner.text), /^data buffer of read request \d+$/);
    const writer = run?.writers?.[0];
    assert.ok(writer);
    assert.equal(writer.by, "device");
    await talk.client.customRequest("kmdf/goto", { position: writer.position, write: writer.write });
    assert.match(String((await talk.stopped()).text), /written by the device/);
    assert.match(String((await talk.frames())[0]?.name), /^\[device\] DMA write/);
  });

  it("finds who wrote a variable of a function, and what a routine wrote for the driver", async () => {
    await stopAt("Ready");
    const local = await writerOf(await address("&local"));
    assert.deepEqual([local.function, local.line], ["EvtD0Entry", at("Local")]);
    await talk.client.customRequest("kmdf/goto", { position: local.position, write: local.write });
    assert.match(String((await talk.stopped()).text), /1 → 49|→ 49/);
    const number = await writerOf(await address("&context->Nodes.Flink->Flink"));
    assert.equal(number.by, "driver");
  });

  it("knows nothing of bytes that nobody has written", async () => {
    await stopAt("Ready");
    const [run] = await describeAt(await address("&g_Big[50000]"), 4, { writers: true });
    assert.deepEqual(run?.writers, []);
    assert.match(await talk.refused(describeAt("0x20000", 1e9)), /'count' must be a whole number/);
  });

  it("says that a write in the past begins a new future", async () => {
    await stopAt("Ready");
    await talk.go("stepBack");
    await write(await address("&g_Big[1]"), [9]);
    assert.match(talk.output("console"), /A new future begins at statement \d+/);
  });
});
