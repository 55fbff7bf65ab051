// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { logicalAddress } from "../base/index.ts";
import type { DmaAdapter } from "./dma-adapter.ts";
import { TestBugCheck, TestMachine } from "./test-machine.ts";

function setUp(): { test: TestMachine; adapter: DmaAdapter } {
  const test = new TestMachine();
  const granted = test.nt.hal.getDmaAdapter(
    { version: 2, master: true, scatterGather: true, dma32BitAddresses: true, dma64BitAddresses: true, maximumLength: 65536 },
    7,
  );
  assert.ok(granted !== undefined);
  return { test, adapter: granted.adapter };
}

describe("DmaAdapter common buffers", () => {
  it("are zeroed, page aligned, and shared with the device", () => {
    const { test, adapter } = setUp();
    const common = adapter.allocateCommonBuffer(5000, "descriptor ring", 9);
    assert.ok(common !== undefined);
    assert.equal(common.address % 4096, 0);
    assert.equal(common.logical % 4096n, 0n);
    test.machine.memory.setU32(common.address + 4992, 0x1234_5678);
    assert.deepEqual([...(test.bus?.dma.read(common.logical + 4992n, 4) ?? [])], [0x78, 0x56, 0x34, 0x12]);
    test.bus?.dma.write(common.logical, Uint8Array.of(9));
    assert.equal(test.machine.memory.u8(common.address), 9);
    assert.equal(test.machine.memory.isAccessible(common.address + 5000, 1), false);
    assert.match(test.machine.memory.describe(common.address + 5003) ?? "", /3 bytes past the end of the 5000-byte descriptor ring/);
  });

  it("are freed with the values they were allocated with, once", () => {
    const { test, adapter } = setUp();
    const common = adapter.allocateCommonBuffer(64, "ring", 9);
    assert.ok(common !== undefined);
    adapter.freeCommonBuffer(32, common.logical, common.address);
    adapter.freeCommonBuffer(64, logicalAddress(0n), common.address);
    assert.deepEqual(test.rules, ["cb-free-mismatch", "cb-double-free"]);
  });

  it("must be gone when the adapter is put, and the adapter is dead afterwards", () => {
    const { test, adapter } = setUp();
    adapter.allocateCommonBuffer(64, "ring", 9);
    adapter.putDmaAdapter();
    assert.deepEqual(test.rules, ["cb-leak-at-put"]);
    assert.throws(() => adapter.getDmaAlignment(), TestBugCheck);
  });
});
