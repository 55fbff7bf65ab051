// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { ntStatus } from "../protocol/index.ts";
import { TestBugCheck, TestMachine } from "./test-machine.ts";

const ms = 1_000_000;
const stops = (action: () => unknown, rule: string) => assert.throws(action, (error) => error instanceof TestBugCheck && error.violation.rule === rule);

function due(test: TestMachine, milliseconds: number): number {
  const at = test.global(0x800);
  test.machine.memory.setU64(at, BigInt(-milliseconds * 10_000));
  return at;
}

describe("Events and waits", () => {
  it("satisfy a wait at once when signaled, and reset a synchronization event", () => {
    const test = new TestMachine();
    const event = test.global();
    test.api("KeInitializeEvent", event, 1, 1);
    assert.equal(test.api("KeWaitForSingleObject", event, 0, 0, 0, 0), ntStatus.STATUS_SUCCESS);
    assert.equal(test.api("KeReadStateEvent", event), 0);
    assert.equal(test.api("KeSetEvent", event, 0, 0), 0);
    assert.equal(test.api("KeResetEvent", event), 1);
  });

  it("block until the event is set by a timer's DPC, while time passes", () => {
    const test = new TestMachine();
    const [event, timer, dpc] = [test.global(), test.global(0x40), test.global(0x80)];
    const routine = test.function(() => void test.api("KeSetEvent", event, 0, 0));
    test.api("KeInitializeEvent", event, 0, 0);
    test.api("KeInitializeTimer", timer);
    test.api("KeInitializeDpc", dpc, routine, 77);
    test.api("KeSetTimer", timer, due(test, 5), dpc);
    assert.equal(test.api("KeWaitForSingleObject", event, 0, 0, 0, 0), ntStatus.STATUS_SUCCESS);
    assert.equal(test.machine.clock.now, 5 * ms);
    assert.deepEqual([test.calls[0]?.irql, test.calls[0]?.args[1]], [2, 77]);
  });

  it("time out", () => {
    const test = new TestMachine();
    const event = test.global();
    test.api("KeInitializeEvent", event, 0, 0);
    assert.equal(test.api("KeWaitForSingleObject", event, 0, 0, 0, due(test, 3)), ntStatus.STATUS_TIMEOUT);
    assert.equal(test.machine.clock.now, 3 * ms);
  });

  it("name a deadlock", () => {
    const test = new TestMachine();
    test.api("KeInitializeEvent", test.global(), 0, 0);
    stops(() => test.api("KeWaitForSingleObject", test.global(), 0, 0, 0, 0), "wait-never-satisfied");
  });

  it("must not block at DISPATCH_LEVEL, but may test with a zero timeout", () => {
    const test = new TestMachine();
    test.api("KeInitializeEvent", test.global(), 0, 0);
    test.machine.cpu.raise(2);
    assert.equal(test.api("KeWaitForSingleObject", test.global(), 0, 0, 0, due(test, 0)), ntStatus.STATUS_TIMEOUT);
    assert.deepEqual(test.rules, []);
    stops(() => test.api("KeWaitForSingleObject", test.global(), 0, 0, 0, 0), "dpc-wait");
    assert.deepEqual(test.rules, ["irql-too-high-for-ddi"]);
  });

  it("need initialised objects of the right type", () => {
    const test = new TestMachine();
    test.api("KeSetEvent", test.global(), 0, 0);
    test.api("KeInitializeSemaphore", test.global(), 1, 1);
    test.api("KeSetEvent", test.global(), 0, 0);
    assert.deepEqual(test.rules, ["lock-not-initialised", "lock-not-initialised"]);
    assert.match(test.violations[1]?.message ?? "", /is a semaphore/);
  });

  it("wait for any or all of several objects", () => {
    const test = new TestMachine();
    const objects = [test.global(), test.global(0x20)];
    objects.forEach((object, i) => {
      test.api("KeInitializeEvent", object, 1, i);
      test.machine.memory.setU32(test.global(0x100 + 4 * i), object);
    });
    assert.equal(test.api("KeWaitForMultipleObjects", 2, test.global(0x100), 1, 0, 0, 0, 0, 0), 1);
    assert.equal(test.api("KeWaitForMultipleObjects", 2, test.global(0x100), 0, 0, 0, 0, due(test, 1), 0), ntStatus.STATUS_TIMEOUT);
  });
});

