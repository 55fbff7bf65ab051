// SPDX-License-Identifier: MIT
/** The DMA objects with the built-in devices at the other end: registers, interrupts, DPCs and bytes, as a driver would do it. */
import assert from "node:assert/strict";
import { builtInDevices } from "../devices/index.ts";
import { type DeviceDefinition, defaultMachine } from "../protocol/index.ts";
import { DmaBench, profiles, read, write } from "./test-dma-bench.ts";

const model = (id: string): DeviceDefinition => {
  const definition = builtInDevices.get(id);
  assert.ok(definition !== undefined);
  return definition;
};

const pattern = (length: number, seed: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 13 + seed) & 0xff);

/** A bench whose interrupts run `onInterrupt` (returns whether it was ours) and then a DPC. */
function withInterrupts(bench: DmaBench, isr: (vector: number) => boolean, dpc: () => void): void {
  const { machine, nt } = bench.test;
  machine.device.setPower("D0");
  const hostDpc = nt.dpc.create("EvtInterruptDpc", dpc);
  for (const [i, vector] of machine.device.vectors.entries()) {
    machine.interrupts.connect(vector, () => {
      if (!isr(i)) return false;
      nt.dpc.insert(hostDpc);
      return true;
    });
  }
}

describe("edu with a packet transaction", () => {
  function setUp() {
    const bench = new DmaBench({ device: model("edu"), machine: { physicalLayout: "fragmented" } });
    const { device } = bench.test.machine;
    const transaction = bench.transaction(bench.enabler({ profile: profiles.packet, maximumLength: 4096, addressWidth: 28 }));
    let isOver = false;
    withInterrupts(
      bench,
      () => {
        const status = Number(device.read(0, 0x24, 4));
        device.write(0, 0x64, 4, status);
        return status !== 0;
      },
      () => {
        [isOver] = bench.completed(transaction);
      },
    );
    const programDma = bench.programDma(({ elements, direction }) => {
      const [element] = elements;
      assert.ok(element !== undefined && elements.length === 1 && element.address + BigInt(element.length) <= 2n ** 28n);
      device.write(0, 0x80, 8, direction === write ? element.address : 0x4_0000n);
      device.write(0, 0x88, 8, direction === write ? 0x4_0000n : element.address);
      device.write(0, 0x90, 4, element.length);
      device.write(0, 0x98, 4, direction === write ? 5 : 7);
    });
    const move = (direction: number, buffer: { mdl: number; address: number }, length: number): void => {
      isOver = false;
      assert.equal(bench.initialize(transaction, programDma, direction, buffer, length), 0);
      assert.equal(bench.execute(transaction), 0);
      bench.test.settle();
      assert.equal(isOver, true);
      assert.equal(bench.transferred(transaction), length);
      bench.release(transaction);
    };
    return { bench, move };
  }

  it("brings bytes to the device's buffer and back", () => {
    const { bench, move } = setUp();
    const { memory } = bench.test.machine;
    const source = bench.buffer(4000, 300);
    const target = bench.buffer(4000, 3);
    memory.write(source.address, pattern(4000, 7));
    move(write, source, 4000);
    move(read, target, 4000);
    assert.deepEqual(memory.read(target.address, 4000), pattern(4000, 7));
    assert.deepEqual(bench.rules, []);
  });

  it("takes one interrupt for each 4096 bytes", () => {
    const { bench, move } = setUp();
    move(write, bench.buffer(10_000), 10_000);
    assert.deepEqual(
      bench.framework.transactionsReport()[0]?.transfers.map(({ length }) => length),
      [4096, 4096, 1808],
    );
    assert.equal(bench.test.events.filter(({ kind, phase }) => kind === "interruptDelivered" && phase === "begin").length, 3);
    assert.deepEqual(bench.rules, []);
  });
});

describe("sg-duplex with scatter/gather transactions", () => {
  for (const interrupts of ["line", "msi"] as const) {
    it(`moves both ways at the same time, with descriptors in a common buffer (${interrupts})`, () => {
      const bench = new DmaBench({ device: model("sg-duplex"), machine: { ...defaultMachine, memoryMiB: 8, physicalLayout: "fragmented", interrupts } });
      const { machine } = bench.test;
      const { device, memory } = machine;
      const enabler = bench.enabler({ profile: profiles.scatterGather64Duplex, maximumLength: 61_440 });
      bench.call("WdfDmaEnablerSetMaximumScatterGatherElements", enabler, 16);
      const channels = [write, read].map((direction) => {
        const transaction = bench.transaction(enabler);
        const descriptors = bench.create("WdfCommonBufferCreateWithConfig", enabler, 512, bench.commonBufferConfig(31), 0);
        const out = bench.scratch(8);
        bench.call("WdfCommonBufferGetAlignedLogicalAddress", out, descriptors);
        return {
          direction,
          transaction,
          base: direction === write ? 0x100 : 0x200,
          shift: direction === write ? 0 : 8,
          virtual: bench.call("WdfCommonBufferGetAlignedVirtualAddress", descriptors),
          logical: memory.u64(out),
          isOver: false,
        };
      });
      let latched = 0;
      withInterrupts(
        bench,
        () => {
          const status = Number(device.read(0, 0x10, 4));
          latched |= status;
          device.write(0, 0x10, 4, status);
          return status !== 0;
        },
        () => {
          const status = latched;
          latched = 0;
          for (const channel of channels) if (((status >> channel.shift) & 1) !== 0) [channel.isOver] = bench.completed(channel.transaction);
        },
      );
      const programDma = bench.programDma(({ elements, direction }) => {
        const channel = channels.find((candidate) => candidate.direction === direction);
        assert.ok(channel !== undefined && elements.length <= 16);
        for (const [i, { address, length }] of elements.entries()) {
          const at = channel.virtual + 32 * i;
          const isLast = i === elements.length - 1;
          memory.setU64(at, address);
          memory.setU32(at + 8, length);
          memory.setU32(at + 12, isLast ? 3 : 0);
          memory.setU64(at + 16, isLast ? 0n : channel.logical + BigInt(32 * (i + 1)));
          memory.setU32(at + 24, 0);
        }
        device.write(0, channel.base + 0x08, 4, Number(channel.logical & 0xffff_ffffn));
        device.write(0, channel.base + 0x0c, 4, Number(channel.logical >> 32n));
        device.write(0, channel.base, 4, 5);
      });
      const length = 150_000;
      const run = (...moves: readonly [channel: (typeof channels)[number] | undefined, buffer: { mdl: number; address: number }][]): void => {
        for (const [channel, buffer] of moves) {
          assert.ok(channel !== undefined);
          channel.isOver = false;
          assert.equal(bench.initialize(channel.transaction, programDma, channel.direction, buffer, length), 0);
          assert.equal(bench.execute(channel.transaction), 0);
        }
        bench.test.settle();
        for (const [channel] of moves) {
          assert.ok(channel?.isOver === true);
          assert.equal(bench.transferred(channel.transaction), length);
          bench.release(channel.transaction);
        }
      };
      const [down, up] = channels;
      const first = bench.buffer(length, 77);
      memory.write(first.address, pattern(length, 3));
      run([down, first]);
      const second = bench.buffer(length, 5);
      memory.write(second.address, pattern(length, 99));
      const target = bench.buffer(length, 4001);
      run([down, second], [up, target]);
      assert.deepEqual(memory.read(target.address, length), pattern(length, 3));
      assert.deepEqual(bench.rules, []);
    });
  }
});
