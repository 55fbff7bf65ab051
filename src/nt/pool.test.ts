// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { poolTag } from "./pool-heap.ts";
import { TestBugCheck, TestMachine } from "./test-machine.ts";

const tag = poolTag("Test");
const nonPaged = 0x40n;
const paged = 0x100n;

const rejects = (action: () => unknown, rule: string, parameter: number) =>
  assert.throws(
    action,
    (error) => error instanceof TestBugCheck && error.violation.rule === rule && error.bugCheck?.code === 0xc2 && error.bugCheck.parameters[0] === parameter,
  );

describe("Pool", () => {
  it("gives zeroed, aligned memory with inaccessible bytes around it", () => {
    const test = new TestMachine();
    const a = Number(test.api("ExAllocatePool2", nonPaged, 21, tag));
    const { memory } = test.machine;
    assert.equal(a % 8, 0);
    assert.deepEqual(
      [...memory.read(a, 21)],
      Array.from({ length: 21 }, () => 0),
    );
    assert.equal(memory.isAccessible(a + 20, 1), true);
    assert.equal(memory.isAccessible(a + 21, 1), false);
    assert.equal(memory.isAccessible(a - 1, 1), false);
    assert.match(memory.describe(a + 22) ?? "", /1 bytes past the end of a 21-byte nonpaged pool block at 0x[0-9A-F]{8}, tag 'Test'/);
  });

  it("starts blocks of a page or more at a page, and lets smaller ones not cross a page", () => {
    const test = new TestMachine();
    assert.equal(Number(test.api("ExAllocatePool2", nonPaged, 4096, tag)) % 4096, 0);
    for (let i = 0; i < 50; i++) {
      const bytes = 100 + 77 * i;
      const address = Number(test.api("ExAllocatePool2", nonPaged, bytes, tag));
      assert.equal(Math.floor(address / 4096), Math.floor((address + bytes - 1) / 4096));
    }
  });

  it("leaves the pattern of uninitialised memory unless zeroes are asked for", () => {
    const test = new TestMachine();
    const { memory } = test.machine;
    assert.equal(memory.u8(Number(test.api("ExAllocatePoolWithTag", 512, 8, tag))), 0xcd);
    assert.equal(memory.u8(Number(test.api("ExAllocatePoolZero", 512, 8, tag))), 0);
  });

  it("keeps a freed block inaccessible and remembers it", () => {
    const test = new TestMachine();
    const a = Number(test.api("ExAllocatePool2", nonPaged, 64, tag));
    test.api("ExFreePoolWithTag", a, tag);
    assert.equal(test.machine.memory.isAccessible(a, 1), false);
    assert.match(test.machine.memory.describe(a + 4) ?? "", /4 bytes into a 64-byte nonpaged pool block .*freed at statement/);
    assert.notEqual(Number(test.api("ExAllocatePool2", nonPaged, 64, tag)), a);
  });

  it("gives memory back after the quarantine", () => {
    const test = new TestMachine();
    for (let i = 0; i < 20_000; i++) test.api("ExFreePoolWithTag", Number(test.api("ExAllocatePool2", nonPaged, 4000, tag)), tag);
    assert.deepEqual(test.nt.pool.driverBlocks, []);
  });

  it("returns NULL when the machine is out of memory", () => {
    const test = new TestMachine();
    assert.equal(test.api("ExAllocatePool2", nonPaged, 64 << 20, tag), 0);
  });

  it("stops at a second free, a pointer into a block, and a wrong tag", () => {
    const test = new TestMachine();
    const a = Number(test.api("ExAllocatePool2", nonPaged, 64, tag));
    rejects(() => test.api("ExFreePoolWithTag", a + 8, tag), "pool-free-invalid", 0x46);
    rejects(() => test.api("ExFreePoolWithTag", a, poolTag("Oops")), "pool-tag-mismatch", 0x0a);
    test.api("ExFreePool", a);
    rejects(() => test.api("ExFreePoolWithTag", a, tag), "pool-double-free", 7);
    rejects(() => test.api("ExFreePool", 0), "pool-free-invalid", 0x46);
  });

  it("checks the IRQL of each kind of pool", () => {
    const test = new TestMachine();
    test.machine.cpu.raise(2);
    test.api("ExAllocatePool2", nonPaged, 8, tag);
    assert.deepEqual(test.rules, []);
    test.api("ExAllocatePool2", paged, 8, tag);
    test.machine.cpu.raise(9);
    test.api("ExAllocatePool2", nonPaged, 8, tag);
    assert.deepEqual(test.rules, ["pool-irql", "pool-irql"]);
  });

  it("refuses flags that name no pool or two", () => {
    const test = new TestMachine();
    assert.equal(test.api("ExAllocatePool2", 0n, 8, tag), 0);
    assert.equal(test.api("ExAllocatePool2", nonPaged | paged, 8, tag), 0);
    assert.deepEqual(test.rules, ["ddi-bad-argument", "ddi-bad-argument"]);
  });

  it("reports zero-byte allocations", () => {
    const test = new TestMachine();
    assert.notEqual(test.api("ExAllocatePool2", nonPaged, 0, tag), 0);
    assert.deepEqual(test.rules, ["pool-zero-size"]);
  });

  it("stops when a block with a set timer in it is freed", () => {
    const test = new TestMachine();
    const a = Number(test.api("ExAllocatePool2", nonPaged, 64, tag));
    test.machine.memory.setU64(test.global(), -10_000n);
    test.api("KeInitializeTimer", a + 8);
    test.api("KeSetTimer", a + 8, test.global(), 0);
    assert.throws(
      () => test.api("ExFreePoolWithTag", a, tag),
      (error) => error instanceof TestBugCheck && error.violation.rule === "pool-freed-with-active-object",
    );
  });
});
