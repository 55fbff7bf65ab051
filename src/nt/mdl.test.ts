// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { mdlFlag, mdlLayout } from "./mdl-layout.ts";
import { poolTag } from "./pool-heap.ts";
import { TestMachine } from "./test-machine.ts";

const tag = poolTag("Test");

function block(test: TestMachine, bytes: number): number {
  return test.nt.pool.allocate(bytes, tag);
}

describe("MDL routines", () => {
  it("describe a buffer by page, offset and length", () => {
    const test = new TestMachine();
    const mdl = Number(test.api("IoAllocateMdl", 0x12_3456, 0x2000, 0, 0, 0));
    const { memory } = test.machine;
    assert.equal(memory.u32(mdl + mdlLayout.fields.StartVa.offset), 0x12_3000);
    assert.equal(memory.u32(mdl + mdlLayout.fields.ByteOffset.offset), 0x456);
    assert.equal(memory.u32(mdl + mdlLayout.fields.ByteCount.offset), 0x2000);
    assert.equal(memory.u16(mdl + mdlLayout.fields.Size.offset), 28 + 4 * 3);
    assert.equal(test.api("MmSizeOfMdl", 0x12_3456, 0x2000), 28 + 4 * 3);
    test.api("IoFreeMdl", mdl);
    assert.deepEqual(test.rules, []);
  });

  it("build the page numbers of nonpaged memory and give its system address", () => {
    const test = new TestMachine();
    const address = block(test, 8192) + 100;
    const mdl = Number(test.api("IoAllocateMdl", address, 5000, 0, 0, 0));
    test.api("MmBuildMdlForNonPagedPool", mdl);
    assert.equal(test.nt.mdl.pfn(mdl, 1), test.machine.pages.frameOf(address + 4096));
    assert.equal(test.nt.mdl.systemAddress(mdl), address);
    assert.deepEqual(test.nt.mdl.segments(mdl, 10, 4000), [
      { address: address + 10, length: 3986 },
      { address: address + 3996, length: 14 },
    ]);
    assert.equal(test.nt.mdl.segments(mdl, 0, 5001), undefined);
  });

  it("refuse paged pool in MmBuildMdlForNonPagedPool", () => {
    const test = new TestMachine();
    const mdl = Number(test.api("IoAllocateMdl", test.nt.pool.allocate(64, tag, undefined, { paged: true }), 64, 0, 0, 0));
    test.api("MmBuildMdlForNonPagedPool", mdl);
    assert.deepEqual(test.rules, ["mdl-lifecycle"]);
  });

  it("lock, map, unmap and unlock in order, and report what is out of order", () => {
    const test = new TestMachine();
    const mdl = Number(test.api("IoAllocateMdl", block(test, 64), 64, 0, 0, 0));
    assert.equal(test.api("MmMapLockedPagesSpecifyCache", mdl, 0, 1, 0, 0, 16), 0);
    test.api("MmUnlockPages", mdl);
    assert.deepEqual(test.rules, ["mdl-lifecycle", "mdl-not-unlocked"]);
    test.api("MmProbeAndLockPages", mdl, 0, 1);
    const address = Number(test.api("MmMapLockedPagesSpecifyCache", mdl, 0, 1, 0, 0, 16));
    assert.notEqual(address, 0);
    assert.notEqual(test.nt.mdl.flags(mdl) & mdlFlag.writeOperation, 0);
    test.api("IoFreeMdl", mdl);
    assert.deepEqual(test.rules.slice(2), ["mdl-not-unlocked"]);
  });

  it("describe a part of another MDL", () => {
    const test = new TestMachine();
    const address = block(test, 16384);
    const source = Number(test.api("IoAllocateMdl", address, 16384, 0, 0, 0));
    test.api("MmBuildMdlForNonPagedPool", source);
    const part = Number(test.api("IoAllocateMdl", address + 5000, 4000, 0, 0, 0));
    test.api("IoBuildPartialMdl", source, part, address + 5000, 4000);
    assert.equal(test.nt.mdl.systemAddress(part), address + 5000);
    assert.deepEqual(test.nt.mdl.segments(part, 0, 100), [{ address: address + 5000, length: 100 }]);
    test.api("IoBuildPartialMdl", source, part, address + 14000, 4000);
    assert.deepEqual(test.rules, ["mdl-lifecycle"]);
  });

  it("report an MDL that is freed twice", () => {
    const test = new TestMachine();
    const mdl = Number(test.api("IoAllocateMdl", test.global(), 16, 0, 0, 0));
    test.api("IoFreeMdl", mdl);
    test.api("IoFreeMdl", mdl);
    assert.deepEqual(test.rules, ["mdl-lifecycle"]);
  });

  it("give pages without an address until they are mapped", () => {
    const test = new TestMachine();
    const highest = test.global();
    test.machine.memory.setU64(highest, 0xffff_ffffn);
    const mdl = Number(test.api("MmAllocatePagesForMdlEx", highest, highest, highest, 5000, 1, 0));
    assert.equal(test.nt.mdl.byteCount(mdl), 8192);
    assert.equal(test.machine.memory.isAccessible(test.nt.mdl.virtualAddress(mdl), 1), false);
    const address = test.nt.mdl.systemAddress(mdl);
    assert.equal(test.machine.memory.isAccessible(address, 8192), true);
    test.api("MmUnmapLockedPages", address, mdl);
    test.api("MmFreePagesFromMdl", mdl);
    assert.deepEqual(test.rules, []);
  });
});
