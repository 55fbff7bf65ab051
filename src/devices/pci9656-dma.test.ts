// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { Pci9656Bench, pattern } from "./pci9656-test-bench.ts";

const mode = {
  default: 0x43,
  sg: 0x200,
  doneInterrupt: 0x400,
  constant: 0x800,
  demand: 0x1000,
  clearCount: 0x1_0000,
  toPci: 0x2_0000,
  dac: 0x4_0000,
  valid: 0x10_0000,
  validStop: 0x20_0000,
};
const pointer = { pci: 1, end: 2, interrupt: 4, fromLocal: 8 };
const csr = { enable: 1, start: 2, abort: 4, clear: 8, done: 0x10 };
const go = csr.enable | csr.start;
const long = 10_000_000;

describe("A DMA channel of the PCI 9656", () => {
  it("moves a block in either direction, in its time, and is done", () => {
    const bench = new Pci9656Bench();
    bench.fillHost(0x2000, pattern(100));
    bench.set({ DMAPADR0: 0x2000, DMALADR0: 0x40, DMASIZ0: 100, DMADPR0: 0, DMACSR0: go });
    assert.equal(bench.read("DMACSR0"), csr.enable);
    bench.bus.run(500 + 25 * 30 - 1);
    assert.equal(bench.read("DMACSR0"), csr.enable);
    bench.bus.run(1);
    assert.equal(bench.read("DMACSR0"), csr.enable | csr.done);
    assert.deepEqual(bench.sram(0x40, 100), pattern(100));
    assert.deepEqual([bench.read("DMAPADR0"), bench.read("DMALADR0"), bench.read("DMASIZ0")], [0x2064, 0xa4, 0]);
    bench.set({ DMAPADR1: 0x3001, DMALADR1: 0x42, DMASIZ1: 50, DMADPR1: pointer.fromLocal, DMACSR1: go });
    bench.bus.run(long);
    assert.deepEqual(bench.host(0x3001, 50), pattern(100).slice(2, 52));
  });

  it("takes fewer clocks with bursts, more with wait states and a narrow bus", () => {
    for (const [value, clocks] of [
      [0x43, 2],
      [0x143, 1],
      [0x143 | (3 << 2), 4],
      [0x140, 4],
    ] as const) {
      const bench = new Pci9656Bench({ latencyNs: 0, clockNs: 10 });
      bench.set({ DMAMODE0: value, DMAPADR0: 0x2000, DMASIZ0: 400, DMACSR0: go });
      bench.bus.run(1000 * clocks - 1);
      assert.equal(bench.read("DMACSR0") & csr.done, 0, String(value));
      bench.bus.run(1);
      assert.equal(bench.read("DMACSR0") & csr.done, csr.done, String(value));
    }
  });

  it("follows a chain of descriptors in PCI memory; each has its direction and place", () => {
    const bench = new Pci9656Bench();
    bench.fillHost(0x8000, pattern(5000));
    bench.fillSram(0x1_0000, pattern(64, 9));
    bench.putDescriptor(0x2000, { pci: 0x8000, local: 0, size: 1000, next: 0x2040 | pointer.pci });
    bench.putDescriptor(0x2040, { pci: 0xa000, local: 0x1_0000, size: 64, next: 0x2020 | pointer.pci | pointer.fromLocal });
    bench.putDescriptor(0x2020, { pci: 0x83e8, local: 1000, size: 4000, next: 0xfff0 | pointer.pci | pointer.end });
    bench.set({ DMAMODE0: mode.default | mode.sg, DMADPR0: 0x2000 | pointer.pci, DMACSR0: go });
    bench.bus.run(long);
    assert.equal(bench.read("DMACSR0"), csr.enable | csr.done);
    assert.deepEqual(bench.sram(0, 5000).slice(0, 1000), pattern(5000).slice(0, 1000));
    assert.deepEqual(bench.sram(1000, 4000), pattern(5000).slice(1000));
    assert.deepEqual(bench.host(0xa000, 64), pattern(64, 9));
    assert.equal(bench.read("DMADPR0"), 0xfff0 | pointer.pci | pointer.end);
    assert.equal(bench.hostWord(0x2008), 1000);
  });

  it("follows a chain that lies in local memory", () => {
    const bench = new Pci9656Bench();
    bench.fillHost(0x8000, pattern(256));
    bench.fillSram(0x100, new Uint8Array(Uint32Array.of(0x8000, 0x4000, 128, 0x200).buffer));
    bench.fillSram(0x200, new Uint8Array(Uint32Array.of(0x8080, 0x5000, 128, pointer.end).buffer));
    bench.set({ DMAMODE1: mode.default | mode.sg | mode.clearCount, DMADPR1: 0x100, DMACSR1: go });
    bench.bus.run(long);
    assert.equal(bench.read("DMACSR1") & csr.done, csr.done);
    assert.deepEqual(bench.sram(0x4000, 128), pattern(256).slice(0, 128));
    assert.deepEqual(bench.sram(0x5000, 128), pattern(256).slice(128));
    assert.deepEqual([...bench.sram(0x108, 4), ...bench.sram(0x208, 4)], [0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("clears the counts of finished descriptors in clear-count mode, before it interrupts", () => {
    const bench = new Pci9656Bench();
    bench.putDescriptor(0x2000, { pci: 0x8000, local: 0, size: 4096, next: 0x2020 | pointer.pci });
    bench.putDescriptor(0x2020, { pci: 0x9000, local: 4096, size: 4096, next: pointer.end | pointer.pci });
    bench.set({ DMAMODE0: mode.default | mode.sg | mode.clearCount, DMADPR0: 0x2000 | pointer.pci, DMACSR0: go });
    bench.bus.run(500 + 1024 * 30);
    assert.deepEqual([bench.hostWord(0x2008), bench.hostWord(0x2028)], [0, 4096]);
    bench.bus.run(long);
    assert.deepEqual([bench.hostWord(0x2008), bench.hostWord(0x2028)], [0, 0]);
  });

  it("takes the upper half of addresses from DMADAC, or from descriptors when told to load it", () => {
    const high = new Pci9656Bench();
    high.set({ DMAPADR0: 0x2000, DMADAC0: 1, DMASIZ0: 4, DMACSR0: go });
    high.bus.run(long);
    assert.equal(high.read("PABTADR"), 0x2000);
    assert.equal(high.read("DMACSR0") & csr.done, 0);
    for (const [extra, isReached] of [
      [0, true],
      [mode.dac, false],
    ] as const) {
      const bench = new Pci9656Bench();
      bench.fillHost(0x8000, pattern(16));
      bench.putDescriptor(0x2000, { pci: 0x8000, local: 0, size: 16, next: pointer.end | pointer.pci, pciHigh: 7 });
      bench.set({ DMAMODE0: mode.default | mode.sg | extra, DMADPR0: 0x2000 | pointer.pci, DMACSR0: go });
      bench.bus.run(long);
      assert.equal((bench.read("DMACSR0") & csr.done) !== 0, isReached);
      assert.equal(bench.read("DMADAC0"), isReached ? 0 : 7);
    }
  });

  it("holds the local address of a FIFO", () => {
    const bench = new Pci9656Bench();
    bench.fillHost(0x8000, pattern(64));
    bench.set({ DMAMODE0: mode.default | mode.constant, DMAPADR0: 0x8000, DMALADR0: 0x80, DMASIZ0: 64, DMACSR0: go });
    bench.bus.run(long);
    assert.deepEqual(bench.sram(0x80, 8), Uint8Array.of(...pattern(64).slice(60), 0, 0, 0, 0));
    assert.equal(bench.read("DMALADR0"), 0x80);
    bench.set({ DMADPR0: pointer.fromLocal, DMAPADR0: 0x9000, DMASIZ0: 8, DMACSR0: go });
    bench.bus.run(long);
    assert.deepEqual(bench.host(0x9000, 8), Uint8Array.of(...pattern(64).slice(60), ...pattern(64).slice(60)));
  });

  it("pauses while ENABLE is 0, goes on, and is aborted only while it is paused", () => {
    const bench = new Pci9656Bench();
    bench.fillHost(0x4000, pattern(0x3000));
    bench.set({ DMAMODE0: mode.default | mode.doneInterrupt | mode.toPci, INTCSR: 0x4_0100, DMAPADR0: 0x4000, DMASIZ0: 0x3000, DMACSR0: go });
    bench.write("DMACSR0", 0);
    bench.bus.run(long);
    assert.deepEqual([bench.read("DMACSR0"), bench.read("DMASIZ0")], [0, 0x3000]);
    bench.write("DMACSR0", csr.enable);
    bench.bus.run(1024 * 30);
    assert.equal(bench.read("DMASIZ0"), 0x2000);
    bench.write("DMACSR0", csr.enable | csr.abort);
    assert.match(bench.bus.logged.at(-1) ?? "", /ABORT is ignored/);
    bench.write("DMACSR0", 0);
    bench.write("DMACSR0", csr.abort);
    assert.equal(bench.read("DMACSR0"), csr.done);
    assert.equal(bench.bus.line, true);
    bench.bus.run(long);
    assert.equal(bench.read("DMASIZ0"), 0x2000);
  });

  it("ignores a start without ENABLE, while it transfers, and in software reset, and says so", () => {
    const bench = new Pci9656Bench();
    bench.set({ DMASIZ0: 64, DMAPADR0: 0x2000, DMACSR0: csr.start });
    bench.bus.run(long);
    assert.equal(bench.read("DMASIZ0"), 64);
    bench.write("DMACSR0", go);
    bench.write("DMACSR0", go);
    bench.write("CNTRL", bench.read("CNTRL") | 0x4000_0000);
    bench.write("DMACSR1", go);
    assert.deepEqual(
      bench.bus.logged.map((text) => /ENABLE|in progress|software reset/.exec(text)?.[0]),
      ["ENABLE", "in progress", "software reset"],
    );
  });

  it("polls for a valid descriptor, or stops at an invalid one; the size stands first then", () => {
    for (const stops of [true, false]) {
      const bench = new Pci9656Bench();
      bench.fillHost(0x8000, pattern(32));
      bench.fillHost(0x2000, new Uint8Array(Uint32Array.of(32, 0x8000, 0x60, pointer.end | pointer.pci).buffer));
      bench.set({ DMAMODE0: mode.default | mode.sg | mode.valid | (stops ? mode.validStop : 0), DMADPR0: 0x2000 | pointer.pci, DMACSR0: go });
      bench.bus.run(100_000);
      assert.equal((bench.read("DMACSR0") & csr.done) !== 0, stops);
      bench.fillHost(0x2000, new Uint8Array(Uint32Array.of(0x8000_0020).buffer));
      if (stops) bench.write("DMACSR0", go);
      bench.bus.run(100_000);
      assert.equal(bench.read("DMACSR0") & csr.done, csr.done);
      assert.deepEqual(bench.sram(0x60, 32), pattern(32));
      assert.equal(bench.hostWord(0x2000), 32);
    }
  });

  it("swaps bytes in the dwords of a big-endian local bus", () => {
    const bench = new Pci9656Bench();
    bench.fillHost(0x8000, pattern(8));
    bench.set({ BIGEND: 0x80, DMAPADR0: 0x8000, DMASIZ0: 8, DMACSR0: go });
    bench.bus.run(long);
    const [a, b, c, d, e, f, g, h] = pattern(8);
    assert.deepEqual([...bench.sram(0, 8)], [d, c, b, a, h, g, f, e]);
    bench.write("BIGEND", 0x84);
    assert.deepEqual(bench.sram(0, 8), pattern(8));
  });

  it("waits for READY# where no SRAM is, or ends by time-out", () => {
    const bench = new Pci9656Bench({ sramBytes: 4096 });
    bench.set({ DMADPR0: pointer.fromLocal, DMAPADR0: 0x8000, DMALADR0: 0xff0, DMASIZ0: 32, DMACSR0: go });
    bench.bus.run(long);
    assert.equal(bench.read("DMACSR0") & csr.done, 0);
    assert.match(bench.bus.logged[0] ?? "", /local address 0xFF0: no READY#, SRAM is at 0x0 to 0xFFF; the channel waits/);
    bench.write("DMACSR0", 0);
    bench.write("DMACSR0", csr.abort);
    bench.set({ LMISC2: 1, DMAPADR0: 0x8000, DMALADR0: 0x2000, DMASIZ0: 4, DMACSR0: go });
    bench.bus.run(long);
    assert.equal(bench.read("DMACSR0") & csr.done, csr.done);
    assert.equal(bench.hostWord(0x8000), 0xffff_ffff);
  });

  it("waits for DREQ# in demand mode", () => {
    const bench = new Pci9656Bench();
    bench.set({ DMAMODE0: mode.default | mode.demand, DMASIZ0: 4, DMACSR0: go });
    bench.bus.run(long);
    assert.equal(bench.read("DMACSR0") & csr.done, 0);
    assert.match(bench.bus.logged[0] ?? "", /DREQ#/);
  });

  it("runs both channels at once", () => {
    const bench = new Pci9656Bench();
    bench.fillHost(0x4000, pattern(8192));
    bench.fillSram(0x8000, pattern(8192, 5));
    bench.set({ DMAPADR0: 0x4000, DMASIZ0: 8192, DMAPADR1: 0x1_0000, DMALADR1: 0x8000, DMASIZ1: 8192, DMADPR1: pointer.fromLocal });
    bench.device.write(0, 0xa8, 2, 0x0303);
    bench.bus.run(500 + 2048 * 30);
    assert.equal(bench.device.read(0, 0xa8, 2), 0x1111);
    assert.deepEqual(bench.sram(0, 8192), pattern(8192));
    assert.deepEqual(bench.host(0x1_0000, 8192), pattern(8192, 5));
  });

  it("never finishes, or corrupts the first byte, when told to by a fault", () => {
    const bench = new Pci9656Bench();
    bench.fillHost(0x2000, pattern(4));
    bench.bus.dueFaults.add("dma-stuck").add("dma-corrupt");
    bench.set({ DMAPADR0: 0x2000, DMASIZ0: 4, DMACSR0: go });
    bench.bus.run(long);
    assert.equal(bench.read("DMACSR0") & csr.done, 0);
    bench.write("DMACSR0", 0);
    bench.write("DMACSR0", csr.abort);
    bench.write("DMACSR0", go);
    bench.bus.run(long);
    assert.deepEqual([...bench.sram(0, 2)], [(pattern(4)[0] ?? 0) ^ 0xff, pattern(4)[1]]);
  });
});
