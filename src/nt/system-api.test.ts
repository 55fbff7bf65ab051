// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { ntStatus } from "../protocol/index.ts";
import { TestBugCheck, TestMachine } from "./test-machine.ts";

const seconds = (test: TestMachine, count: number): number => {
  const at = test.global(0xf00);
  test.machine.memory.setU64(at, BigInt(-count * 10_000_000));
  return at;
};

/** A UNICODE_STRING for `text` at `at`. */
function unicode(test: TestMachine, text: string, at = 0x800): number {
  const { memory } = test.machine;
  const address = test.global(at);
  for (let i = 0; i < text.length; i++) memory.setU16(address + 8 + 2 * i, text.charCodeAt(i));
  memory.setU16(address, 2 * text.length);
  memory.setU16(address + 2, 2 * text.length);
  memory.setU32(address + 4, address + 8);
  return address;
}

describe("Physical memory ranges", () => {
  it("are a list in pool, around the hole below 4 GiB, ended by zeros", () => {
    const test = new TestMachine({ machine: { physicalAddressBits: 36 } });
    const { memory } = test.machine;
    const list = Number(test.api("MmGetPhysicalMemoryRanges"));
    const entry = (i: number): bigint[] => [memory.u64(list + 16 * i), memory.u64(list + 16 * i + 8)];
    assert.deepEqual(entry(0), [0x10_0000n, 0xcff0_0000n]);
    assert.deepEqual(entry(1), [0x1_0000_0000n, 0xf_0000_0000n]);
    assert.deepEqual(entry(2), [0n, 0n]);
    test.api("ExFreePool", list);
    assert.equal(test.nt.pool.driverBlocks.length, 0);
    assert.equal(Number(test.api("MmAddPhysicalMemory", test.global(), test.global())) >>> 0, ntStatus.STATUS_NOT_SUPPORTED);
    assert.deepEqual(test.rules, []);
  });
});

describe("ZwQuerySystemInformation", () => {
  it("tells page size and processors, and the length it wants", () => {
    const test = new TestMachine();
    const { memory } = test.machine;
    const [buffer, length] = [test.global(), test.global(0x100)];
    assert.equal(Number(test.api("ZwQuerySystemInformation", 0, buffer, 20, length)) >>> 0, ntStatus.STATUS_INFO_LENGTH_MISMATCH);
    assert.equal(memory.u32(length), 44);
    assert.equal(test.api("ZwQuerySystemInformation", 0, buffer, 44, 0), 0);
    assert.deepEqual([memory.u32(buffer + 8), memory.u8(buffer + 40)], [4096, 1]);
  });

  it("stops at a class that is not emulated", () => {
    const test = new TestMachine();
    assert.throws(
      () => test.api("ZwQuerySystemInformation", 11, test.global(), 44, 0),
      (error) => error instanceof TestBugCheck && error.violation.rule === "NOT-EMULATED",
    );
  });
});

describe("Crash dump headers", () => {
  it("take a page, and are refused with other types and smaller buffers", () => {
    const test = new TestMachine();
    const { memory } = test.machine;
    const [buffer, needed] = [test.global(), test.global(0x2000)];
    assert.equal(Number(test.api("KeInitializeCrashDumpHeader", 1, 0, buffer, 100, needed)) >>> 0, ntStatus.STATUS_BUFFER_TOO_SMALL);
    assert.equal(memory.u32(needed), 0x1000);
    assert.equal(Number(test.api("KeInitializeCrashDumpHeader", 2, 0, buffer, 0x1000, 0)) >>> 0, ntStatus.STATUS_INVALID_PARAMETER);
    assert.equal(test.api("KeInitializeCrashDumpHeader", 1, 0, buffer, 0x1000, 0), 0);
    assert.equal(memory.cString(buffer, 8), "PAGEDUMP");
  });

  it("hold the bug check that was captured", () => {
    const test = new TestMachine({ machine: { memoryMiB: 8 } });
    const { memory } = test.machine;
    const buffer = test.nt.pool.allocate(0x1_0000, 1);
    assert.equal(test.api("KeCapturePersistentThreadState", 0, 0, 0xe2, 1, 2, 3, 4, buffer), 0x1_0000);
    assert.deepEqual([memory.u32(buffer + 40), memory.u32(buffer + 44), memory.u32(buffer + 56)], [0xe2, 1, 4]);
  });
});

describe("Named events", () => {
  it("are one event for each name, signaled at first, until the last handle is closed", () => {
    const test = new TestMachine();
    const { memory } = test.machine;
    const [first, second] = [test.global(), test.global(4)];
    const event = Number(test.api("IoCreateNotificationEvent", unicode(test, "\\BaseNamedObjects\\Ready"), first));
    assert.equal(test.api("IoCreateSynchronizationEvent", unicode(test, "\\basenamedobjects\\READY"), second), event);
    assert.equal(test.api("KeReadStateEvent", event), 1);
    assert.equal(test.api("ZwWaitForSingleObject", memory.u32(first), 0, 0), ntStatus.STATUS_SUCCESS);
    test.api("KeClearEvent", event);
    assert.equal(test.api("ZwWaitForSingleObject", memory.u32(second), 0, seconds(test, 1)), ntStatus.STATUS_TIMEOUT);
    assert.equal(test.machine.clock.now, 1e9);
    test.api("ZwClose", memory.u32(first));
    test.api("ZwClose", memory.u32(second));
    assert.equal(
      test.nt.pool.hostBlocks.some(({ label }) => label === "named event"),
      false,
    );
    assert.deepEqual(test.rules, []);
  });

  it("are not found by a handle that was closed", () => {
    const test = new TestMachine();
    assert.equal(Number(test.api("ZwWaitForSingleObject", 0x8000_0100, 0, 0)) >>> 0, ntStatus.STATUS_INVALID_HANDLE);
    assert.deepEqual(test.rules, ["ddi-bad-argument"]);
  });
});

describe("DbgPrompt", () => {
  it("prints the question and gets no answer", () => {
    const test = new TestMachine();
    const printed: string[] = [];
    test.nt.onDebugPrint = (text) => printed.push(text);
    const { memory } = test.machine;
    memory.write(test.global(), new TextEncoder().encode("Break? \0"));
    memory.setU8(test.global(0x40), 0x41);
    assert.equal(test.api("DbgPrompt", test.global(), test.global(0x40), 8), 0);
    assert.deepEqual([printed, memory.u8(test.global(0x40))], [["Break? "], 0]);
  });
});
