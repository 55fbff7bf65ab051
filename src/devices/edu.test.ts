// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { UserError } from "../base/index.ts";
import type { DeviceInstance } from "../protocol/index.ts";
import { edu } from "./edu.ts";
import { FakeDeviceBus } from "./fake-device-bus.ts";

function setUp(options: Record<string, unknown> = {}): { bus: FakeDeviceBus; device: DeviceInstance; read: (offset: number) => number } {
  const bus = new FakeDeviceBus();
  const device = edu.create(bus, options);
  device.reset();
  return { bus, device, read: (offset) => Number(device.read(0, offset, 4)) };
}

const pattern = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7 + 1) & 0xff);

function startDma(device: DeviceInstance, source: bigint, destination: bigint, count: number, command: number): void {
  device.write(0, 0x80, 8, source);
  device.write(0, 0x88, 8, destination);
  device.write(0, 0x90, 4, count);
  device.write(0, 0x98, 4, command);
}

describe("edu", () => {
  it("identifies itself and answers liveness checks with the complement", () => {
    const { device, read } = setUp();
    assert.equal(read(0x00), 0x010000ed);
    device.write(0, 0x04, 4, 0x12345678);
    assert.equal(read(0x04), 0xedcba987);
  });

  it("computes a factorial in its time and interrupts when asked to", () => {
    const { bus, device, read } = setUp({ factorialNs: 500 });
    device.write(0, 0x20, 4, 0x80);
    device.write(0, 0x08, 4, 10);
    assert.equal(read(0x20), 0x81);
    device.write(0, 0x08, 4, 3);
    bus.run(499);
    assert.equal(read(0x08), 10);
    bus.run(1);
    assert.equal(read(0x08), 3628800);
    assert.equal(read(0x20), 0x80);
    assert.equal(read(0x24), 1);
    assert.equal(bus.line, true);
    device.write(0, 0x64, 4, 1);
    assert.equal(read(0x24), 0);
    assert.equal(bus.line, false);
  });

  it("computes factorials modulo 2^32 and does not interrupt unasked", () => {
    for (const [n, expected] of [
      [0, 1],
      [1, 1],
      [13, 1932053504],
      [33, 2147483648],
      [34, 0],
      [0xffffffff, 0],
    ] as const) {
      const { bus, device, read } = setUp();
      device.write(0, 0x08, 4, n);
      bus.run(2000);
      assert.equal(read(0x08), expected, `${n}!`);
      assert.equal(bus.line, false);
    }
  });

  it("keeps the line asserted until every raised value is acknowledged", () => {
    const { bus, device, read } = setUp();
    device.write(0, 0x60, 4, 0x82);
    assert.equal(read(0x24), 0x82);
    device.write(0, 0x64, 4, 0x80);
    assert.equal(bus.line, true);
    device.write(0, 0x64, 4, 0x02);
    assert.equal(bus.line, false);
  });

  it("moves data from RAM into its buffer and back", () => {
    const { bus, device, read } = setUp({ latencyNs: 100, dmaNsPerByte: 2 });
    bus.memory.set(pattern(300), bus.at(0x2000n));
    startDma(device, 0x2000n, 0x4_0010n, 300, 0x5);
    bus.run(699);
    assert.equal(read(0x98), 5);
    bus.run(1);
    assert.equal(read(0x98), 4);
    assert.equal(read(0x24), 0x100);
    device.write(0, 0x64, 4, 0x100);
    startDma(device, 0x4_0010n, 0x5003n, 300, 0x3);
    bus.run(700);
    assert.deepEqual(bus.memory.slice(bus.at(0x5003n), bus.at(0x5003n) + 300), pattern(300));
    assert.equal(read(0x24), 0);
  });

  it("ignores register writes during a transfer and commands without START", () => {
    const { bus, device, read } = setUp();
    startDma(device, 0x2000n, 0x4_0000n, 4, 0x4);
    assert.equal(read(0x98), 0);
    device.write(0, 0x98, 4, 1);
    device.write(0, 0x80, 8, 0x3000n);
    assert.equal(device.read(0, 0x80, 8), 0x2000n);
    bus.run(5000);
    device.write(0, 0x80, 8, 0x3000n);
    assert.equal(device.read(0, 0x80, 8), 0x3000n);
  });

  it("drives 28 address bits unless told otherwise", () => {
    const { bus, device } = setUp();
    bus.memory.set(pattern(8), bus.at(0x2000n));
    startDma(device, 0x1_0000_2000n, 0x4_0000n, 8, 0x1);
    bus.run(5000);
    startDma(device, 0x4_0000n, 0x3000n, 8, 0x3);
    bus.run(5000);
    assert.deepEqual(bus.memory.slice(bus.at(0x3000n), bus.at(0x3000n) + 8), pattern(8));
    assert.match(bus.logged[0] ?? "", /0x100002000 does not fit the 0xFFFFFFF mask/);

    const wide = setUp({ dmaMask: "0xFFFFFFFFF" });
    startDma(wide.device, 0x1_0000_2000n, 0x4_0000n, 8, 0x1);
    wide.bus.run(5000);
    assert.equal(wide.bus.dma.aborted, true);
  });

  it("moves nothing when a transfer leaves the buffer, and still completes", () => {
    const { bus, device, read } = setUp();
    startDma(device, 0x4_0ff8n, 0x2000n, 16, 0x7);
    bus.run(5000);
    assert.equal(read(0x98), 6);
    assert.equal(read(0x24), 0x100);
    assert.match(bus.logged[0] ?? "", /leaves the buffer/);
    assert.deepEqual(bus.memory.slice(bus.at(0x2000n), bus.at(0x2000n) + 16), new Uint8Array(16));
  });

  it("accepts only the documented access sizes", () => {
    const { device, read } = setUp();
    assert.equal(device.read(0, 0x04, 1), 0xffff_ffff);
    assert.equal(device.read(0, 0x00, 8), 0xffff_ffff_ffff_ffffn);
    assert.equal(device.read(0, 0x0c, 4), 0xffff_ffff);
    device.write(0, 0x04, 2, 1);
    assert.equal(read(0x04), 0);
  });

  it("does not finish old work after a reset or a loss of power", () => {
    const { bus, device, read } = setUp();
    device.write(0, 0x20, 4, 0x80);
    device.write(0, 0x08, 4, 5);
    device.power?.("D3");
    device.power?.("D0");
    bus.run(5000);
    assert.equal(read(0x08), 0);
    assert.equal(bus.line, false);
  });

  it("injects its faults", () => {
    const stuck = setUp();
    stuck.bus.dueFaults.add("dma-stuck");
    startDma(stuck.device, 0x2000n, 0x4_0000n, 4, 0x5);
    stuck.bus.run(1_000_000);
    assert.equal(stuck.read(0x98), 5);

    const corrupt = setUp();
    corrupt.bus.dueFaults.add("dma-corrupt");
    corrupt.bus.memory.set([1, 2], corrupt.bus.at(0x2000n));
    startDma(corrupt.device, 0x2000n, 0x4_0000n, 2, 0x1);
    corrupt.bus.run(5000);
    startDma(corrupt.device, 0x4_0000n, 0x3000n, 2, 0x3);
    corrupt.bus.run(5000);
    assert.deepEqual(corrupt.bus.memory.slice(corrupt.bus.at(0x3000n), corrupt.bus.at(0x3002n)), Uint8Array.of(0xfe, 2));

    const lost = setUp();
    lost.bus.dueFaults.add("dma-lost-interrupt");
    startDma(lost.device, 0x2000n, 0x4_0000n, 4, 0x5);
    lost.bus.run(5000);
    assert.equal(lost.read(0x98), 4);
    assert.equal(lost.bus.line, false);

    const computing = setUp();
    computing.bus.dueFaults.add("factorial-stuck");
    computing.device.write(0, 0x08, 4, 5);
    computing.bus.run(1_000_000);
    assert.equal(computing.read(0x20), 1);
  });

  it("names unknown and unusable options", () => {
    assert.throws(
      () => setUp({ dmaNsPerBite: 2 }),
      (error) =>
        error instanceof UserError &&
        error.code === "device-unknown-option" &&
        error.message.includes("dmaNsPerBite") &&
        (error.hint?.includes("dmaNsPerByte") ?? false),
    );
    assert.throws(
      () => setUp({ latencyNs: -1 }),
      (error) => error instanceof UserError && error.code === "device-bad-option" && error.message.includes("latencyNs"),
    );
    assert.throws(
      () => setUp({ dmaMask: "28 bits" }),
      (error) => error instanceof UserError && error.message.includes("dmaMask"),
    );
  });
});
