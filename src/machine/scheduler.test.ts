// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { nullTrace } from "../protocol/index.ts";
import { Clock } from "./clock.ts";
import { Cpu, dispatchLevel } from "./cpu.ts";
import { InterruptController } from "./interrupt-controller.ts";
import { Scheduler, type Task } from "./scheduler.ts";

function machine() {
  const clock = new Clock({ executed: () => 0, limit: () => undefined }, 1);
  const cpu = new Cpu(0, clock, new InterruptController(nullTrace), nullTrace);
  return { clock, cpu, scheduler: new Scheduler(clock, cpu) };
}

describe("Scheduler", () => {
  it("runs queued work in order, one piece a step, at PASSIVE level only", () => {
    const { cpu, scheduler } = machine();
    const ran: number[] = [];
    scheduler.queue("a", () => ran.push(1));
    scheduler.queue("b", () => ran.push(2));
    cpu.raise(dispatchLevel);
    assert.equal(scheduler.step(), false);
    cpu.lower(0);
    assert.equal(scheduler.step(), true);
    assert.deepEqual(ran, [1]);
    assert.equal(scheduler.step(), true);
    assert.equal(scheduler.step(), false);
    assert.deepEqual(ran, [1, 2]);
  });

  it("resumes a task when what it waits for holds, or its time is over", () => {
    const { clock, scheduler } = machine();
    const seen: string[] = [];
    let isReady = false;
    scheduler.spawn(
      "task",
      (function* (): Task {
        seen.push(yield { until: () => isReady, reason: "ready" });
        seen.push(yield { until: () => false, reason: "never", timeoutNs: 50 });
      })(),
    );
    while (scheduler.step());
    assert.deepEqual(scheduler.waiting, ["task: ready"]);
    isReady = true;
    while (scheduler.step());
    assert.deepEqual(seen, ["satisfied"]);
    assert.equal(scheduler.jump(), true);
    while (scheduler.step());
    assert.deepEqual(seen, ["satisfied", "timeout"]);
    assert.equal(clock.now, 50);
    assert.equal(scheduler.isIdle, true);
  });

  it("waits inside driver code by running the machine on the spot", () => {
    const { clock, scheduler } = machine();
    let done = false;
    clock.after(100, () => {
      done = true;
    });
    assert.equal(scheduler.waitUntil({ until: () => done, reason: "the event" }), "satisfied");
    assert.equal(clock.now, 100);
  });

  it("says when a wait times out, and when it can never end", () => {
    const { clock, scheduler } = machine();
    assert.equal(scheduler.waitUntil({ until: () => false, reason: "x", timeoutNs: 30 }), "timeout");
    assert.equal(clock.now, 30);
    assert.equal(scheduler.waitUntil({ until: () => false, reason: "x" }), "deadlock");
  });

  it("resumes the ready task of the highest priority first, and equals in turn", () => {
    const { scheduler } = machine();
    const order: string[] = [];
    const turns = function* (name: string): Task {
      for (let i = 0; i < 2; i++) {
        order.push(name);
        yield { until: () => true, reason: "its turn" };
      }
    };
    for (const [name, priority] of [
      ["a", 8],
      ["b", 8],
      ["c", 16],
    ] as const)
      scheduler.spawn(name, turns(name), scheduler.threads.create(name, priority));
    while (scheduler.step());
    assert.equal(order.join(""), "ccabab");
  });

  it("lets others go before a thread whose turn is over, whatever its priority", () => {
    const { scheduler } = machine();
    const order: string[] = [];
    const busy = function* (): Task {
      order.push("busy");
      yield { until: () => true, reason: "its turn", isYield: true };
      order.push("busy again");
    };
    const other = function* (): Task {
      order.push("other");
      yield { until: () => false, reason: "nothing", timeoutNs: 1 };
    };
    scheduler.spawn("busy", busy(), scheduler.threads.create("busy", 16));
    scheduler.spawn("other", other(), scheduler.threads.create("other", 1));
    while (scheduler.step());
    assert.deepEqual(order, ["busy", "other", "busy again"]);
  });

  it("begins a detached task at once, and goes on with it later", () => {
    const { scheduler } = machine();
    const threads: number[] = [];
    let isReady = false;
    const task = function* (): Task {
      threads.push(scheduler.currentThread.id);
      yield { until: () => isReady, reason: "ready" };
      threads.push(scheduler.currentThread.id);
    };
    const before = scheduler.currentThread.id;
    assert.equal(scheduler.detach("task", task()), false);
    assert.equal(scheduler.currentThread.id, before);
    assert.equal(threads.length, 1);
    isReady = true;
    while (scheduler.step());
    assert.equal(threads[1], threads[0]);
    assert.notEqual(threads[0], before);
  });

  it("keeps the level of a thread that waits at APC_LEVEL, while others run at theirs", () => {
    const { cpu, scheduler } = machine();
    const levels: number[] = [];
    let isDone = false;
    scheduler.queue("work", () => {
      levels.push(cpu.irql);
      isDone = true;
    });
    cpu.raise(1);
    assert.equal(scheduler.waitUntil({ until: () => isDone, reason: "the work" }), "satisfied");
    assert.deepEqual([...levels, cpu.irql], [0, 1]);
  });
});