describe("Semaphores and mutexes", () => {
  it("count down by waits and up to the limit", () => {
    const test = new TestMachine();
    const semaphore = test.global();
    test.api("KeInitializeSemaphore", semaphore, 1, 2);
    test.api("KeWaitForSingleObject", semaphore, 0, 0, 0, 0);
    assert.equal(test.api("KeReleaseSemaphore", semaphore, 0, 2, 0), 0);
    stops(() => test.api("KeReleaseSemaphore", semaphore, 0, 1, 0), "semaphore-limit");
  });

  it("are recursive for their thread and refuse a release by others", () => {
    const test = new TestMachine();
    const mutex = test.global();
    test.api("KeInitializeMutex", mutex, 0);
    test.api("KeWaitForSingleObject", mutex, 0, 0, 0, 0);
    test.api("KeWaitForSingleObject", mutex, 0, 0, 0, 0);
    test.api("KeReleaseMutex", mutex, 0);
    test.api("KeReleaseMutex", mutex, 0);
    stops(() => test.api("KeReleaseMutex", mutex, 0), "spinlock-release-not-owner");
  });
});

describe("DPCs", () => {
  it("run in order when the IRQL falls, once for several insertions, high importance first", () => {
    const test = new TestMachine();
    const order: string[] = [];
    const make = (name: string) => test.nt.dpc.create(name, () => void order.push(name));
    const [a, b, c] = [make("a"), make("b"), make("c")];
    c.importance = "high";
    test.machine.cpu.raise(9);
    assert.deepEqual(
      [a, b, a, c].map((dpc) => test.nt.dpc.insert(dpc)),
      [true, true, false, true],
    );
    assert.deepEqual(order, []);
    test.machine.cpu.lower(0);
    assert.deepEqual(order, ["c", "a", "b"]);
  });

  it("can be removed and flushed", () => {
    const test = new TestMachine();
    let runs = 0;
    const dpc = test.nt.dpc.create("d", () => void runs++);
    test.nt.dpc.insert(dpc);
    assert.equal(test.nt.dpc.remove(dpc), true);
    assert.equal(test.nt.dpc.remove(dpc), false);
    test.nt.dpc.insert(dpc);
    test.api("KeFlushQueuedDpcs");
    assert.equal(runs, 1);
  });

  it("must return at DISPATCH_LEVEL", () => {
    const test = new TestMachine();
    test.nt.dpc.insert(test.nt.dpc.create("bad", () => test.machine.cpu.setIrql(5)));
    test.machine.cpu.deliver();
    assert.deepEqual(test.rules, ["dpc-lock-held-at-exit"]);
    assert.equal(test.machine.cpu.irql, 0);
  });

  it("keep the arguments of the first insertion", () => {
    const test = new TestMachine();
    const dpc = test.global();
    test.api(
      "KeInitializeDpc",
      dpc,
      test.function(() => undefined),
      1,
    );
    test.machine.cpu.raise(2);
    assert.equal(test.api("KeInsertQueueDpc", dpc, 10, 11), 1);
    assert.equal(test.api("KeInsertQueueDpc", dpc, 20, 21), 0);
    test.machine.cpu.lower(0);
    assert.deepEqual(test.calls[0]?.args, [dpc, 1, 10, 11]);
  });
});

