// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { checkDevice } from "../runtime/device-check.ts";
import { UserModules } from "../runtime/user-module.ts";
import { FakeDeviceBus } from "./fake-device-bus.ts";
import { defineDevice } from "./index.ts";

const file = fileURLToPath(new URL("../../samples/device-model/device.ts", import.meta.url));

function setUp(): { bus: FakeDeviceBus; read: (offset: number) => number; write: (offset: number, value: number) => void } {
  const definition = checkDevice(new UserModules({ defineDevice }).load(file), file);
  const bus = new FakeDeviceBus();
  const device = definition.create(bus, { nsPerByte: 2 });
  device.reset();
  return { bus, read: (offset) => Number(device.read(0, offset, 4)), write: (offset, value) => device.write(0, offset, 4, value) };
}

describe("samples/device-model", () => {
  it("sums a buffer, takes its time, and interrupts", () => {
    const { bus, read, write } = setUp();
    assert.equal(read(0x00), 0x53554d58);
    bus.memory.set([1, 2, 250], bus.at(0x2000n));
    write(0x04, 0x2000);
    write(0x0c, 3);
    write(0x10, 3);
    bus.run(505);
    assert.equal(read(0x10), 3);
    bus.run(1);
    assert.deepEqual([read(0x10), read(0x14), read(0x18), bus.line], [2, 1, 253, true]);
    write(0x14, 1);
    assert.deepEqual([read(0x14), bus.line], [0, false]);
  });

  it("ends with ERROR where no memory is mapped, or when the length is wrong", () => {
    for (const [address, length] of [
      [0xffff_0000, 4],
      [0x2000, 0],
      [0x2000, 65537],
    ] as const) {
      const { bus, read, write } = setUp();
      write(0x04, address);
      write(0x0c, length);
      write(0x10, 1);
      bus.run(1_000_000);
      assert.deepEqual([read(0x10), read(0x14), bus.line], [0, 2, false]);
    }
  });
});
