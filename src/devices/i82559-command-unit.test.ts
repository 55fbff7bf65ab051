// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { NicBench, broadcast, frameTo, station } from "./i82559-test-bench.ts";
import { cause } from "./i82559-registers.ts";

const code = { nop: 0, address: 1, configure: 2, multicast: 3, transmit: 4, microcode: 5, dump: 6, diagnose: 7 } as const;
const el = 0x8000;
const suspend = 0x4000;
const interrupt = 0x2000;
const flexible = 0x0008;
const done = 0xa000;
const start = 0x10;
const resume = 0x20;
const active = 0x80;
const suspended = 0x40;

/** A transmit block in simplified mode. */
function transmitBlock(bench: NicBench, address: number, command: number, link: number, frame: Uint8Array): void {
  bench.block(address, command | code.transmit, link);
  bench.putLong(address + 8, 0xffff_ffff, frame.length | 0x8000);
  bench.put(address + 16, frame);
}

describe("i82559: command unit", () => {
  it("executes a list, then becomes idle with CNA; the I bit gives CX", () => {
    const bench = new NicBench();
    bench.block(0x2000, interrupt | code.nop, 0x2100);
    bench.block(0x2100, el | code.diagnose, 0);
    bench.command(start, 0x2000);
    assert.equal(bench.units, active);
    bench.bus.run(500);
    assert.equal(bench.word(0x2000), done);
    assert.equal(bench.causes, cause.commandDone);
    bench.bus.run(500);
    assert.equal(bench.word(0x2100), done);
    assert.equal(bench.units, 0);
    assert.equal(bench.causes, cause.commandDone | cause.unitInactive);
  });

  it("suspends at an S bit and goes on when that is cleared and the unit resumed", () => {
    const bench = new NicBench();
    bench.block(0x2000, suspend | code.nop, 0x2100);
    bench.block(0x2100, suspend | code.nop, 0x2000);
    bench.command(start, 0x2000);
    bench.bus.run(500);
    assert.equal(bench.units, suspended);
    assert.equal(bench.causes, cause.unitInactive);
    bench.command(resume);
    bench.bus.run(1000);
    assert.equal(bench.word(0x2100), 0, "the S bit is still set");
    bench.block(0x2000, code.nop, 0x2100);
    bench.command(resume);
    bench.bus.run(1000);
    assert.equal(bench.word(0x2100), done);
    assert.equal(bench.units, suspended);
  });

  it("does not signal a suspension when it is configured to signal idle only", () => {
    const bench = new NicBench();
    bench.block(0x2000, code.configure, 0x2100, [8, 8, 0, 0, 0, 0, 0x3a, 3]);
    bench.block(0x2100, suspend | code.nop, 0);
    bench.command(start, 0x2000);
    bench.bus.run(2000);
    assert.equal(bench.units, suspended);
    assert.equal(bench.causes, 0);
  });

  it("adds its base to pointers and links", () => {
    const bench = new NicBench();
    bench.command(0x60, 0x2000);
    bench.block(0x2000, code.nop, 0x100);
    bench.block(0x2100, el | code.nop, 0);
    bench.command(start, 0);
    bench.bus.run(2000);
    assert.equal(bench.word(0x2100), done);
  });

  it("refuses to start while active and to resume while idle, with a word about it", () => {
    const bench = new NicBench();
    bench.block(0x2000, code.nop, 0x2000);
    bench.command(resume);
    bench.command(start, 0x2000);
    bench.command(start, 0x2000);
    assert.deepEqual(
      bench.bus.logged.map((text) => text.split(":")[0]),
      ["CU resume is ignored", "CU start is ignored"],
    );
  });

  it("becomes idle at memory that is not there, and can hang", () => {
    const bench = new NicBench();
    bench.command(start, 0x7fff_0000);
    bench.bus.run(1000);
    assert.equal(bench.units, 0);
    const stuck = new NicBench({}, ["cu-stuck"]);
    stuck.block(0x2000, el, 0);
    stuck.command(start, 0x2000);
    stuck.bus.run(1e6);
    assert.equal(stuck.units, active);
  });

  it("dumps its state", () => {
    const bench = new NicBench();
    bench.block(0x2000, el | code.dump, 0, [0, 0x30, 0, 0]);
    bench.command(start, 0x2000);
    bench.bus.run(1000);
    assert.equal(bench.bytes(0x3000, 1)[0], 0x16);
    assert.equal(bench.word(0x2000), done);
  });
});

