// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { join } from "node:path";
import { Conversation, marker, root } from "./harness.ts";

const drivers = join(root, "samples", "edu", "driver");
const dma = join(drivers, "Dma.c");
const interrupt = join(drivers, "Interrupt.c");
const edu = (steps: readonly object[], more: object = {}): Readonly<Record<string, unknown>> => ({
  sources: [join(drivers, "*.c")],
  device: "edu",
  scenario: steps,
  ...more,
});
const write = { write: { length: 10_000, pattern: "increment" } };

describe("The edu sample in the debugger", () => {
  let talk: Conversation;
  beforeEach(async () => {
    talk = await Conversation.start();
  });
  afterEach(() => talk.stop());

  it("stops in EvtProgramDma of every transfer, with the scatter/gather list", async () => {
    await talk.launch({ arguments: edu([write]), file: dma, breakpoints: [{ marker: "program-dma" }] });
    const lengths: number[] = [];
    for (let place = await talk.place(); ; place = await talk.go("continue")) {
      assert.equal(place.line, marker(dma, "program-dma"));
      assert.equal((await talk.evaluate("SgList->NumberOfElements")).result, "1");
      assert.equal((await talk.evaluate("$irql")).result, "2");
      lengths.push(Number((await talk.evaluate("length")).result));
      if (lengths.reduce((sum, length) => sum + length, 0) === 10_000) break;
    }
    assert.ok(lengths.length >= 3 && lengths.every((length) => length <= 4096), lengths.join());
    await talk.client.continueRequest({ threadId: 1 });
    assert.equal(await talk.ended(), 0);
  });

  it("steps back from the first line of a DPC to the ISR that queued it, and from there to what ran before", async () => {
    await talk.launch({ arguments: edu([write]), functions: ["EvtInterruptDpc"] });
    assert.equal((await talk.place()).name, "EduEvtInterruptDpc");
    assert.equal((await talk.go("stepBack")).name, "EduEvtInterruptIsr");
    await talk.client.setFunctionBreakpointsRequest({ breakpoints: [{ name: "EvtInterruptIsr" }] });
    assert.equal((await talk.go("reverseContinue")).name, "EduEvtInterruptIsr");
    const { name } = await talk.go("stepBack");
    assert.ok(name !== "EduEvtInterruptIsr" && name !== "DriverEntry", name);
  });

  it("shows an interrupt as a label over the code it interrupted, at device IRQL", async () => {
    await talk.launch({ arguments: edu([write]), file: interrupt, breakpoints: [{ marker: "isr" }] });
    assert.equal((await talk.place()).name, "EduEvtInterruptIsr");
    const frames = await talk.frames();
    assert.ok(
      frames.some(({ name, presentationHint }) => presentationHint === "label" && /^\[interrupt\] vector (0x)?[0-9A-F]+ at DIRQL \d+/.test(name)),
      frames.map(({ name }) => name).join("; "),
    );
    assert.ok(Number((await talk.evaluate("$irql")).result) > 2);
    const machine = await talk.variables("Machine");
    assert.match(String(machine.find(({ name }) => name === "current interrupt")?.value), /vector (0x)?[0-9A-F]+/);
  });

  it("opens the transaction's handle into its state", async () => {
    await talk.launch({ arguments: edu([write]), file: dma, breakpoints: [{ marker: "program-dma" }] });
    await talk.place();
    const transaction = (await talk.variables("Arguments")).find(({ name }) => name === "Transaction");
    assert.match(String(transaction?.value), /WDFDMATRANSACTION/);
    const fields = await talk.children(Number(transaction?.variablesReference));
    assert.ok(fields.length > 3, fields.map(({ name }) => name).join());
  });

  it("peeks device registers that an expression reaches through a pointer", async () => {
    await talk.launch({ arguments: edu([write]), file: dma, breakpoints: [{ marker: "program-dma" }] });
    await talk.place();
    const { registers } = (await talk.client.customRequest("kmdf/registers")).body;
    const identification = registers.find(({ offset }: { offset: number }) => offset === 0);
    const seen = await talk.evaluate("*(ULONG *)deviceContext->Registers,x");
    assert.equal(BigInt(seen.result), BigInt(identification.value));
  });

  it("goes back from the DPC to the interrupt, and forwards again to the same place", async () => {
    await talk.launch({ arguments: edu([write]), file: interrupt, breakpoints: [{ marker: "isr" }, { marker: "dpc" }] });
    assert.equal((await talk.place()).line, marker(interrupt, "isr"));
    assert.equal((await talk.go("continue")).line, marker(interrupt, "dpc"));
    const there = (await talk.client.customRequest("kmdf/position")).body;
    assert.equal((await talk.go("reverseContinue")).line, marker(interrupt, "isr"));
    assert.equal((await talk.go("continue")).line, marker(interrupt, "dpc"));
    assert.deepEqual((await talk.client.customRequest("kmdf/position")).body, there);
  });

  it("steps over the call that programs the device without stopping in the interrupt it causes", async () => {
    await talk.launch({ arguments: edu([write]), file: dma, breakpoints: [{ marker: "program-dma" }] });
    await talk.place();
    for (let line = marker(dma, "program-dma") + 1; line <= marker(dma, "program-dma") + 3; line++) {
      assert.deepEqual(await talk.go("next"), { reason: "step", name: "EduEvtProgramDma", line });
    }
  });

  it("serves requests from the user interface when there is no scenario", async () => {
    const { scenario: _, ...idle } = edu([]);
    await talk.launch({ arguments: idle });
    await talk.client.waitForEvent("kmdf/changed");
    await talk.client.customRequest("kmdf/sendRequest", { kind: "write", data: "01020304".repeat(16) });
    const completed = await talk.client.waitForEvent("kmdf/requestCompleted");
    assert.equal(completed.body.status, "STATUS_SUCCESS");
    assert.equal(completed.body.information, 64);
  });
});

