// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { ntStatus } from "../protocol/index.ts";
import { TestBugCheck, TestMachine } from "./test-machine.ts";

/** Puts text where the test says. */
function put(test: TestMachine, offset: number, text: string, wide = false): number {
  const { memory } = test.machine;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 0;
    if (wide) memory.setU16(test.global(offset + 2 * i), code);
    else memory.setU8(test.global(offset + i), code);
  }
  return test.global(offset);
}

function unicode(test: TestMachine, offset: number, text: string, capacity?: number): number {
  const { memory } = test.machine;
  const address = test.global(offset);
  const buffer = put(test, offset + 8, text, true);
  memory.setU16(address, 2 * text.length);
  memory.setU16(address + 2, capacity ?? 2 * text.length + 2);
  memory.setU32(address + 4, buffer);
  return address;
}

const read = (test: TestMachine, address: number) => test.machine.memory.wideString(test.machine.memory.u32(address + 4), test.machine.memory.u16(address) / 2);

describe("Counted strings", () => {
  it("are initialised from zero-terminated text", () => {
    const test = new TestMachine();
    test.api("RtlInitUnicodeString", test.global(), put(test, 0x40, "MmMapIoSpace", true));
    assert.equal(read(test, test.global()), "MmMapIoSpace");
    assert.equal(test.machine.memory.u16(test.global(2)), 26);
    test.api("RtlInitUnicodeString", test.global(), 0);
    assert.equal(test.machine.memory.u32(test.global()), 0);
  });

  it("compare with and without case", () => {
    const test = new TestMachine();
    const [a, b] = [unicode(test, 0, "Device"), unicode(test, 0x40, "DEVICE")];
    assert.equal(test.api("RtlEqualUnicodeString", a, b, 0), 0);
    assert.equal(test.api("RtlEqualUnicodeString", a, b, 1), 1);
    assert.ok(Number(test.api("RtlCompareUnicodeString", a, b, 0)) > 0);
    assert.equal(test.api("RtlPrefixUnicodeString", unicode(test, 0x80, "dev"), a, 1), 1);
  });

  it("are appended and copied within their buffers", () => {
    const test = new TestMachine();
    const target = unicode(test, 0, "ab", 8);
    assert.equal(test.api("RtlAppendUnicodeToString", target, put(test, 0x40, "cd", true)), 0);
    assert.equal(read(test, target), "abcd");
    assert.equal(test.api("RtlAppendUnicodeToString", target, put(test, 0x40, "e", true)), ntStatus.STATUS_BUFFER_TOO_SMALL);
    test.api("RtlCopyUnicodeString", target, unicode(test, 0x80, "123456"));
    assert.equal(read(test, target), "1234");
  });

  it("convert between ANSI and Unicode, allocating when asked to", () => {
    const test = new TestMachine();
    test.api("RtlInitAnsiString", test.global(), put(test, 0x40, "hello"));
    assert.equal(test.api("RtlAnsiStringToUnicodeString", test.global(8), test.global(), 1), 0);
    assert.equal(read(test, test.global(8)), "hello");
    assert.equal(test.nt.pool.driverBlocks.length, 1);
    test.api("RtlFreeUnicodeString", test.global(8));
    assert.equal(test.nt.pool.driverBlocks.length, 0);
  });

  it("convert numbers and GUIDs", () => {
    const test = new TestMachine();
    const value = test.global(0x100);
    const toNumber = (text: string, base: number) => {
      test.api("RtlUnicodeStringToInteger", unicode(test, 0, text), base, value);
      return test.machine.memory.u32(value);
    };
    assert.deepEqual([toNumber("123", 0), toNumber("0x1F", 0), toNumber("ff", 16), toNumber("-1", 10), toNumber("0x1F", 16)], [123, 31, 255, 0xffff_ffff, 0]);
    const target = unicode(test, 0, "", 40);
    test.api("RtlIntegerToUnicodeString", 255, 16, target);
    assert.equal(read(test, target), "FF");
    const guid = "{C8EBDFB0-B510-11D0-80E5-00A0C92542E3}";
    assert.equal(test.api("RtlGUIDFromString", unicode(test, 0, guid), value), 0);
    test.api("RtlStringFromGUID", value, test.global(0x200));
    assert.equal(read(test, test.global(0x200)), guid);
  });
});

