// SPDX-License-Identifier: MIT
/** The pci9656 sample, opened through its project file: a real bridge chip in the debugger. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Conversation, marker, root } from "./harness.ts";

const driver = join(root, "samples", "pci9656", "driver");
const transfer = join(driver, "Transfer.c");
const interrupt = join(driver, "Interrupt.c");
const device = join(driver, "Device.c");
const sramBytes = 128 * 1024;

const sample = (scenario: readonly object[], more: object = {}): Readonly<Record<string, unknown>> => ({
  project: join(driver, "Sram.vcxproj"),
  device: { model: "pci9656", options: { addressBits: 64 } },
  scenario,
  ...more,
});
const both = [{ write: { length: sramBytes, pattern: "random" } }, { read: { length: sramBytes, expect: "random" } }];

describe("The pci9656 sample in the debugger", () => {
  let talk: Conversation;
  beforeEach(async () => {
    talk = await Conversation.start();
  });
  afterEach(() => talk.stop());

  const end = async (): Promise<number> => {
    await talk.client.continueRequest({ threadId: 1 });
    return talk.ended();
  };

  it("stops in EvtProgramDma of both channels, for each of the transfers that 128 KiB take", async () => {
    const placed = await talk.launch({ arguments: sample(both), file: transfer, breakpoints: [{ marker: "program-dma" }] });
    assert.deepEqual(
      placed.map(({ verified }) => verified),
      [true],
    );
    const seen: string[] = [];
    for (let i = 0; i < 4; i++) {
      const place = i === 0 ? await talk.place() : await talk.go("continue");
      assert.deepEqual([place.name, place.line], ["SramEvtProgramDma", marker(transfer, "program-dma")]);
      const values = await Promise.all(["channel->Index", "localAddress", "deviceContext->SramLength"].map(async (text) => (await talk.evaluate(text)).result));
      seen.push(values.join(" "));
      assert.ok(Number((await talk.evaluate("SgList->NumberOfElements")).result) > 1);
      assert.ok(Number((await talk.evaluate("SgList->Elements[0].Address.HighPart")).result) > 0);
    }
    assert.deepEqual(seen, ["0 0 131072", "0 65536 131072", "1 0 131072", "1 65536 131072"]);
    assert.equal(await end(), 0);
  });

  it("stops in the service routine with the chip's interrupt status, and in the DPC with what it has taken", async () => {
    const write = [{ write: { length: sramBytes } }];
    await talk.launch({ arguments: sample(write), file: interrupt, breakpoints: [{ marker: "isr" }, { marker: "dpc" }] });
    const isr = await talk.place();
    assert.deepEqual([isr.name, isr.line], ["SramEvtInterruptIsr", marker(interrupt, "isr")]);
    assert.equal((await talk.evaluate("active,x")).result, "0x00200000");
    assert.equal((await talk.evaluate("$irql")).result, "9");
    const locals = (await talk.variables("Locals")).map(({ name }) => name);
    for (const name of ["deviceContext", "interrupts", "active", "i"]) assert.ok(locals.includes(name), locals.join());
    const dpc = await talk.go("continue");
    assert.deepEqual([dpc.name, dpc.line], ["SramEvtInterruptDpc", marker(interrupt, "dpc")]);
    assert.equal((await talk.evaluate("pending,x")).result, "0x00200000");
    assert.equal((await talk.evaluate("deviceContext->Channel[0].Running")).result, "TRUE");
    assert.equal((await talk.evaluate("deviceContext->Channel[0].Chain[0].Size")).result, "0");
  });

  it("shows the chip's registers by name and field", async () => {
    await talk.launch({ arguments: sample(both), file: interrupt, breakpoints: [{ marker: "dpc" }] });
    await talk.place();
    const { registers } = (await talk.client.customRequest("kmdf/registers")).body;
    const named = (name: string) => registers.find((register: { name: string }) => register.name === name);
    assert.equal(BigInt(named("PCIHIDR").value), 0x9656_10b5n);
    const pieces = named("DMAMODE0").fields as readonly { readonly name: string; readonly value: string | number; readonly text?: string }[];
    assert.ok(pieces.some(({ name }) => name === "DAC_CHAIN_LOAD"));
  });

  it("goes to D3 when it is idle, and back when a request comes", async () => {
    const steps = [{ write: { length: 4096 } }, { sleep: { ms: 6000 } }, { read: { length: 4096, expect: "increment" } }];
    await talk.launch({ arguments: sample(steps), file: device, breakpoints: [{ marker: "d0-entry" }, { marker: "d0-exit" }] });
    await talk.place();
    assert.equal((await talk.go("continue")).name, "SramEvtDeviceD0Exit");
    assert.equal((await talk.evaluate("TargetState")).result, "WdfPowerDeviceD3");
    assert.equal((await talk.go("continue")).name, "SramEvtDeviceD0Entry");
    assert.equal((await talk.evaluate("PreviousState")).result, "WdfPowerDeviceD3");
    assert.equal((await talk.go("continue")).name, "SramEvtDeviceD0Exit");
    assert.equal((await talk.evaluate("TargetState")).result, "WdfPowerDeviceD3Final");
    assert.equal(await end(), 0);
  });

  it("ends a transfer that hangs, and one that the bus aborts, and reports nothing that was left behind", async () => {
    const status = { stuck: "STATUS_IO_TIMEOUT", aborted: "STATUS_DEVICE_DATA_ERROR" };
    const steps = [{ write: { length: 8192, status: status.stuck } }, { write: { length: 8192, status: status.aborted } }, { write: { length: 8192 } }];
    const faults = [
      { at: "dma-stuck", occurrence: 1 },
      { at: "pci-abort", occurrence: 1 },
    ];
    await talk.launch({ arguments: sample(steps, { faults, machine: { physicalLayout: "fragmented" } }) });
    assert.equal(await talk.ended(), 0, talk.output());
  });
});
