// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { UserError } from "../base/index.ts";
import type { DeviceInstance } from "../protocol/index.ts";
import { FakeDeviceBus } from "./fake-device-bus.ts";
import { sgDuplex } from "./sg-duplex.ts";
import { sgDuplexRegisters } from "./sg-duplex-registers.ts";

const h2c = 0x100;
const c2h = 0x200;
const run = 1;
const reset = 2;
const irqEnable = 4;
const last = 1;
const interruptAfter = 2;

interface Bench {
  readonly bus: FakeDeviceBus;
  readonly device: DeviceInstance;
  readonly read: (offset: number) => number;
  readonly write: (offset: number, value: number) => void;
}

function setUp(messages = 0): Bench {
  const bus = new FakeDeviceBus(messages);
  const device = sgDuplex.create(bus, {});
  device.reset();
  return { bus, device, read: (offset) => Number(device.read(0, offset, 4)), write: (offset, value) => device.write(0, offset, 4, value) };
}

interface DescriptorFields {
  readonly address: bigint;
  readonly length: number;
  readonly control: number;
  readonly next?: bigint;
}

function putDescriptor(bus: FakeDeviceBus, at: bigint, { address, length, control, next = 0n }: DescriptorFields): void {
  const view = new DataView(bus.memory.buffer, bus.at(at), 32);
  view.setBigUint64(0, address, true);
  view.setUint32(8, length, true);
  view.setUint32(12, control, true);
  view.setBigUint64(16, next, true);
  view.setUint32(24, 0, true);
}

const writtenBack = (bus: FakeDeviceBus, at: bigint) => new DataView(bus.memory.buffer, bus.at(at), 32).getUint32(24, true);
const pattern = (length: number, seed = 1) => Uint8Array.from({ length }, (_, i) => (i * 13 + seed) & 0xff);

function start({ write }: Bench, channel: number, at: bigint, control = run | irqEnable): void {
  write(channel + 0x08, Number(at & 0xffff_ffffn));
  write(channel + 0x0c, Number(at >> 32n));
  write(channel, control);
}