describe("The sg-duplex sample in the debugger", () => {
  const folder = join(root, "samples", "sg-duplex", "driver");
  const program = join(folder, "Dma.c");
  const isr = join(folder, "Interrupt.c");
  const both = { parallel: [{ write: { length: 65_536, pattern: "increment" } }, { read: { length: 65_536 } }] };
  const duplex = (steps: readonly object[]): Readonly<Record<string, unknown>> => ({ sources: [join(folder, "*.c")], device: "sg-duplex", scenario: steps });
  let talk: Conversation;
  beforeEach(async () => {
    talk = await Conversation.start();
  });
  afterEach(() => talk.stop());

  it("shows a scatter/gather list of several elements, page by page", async () => {
    await talk.launch({ arguments: duplex([both]), file: program, breakpoints: [{ marker: "program-dma" }] });
    assert.equal((await talk.place()).line, marker(program, "program-dma"));
    const elements = Number((await talk.evaluate("SgList->NumberOfElements")).result);
    assert.ok(elements > 1, String(elements));
    const lengths: number[] = [];
    for (let i = 0; i < elements; i++) lengths.push(Number((await talk.evaluate(`SgList->Elements[${i}].Length`)).result));
    const total = lengths.reduce((sum, length) => sum + length, 0);
    assert.ok(total > 4096 && total <= 65_536, String(total));
    assert.ok(lengths.every((length) => length > 0));
  });

  it("reads what the device will read through its own addresses", async () => {
    await talk.launch({ arguments: duplex([both]), file: program, breakpoints: [{ marker: "program-dma" }] });
    await talk.place();
    const address = BigInt((await talk.evaluate("SgList->Elements[0].Address.QuadPart,x")).result);
    const { body } = await talk.client.customRequest("readMemory", { memoryReference: `logical:0x${address.toString(16)}`, count: 16 });
    assert.equal(Buffer.from(body.data, "base64").length, 16);
    const nowhere = await talk.client.customRequest("readMemory", { memoryReference: "logical:0x10", count: 16 });
    assert.equal(nowhere.body.unreadableBytes, 16);
  });

  it("keeps the two directions apart and ends well", async () => {
    await talk.launch({ arguments: duplex([both]), file: isr, breakpoints: [{ marker: "isr" }, { marker: "dpc" }] });
    const seen = new Set<string>();
    for (let i = 0; i < 2; i++) seen.add((i === 0 ? await talk.place() : await talk.go("continue")).name);
    assert.equal(seen.size, 2, [...seen].join());
    await talk.setBreakpoints(isr, []);
    await talk.client.continueRequest({ threadId: 1 });
    assert.equal(await talk.ended(), 0);
  });
});
