// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { NicBench, broadcast, frameTo, station } from "./i82559-test-bench.ts";
import { csr, pmdr } from "./i82559-registers.ts";

function magicPacket(): Uint8Array {
  const frame = frameTo(broadcast, 14 + 6 + 96 + 10);
  frame.fill(0xff, 20, 26);
  for (let i = 0; i < 16; i++) frame.set(station, 26 + 6 * i);
  return frame;
}

function arpFor(ip: readonly number[]): Uint8Array {
  const frame = frameTo(broadcast, 60);
  frame.set([0x08, 0x06], 12);
  frame.set(ip, 38);
  return frame;
}

/** In D3 with configuration bytes 9 and 19. */
function asleep(byte9: number, byte19: number): NicBench {
  const bench = new NicBench();
  const bytes = [22, 8, 0, 0, 0, 0, 0x32, 3, 1, byte9, 0x2e, 0, 0x60, 0, 0xf2, 0x48, 0, 0x40, 0xf2, byte19, 0x3f, 5];
  bench.block(0x2000, 0x8002, 0, bytes);
  bench.command(0x10, 0x2000);
  bench.bus.run(1000);
  bench.nic.power?.("D3");
  return bench;
}

describe("i82559: wake", () => {
  it("comes with a magic packet, unless that is disabled", () => {
    const bench = asleep(0, 0x80);
    bench.receive(frameTo(station));
    assert.equal(bench.bus.pmeAsserted, 0);
    bench.receive(magicPacket());
    assert.equal(bench.bus.pmeAsserted, 1);
    assert.equal(bench.read(csr.pmdr, 1), pmdr.magicPacket);
    bench.write(csr.pmdr, 1, 0xe0);
    assert.equal(bench.read(csr.pmdr, 1), 0);
    const off = asleep(0, 0x82);
    off.receive(magicPacket());
    assert.equal(off.bus.pmeAsserted, 0);
  });

  it("comes with a change of the link", () => {
    const bench = asleep(0x20, 0x82);
    bench.action("link", "down");
    assert.equal(bench.bus.pmeAsserted, 1);
    assert.equal(bench.read(csr.pmdr, 1), pmdr.linkChange);
    const off = asleep(0, 0x82);
    off.action("link", "down");
    assert.equal(off.bus.pmeAsserted, 0);
  });

  it("comes with a frame for the station or an ARP request, as configured", () => {
    const bench = asleep(0, 0x83);
    bench.receive(frameTo(station));
    assert.equal(bench.read(csr.pmdr, 1), pmdr.interestingPacket);
    const arp = asleep(0x40, 0x82);
    arp.receive(frameTo(station));
    assert.equal(arp.bus.pmeAsserted, 0);
    arp.receive(arpFor([10, 0, 0, 1]));
    assert.equal(arp.bus.pmeAsserted, 1);
  });

  it("comes with what a predefined filter names", () => {
    const bench = new NicBench();
    bench.block(0x2000, 0x8008, 0);
    bench.putLong(0x2008, (0x8000_0000 | 0x4000_0000 | 0x0800_0000 | (0x05 << 8) | 0x01) >>> 0);
    bench.command(0x10, 0x2000);
    bench.bus.run(1000);
    assert.equal(bench.word(0x2000), 0xa000);
    bench.nic.power?.("D2");
    bench.receive(arpFor([10, 0, 2, 5]));
    assert.equal(bench.bus.pmeAsserted, 0);
    bench.receive(arpFor([10, 0, 1, 5]));
    assert.equal(bench.bus.pmeAsserted, 1);
  });

  it("does not come with bad frames, nor in D0", () => {
    const bench = asleep(0, 0x80);
    bench.receive({ frame: magicPacket(), error: "crc" });
    assert.equal(bench.bus.pmeAsserted, 0);
    bench.nic.power?.("D0");
    bench.receive(magicPacket());
    assert.equal(bench.bus.pmeAsserted, 0);
  });

  it("leaves its cause through the reset on the way back from D3", () => {
    const bench = asleep(0, 0x80);
    bench.write(csr.generalPointer, 4, 0x1234);
    bench.receive(magicPacket());
    bench.nic.power?.("D0");
    assert.equal(bench.read(csr.generalPointer, 4), 0);
    assert.equal(bench.read(csr.pmdr, 1), pmdr.magicPacket);
  });

  it("stops the units and the interrupt line in Dx", () => {
    const bench = new NicBench();
    bench.descriptor(0x3000, 0x8000, 0);
    bench.command(0x01, 0x3000);
    bench.write(csr.interruptMask, 1, 2);
    bench.nic.power?.("D1");
    assert.equal(bench.bus.line, false);
    bench.nic.power?.("D0");
    assert.equal(bench.units, 0);
  });
});
