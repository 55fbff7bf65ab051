// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { NicBench } from "./i82559-test-bench.ts";
import { cause, csr, eepromPin, mask, mdi } from "./i82559-registers.ts";
import { i82559 } from "./i82559.ts";

/** Reads a word of the EEPROM as a driver does, pin by pin. */
function eepromWord(bench: NicBench, address: number, addressBits: number): number {
  const drive = (pins: number): void => bench.write(csr.eepromControl, 2, pins);
  const clock = (pins: number): void => {
    drive(pins | eepromPin.clock);
    drive(pins);
  };
  drive(eepromPin.select);
  const command = (6 << addressBits) | address;
  for (let bit = addressBits + 2; bit >= 0; bit--) clock(eepromPin.select | (((command >> bit) & 1) !== 0 ? eepromPin.dataIn : 0));
  let value = 0;
  for (let bit = 0; bit < 16; bit++) {
    drive(eepromPin.select | eepromPin.clock);
    value = (value << 1) | ((bench.read(csr.eepromControl, 2) & eepromPin.dataOut) !== 0 ? 1 : 0);
    drive(eepromPin.select);
  }
  drive(0);
  return value;
}

/** A cycle on the management interface, with its time. */
function mdiCycle(bench: NicBench, opcode: number, register: number, data = 0, phy = 1): number {
  bench.write(csr.mdiControl, 4, data | (register << 16) | (phy << 21) | (opcode << 26));
  assert.equal(bench.read(csr.mdiControl, 4) & mdi.ready, 0);
  bench.bus.run(30_000);
  assert.notEqual(bench.read(csr.mdiControl, 4) & mdi.ready, 0);
  return bench.read(csr.mdiControl, 4) & 0xffff;
}
const mdiRead = (bench: NicBench, register: number, phy = 1): number => mdiCycle(bench, mdi.read, register, 0, phy);

describe("i82559: registers", () => {
  it("are the same in the memory and the I/O BAR, in every width", () => {
    const { nic } = new NicBench();
    nic.write(0, csr.generalPointer, 4, 0x1234_5678);
    assert.equal(nic.read(1, csr.generalPointer, 4), 0x1234_5678);
    nic.write(1, csr.generalPointer + 2, 2, 0xabcd);
    assert.equal(nic.read(0, csr.generalPointer, 4), 0xabcd_5678);
    assert.equal(nic.read(0, csr.generalPointer + 1, 1), 0x56);
  });

  it("have no side effects when they are looked at", () => {
    const bench = new NicBench();
    bench.command(0x10, 0x2000);
    const all = Array.from({ length: 0x20 }, (_, i) => bench.nic.peek?.(0, i, 1));
    assert.deepEqual(
      Array.from({ length: 0x20 }, (_, i) => bench.nic.peek?.(0, i, 1)),
      all,
    );
    assert.equal(bench.nic.read(2, 0x100, 4), 0xffff_ffff, "the flash is empty");
  });

  it("take an SCB command some time after it was written", () => {
    const bench = new NicBench();
    bench.write(csr.command, 1, 0x60);
    assert.equal(bench.read(csr.command, 1), 0x60);
    bench.bus.run(500);
    assert.equal(bench.read(csr.command, 1), 0);
    const stuck = new NicBench({}, ["command-stuck"]);
    stuck.write(csr.command, 1, 0x60);
    stuck.bus.run(1e6);
    assert.equal(stuck.read(csr.command, 1), 0x60);
  });

  it("refuse options that there are not, and wrong ones", () => {
    const bench = new NicBench();
    assert.throws(() => i82559.create(bench.bus, { mac: "x" }), /has no option 'mac'/);
    assert.throws(() => i82559.create(bench.bus, { macAddress: "01:00:00:00:00:00" }), /not a group address/);
    assert.throws(() => i82559.create(bench.bus, { eepromWords: 128 }), /one of 64, 256/);
    assert.throws(() => i82559.create(bench.bus, { wire: [{ atUs: 1, frame: "00" }] }), /Option 'wire'/);
    assert.throws(() => bench.action("recieve"), /it has receive, link, transmitted/);
    assert.throws(() => bench.action("receive", "0011"), /14 bytes/);
    assert.throws(() => bench.action("receive", { frame: "00".repeat(60), error: "odd" }), /one of crc, alignment, overrun/);
    assert.throws(() => bench.action("link", "sideways"), /"up" or "down"/);
  });
});

