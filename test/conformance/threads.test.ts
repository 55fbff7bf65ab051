// SPDX-License-Identifier: MIT
/** System threads and waits, run by driver code: each thread on a stack of its own, in an order that is always the same. */
import assert from "node:assert/strict";
import path from "node:path";
import { ConformanceBench, course, runStep } from "./bench.ts";

const source = path.join(import.meta.dirname, "thread-driver", "threads.c");

interface Passing {
  readonly test: string;
  readonly title: string;
  readonly course: readonly string[];
}

const passing: readonly Passing[] = [
  {
    test: "turns",
    title: "two threads take turns by events, and their creator waits for both to end",
    course: ["ping 0", "pong 0", "ping 1", "pong 1", "ping 2", "pong 2", "both have ended"],
  },
  { test: "semaphore", title: "a consumer takes what a producer releases, under a mutex", course: ["consumed 100, semaphore at 0"] },
  {
    test: "timeout",
    title: "a wait for a mutex times out, another gets it when its owner has released it",
    course: ["after 2 ms: 00000102", "releases the mutex", "in the end: 00000000, state 0"],
  },
  { test: "spin", title: "threads that look at each other's variables in loops both get on", course: ["answer 42"] },
  { test: "spin-in-callback", title: "a callback that looks at a variable in a loop lets threads of every priority run", course: ["answer 43"] },
  {
    test: "work-items",
    title: "work items whose waits overlap both get on, whichever began first",
    course: ["first waits", "second waits for first", "first goes on", "second goes on"],
  },
  {
    test: "priority",
    title: "a thread of a higher priority takes over at the statement after its event was set",
    course: ["old priority 8", "urgent goes first", "ordinary goes on"],
  },
  {
    test: "order",
    title: "waits are satisfied when an event is set or pulsed, in the order in which they began",
    course: ["a released: 00000000", "state 0", "b released: 00000000", "c released: 00000000", "object 1 of the two"],
  },
  {
    test: "timer",
    title: "a thread waits for a periodic timer, and stays the same thread",
    course: ["same thread 1, object of the handle 1", "timer 0 at IRQL 0", "timer 1 at IRQL 0", "timer 2 at IRQL 0"],
  },
  {
    test: "fast-mutex",
    title: "a thread that waits with a fast mutex keeps its level, and others run at theirs",
    course: ["a has it at IRQL 1", "a is at IRQL 0", "b has it at IRQL 1", "b is at IRQL 0"],
  },
  {
    test: "framework-waits",
    title: "threads wait for a wait lock and for the end of a work item, beside each other",
    course: ["after 2 ms: 00000102", "work is done", "flushed", "releases the lock", "in the end: 00000000"],
  },
];

interface Failing {
  readonly test: string;
  readonly title: string;
  readonly rule: string;
  readonly message: RegExp;
  readonly function?: string;
}

const failing: readonly Failing[] = [
  {
    test: "keep-mutex",
    title: "a thread that ends with a mutex",
    rule: "thread-ends-with-mutex",
    message: /^KeepMutex \(thread 0x\w+\) ended and still owns the mutex at /,
  },
  {
    test: "deadlock",
    title: "threads that wait for each other's mutexes",
    rule: "lock-order",
    message:
      /deadlock: RightLeft \(thread 0x\w+\) waits for the mutex at 0x\w+, which thread 0x\w+ owns; LeftRight \(thread 0x\w+\) waits for the mutex at 0x\w+, which thread 0x\w+ owns$/,
  },
  {
    test: "leak",
    title: "a thread that has not ended when the driver is unloaded",
    rule: "thread-alive-at-unload",
    message: /its thread WaitForever \(thread 0x\w+\) has not ended/,
  },
  {
    test: "hang",
    title: "a wait for a thread that nothing will wake",
    rule: "wait-never-satisfied",
    message:
      /^EvtIoDeviceControl waits for all of 1 objects \(.*\), and nothing in the machine can bring that about any more; WaitForever waits for the synchronization event at 0x/,
  },
  { test: "wait-at-dispatch", title: "a wait at DISPATCH_LEVEL", rule: "dpc-wait", message: /had to wait at DISPATCH_LEVEL/ },
  {
    test: "end-at-dispatch",
    title: "a thread that ends at DISPATCH_LEVEL",
    rule: "callback-returns-other-irql",
    message: /^EndAtDispatch .* ended at DISPATCH_LEVEL/,
  },
  { test: "crash", title: "a NULL pointer in a thread", rule: "MEM-NULL", message: /write of 4 bytes at 0x00000000/, function: "Crash" },
];

describe("Conformance: threads", () => {
  const bench = new ConformanceBench({ folder: "thread-driver", device: "device.ts" });
  after(() => bench.dispose());

  for (const { test, title, course: expected } of passing) {
    it(title, async () => {
      const run = await bench.run({ scenario: [runStep(test)] });
      assert.deepEqual(run.report.violations, []);
      assert.deepEqual(course(run), expected);
      assert.equal(run.report.outcome, "passed", run.report.message);
    });
  }

  for (const { test, title, rule, message, function: name } of failing) {
    it(`tells of ${title}`, async () => {
      const { report } = await bench.run({ scenario: [runStep(test)] });
      const found = report.violations.find((violation) => violation.rule === rule);
      assert.match(found?.message ?? JSON.stringify(report.violations), message);
      assert.equal(found?.file, source);
      if (name !== undefined) assert.equal(found?.stack[0]?.function, name);
    });
  }

  it("starts a worker in EvtDevicePrepareHardware and waits for its end in EvtDeviceReleaseHardware", async () => {
    const run = await bench.run({ scenario: [{ read: { length: 1 } }, { rebalance: true }, { read: { length: 1 } }], settings: { Worker: 1 } });
    assert.deepEqual(run.report.violations, []);
    const once = ["worker begins", "prepared", "worker ends", "released"];
    assert.deepEqual(course(run), [...once, ...once]);
    assert.equal(run.report.outcome, "passed", run.report.message);
  });

  it("gives the same trace, byte for byte, when it runs again", async () => {
    for (const test of ["semaphore", "spin", "priority", "order", "work-items"]) {
      const [first, second] = [await bench.run({ scenario: [runStep(test)], trace: true }), await bench.run({ scenario: [runStep(test)], trace: true })];
      assert.ok((first.trace?.count ?? 0) > 100);
      assert.deepEqual(first.trace, second.trace);
    }
  });

  it("ends a thread in the middle of its calls, as often as one likes, but no thread of somebody else", async () => {
    const run = await bench.run({ scenario: [runStep("terminate")] });
    assert.deepEqual(course(run), ["ended 100 times", "not its own: c000000d"]);
    assert.deepEqual(
      run.report.violations.map(({ rule }) => rule),
      ["ddi-bad-argument"],
    );
  });
});
