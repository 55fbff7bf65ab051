// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { UserError } from "../base/index.ts";
import { Pci9656Bench, pattern } from "./pci9656-test-bench.ts";
import { pci9656, pci9656Registers } from "./pci9656.ts";

const go = 3;
const long = 10_000_000;
const interruptMode = 0x2_0443;

/** Starts a block of 4 bytes on channel `index`. */
function move(bench: Pci9656Bench, index: 0 | 1): void {
  bench.set({ [`DMAPADR${index}`]: 0x2000, [`DMASIZ${index}`]: 4, [`DMACSR${index}`]: go });
  bench.bus.run(long);
}

/** Clocks bits into the EEPROM by CNTRL, and returns those that come out. */
function clockEeprom(bench: Pci9656Bench, bits: readonly number[]): number[] {
  const pins = (value: number) => bench.write("CNTRL", (bench.read("CNTRL") & 0xf0ff_ffff) | value);
  return bits.map((bit) => {
    pins(0x200_0000 | (bit << 26));
    pins(0x300_0000 | (bit << 26));
    return (bench.read("CNTRL") >>> 27) & 1;
  });
}

const bitsOf = (value: number, count: number): number[] => Array.from({ length: count }, (_, i) => (value >>> (count - 1 - i)) & 1);

describe("The PCI 9656", () => {
  it("has the chip's reset values without an EEPROM", () => {
    const bench = new Pci9656Bench({ eeprom: false });
    const own: Record<string, number> = { INTCSR: 0x0f01_0100, LMISC1: 0x05 };
    for (const { name, reset, offset, size } of pci9656Registers) assert.equal(bench.device.peek?.(0, offset, size), own[name] ?? reset ?? 0, name);
    assert.equal(bench.read("CNTRL"), 0x000f_767e);
    assert.equal(bench.device.read(2, 0, 4), 0xffff_ffff);
  });

  it("loads the board's local address spaces from its EEPROM", () => {
    const bench = new Pci9656Bench();
    assert.deepEqual([bench.read("LAS0RR"), bench.read("LAS0BA"), bench.read("LAS1RR"), bench.read("LAS1BA")], [0xfffe_0000, 1, 0xfffe_0000, 1]);
    assert.equal(bench.read("LBRD0"), 0x4043_0043);
    assert.equal(bench.read("CNTRL"), 0x180f_767e);
    bench.fillSram(0x1_fff8, pattern(8));
    assert.equal(bench.device.read(3, 0x1_fff8, 4), new DataView(pattern(8).buffer).getUint32(0, true));
    bench.device.write(3, 0x10, 8, 0x1122_3344_5566_7788n);
    assert.equal(bench.device.read(2, 0x10, 8), 0x1122_3344_5566_7788n);
    assert.equal(bench.device.read(2, 0x12, 2), 0x5566);
  });

  it("answers at remapped local addresses and not where a space is off", () => {
    const bench = new Pci9656Bench();
    bench.fillSram(0x1_0000, pattern(4));
    bench.set({ LAS0RR: 0xffff_0000, LAS0BA: 0x1_0001 });
    assert.deepEqual(bench.sram(0, 4), pattern(4));
    assert.deepEqual(bench.sram(0x1_0000, 4), pattern(4));
    bench.write("LAS0BA", 0x20_0001);
    assert.equal(bench.device.read(2, 0, 1), 0xff);
    bench.write("LAS0BA", 0);
    bench.device.write(2, 0, 4, 0);
    bench.write("LAS0BA", 0x1_0001);
    assert.deepEqual(bench.sram(0, 4), pattern(4));
  });

  it("takes accesses of bytes, words and dwords at BAR 0 and BAR 1", () => {
    const { device } = new Pci9656Bench();
    device.write(0, 0x48, 4, 0x1122_3344);
    device.write(1, 0x49, 1, 0xaa);
    device.write(1, 0x4a, 2, 0xbbcc);
    assert.equal(device.read(1, 0x48, 4), 0xbbcc_aa44);
    assert.equal(device.read(0, 0x4b, 1), 0xbb);
    device.write(0, 0x78, 4, 7);
    assert.equal(device.read(0, 0x40, 4), 7);
    device.write(0, 0xac, 4, 0x18_0000);
    assert.equal(device.read(0, 0x08, 4), 0x18_0000);
    device.write(0, 0x70, 4, 0);
    assert.equal(device.read(0, 0x70, 4), 0x9656_10b5);
    assert.deepEqual([device.read(0, 0x1f0, 4), device.read(0, 0x3c, 4)], [0, 0]);
  });

  it("asserts INTA# for a channel that is done, and drops it when the interrupt is cleared", () => {
    for (const index of [0, 1] as const) {
      const bench = new Pci9656Bench();
      bench.set({ [`DMAMODE${index}`]: interruptMode, INTCSR: 0x100 | (0x4_0000 << index) });
      move(bench, index);
      assert.equal(bench.bus.line, true);
      assert.equal(bench.read("INTCSR") & 0x60_0000, 0x20_0000 << index);
      bench.write(`DMACSR${index}`, 8 | 1);
      assert.equal(bench.bus.line, false);
      assert.equal(bench.read(`DMACSR${index}`), 0x11);
      assert.equal(bench.read("INTCSR") & 0x60_0000, 0);
    }
  });

  it("needs the done interrupt, the channel's enable, the PCI enable and the route to PCI for that", () => {
    for (const [dmaMode, enables, active] of [
      [interruptMode & ~0x400, 0xc_0100, 0],
      [interruptMode, 0x0_0100, 0],
      [interruptMode, 0x4_0000, 0x20_0000],
      [interruptMode & ~0x2_0000, 0x4_0100, 0x20_0000],
    ] as const) {
      const bench = new Pci9656Bench();
      bench.set({ DMAMODE0: dmaMode, INTCSR: enables });
      move(bench, 0);
      assert.equal(bench.bus.line, false);
      assert.equal(bench.read("INTCSR") & 0x60_0000, active);
    }
  });

  it("asserts INTA# later, when what masked it is enabled, and says where a local interrupt went", () => {
    const bench = new Pci9656Bench();
    bench.set({ DMAMODE0: interruptMode & ~0x2_0000, INTCSR: 0x4_0000 });
    move(bench, 0);
    assert.match(bench.bus.logged.join(), /DMA channel 0: its interrupt goes to LINTo#/);
    bench.write("DMAMODE0", interruptMode);
    assert.equal(bench.bus.line, false);
    bench.write("INTCSR", 0x4_0100);
    assert.equal(bench.bus.line, true);
  });

  it("interrupts at the terminal count of a descriptor that asks for it", () => {
    const bench = new Pci9656Bench();
    bench.putDescriptor(0x2000, { pci: 0x8000, local: 0, size: 4, next: 0x2020 | 1 | 4 });
    bench.putDescriptor(0x2020, { pci: 0x8000, local: 0, size: 4096, next: 1 | 2 });
    bench.set({ DMAMODE0: 0x2_0243, INTCSR: 0x4_0100, DMADPR0: 0x2001, DMACSR0: go });
    bench.bus.run(500 + 30);
    assert.equal(bench.bus.line, true);
    assert.equal(bench.read("DMACSR0"), 1);
    bench.write("DMACSR0", 9);
    bench.bus.run(long);
    assert.deepEqual([bench.bus.line, bench.read("DMACSR0")], [false, 0x11]);
  });

  it("reports a master abort: who, where, and as an interrupt, until the PCI status is cleared", () => {
    const bench = new Pci9656Bench();
    bench.set({ INTCSR: 0x500, DMAPADR1: 0xfff0_0000, DMASIZ1: 16, DMACSR1: go });
    bench.bus.run(long);
    assert.equal(bench.read("DMACSR1"), 1);
    assert.equal(bench.read("PABTADR"), 0xfff0_0000);
    assert.equal(bench.read("INTCSR"), 0x0b00_4500);
    assert.equal(bench.bus.line, true);
    bench.bus.configSpace[7] = 0;
    assert.equal(bench.read("INTCSR"), 0x0f00_0500);
    bench.write("INTCSR", 0x500);
    assert.equal(bench.bus.line, false);
  });

  it("ends a chain with an abort when a descriptor cannot be read, also by fault", () => {
    for (const at of [0xfff0_0000, 0x2000]) {
      const bench = new Pci9656Bench();
      if (at === 0x2000) bench.bus.dueFaults.add("descriptor-abort");
      bench.putDescriptor(0x2000, { pci: 0x8000, local: 0, size: 4, next: 3 });
      bench.set({ DMAMODE0: 0x243, DMADPR0: (at | 1) >>> 0, DMACSR0: go });
      bench.bus.run(long);
      assert.deepEqual([bench.read("DMACSR0"), bench.read("PABTADR")], [1, at]);
      assert.equal(bench.read("INTCSR") & 0x0200_0000, 0);
    }
    const bench = new Pci9656Bench();
    bench.bus.dueFaults.add("pci-abort");
    move(bench, 0);
    assert.equal(bench.read("DMACSR0"), 1);
  });

  it("does not assert the line when told to lose an interrupt", () => {
    const bench = new Pci9656Bench();
    bench.bus.dueFaults.add("lost-interrupt");
    bench.set({ DMAMODE0: interruptMode, INTCSR: 0x4_0100 });
    move(bench, 0);
    assert.deepEqual([bench.bus.line, bench.read("INTCSR") & 0x20_0000], [false, 0x20_0000]);
    bench.write("DMACSR0", 9);
    move(bench, 0);
    assert.equal(bench.bus.line, true);
  });

  it("keeps doorbells and mailbox writes for the local side", () => {
    const bench = new Pci9656Bench();
    bench.set({ P2LDBELL: 0x11, INTCSR: 0x2_0108 });
    bench.write("P2LDBELL", 0x100);
    assert.equal(bench.read("P2LDBELL"), 0x111);
    bench.write("MBOX2", 5);
    bench.write("MBOX5", 5);
    assert.equal(bench.read("INTCSR"), 0x4f12_0108);
    bench.bus.run(long);
    assert.equal(bench.read("P2LDBELL"), 0x111);
  });

  it("has a local processor, on demand, that copies mailboxes and rings back", () => {
    const bench = new Pci9656Bench({ localProcessor: true });
    bench.set({ INTCSR: 0x308, MBOX0: 11, MBOX3: 14, P2LDBELL: 0x8000_0001 });
    bench.bus.run(500);
    assert.deepEqual([bench.read("MBOX4"), bench.read("MBOX7"), bench.read("P2LDBELL"), bench.read("L2PDBELL")], [11, 14, 0, 0x8000_0001]);
    assert.equal(bench.read("INTCSR"), 0x0f00_2308);
    assert.equal(bench.bus.line, true);
    bench.write("L2PDBELL", 1);
    assert.deepEqual([bench.read("L2PDBELL"), bench.bus.line], [0x8000_0000, true]);
    bench.write("L2PDBELL", 0x8000_0000);
    assert.equal(bench.bus.line, false);
  });

  it("turns mailboxes 0 and 1 into empty queue ports when the messaging unit is decoded", () => {
    const bench = new Pci9656Bench();
    bench.write("MBOX0", 9);
    bench.write("QSR", 1);
    bench.device.write(0, 0x40, 4, 5);
    assert.deepEqual([bench.device.read(0, 0x40, 4), bench.device.read(0, 0x78, 4), bench.read("QSR")], [0xffff_ffff, 9, 0x51]);
  });

  it("reads and writes its serial EEPROM bit by bit, and loads it when told to", () => {
    const bench = new Pci9656Bench();
    clockEeprom(bench, [1, 1, 0, ...bitsOf(0, 8)]);
    const out = clockEeprom(
      bench,
      Array.from({ length: 32 }, () => 1),
    );
    assert.equal(Number.parseInt(out.join(""), 2), 0x9601_10b5);
    for (const [bits, data] of [
      [[1, 0, 0, ...bitsOf(0xc0, 8)], []],
      [[1, 0, 1, ...bitsOf(0x10 / 2, 8)], bitsOf(0x4321, 16)],
    ] as const) {
      bench.write("CNTRL", bench.read("CNTRL") & 0xf0ff_ffff);
      clockEeprom(bench, [...bits, ...data]);
    }
    bench.write("MBOX1", 0);
    bench.write("CNTRL", bench.read("CNTRL") | 0x2000_0000);
    assert.equal(bench.read("MBOX1"), 0x4321_0000);
  });

  it("stops DMA in software reset, keeps runtime registers, and closes the local bus while it lasts", () => {
    const bench = new Pci9656Bench();
    bench.fillHost(0x2000, pattern(8));
    bench.set({ MBOX2: 7, INTCSR: 0x4_0100, DMAMODE0: interruptMode, DMAPADR0: 0x2000, DMASIZ0: 8, DMACSR0: go });
    const before = bench.read("CNTRL");
    bench.write("CNTRL", (before | 0x4000_0000) >>> 0);
    assert.deepEqual([bench.read("DMACSR0"), bench.read("DMAMODE0"), bench.read("MBOX2"), bench.device.read(2, 0, 4)], [0x10, 0x43, 7, 0xffff_ffff]);
    bench.bus.run(long);
    assert.equal(bench.bus.line, false);
    bench.write("CNTRL", before);
    assert.equal(bench.device.read(2, 0, 4), 0);
    assert.equal(bench.read("LAS0BA"), 1);
  });

  it("is reset by the way through D3; SRAM keeps its content", () => {
    const bench = new Pci9656Bench();
    bench.fillSram(0, pattern(16));
    bench.set({ MBOX2: 7, DMAMODE0: interruptMode, DMAPADR0: 0x2000, DMASIZ0: 8, DMACSR0: go });
    bench.device.power?.("D3");
    bench.bus.run(long);
    bench.device.power?.("D0");
    assert.deepEqual([bench.read("MBOX2"), bench.read("DMAMODE0"), bench.read("DMACSR0")], [0, 0x43, 0x10]);
    assert.deepEqual(bench.sram(0, 16), pattern(16));
  });

  it("takes its identity, its SRAM and the addresses it is given from options", () => {
    const configured = pci9656.configure?.({ sramBytes: 0x10_0000, deviceId: 0x9656, addressBits: 64 });
    assert.deepEqual(
      [configured?.pci?.deviceId, configured?.bars?.[2]?.size, configured?.bars?.[3]?.size, configured?.addressBits],
      [0x9656, 0x10_0000, 0x10_0000, 64],
    );
    assert.equal(pci9656.configure?.({}).addressBits, 32);
    const bench = new Pci9656Bench({ sramBytes: 0x10_0000, sramBase: 0x2000_0000 });
    assert.deepEqual([bench.read("LAS0RR"), bench.read("LAS0BA")], [0xfff0_0000, 0x2000_0001]);
    bench.fillSram(0xf_fffc, pattern(4));
    bench.set({ DMADPR0: 8, DMAPADR0: 0x2000, DMALADR0: 0x200f_fffc, DMASIZ0: 4, DMACSR0: go });
    bench.bus.run(long);
    assert.deepEqual(bench.host(0x2000, 4), pattern(4));
  });

  it("refuses options it does not have and values they cannot have", () => {
    const refuse = (options: Record<string, unknown>) =>
      assert.throws(
        () => new Pci9656Bench(options),
        (error) => error instanceof UserError && error.message.includes("pci9656"),
      );
    refuse({ sramBytes: 100_000 });
    refuse({ eeprom: "yes" });
    refuse({ speed: 1 });
    refuse({ addressBits: 31 });
    assert.equal(pci9656.pci.vendorId, 0x10b5);
  });
});