describe("sg-duplex", () => {
  it("has the identification and reset values of its specification", () => {
    const { device, read } = setUp();
    assert.equal(read(0x000), 0x53474458);
    assert.equal(read(0x004), 0x00010000);
    assert.equal(read(0x008), 0x04000210);
    for (const { bar, offset, size, reset: value, name } of sgDuplexRegisters) assert.equal(device.peek?.(bar, offset, size), value ?? 0, name);
  });

  it("reads 0 and ignores writes at unlisted offsets and with other sizes", () => {
    const { device, read, write } = setUp();
    write(0x014, 0xa5a5);
    device.write(0, 0x014, 2, 1);
    assert.equal(device.read(0, 0x014, 2), 0);
    assert.equal(read(0x014), 0xa5a5);
    write(0x128, 7);
    assert.equal(read(0x128), 0);
    write(0x000, 7);
    assert.equal(read(0x000), 0x53474458);
  });

  it("moves a chain to the card and back, descriptor by descriptor", () => {
    const bench = setUp();
    const { bus, read, write } = bench;
    const data = pattern(5000);
    bus.memory.set(data, bus.at(0x8003n));
    putDescriptor(bus, 0x2000n, { address: 0x8003n, length: 1000, control: 0, next: 0x2020n });
    putDescriptor(bus, 0x2020n, { address: 0x8003n + 1000n, length: 4000, control: last | interruptAfter });
    start(bench, h2c, 0x2000n);
    bus.run(400 + 400 + 1000 - 1);
    assert.equal(read(h2c + 0x10), 0);
    bus.run(1);
    assert.equal(read(h2c + 0x10), 1000);
    assert.equal(read(h2c + 0x04), (1 << 16) | 1);
    assert.equal(writtenBack(bus, 0x2000n), 0x8000_0000 + 1000);
    bus.run(400 + 400 + 4000);
    assert.equal(read(h2c + 0x04), (2 << 16) | 2);
    assert.equal(read(h2c), irqEnable);
    assert.equal(read(h2c + 0x14), 5000);
    assert.equal(read(h2c + 0x18), 5000);
    assert.equal(read(h2c + 0x20), 1);
    assert.equal(read(0x010), 0x001);
    assert.equal(bus.line, true);
    write(0x010, 0x001);
    assert.equal(bus.line, false);

    putDescriptor(bus, 0x2000n, { address: 0x1_0001n, length: 5000, control: last | interruptAfter });
    start(bench, c2h, 0x2000n);
    bus.run(10_000);
    assert.deepEqual(bus.memory.slice(bus.at(0x1_0001n), bus.at(0x1_0001n) + 5000), data);
    assert.equal(read(0x010), 0x100);
  });

  it("wraps in SRAM at 1 MiB", () => {
    const bench = setUp();
    const { bus, device, read, write } = bench;
    bus.memory.set(pattern(16), bus.at(0x8000n));
    write(h2c + 0x14, 0xffff8);
    write(c2h + 0x14, 0xffff8);
    putDescriptor(bus, 0x2000n, { address: 0x8000n, length: 16, control: last });
    start(bench, h2c, 0x2000n);
    bus.run(5000);
    assert.equal(read(h2c + 0x14), 8);
    device.write(1, 0, 4, 0);
    assert.equal(device.read(1, 4, 4), new DataView(pattern(16).buffer).getUint32(8, true));
    putDescriptor(bus, 0x2000n, { address: 0x9000n, length: 16, control: last });
    start(bench, c2h, 0x2000n);
    bus.run(5000);
    assert.deepEqual(bus.memory.slice(bus.at(0x9000n), bus.at(0x9010n)), pattern(16));
  });

  it("runs both channels at the same time", () => {
    const bench = setUp();
    const { bus, read } = bench;
    putDescriptor(bus, 0x2000n, { address: 0x8000n, length: 10_000, control: last });
    putDescriptor(bus, 0x3000n, { address: 0x1_8000n, length: 9000, control: last });
    start(bench, h2c, 0x2000n);
    start(bench, c2h, 0x3000n);
    bus.run(10_799);
    assert.equal(read(c2h + 0x20), 1);
    assert.equal(read(h2c + 0x20), 0);
    bus.run(1);
    assert.equal(read(h2c + 0x20), 1);
  });

  it("ends a chain with the error its specification names", () => {
    const cases: readonly { name: string; code: number; writeBack: number; at?: bigint; fields?: Partial<DescriptorFields>; fault?: string }[] = [
      { name: "length 0", code: 1, writeBack: 0x4000_0000, fields: { length: 0 } },
      { name: "length above 65536", code: 1, writeBack: 0x4000_0000, fields: { length: 65537 } },
      { name: "unknown control bits", code: 1, writeBack: 0x4000_0000, fields: { control: last | 8 } },
      { name: "descriptor alignment", code: 1, writeBack: 0, at: 0x2010n },
      { name: "unreachable data", code: 3, writeBack: 0x4000_0000, fields: { address: 0xffff_0000n } },
      { name: "injected data abort", code: 3, writeBack: 0x4000_0000, fault: "data-abort" },
      { name: "injected fetch abort", code: 2, writeBack: 0, fault: "descriptor-fetch-abort" },
    ];
    for (const { name, code, writeBack, at = 0x2000n, fields, fault } of cases) {
      const bench = setUp();
      const { bus, read } = bench;
      if (fault !== undefined) bus.dueFaults.add(fault);
      putDescriptor(bus, at, { address: 0x8000n, length: 64, control: last, ...fields });
      start(bench, h2c, at);
      bus.run(100_000);
      assert.equal(read(h2c + 0x04), (code << 8) | 4, name);
      assert.equal(writtenBack(bus, at), writeBack, name);
      assert.equal(read(h2c + 0x24), 1, name);
      assert.equal(read(h2c), irqEnable, name);
      assert.equal(read(0x010), 0x002, name);
      assert.equal(bus.line, true, name);
      assert.equal(read(h2c + 0x14), 0, name);
    }
  });

  it("reports a descriptor that cannot be fetched", () => {
    const bench = setUp();
    start(bench, c2h, 0x7_0000_0000n);
    bench.bus.run(400);
    assert.equal(bench.read(c2h + 0x04), (2 << 8) | 4);
    assert.equal(bench.read(0x010), 0x200);
  });

  it("refuses the 17th descriptor of a chain", () => {
    const bench = setUp();
    const { bus, read } = bench;
    for (let i = 0n; i < 17n; i++)
      putDescriptor(bus, 0x2000n + 32n * i, { address: 0x8000n, length: 1, control: i === 16n ? last : 0, next: 0x2020n + 32n * i });
    start(bench, h2c, 0x2000n);
    bus.run(100_000);
    assert.equal(read(h2c + 0x04), (16 << 16) | (4 << 8) | 4);
    assert.equal(read(h2c + 0x10), 16);
    assert.equal(writtenBack(bus, 0x2000n + 32n * 16n), 0);
  });

  it("stops without a further bus cycle when RUN is cleared", () => {
    const bench = setUp();
    const { bus, read, write } = bench;
    putDescriptor(bus, 0x2000n, { address: 0x8000n, length: 100, control: 0, next: 0x2020n });
    putDescriptor(bus, 0x2020n, { address: 0x8100n, length: 100, control: last | interruptAfter });
    start(bench, h2c, 0x2000n);
    bus.run(900 + 500);
    write(h2c, irqEnable);
    assert.equal(read(h2c + 0x04), (1 << 16) | (5 << 8) | 4);
    bus.run(10_000);
    assert.equal(read(h2c + 0x10), 100);
    assert.equal(read(h2c + 0x24), 0);
    assert.equal(read(0x010), 0);
    assert.equal(writtenBack(bus, 0x2020n), 0);
  });

  it("keeps positions and statistics over a channel reset, not over a device reset", () => {
    const bench = setUp();
    const { bus, read, write } = bench;
    write(0x014, 9);
    putDescriptor(bus, 0x2000n, { address: 0x8000n, length: 100, control: last | interruptAfter });
    start(bench, h2c, 0x2000n);
    bus.run(10_000);
    write(h2c, reset | run | irqEnable);
    assert.deepEqual(
      [0x00, 0x04, 0x08, 0x10, 0x14, 0x18, 0x20].map((offset) => read(h2c + offset)),
      [0, 0, 0, 0, 100, 100, 1],
    );
    assert.equal(read(0x010), 0);
    assert.equal(bus.line, false);
    write(0x00c, 1);
    assert.deepEqual(
      [0x14, 0x18, 0x20].map((offset) => read(h2c + offset)),
      [0, 0, 0],
    );
    assert.equal(read(0x014), 0);
  });

  it("ignores descriptor and position writes while busy, and a second start", () => {
    const bench = setUp();
    const { bus, read, write } = bench;
    putDescriptor(bus, 0x2000n, { address: 0x8000n, length: 100, control: last });
    start(bench, h2c, 0x2000n);
    write(h2c + 0x08, 0x3000);
    write(h2c + 0x14, 64);
    write(h2c, run);
    assert.equal(read(h2c + 0x08), 0x2000);
    assert.equal(read(h2c + 0x14), 0);
    bus.run(900);
    assert.equal(read(h2c + 0x20), 1);
    bus.run(10_000);
    assert.equal(read(h2c + 0x20), 1);
  });

  it("sends one message for a channel, and another for each new bit", () => {
    const bench = setUp(2);
    const { bus, write } = bench;
    putDescriptor(bus, 0x2000n, { address: 0x8000n, length: 1, control: interruptAfter, next: 0x2020n });
    putDescriptor(bus, 0x2020n, { address: 0x8000n, length: 1, control: interruptAfter, next: 0x2040n });
    putDescriptor(bus, 0x2040n, { address: 0x8000n, length: 0, control: last });
    start(bench, c2h, 0x2000n);
    bus.run(10_000);
    assert.deepEqual(bus.messagesSent, [1, 1]);
    write(0x010, 0x300);
    assert.deepEqual(bus.messagesSent, [1, 1]);
    putDescriptor(bus, 0x3000n, { address: 0x8000n, length: 1, control: last | interruptAfter });
    start(bench, h2c, 0x3000n, run);
    bus.run(10_000);
    assert.deepEqual(bus.messagesSent, [1, 1]);
    write(h2c, irqEnable);
    assert.deepEqual(bus.messagesSent, [1, 1, 0]);
  });

  it("uses message 0 for both channels when it was given one", () => {
    const bench = setUp(1);
    putDescriptor(bench.bus, 0x2000n, { address: 0x8000n, length: 1, control: last | interruptAfter });
    start(bench, c2h, 0x2000n);
    bench.bus.run(10_000);
    assert.deepEqual(bench.bus.messagesSent, [0]);
  });

  it("shows SRAM through the debug ports and does not advance on peek", () => {
    const { device } = setUp();
    device.write(1, 0, 4, 0xffffc);
    device.write(1, 4, 4, 0x11223344);
    assert.equal(device.read(1, 0, 4), 0);
    device.write(1, 0, 4, 0xffffe);
    assert.equal(device.peek?.(1, 4, 4), 0x11223344);
    assert.equal(device.peek?.(1, 4, 4), 0x11223344);
    assert.equal(device.read(1, 4, 4), 0x11223344);
    assert.equal(device.read(1, 0, 4), 0);
  });

  it("keeps SRAM and loses registers in D3", () => {
    const bench = setUp();
    const { bus, device, read, write } = bench;
    device.write(1, 0, 4, 16);
    device.write(1, 4, 4, 0xcafe);
    write(0x014, 5);
    putDescriptor(bus, 0x2000n, { address: 0x8000n, length: 100, control: last | interruptAfter });
    start(bench, c2h, 0x2000n);
    device.power?.("D3");
    bus.run(10_000);
    assert.equal(read(c2h + 0x04), (5 << 8) | 4);
    device.power?.("D0");
    assert.equal(read(c2h + 0x04), 0);
    assert.equal(read(0x014), 0);
    device.write(1, 0, 4, 16);
    assert.equal(device.peek?.(1, 4, 4), 0xcafe);
  });

  it("injects a stuck engine and a lost interrupt", () => {
    const bench = setUp();
    const { bus, read, write } = bench;
    putDescriptor(bus, 0x2000n, { address: 0x8000n, length: 100, control: last | interruptAfter });
    bus.dueFaults.add("stuck");
    start(bench, h2c, 0x2000n);
    bus.run(1_000_000);
    assert.equal(read(h2c + 0x04), 1);
    write(h2c, irqEnable);
    bus.dueFaults.add("lost-interrupt");
    write(h2c, run | irqEnable);
    bus.run(10_000);
    assert.equal(read(0x010), 1);
    assert.equal(bus.line, false);
  });

  it("names unknown options", () => {
    assert.throws(
      () => sgDuplex.create(new FakeDeviceBus(), { speed: 1 }),
      (error) => error instanceof UserError && error.message.includes("'speed'"),
    );
  });
});
