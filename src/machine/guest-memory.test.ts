// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { guestLayout } from "../protocol/index.ts";
import { type AccessFault, GuestMemory } from "./guest-memory.ts";

const layout = guestLayout(8);
// RAM and its shadow; the rest of the address space has no shadow here.
const buffer = new ArrayBuffer(layout.ramEnd + layout.ramEnd / 8);

function memory() {
  new Uint8Array(buffer).fill(0);
  const guest = new GuestMemory(layout, buffer);
  const faults: AccessFault[] = [];
  guest.onFault = (fault) => {
    faults.push(fault);
    throw new Error("fault");
  };
  return { guest, faults };
}

describe("GuestMemory", () => {
  it("reads and writes what was allowed, little endian", () => {
    const { guest } = memory();
    guest.allow(0x2_0000, 64);
    guest.setU32(0x2_0000, 0x1234_5678);
    assert.equal(guest.u8(0x2_0000), 0x78);
    assert.equal(guest.u16(0x2_0002), 0x1234);
    guest.setU64(0x2_0008, -2n);
    assert.equal(guest.i64(0x2_0008), -2n);
    assert.equal(guest.u64(0x2_0008), 2n ** 64n - 2n);
  });

  it("faults on NULL, on memory that was never allowed, and one byte past the end of a block", () => {
    const { guest, faults } = memory();
    guest.allow(0x2_0000, 13);
    assert.equal(guest.isAccessible(0x2_0000, 13), true);
    for (const access of [
      () => guest.u32(0),
      () => guest.u8(0x3_0000),
      () => guest.u8(0x2_000d),
      () => guest.setU32(0x2_000a, 1),
      () => guest.read(0x2_0000, 14),
    ])
      assert.throws(access, /fault/);
    assert.deepEqual(
      faults.map(({ kind }) => kind),
      ["read", "read", "read", "write", "read"],
    );
    assert.equal(guest.u8(0x2_000c), 0);
  });

  it("forbids what was freed, whole granules at a time", () => {
    const { guest } = memory();
    guest.allow(0x2_0000, 32);
    guest.forbid(0x2_0008, 8);
    assert.equal(guest.isAccessible(0x2_0000, 8), true);
    assert.equal(guest.isAccessible(0x2_0008, 1), false);
    assert.equal(guest.isAccessible(0x2_0010, 16), true);
    assert.equal(guest.isAccessible(0x2_0000, 32), false);
  });

  it("sends a watched granule through the slow path and keeps it accessible", () => {
    const { guest } = memory();
    guest.allow(0x2_0000, 32);
    guest.watchGranule(0x2_0009);
    assert.equal(new Uint8Array(buffer)[layout.shadow + 0x2_0008 / 8], 0);
    assert.equal(guest.isAccessible(0x2_0008, 8), true);
  });

  it("reads C strings and wide strings", () => {
    const { guest } = memory();
    guest.allow(0x2_0000, 64);
    guest.write(0x2_0000, new TextEncoder().encode("edu\0"));
    assert.equal(guest.cString(0x2_0000), "edu");
    for (const [i, c] of [..."DMA"].entries()) guest.setU16(0x2_0010 + 2 * i, c.charCodeAt(0));
    assert.equal(guest.wideString(0x2_0010), "DMA");
    assert.equal(guest.wideString(0x2_0010, 2), "DM");
  });
});