describe("Bitmaps", () => {
  it("find, set, clear and count runs", () => {
    const test = new TestMachine();
    const map = test.global();
    test.api("RtlInitializeBitMap", map, test.global(0x40), 40);
    test.api("RtlSetBits", map, 0, 5);
    assert.equal(test.api("RtlFindClearBitsAndSet", map, 30, 0), 5);
    assert.equal(test.api("RtlFindClearBits", map, 6, 0), 0xffff_ffff);
    assert.equal(test.api("RtlFindClearBits", map, 5, 38), 35);
    assert.equal(test.api("RtlNumberOfSetBits", map), 35);
    test.api("RtlClearBit", map, 7);
    assert.equal(test.api("RtlTestBit", map, 7), 0);
    assert.equal(test.api("RtlFindLongestRunClear", map, test.global(0x80)), 5);
    assert.equal(test.machine.memory.u32(test.global(0x80)), 35);
    assert.equal(test.api("RtlAreBitsSet", map, 8, 27), 1);
    test.api("RtlSetBit", map, 40);
    assert.deepEqual(test.rules, ["ddi-bad-argument"]);
  });
});

describe("Memory and numbers", () => {
  it("compare, fill and checksum", () => {
    const test = new TestMachine();
    put(test, 0, "abcdef");
    put(test, 16, "abcxef");
    assert.equal(test.api("RtlCompareMemory", test.global(), test.global(16), 6), 3);
    put(test, 32, "123456789");
    assert.equal(Number(test.api("RtlComputeCrc32", 0, test.global(32), 9)) >>> 0, 0xcbf4_3926);
    test.api("RtlFillMemoryUlong", test.global(64), 12, 0x0102_0304);
    assert.equal(test.api("RtlCompareMemoryUlong", test.global(64), 16, 0x0102_0304), 12);
  });

  it("convert calendar time both ways", () => {
    const test = new TestMachine();
    test.machine.memory.setU64(test.global(), 133_485_408_000_000_000n + 864_000_000_000n * 60n);
    test.api("RtlTimeToTimeFields", test.global(), test.global(16));
    assert.equal(test.api("RtlTimeFieldsToTime", test.global(16), test.global(48)), 1);
    assert.equal(test.machine.memory.u64(test.global(48)), test.machine.memory.u64(test.global()));
    test.machine.memory.setU16(test.global(18), 13);
    assert.equal(test.api("RtlTimeFieldsToTime", test.global(16), test.global(48)), 0);
  });
});

describe("Formatted output and input", () => {
  it("fit or are cut as each function says", () => {
    const test = new TestMachine();
    const { memory } = test.machine;
    const format = put(test, 0x100, "%d-%s");
    memory.setU32(test.global(0x200), 42);
    memory.setU32(test.global(0x204), put(test, 0x300, "text"));
    const args = test.global(0x200);
    assert.equal(test.api("sprintf_s", test.global(), 16, format, args), 7);
    assert.equal(memory.cString(test.global()), "42-text");
    assert.equal(test.api("_snprintf", test.global(), 4, format, args), -1);
    assert.equal(test.api("_snprintf_s", test.global(), 5, -1, format, args), -1);
    assert.equal(memory.cString(test.global()), "42-t");
    assert.throws(() => test.api("sprintf_s", test.global(), 4, format, args), TestBugCheck);
  });

  it("scan numbers, words, sets and widths", () => {
    const test = new TestMachine();
    const { memory } = test.machine;
    const args = test.global(0x400);
    [0, 4, 8].forEach((offset, i) => {
      memory.setU32(args + offset, test.global(0x500 + 4 * i));
    });
    memory.setU32(args + 12, 8);
    assert.equal(test.api("sscanf_s", put(test, 0, "12 0x1f word"), put(test, 0x100, "%d %x %s"), args), 3);
    assert.deepEqual([memory.u32(test.global(0x500)), memory.u32(test.global(0x504)), memory.cString(test.global(0x508))], [12, 31, "word"]);
    memory.setU32(args + 4, 8);
    assert.equal(test.api("sscanf_s", put(test, 0, "abc123"), put(test, 0x100, "%[a-z]"), args), 1);
    assert.equal(memory.cString(test.global(0x500)), "abc");
    assert.equal(test.api("swscanf_s", put(test, 0, "7", true), put(test, 0x100, "%2d", true), args), 1);
    assert.equal(test.api("sscanf_s", put(test, 0, ""), put(test, 0x100, "%d"), args), -1);
  });
});