describe("i82559: transmit", () => {
  it("sends the data of a block in simplified mode, in its time on the wire", () => {
    const bench = new NicBench();
    const frame = frameTo(broadcast, 200);
    transmitBlock(bench, 0x2000, el | interrupt, 0, frame);
    bench.command(start, 0x2000);
    bench.bus.run(500 + 80 * 224 - 1);
    assert.equal(bench.word(0x2000), 0);
    bench.bus.run(1);
    assert.equal(bench.word(0x2000), done);
    assert.deepEqual(bench.sent, [frame]);
    assert.deepEqual(bench.sent, [], "taken once");
    assert.deepEqual(bench.bus.activities, ["transmit: 200 bytes, 17920 ns"]);
  });

  it("gathers buffers in flexible mode, behind data of the block", () => {
    const bench = new NicBench();
    const frame = frameTo(broadcast, 100);
    bench.block(0x2000, el | flexible | code.transmit, 0);
    bench.putLong(0x2008, 0x2800, 10 | (2 << 24));
    bench.put(0x2010, frame.subarray(0, 10));
    bench.putLong(0x2800, 0x3001, 50, 0x4000, 40);
    bench.put(0x3001, frame.subarray(10, 60));
    bench.put(0x4000, frame.subarray(60));
    bench.command(start, 0x2000);
    bench.bus.run(50_000);
    assert.deepEqual(bench.sent, [frame]);
  });

  it("ends the list of buffers at an EL bit when their number is open", () => {
    const bench = new NicBench();
    const frame = frameTo(broadcast, 80);
    bench.block(0x2000, el | flexible | code.transmit, 0);
    bench.putLong(0x2008, 0x2800, 0xff << 24);
    bench.putLong(0x2800, 0x3000, 40, 0x3028, 40 | 0x1_0000, 0x4000, 40);
    bench.put(0x3000, frame);
    bench.command(start, 0x2000);
    bench.bus.run(50_000);
    assert.deepEqual(bench.sent, [frame]);
  });

  it("finds the first two buffers in an extended block", () => {
    const bench = new NicBench();
    const frame = frameTo(broadcast, 90);
    bench.block(0x2000, code.configure, 0x2100, [8, 8, 0, 0, 0, 0, 0x22, 3]);
    bench.block(0x2100, el | flexible | code.transmit, 0);
    bench.putLong(0x2108, 0x2800, 3 << 24, 0x3000, 30, 0x301e, 30);
    bench.putLong(0x2800, 0x303c, 30);
    bench.put(0x3000, frame);
    bench.command(start, 0x2000);
    bench.bus.run(50_000);
    assert.deepEqual(bench.sent, [frame]);
  });

  it("pads short frames and inserts the source address, as configured", () => {
    const bench = new NicBench();
    const frame = frameTo(broadcast, 30);
    bench.block(0x2000, code.configure, 0x2100, [22, 8, 0, 0, 0, 0, 0x32, 3, 1, 0, 0x26, 0, 0x60, 0, 0xf2, 0x48, 0, 0x40, 0xf2, 0x80, 0x3f, 5]);
    transmitBlock(bench, 0x2100, el, 0, frame);
    bench.command(start, 0x2000);
    bench.bus.run(50_000);
    const [sent] = bench.sent;
    assert.equal(sent?.length, 60);
    assert.deepEqual(sent?.subarray(6, 12), station);
    assert.deepEqual(sent?.subarray(12, 30), frame.subarray(12));
  });

  it("fails with an underrun when a buffer is not there", () => {
    const bench = new NicBench();
    bench.block(0x2000, el | flexible | code.transmit, 0);
    bench.putLong(0x2008, 0x2800, 1 << 24);
    bench.putLong(0x2800, 0x7000_0000, 60);
    bench.command(start, 0x2000);
    bench.bus.run(50_000);
    assert.equal(bench.word(0x2000), 0x9000);
    assert.deepEqual(bench.sent, []);
  });

  it("takes ten times as long at 10 Mbps, and sends nothing without a link", () => {
    const bench = new NicBench();
    bench.write(0x10, 4, 0x0000 | (0 << 16) | (1 << 21) | (1 << 26));
    bench.bus.run(30_000);
    transmitBlock(bench, 0x2000, el, 0, frameTo(broadcast, 100));
    bench.command(start, 0x2000);
    bench.bus.run(500 + 800 * 124 - 1);
    assert.equal(bench.word(0x2000), 0);
    bench.bus.run(1);
    assert.equal(bench.sent.length, 1);
    bench.action("link", "down");
    transmitBlock(bench, 0x2000, el, 0, frameTo(broadcast, 100));
    bench.command(start, 0x2000);
    bench.bus.run(200_000);
    assert.equal(bench.word(0x2000), done);
    assert.deepEqual(bench.sent, []);
  });
});

describe("i82559: statistics", () => {
  it("are dumped, and reset, with a completion code behind them", () => {
    const bench = new NicBench();
    transmitBlock(bench, 0x2000, el, 0, frameTo(broadcast, 100));
    bench.command(start, 0x2000);
    bench.bus.run(50_000);
    bench.command(0x40, 0x3000);
    bench.command(0x50);
    assert.equal(bench.long(0x3000), 1);
    assert.equal(bench.long(0x3040), 0xa005);
    bench.command(0x70);
    assert.equal(bench.long(0x3040), 0xa007);
    bench.command(0x70);
    assert.equal(bench.long(0x3000), 0);
  });

  it("have more counters when the extended dump is configured", () => {
    const bench = new NicBench();
    bench.command(0x40, 0x3000);
    for (const [byte6, at] of [
      [0x12, 0x4c],
      [0x16, 0x50],
    ] as const) {
      bench.block(0x2000, el | code.configure, 0, [8, 8, 0, 0, 0, 0, byte6, 3]);
      bench.command(start, 0x2000);
      bench.bus.run(1000);
      bench.command(0x50);
      assert.equal(bench.long(0x3000 + at), 0xa005);
    }
  });
});
