// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { logicalAddress } from "../base/index.ts";
import type { DeviceDefinition, SystemDmaCycle } from "../protocol/index.ts";
import { TestMachine, trivialDevice } from "../nt/test-machine.ts";
import type { Mapping } from "./logical-space.ts";
import type { ChannelResult, SystemDmaChannel } from "./system-dma.ts";

interface Setup {
  readonly test: TestMachine;
  readonly channel: SystemDmaChannel;
  readonly cycles: SystemDmaCycle[];
  readonly results: ChannelResult[];
  readonly mapping: Mapping;
  start(options?: { readonly length?: number; readonly isLooped?: boolean; readonly isDemandMode?: boolean }): void;
}

/** A device with one request line, and a mapped buffer of 8 KiB in the given direction. */
function setup(direction: "toDevice" | "fromDevice", answer?: (cycle: SystemDmaCycle) => Uint8Array): Setup {
  const cycles: SystemDmaCycle[] = [];
  const device: DeviceDefinition = {
    ...trivialDevice,
    systemDma: [{ name: "fifo", requestLine: 3, channel: 7, width: 2 }],
    create: (bus, options) => ({
      ...trivialDevice.create(bus, options),
      acknowledge: (cycle) => {
        cycles.push(cycle);
        return answer?.(cycle) ?? new Uint8Array(cycle.length).fill(0x5a);
      },
    }),
  };
  const test = new TestMachine({ device });
  const [channel] = test.machine.systemDma.channels;
  assert.ok(channel !== undefined);
  const address = test.nt.pool.allocate(8192, 1);
  const mapping = test.machine.dma.map({ segments: [{ address, length: 8192 }], direction, addressBits: 64, bounce: false, label: "test", objectId: 0 });
  const results: ChannelResult[] = [];
  return {
    test,
    channel,
    cycles,
    results,
    mapping,
    start: ({ length = 8192, isLooped = false, isDemandMode = true } = {}) =>
      channel.start({
        elements: [
          { address: mapping.logical, length: length / 2 },
          { address: logicalAddress(mapping.logical + BigInt(length / 2)), length: length / 2 },
        ],
        direction,
        deviceAddress: 0x100n,
        isDemandMode,
        isLooped,
        objectId: 0,
        onEnd: (result) => results.push(result),
      }),
  };
}

describe("A channel of the system DMA controller", () => {
  it("has the number and the request line of the device definition", () => {
    const { channel } = setup("toDevice");
    assert.equal(channel.number, 7);
    assert.equal(channel.line.requestLine, 3);
  });

  it("moves what the device asks for, when it is programmed, and no more", () => {
    const { test, channel, cycles, results, start } = setup("toDevice");
    test.bus?.systemDma.request(0, 100);
    test.settle();
    assert.equal(cycles.length, 0, "DREQ alone moves nothing");
    start();
    test.settle();
    assert.equal(
      cycles.reduce((sum, { length }) => sum + length, 0),
      100,
    );
    assert.equal(channel.remaining, 8092);
    assert.equal(test.bus?.systemDma.active(0), true);
    test.bus?.systemDma.request(0, 100_000);
    test.settle();
    assert.deepEqual(results, ["complete"]);
    assert.deepEqual(
      cycles.map(({ terminalCount }) => terminalCount),
      [...cycles.slice(1).map(() => false), true],
    );
    assert.equal(cycles.at(1)?.deviceAddress, 0x164n);
  });

  it("writes what the device gives, in the order of the elements", () => {
    let next = 0;
    const { test, mapping, start } = setup("fromDevice", ({ length }) => Uint8Array.from({ length }, () => next++ & 0xff));
    start();
    test.bus?.systemDma.request(0, 8192);
    test.settle();
    const address = mapping.segments[0]?.address ?? 0;
    assert.equal(test.machine.memory.u8(address), 0);
    assert.equal(test.machine.memory.u8(address + 4097), 1);
  });

  it("takes longer outside of demand mode", () => {
    const times = [true, false].map((isDemandMode) => {
      const { test, start } = setup("toDevice");
      const before = test.machine.clock.now;
      start({ isDemandMode });
      test.bus?.systemDma.request(0, 8192);
      test.settle();
      return test.machine.clock.now - before;
    });
    assert.deepEqual(times, [163_840, 327_680]);
  });

  it("starts again when it is looped, until it is stopped", () => {
    const { test, channel, cycles, results, start } = setup("toDevice");
    start({ length: 64, isLooped: true });
    test.bus?.systemDma.request(0, 160);
    test.settle();
    assert.equal(cycles.filter(({ terminalCount }) => terminalCount).length, 2);
    assert.equal(channel.stop(), 32);
    assert.deepEqual(results, []);
    assert.equal(channel.isActive, false);
  });

  it("stops with an error where nothing is mapped", () => {
    const { test, results, mapping, start } = setup("toDevice");
    start();
    test.machine.dma.unmap(mapping);
    test.bus?.systemDma.request(0, 16);
    test.settle();
    assert.deepEqual(results, ["error"]);
    assert.deepEqual(test.rules, ["DMA-DEVICE-FAULT"]);
  });

  it("moves nothing after the device released its request, or after it is gone", () => {
    const { test, cycles, start } = setup("fromDevice");
    start();
    test.bus?.systemDma.request(0, 16);
    test.bus?.systemDma.release(0);
    test.settle();
    assert.equal(cycles.length, 0);
    test.machine.device.remove();
    test.bus?.systemDma.request(0, 16);
    test.settle();
    assert.equal(cycles.length, 0);
  });

  it("tells the model's author of a wrong answer and of a line that does not exist", () => {
    const { test, start } = setup("fromDevice", () => new Uint8Array(3));
    start();
    test.bus?.systemDma.request(0, 16);
    assert.throws(() => test.settle(), /acknowledge returned 3 bytes for a cycle of 16 bytes/);
    assert.throws(() => test.bus?.systemDma.request(1, 16), /no request line 1; 'systemDma' has 1/);
    assert.throws(() => test.bus?.systemDma.request(0, 0), /expected a number of bytes, 1 or more/);
  });
});