describe("i82559: interrupts", () => {
  it("assert the line while a cause is pending that nothing masks", () => {
    const bench = new NicBench();
    bench.write(csr.interruptMask, 1, mask.software);
    assert.equal(bench.causes, cause.software);
    assert.equal(bench.bus.line, true);
    assert.equal(bench.read(csr.interruptMask, 1), 0, "SI reads as 0");
    bench.write(csr.interruptMask, 1, mask.all);
    assert.equal(bench.bus.line, false);
    bench.write(csr.interruptMask, 1, 0);
    assert.equal(bench.bus.line, true);
    bench.write(csr.scbStatus, 2, cause.software << 8);
    assert.equal(bench.causes, 0);
    assert.equal(bench.bus.line, false);
  });

  it("have a mask for each cause", () => {
    const bench = new NicBench();
    bench.write(csr.interruptMask, 1, cause.unitInactive);
    bench.block(0x2000, 0x8000, 0);
    bench.command(0x10, 0x2000);
    bench.bus.run(1000);
    assert.equal(bench.causes, cause.unitInactive);
    assert.equal(bench.bus.line, false);
    bench.write(csr.interruptMask, 1, 0);
    assert.equal(bench.bus.line, true);
  });

  it("can be lost", () => {
    const bench = new NicBench();
    bench.bus.dueFaults.add("lost-interrupt");
    bench.write(csr.interruptMask, 1, mask.software);
    assert.equal(bench.bus.line, false);
    assert.equal(bench.causes, cause.software);
  });
});

describe("i82559: PORT", () => {
  it("runs the self-test and writes its signature and result", () => {
    const bench = new NicBench();
    bench.putLong(0x2000, 0, 0xffff_ffff);
    bench.write(csr.port, 4, 0x2001);
    bench.bus.run(500_000);
    assert.equal(bench.long(0x2004), 0xffff_ffff);
    bench.bus.run(600_000);
    assert.notEqual(bench.long(0x2000), 0);
    assert.equal(bench.long(0x2004), 0);
    const bad = new NicBench({}, ["self-test-failure"]);
    bad.write(csr.port, 4, 0x2001);
    bad.bus.run(2e6);
    assert.notEqual(bad.long(0x2004), 0);
  });

  it("acts when its upper half is written, and reads as 0 when it is done", () => {
    const bench = new NicBench();
    bench.write(csr.port, 2, 0x0002);
    bench.bus.run(10_000);
    assert.equal(bench.read(csr.port, 4), 2);
    bench.write(csr.port + 2, 2, 0);
    assert.equal(bench.read(csr.port, 4), 2);
    bench.bus.run(10_000);
    assert.equal(bench.read(csr.port, 4), 0);
  });

  it("resets everything, or only the units", () => {
    const bench = new NicBench();
    bench.descriptor(0x3000, 0x8000, 0);
    bench.command(0x06, 0x1000);
    bench.command(0x01, 0x2000);
    bench.write(csr.interruptMask, 1, mask.all);
    assert.equal(bench.units, 0x10);
    bench.write(csr.port, 4, 2);
    assert.equal(bench.units, 0);
    assert.equal(bench.read(csr.interruptMask, 1), mask.all);
    bench.write(csr.port, 4, 0);
    assert.equal(bench.read(csr.interruptMask, 1), 0);
    assert.equal(bench.read(csr.generalPointer, 4), 0);
  });

  it("dumps the configuration", () => {
    const bench = new NicBench();
    bench.write(csr.port, 4, 0x2003);
    bench.bus.run(10_000);
    assert.deepEqual([...bench.bytes(0x2000, 2)], [0x16, 0x08]);
    assert.deepEqual([...bench.bytes(0x2016, 6)], [0x00, 0x02, 0xb3, 0x12, 0x34, 0x56]);
  });
});

