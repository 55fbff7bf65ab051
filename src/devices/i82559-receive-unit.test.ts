// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { NicBench, broadcast, frameTo, station } from "./i82559-test-bench.ts";
import { cause } from "./i82559-registers.ts";

const el = 0x8000;
const suspend = 0x4000;
const start = 0x01;
const resume = 0x02;
const abort = 0x04;
const state = { idle: 0x00, suspended: 0x04, noResources: 0x08, ready: 0x10 } as const;
const multicast = Uint8Array.of(0x01, 0x00, 0x5e, 0, 0, 1);
const stranger = Uint8Array.of(0x00, 0x11, 0x22, 0x33, 0x44, 0x55);

/** Configuration bytes with some of them changed. */
function configure(bench: NicBench, changes: Readonly<Record<number, number>>): void {
  const bytes = [22, 8, 0, 0, 0, 0, 0x32, 3, 1, 0, 0x2e, 0, 0x60, 0, 0xf2, 0x48, 0, 0x40, 0xf2, 0x80, 0x3f, 5].map((byte, i) => changes[i] ?? byte);
  bench.block(0x2000, el | 2, 0, bytes);
  bench.command(0x10, 0x2000);
  bench.bus.run(1000);
  bench.acknowledge();
}

/** Two descriptors, the last with EL, and the unit started. */
function ready(options: Readonly<Record<string, unknown>> = {}): NicBench {
  const bench = new NicBench(options);
  bench.descriptor(0x3000, 0, 0x4000);
  bench.descriptor(0x4000, el, 0);
  bench.command(start, 0x3000);
  return bench;
}

describe("i82559: receive unit", () => {
  it("puts a frame into the next descriptor and goes on, until the list ends", () => {
    const bench = ready();
    assert.equal(bench.units, state.ready);
    const frame = frameTo(station, 100);
    bench.receive(frame);
    assert.equal(bench.word(0x3000), 0xa020);
    assert.equal(bench.word(0x300c), 0xc000 | 100);
    assert.deepEqual(bench.bytes(0x3010, 100), frame);
    assert.equal(bench.causes, cause.frameReceived);
    assert.equal(bench.read(0x14, 4), 100);
    bench.receive(frameTo(broadcast, 64));
    assert.equal(bench.word(0x4000), 0xa022);
    assert.equal(bench.units, state.noResources);
    assert.equal(bench.causes, cause.frameReceived | cause.receiverNotReady);
    bench.receive(frame);
    bench.command(0x40, 0x5000);
    bench.command(0x50);
    assert.equal(bench.long(0x5000 + 4 * 9), 2, "good frames");
    assert.equal(bench.long(0x5000 + 4 * 12), 1, "frames without a descriptor");
  });

  it("sees a list that has grown since it was started", () => {
    const bench = ready();
    bench.receive(frameTo(station));
    bench.descriptor(0x3000, el, 0);
    bench.descriptor(0x4000, 0, 0x3000);
    bench.receive(frameTo(station));
    assert.equal(bench.units, state.ready);
    bench.receive(frameTo(station, 70));
    assert.equal(bench.word(0x300c), 0xc000 | 70);
    assert.equal(bench.units, state.noResources);
  });

  it("suspends at an S bit, and resumes with the next descriptor", () => {
    const bench = ready();
    bench.descriptor(0x3000, suspend, 0x4000);
    bench.receive(frameTo(station));
    assert.equal(bench.units, state.suspended);
    assert.equal(bench.causes, cause.frameReceived | cause.receiverNotReady);
    bench.command(resume);
    assert.equal(bench.units, state.ready);
    bench.receive(frameTo(station, 80));
    assert.equal(bench.word(0x400c), 0xc000 | 80);
  });

  it("stops when it is aborted", () => {
    const bench = ready();
    bench.command(abort);
    assert.equal(bench.units, state.idle);
    assert.equal(bench.causes, cause.receiverNotReady);
    bench.receive(frameTo(station));
    assert.equal(bench.word(0x3000), 0);
  });

  it("cuts a frame that is longer than its descriptor, and says so", () => {
    const bench = new NicBench();
    bench.descriptor(0x3000, el, 0, 64);
    bench.command(start, 0x3000);
    bench.receive(frameTo(station, 100));
    assert.equal(bench.word(0x300c), 0xc000 | 64);
    assert.equal(bench.word(0x3000) & 0xa200, 0x8200);
  });

  it("has no resources where the descriptor is not mapped", () => {
    const bench = new NicBench();
    bench.command(start, 0x7fff_0000);
    bench.receive(frameTo(station));
    assert.equal(bench.units, state.noResources);
  });

  it("stores the check sequence when it is configured to", () => {
    const bench = ready();
    configure(bench, { 18: 0xf6 });
    bench.receive(frameTo(station, 60));
    assert.equal(bench.word(0x300c), 0xc000 | 64);
  });
});