describe("Lists", () => {
  it("keep the order of interlocked lists and return NULL when they are empty", () => {
    const test = new TestMachine();
    const { memory } = test.machine;
    const head = test.global();
    memory.setU32(head, head);
    memory.setU32(head + 4, head);
    const [a, b] = [test.global(0x20), test.global(0x30)];
    assert.equal(test.api("ExInterlockedInsertTailList", head, a, 0), 0);
    assert.equal(test.api("ExInterlockedInsertHeadList", head, b, 0), a);
    assert.deepEqual(
      [1, 2, 3].map(() => test.api("ExInterlockedRemoveHeadList", head, 0)),
      [b, a, 0],
    );
    test.api("ExInitializeSListHead", head);
    test.api("ExpInterlockedPushEntrySList", head, a);
    test.api("ExpInterlockedPushEntrySList", head, b);
    assert.equal(memory.u16(head + 4), 2);
    assert.deepEqual(
      [1, 2, 3].map(() => test.api("ExpInterlockedPopEntrySList", head)),
      [b, a, 0],
    );
  });

  it("allocate from lookaside lists that are initialised", () => {
    const test = new TestMachine();
    const list = test.global();
    assert.equal(test.api("ExAllocateFromNPagedLookasideList", list), 0);
    test.api("ExInitializeNPagedLookasideList", list, 0, 0, 512, 40, 0x6b6f6f4c, 0);
    const entry = Number(test.api("ExAllocateFromNPagedLookasideList", list));
    assert.equal(test.nt.pool.sizeOf(entry), 40);
    test.api("ExFreeToNPagedLookasideList", list, entry);
    assert.deepEqual(test.rules, ["lock-not-initialised"]);
  });
});

describe("Mutexes, resources and work items", () => {
  it("raise to APC_LEVEL while a fast mutex is held", () => {
    const test = new TestMachine();
    test.api("KeInitializeGuardedMutex", test.global());
    test.api("ExAcquireFastMutex", test.global());
    assert.equal(test.machine.cpu.irql, 1);
    assert.throws(() => test.api("ExAcquireFastMutex", test.global()), TestBugCheck);
    test.api("ExReleaseFastMutex", test.global());
    assert.equal(test.machine.cpu.irql, 0);
  });

  it("run work at PASSIVE_LEVEL, later and once", () => {
    const test = new TestMachine();
    const item = Number(test.api("IoAllocateWorkItem", test.nt.pnp.pdo.address));
    const routine = test.function(() => undefined);
    test.machine.cpu.raise(2);
    test.api("IoQueueWorkItem", item, routine, 1, 5);
    assert.throws(() => test.api("IoQueueWorkItem", item, routine, 1, 5), TestBugCheck);
    test.machine.cpu.lower(0);
    test.settle();
    assert.deepEqual(
      test.calls.map(({ args, irql }) => [args[1], irql]),
      [[5, 0]],
    );
    test.api("IoFreeWorkItem", item);
    assert.deepEqual(test.rules, []);
  });
});