describe("i82559: EEPROM", () => {
  it("has the station address and a checksum, in both sizes", () => {
    for (const [words, bits] of [
      [64, 6],
      [256, 8],
    ] as const) {
      const bench = new NicBench({ eepromWords: words, macAddress: "0a:1b:2c:3d:4e:5f" });
      assert.equal(eepromWord(bench, 0, bits), 0x1b0a);
      assert.equal(eepromWord(bench, 2, bits), 0x5f4e);
      let sum = 0;
      for (let i = 0; i < words; i++) sum += eepromWord(bench, i, bits);
      assert.equal(sum & 0xffff, 0xbaba);
    }
  });

  it("can have a wrong checksum", () => {
    const bench = new NicBench({}, ["eeprom-checksum"]);
    let sum = 0;
    for (let i = 0; i < 64; i++) sum += eepromWord(bench, i, 6);
    assert.equal(sum & 0xffff, 0xbabb);
  });
});

describe("i82559: PHY", () => {
  it("is an 82555 at address 1; nobody answers elsewhere", () => {
    const bench = new NicBench();
    assert.deepEqual([mdiRead(bench, 2), mdiRead(bench, 3)], [0x02a8, 0x0154]);
    assert.equal(mdiRead(bench, 0, 2), 0xffff);
  });

  it("negotiates 100 Mbps full duplex, and reports the link after a first read", () => {
    const bench = new NicBench();
    mdiRead(bench, 1);
    assert.equal(mdiRead(bench, 1) & 0x24, 0x24);
    assert.equal(mdiRead(bench, 5), 0x41e1);
    assert.equal(mdiRead(bench, 0x10), 3);
    assert.equal(bench.read(csr.generalStatus, 1), 7);
  });

  it("shows a lost link once even when it is back", () => {
    const bench = new NicBench();
    mdiRead(bench, 1);
    bench.action("link", "down");
    bench.action("link", "up");
    bench.bus.run(2e6);
    assert.equal(mdiRead(bench, 1) & 0x04, 0);
    assert.equal(mdiRead(bench, 1) & 0x04, 0x04);
  });

  it("has no link without cable, isolated, powered down, or while it negotiates", () => {
    const bench = new NicBench({ link: false });
    assert.equal(bench.read(csr.generalStatus, 1) & 1, 0);
    bench.action("link", "up");
    assert.equal(bench.read(csr.generalStatus, 1) & 1, 0);
    bench.bus.run(1e6);
    assert.equal(bench.read(csr.generalStatus, 1) & 1, 1);
    mdiCycle(bench, mdi.write, 0, 0x3400);
    assert.equal(bench.read(csr.generalStatus, 1) & 1, 0);
    mdiCycle(bench, mdi.write, 0, 0x3200);
    assert.equal(bench.read(csr.generalStatus, 1) & 1, 0);
    bench.bus.run(1e6);
    assert.equal(bench.read(csr.generalStatus, 1) & 1, 1);
  });

  it("is forced to a speed and duplex mode, and back by its reset", () => {
    const bench = new NicBench();
    mdiCycle(bench, mdi.write, 0, 0x0100);
    assert.equal(bench.read(csr.generalStatus, 1), 0b101);
    mdiCycle(bench, mdi.write, 0, 0x8000);
    assert.equal(mdiRead(bench, 0), 0x3000);
  });

  it("raises an interrupt at the end of a cycle, and can hang", () => {
    const bench = new NicBench();
    bench.write(csr.mdiControl, 4, (mdi.interruptEnable | (1 << 21) | (mdi.read << 26)) >>> 0);
    bench.bus.run(30_000);
    assert.equal(bench.causes, cause.mdiDone);
    bench.bus.dueFaults.add("mdi-stuck");
    bench.write(csr.mdiControl, 4, (1 << 21) | (mdi.read << 26));
    bench.bus.run(1e6);
    assert.equal(bench.read(csr.mdiControl, 4) & mdi.ready, 0);
  });
});
