// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { TestBugCheck, TestMachine } from "./test-machine.ts";

const stops = (action: () => unknown, rule: string) => assert.throws(action, (error) => error instanceof TestBugCheck && error.violation.rule === rule);

function map(test: TestMachine, bytes = 4096): number {
  test.machine.device.setPower("D0");
  test.machine.memory.setU64(test.global(), test.machine.device.bars[0]?.base ?? 0n);
  return Number(test.api("MmMapIoSpace", test.global(), bytes, 0)) >>> 0;
}

describe("Registers", () => {
  it("are read and written in every width through a mapping", () => {
    const test = new TestMachine();
    const base = map(test);
    test.api("WRITE_REGISTER_ULONG", base + 8, -2);
    assert.equal(test.api("READ_REGISTER_ULONG", base + 8), 0xffff_fffe);
    test.api("WRITE_REGISTER_UCHAR", base + 1, 0x1ff);
    assert.equal(test.api("READ_REGISTER_UCHAR", base + 1), 0xff);
    test.api("WRITE_REGISTER_ULONG64", base + 16, 0x1234_5678_9abc_def0n);
    assert.equal(test.api("READ_REGISTER_ULONG64", base + 16), 0x1234_5678_9abc_def0n);
    assert.deepEqual(test.rules, []);
  });

  it("cost the time of the bus", () => {
    const test = new TestMachine();
    const base = map(test);
    test.api("READ_REGISTER_ULONG", base);
    assert.equal(test.machine.clock.now, 300);
  });

  it("move through consecutive registers in the BUFFER forms, ports stay", () => {
    const test = new TestMachine();
    const base = map(test);
    const buffer = test.global(0x100);
    [1, 2, 3].forEach((value, i) => {
      test.machine.memory.setU16(buffer + 2 * i, value);
    });
    test.api("WRITE_REGISTER_BUFFER_USHORT", base, buffer, 3);
    assert.equal(test.api("READ_REGISTER_USHORT", base + 4), 3);
    const port = Number(test.machine.device.bars[1]?.base);
    test.api("WRITE_PORT_BUFFER_USHORT", port, buffer, 3);
    assert.equal(test.api("READ_PORT_USHORT", port), 3);
    assert.equal(test.api("READ_PORT_USHORT", port + 2), 0);
  });

  it("are not reached through a wrong pointer", () => {
    const test = new TestMachine();
    const base = map(test, 64);
    stops(() => test.api("READ_REGISTER_ULONG", base + 64), "mmio-oob");
    stops(() => test.api("WRITE_REGISTER_ULONG", 0x10, 1), "null-deref");
    test.machine.memory.setU32(test.global(), 42);
    assert.equal(test.api("READ_REGISTER_ULONG", test.global()), 42);
    test.api("READ_REGISTER_ULONG", base + 2);
    assert.deepEqual(test.rules, ["mmio-oob", "register-access-width"]);
  });

  it("answer all ones at a port of nobody", () => {
    const test = new TestMachine();
    assert.equal(test.api("READ_PORT_UCHAR", 0x60), 0xff);
    assert.match(test.violations[0]?.message ?? "", /port 0x60 is not inside an I\/O BAR of the device \(BAR1 0x/);
  });
});

describe("MmMapIoSpace", () => {
  it("maps inside a BAR only, and not cached", () => {
    const test = new TestMachine();
    const at = test.global();
    test.machine.memory.setU64(at, 0x1234_5000n);
    assert.equal(test.api("MmMapIoSpace", at, 16, 0), 0);
    test.machine.memory.setU64(at, test.machine.pages.physicalOf(at) ?? 0n);
    assert.equal(test.api("MmMapIoSpace", at, 16, 0), 0);
    test.machine.memory.setU64(at, test.machine.device.bars[0]?.base ?? 0n);
    assert.notEqual(test.api("MmMapIoSpaceEx", at, 16, 4), 0);
    assert.deepEqual(test.rules, ["mmio-oob", "mapio-ram", "mb-cached-mapping"]);
  });

  it("is undone once, with the same length", () => {
    const test = new TestMachine();
    const base = map(test);
    test.api("MmUnmapIoSpace", base, 16);
    assert.deepEqual(test.rules, ["mapio-not-unmapped"]);
    stops(() => test.api("MmUnmapIoSpace", base, 4096), "mapio-not-unmapped");
    stops(() => test.api("READ_REGISTER_ULONG", base), "mmio-oob");
  });
});

describe("IRQL routines", () => {
  it("raise and lower, and deliver what waited", () => {
    const test = new TestMachine();
    let ran = false;
    assert.equal(test.api("KfRaiseIrql", 2), 0);
    test.nt.dpc.insert(
      test.nt.dpc.create("d", () => {
        ran = true;
      }),
    );
    assert.equal(ran, false);
    test.api("KeLowerIrql", 0);
    assert.equal(ran, true);
  });

  it("refuse to raise downwards and to lower upwards", () => {
    const test = new TestMachine();
    test.machine.cpu.raise(2);
    stops(() => test.api("KfRaiseIrql", 1), "irql-raise-lower-bad");
    stops(() => test.api("KeLowerIrql", 9), "irql-raise-lower-bad");
  });

  it("report pageable code at DISPATCH_LEVEL by name", () => {
    const test = new TestMachine();
    test.machine.memory.write(test.global(), new TextEncoder().encode("EvtIoRead\0"));
    test.api("DdkPagedCode", test.global());
    test.machine.cpu.raise(2);
    test.api("DdkPagedCode", test.global());
    assert.deepEqual(test.rules, ["paged-code-at-dispatch"]);
    assert.match(test.violations[0]?.message ?? "", /^EvtIoRead is pageable code/);
  });
});

describe("Spin locks", () => {
  it("raise to DISPATCH_LEVEL and back", () => {
    const test = new TestMachine();
    const lock = test.global();
    test.api("KeInitializeSpinLock", lock);
    assert.equal(test.api("KeAcquireSpinLockRaiseToDpc", lock), 0);
    assert.equal(test.machine.cpu.irql, 2);
    assert.deepEqual(test.nt.spinLocks.held, [lock]);
    test.api("KeReleaseSpinLock", lock, 0);
    assert.equal(test.machine.cpu.irql, 0);
    assert.deepEqual(test.rules, []);
  });

  it("are not recursive", () => {
    const test = new TestMachine();
    test.api("KeAcquireSpinLockRaiseToDpc", test.global());
    stops(() => test.api("KeAcquireSpinLockAtDpcLevel", test.global()), "spinlock-double-acquire");
  });

  it("are released by their holder, in kind, at the old level", () => {
    const test = new TestMachine();
    const lock = test.global();
    stops(() => test.api("KeReleaseSpinLock", lock, 0), "spinlock-release-not-owner");
    test.api("KeAcquireSpinLockRaiseToDpc", lock);
    test.api("KeReleaseSpinLock", lock, 2);
    test.machine.cpu.raise(2);
    test.api("KeAcquireSpinLockAtDpcLevel", lock);
    test.api("KeReleaseSpinLock", lock, 0);
    assert.deepEqual(test.rules, ["irql-raise-lower-bad", "lock-wrong-type"]);
    assert.equal(test.machine.cpu.irql, 2);
  });

  it("keep their IRQL in the queue handle", () => {
    const test = new TestMachine();
    test.api("KeAcquireInStackQueuedSpinLock", test.global(), test.global(0x20));
    assert.equal(test.machine.cpu.irql, 2);
    test.api("KeReleaseInStackQueuedSpinLock", test.global(0x20));
    assert.equal(test.machine.cpu.irql, 0);
  });

  it("must be initialised", () => {
    const test = new TestMachine();
    test.machine.memory.setU32(test.global(), 0xcdcd_cdcd);
    test.api("KeAcquireSpinLockRaiseToDpc", test.global());
    assert.deepEqual(test.rules, ["lock-not-initialised"]);
  });
});

describe("Failure routines", () => {
  it("name the bug check a driver raises", () => {
    const test = new TestMachine();
    assert.throws(
      () => test.api("KeBugCheckEx", 0x9f, 1, 2, 3, 4),
      (error) => error instanceof TestBugCheck && error.bugCheck?.name === "DRIVER_POWER_STATE_FAILURE" && error.bugCheck.parameters[3] === 4,
    );
  });

  it("report assertions and breakpoints, and go on", () => {
    const test = new TestMachine();
    const text = (offset: number, value: string) => {
      test.machine.memory.write(test.global(offset), new TextEncoder().encode(`${value}\0`));
      return test.global(offset);
    };
    test.api("RtlAssert", text(0, "x != NULL"), text(32, "a.c"), 12, 0);
    test.api("DbgBreakPoint");
    assert.deepEqual(
      test.violations.map(({ message }) => message),
      ["Assertion failed: x != NULL, a.c line 12", "DbgBreakPoint was called"],
    );
  });

  it("print for the debugger, at most 512 bytes, wide text at PASSIVE_LEVEL only", () => {
    const test = new TestMachine();
    const printed: [string, number | undefined][] = [];
    test.nt.onDebugPrint = (text, { level }) => void printed.push([text, level]);
    test.machine.memory.write(test.global(), new TextEncoder().encode("%600d|%C\0"));
    test.machine.cpu.raise(2);
    test.api("DbgPrintEx", 77, 3, test.global(), test.global(0x100));
    assert.equal(printed[0]?.[0].length, 512);
    assert.equal(printed[0]?.[1], 3);
    assert.deepEqual(test.rules, ["irql-too-high-for-ddi"]);
  });
});
