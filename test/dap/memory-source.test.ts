// SPDX-License-Identifier: MIT
/** What the memory panel asks of the adapter, against a driver that is stopped in EvtProgramDma. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MemorySource } from "../../src/extension/memory/memory-source.ts";
import type { CustomRequests, ObjectView } from "../../src/protocol/index.ts";
import { Conversation, root } from "./harness.ts";

const drivers = join(root, "samples", "sg-duplex", "driver");

describe("Memory for the memory panel", () => {
  let talk: Conversation;
  let source: MemorySource;
  before(async () => {
    talk = await Conversation.start();
    source = new MemorySource(async (command, args) => (await talk.client.customRequest(command, args)).body as unknown);
    await talk.launch({
      arguments: { sources: [join(drivers, "*.c")], device: "sg-duplex", scenario: [{ write: { length: 20_000, pattern: "increment" } }] },
      file: join(drivers, "Dma.c"),
      breakpoints: [{ marker: "program-dma" }],
    });
    await talk.place();
  });
  after(() => talk.stop());

  it("resolves addresses and expressions", async () => {
    assert.deepEqual(await source.resolve("logical:0x1000"), { space: "logical:", address: 0x1000n });
    const list = await source.resolve("SgList");
    assert.equal(list?.space, "");
    const evaluated = await talk.evaluate("SgList");
    assert.ok(evaluated.result.toLowerCase().includes(list.address.toString(16)), evaluated.result);
    await assert.rejects(source.resolve("noSuchName"), /noSuchName/);
  });

  it("lays SCATTER_GATHER_LIST over the list with all elements, and leads to what they describe", async () => {
    const at = await source.resolve("SgList");
    assert.ok(at !== undefined);
    const members = await source.members("SCATTER_GATHER_LIST", at);
    const count = Number((await talk.evaluate("SgList->NumberOfElements")).result.match(/\d+/)?.[0]);
    assert.ok(count >= 2);
    const elements = members.filter(({ name }) => /^Elements\[\d+\]\.Length$/.test(name));
    assert.equal(elements.length, count);
    assert.deepEqual(members.find(({ name }) => name === "NumberOfElements")?.offset, 0);
    const follow = members.find(({ name }) => name === `Elements[${count - 1}].Address`)?.follow;
    assert.match(follow ?? "", /^logical:0x/);
    const target = await source.resolve(follow ?? "");
    assert.ok(target !== undefined);
    const bytes = await source.read(target, 4);
    assert.equal(bytes.length, 4);
    assert.equal(((bytes[1] ?? 0) - (bytes[0] ?? 0)) & 0xff, 1);
  });

  it("tells owners and states, and goes from a logical address to the virtual one behind it", async () => {
    const list = await source.resolve("SgList");
    assert.ok(list !== undefined);
    const members = await source.members("SCATTER_GATHER_LIST", list);
    const logical = await source.resolve(members.find(({ name }) => name === "Elements[0].Address")?.follow ?? "");
    assert.ok(logical !== undefined);
    const [run] = await source.runs(logical, 16);
    assert.equal(run?.state === "mapped" || run?.state === "inFlight" || run?.state === "bounced", true, run?.state);
    assert.ok((await source.virtual(logical)) !== undefined);
  });

  it("writes what is read again, and says who wrote a byte last", async () => {
    const list = await source.resolve("SgList");
    assert.ok(list !== undefined);
    assert.match((await source.writer(list))?.text ?? "", /written by .* at statement \d+/);
    const field = { ...list, address: list.address + 4n };
    const before = await source.read(field, 4);
    await source.write(field, Uint8Array.of(1, 2, 3, 4));
    assert.deepEqual(await source.read(field, 4), Uint8Array.of(1, 2, 3, 4));
    await source.write(field, before);
  });

  it("follows pointers of either size", async () => {
    const at = await source.resolve("SgList");
    assert.ok(at !== undefined);
    const bytes = await source.read({ ...at, address: at.address + 8n }, 8);
    assert.equal((await source.target(bytes, 0, 8))?.space, "logical:");
    const pointer = new Uint8Array(new Uint32Array([Number(at.address)]).buffer);
    assert.deepEqual(await source.target(pointer, 0, 4), at);
    assert.equal(await source.target(new Uint8Array(3), 0, 4), undefined);
  });

  it("tells which line of the driver created an object, and opens its context into members", async () => {
    const { objects } = (await talk.client.customRequest("kmdf/objects")).body as CustomRequests["kmdf/objects"]["body"];
    const all = (list: readonly ObjectView[]): ObjectView[] => list.flatMap((object) => [object, ...all(object.children)]);
    const device = all(objects).find(({ type }) => type === "WDFDEVICE");
    assert.equal(device?.created?.file, join(drivers, "Device.c"));
    assert.match(readFileSync(device.created.file ?? "", "utf8").split("\n")[(device.created.line ?? 0) - 1] ?? "", /WdfDeviceCreate/);
    assert.ok((device.created.position ?? 0) > 0 && device.created.function !== undefined);
    const [context] = device.contexts;
    assert.ok(context !== undefined);
    const members = await source.members(context.typeName, { space: "", address: BigInt(context.address) });
    const last = members.at(-1);
    assert.ok(members.length > 5 && last !== undefined && last.offset + last.length <= context.size, `${members.length} members`);
    assert.match(members.find(({ name }) => name === "Device")?.value ?? "", /^WDFDEVICE/);
  });
});
