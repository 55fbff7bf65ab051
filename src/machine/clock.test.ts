// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { Clock } from "./clock.ts";

/** A counter that the test advances by hand and that notes what the clock asks of it. */
class Counter {
  statements = 0;
  readonly limits: number[] = [];
  executed(): number {
    return this.statements;
  }
  limit(statements: number): void {
    this.limits.push(statements);
  }
}

describe("Clock", () => {
  it("advances with executed statements and with time that host calls take", () => {
    const counter = new Counter();
    const clock = new Clock(counter, 2);
    counter.statements = 10;
    clock.advance(300);
    assert.equal(clock.now, 320);
  });

  it("fires events in order of their deadline, equal deadlines in the order they were set", () => {
    const counter = new Counter();
    const clock = new Clock(counter, 1);
    const fired: string[] = [];
    clock.after(20, () => fired.push("late"));
    clock.after(10, () => fired.push("first"));
    clock.after(10, () => fired.push("second"));
    clock.advance(10);
    clock.runDue();
    assert.deepEqual(fired, ["first", "second"]);
    clock.advance(10);
    clock.runDue();
    assert.deepEqual(fired, ["first", "second", "late"]);
  });

  it("fires an event that another one set for now in the same pass", () => {
    const clock = new Clock(new Counter(), 1);
    const fired: number[] = [];
    clock.after(0, () => {
      fired.push(1);
      clock.after(0, () => fired.push(2));
    });
    clock.runDue();
    assert.deepEqual(fired, [1, 2]);
  });

  it("does not fire what was cancelled, and says whether it was in time", () => {
    const clock = new Clock(new Counter(), 1);
    const event = clock.after(5, () => assert.fail("cancelled"));
    assert.equal(clock.cancel(event), true);
    assert.equal(clock.cancel(event), false);
    clock.advance(10);
    assert.equal(clock.runDue(), false);
  });

  it("asks the counter for the hook at the statement at which the next event is due", () => {
    const counter = new Counter();
    const clock = new Clock(counter, 2);
    clock.after(7, () => undefined);
    assert.equal(counter.limits.at(-1), 4);
  });

  it("jumps to the next event when idle, but not past the given time", () => {
    const clock = new Clock(new Counter(), 1);
    clock.after(1000, () => undefined);
    assert.equal(clock.jump(500), false);
    assert.equal(clock.now, 500);
    assert.equal(clock.jump(), true);
    assert.equal(clock.now, 1000);
  });
});