describe("i82559: address filter", () => {
  const accepted = (bench: NicBench, to: Uint8Array): boolean => {
    bench.descriptor(0x3000, el, 0);
    bench.command(start, 0x3000);
    bench.receive(frameTo(to));
    return bench.word(0x3000) !== 0;
  };

  it("takes frames for the station and for everybody", () => {
    const bench = new NicBench();
    assert.equal(accepted(bench, station), true);
    assert.equal(accepted(bench, broadcast), true);
    assert.equal(accepted(bench, multicast), false);
    assert.equal(accepted(bench, stranger), false);
  });

  it("follows the individual address command", () => {
    const bench = new NicBench();
    bench.block(0x2000, el | 1, 0, stranger);
    bench.command(0x10, 0x2000);
    bench.bus.run(1000);
    assert.equal(accepted(bench, stranger), true);
    assert.equal(accepted(bench, station), false);
  });

  it("follows the multicast list, and its end", () => {
    const bench = new NicBench();
    bench.block(0x2000, el | 3, 0, [6, 0, ...multicast]);
    bench.command(0x10, 0x2000);
    bench.bus.run(1000);
    assert.equal(accepted(bench, multicast), true);
    bench.block(0x2000, el | 3, 0, [0, 0]);
    bench.command(0x10, 0x2000);
    bench.bus.run(1000);
    assert.equal(accepted(bench, multicast), false);
  });

  it("can be open for all, or closed for broadcasts", () => {
    const bench = new NicBench();
    configure(bench, { 15: 0x49 });
    assert.equal(accepted(bench, stranger), true);
    assert.equal(bench.word(0x3000) & 6, 6);
    configure(bench, { 15: 0x4a, 21: 0x0d });
    assert.equal(accepted(bench, broadcast), false);
    assert.equal(accepted(bench, multicast), true);
  });
});

describe("i82559: bad frames", () => {
  it("are counted and discarded, or stored without OK", () => {
    const bench = ready();
    bench.receive({ frame: frameTo(station), error: "crc" });
    bench.receive({ frame: frameTo(station), error: "alignment" });
    bench.receive({ frame: frameTo(station), error: "overrun" });
    bench.receive(frameTo(station, 40));
    bench.receive(frameTo(station, 1600));
    assert.equal(bench.word(0x3000), 0);
    bench.command(0x40, 0x5000);
    bench.command(0x50);
    assert.deepEqual(
      [10, 11, 13, 15].map((i) => bench.long(0x5000 + 4 * i)),
      [1, 1, 1, 1],
    );
    configure(bench, { 6: 0xb2, 7: 2 });
    bench.receive({ frame: frameTo(station), error: "crc" });
    assert.equal(bench.word(0x3000) & 0xa800, 0x8800);
    bench.receive(frameTo(station, 40));
    assert.equal(bench.word(0x4000) & 0xa080, 0x8080);
  });
});

describe("i82559: wire", () => {
  it("delivers frames one after the other, in the order of the script", () => {
    const bench = new NicBench({
      wire: [
        { atUs: 3000, frame: Buffer.from(frameTo(station, 100)).toString("hex") },
        { atUs: 3000, frame: Buffer.from(frameTo(station, 60)).toString("hex") },
        { atUs: 3100, link: "down" },
      ],
    });
    bench.descriptor(0x3000, 0, 0x4000);
    bench.descriptor(0x4000, el, 0);
    bench.command(start, 0x3000);
    bench.bus.run(3_000_000 - bench.bus.now() + 80 * 124);
    assert.equal(bench.word(0x300c), 0xc000 | 100);
    assert.equal(bench.word(0x4000), 0);
    bench.bus.run(80 * 84);
    assert.equal(bench.word(0x400c), 0xc000 | 60);
    bench.bus.run(100_000);
    assert.equal(bench.read(0x1d, 1) & 1, 0);
  });

  it("is cut off without a link", () => {
    const bench = ready();
    bench.action("link", "down");
    bench.receive(frameTo(station));
    assert.equal(bench.word(0x3000), 0);
  });

  it("is left out by a loopback", () => {
    const bench = ready();
    configure(bench, { 10: 0x6e });
    bench.block(0x2000, el | 4, 0);
    bench.putLong(0x2008, 0xffff_ffff, 80);
    bench.put(0x2010, frameTo(station, 80));
    bench.command(0x10, 0x2000);
    bench.bus.run(50_000);
    assert.equal(bench.word(0x300c), 0xc000 | 80);
    assert.deepEqual(bench.sent, []);
  });
});