describe("Timers", () => {
  it("expire periodically until they are stopped", () => {
    const test = new TestMachine();
    const times: number[] = [];
    const timer = test.nt.timers.create(() => {
      times.push(test.machine.clock.now / ms);
      if (times.length === 3) test.nt.timers.stop(timer);
    });
    assert.equal(test.nt.timers.start(timer, -20_000n, 5), false);
    test.settle();
    assert.deepEqual(times, [2, 7, 12]);
  });

  it("keep their period when an expiry comes late", () => {
    const test = new TestMachine();
    const times: number[] = [];
    const timer = test.nt.timers.create(undefined, {
      onExpire: () => {
        times.push(test.machine.clock.now / ms);
      },
    });
    test.nt.timers.start(timer, -10_000n, 1);
    test.machine.clock.advance(1.5 * ms);
    test.machine.clock.runDue();
    test.machine.clock.jump();
    test.machine.clock.runDue();
    assert.deepEqual(times, [1.5, 2]);
  });

  it("take absolute system times and tell whether they were set", () => {
    const test = new TestMachine();
    const timer = test.nt.timers.create(() => undefined);
    test.nt.timers.start(timer, test.nt.time.precise + 30_000n);
    assert.equal(test.machine.clock.nextDue, 3 * ms);
    assert.equal(test.nt.timers.start(timer, -10_000n), true);
    assert.equal(test.nt.timers.stop(timer), true);
    assert.equal(test.nt.timers.stop(timer), false);
  });
});

describe("Executive timers", () => {
  it("call back at DISPATCH_LEVEL, periodically, until they are deleted", () => {
    const test = new TestMachine();
    const times: number[] = [];
    const callback = test.function(() => times.push(test.machine.clock.now / ms));
    const timer = Number(test.api("ExAllocateTimer", callback, 9, 8));
    assert.equal(test.api("ExSetTimer", timer, -10_000n, 5_000n, 0), 0);
    test.api("KeDelayExecutionThread", 0, 0, due(test, 2.2));
    assert.deepEqual(times, [1, 1.5, 2]);
    assert.deepEqual([test.calls[0]?.irql, test.calls[0]?.args], [2, [timer, 9]]);
    assert.equal(test.api("ExDeleteTimer", timer, 1, 0, 0), 1);
    test.api("ExSetTimer", timer, -1n, 0n, 0);
    assert.deepEqual(test.rules, ["ddi-bad-argument"]);
  });
});

describe("Time", () => {
  it("passes in a stall; the device and its interrupt go on inside", () => {
    const test = new TestMachine();
    const log: string[] = [];
    const [vector] = test.machine.device.vectors;
    assert.ok(vector !== undefined);
    test.machine.interrupts.connect(vector, () => {
      log.push(`isr at ${test.machine.clock.now}, irql ${test.machine.cpu.irql}`);
      return true;
    });
    test.bus?.after(20_000, () => test.bus?.interrupt.raise());
    test.api("KeStallExecutionProcessor", 50);
    assert.deepEqual(log, ["isr at 20000, irql 9"]);
    assert.equal(test.machine.clock.now, 50_000);
  });

  it("is delayed by KeDelayExecutionThread", () => {
    const test = new TestMachine();
    test.api("KeDelayExecutionThread", 0, 0, due(test, 10));
    assert.equal(test.machine.clock.now, 10 * ms);
  });

  it("shows in the clocks", () => {
    const test = new TestMachine();
    const at = test.global();
    test.machine.clock.advance(1_000_000_000);
    test.api("KeQueryPerformanceCounter", at, at + 8);
    assert.equal(test.machine.memory.u64(at), 10_000_000n);
    assert.equal(test.machine.memory.u64(at + 8), 10_000_000n);
    test.api("KeQueryTickCount", at);
    assert.equal(test.machine.memory.u64(at), 64n);
    test.api("KeQuerySystemTimePrecise", at);
    test.api("RtlTimeToTimeFields", at, at + 16);
    assert.deepEqual(
      Array.from({ length: 8 }, (_, i) => test.machine.memory.u16(at + 16 + 2 * i)),
      [2024, 1, 1, 0, 0, 1, 0, 1],
    );
  });
});
