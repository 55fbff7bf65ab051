// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { type Schedule, defaultSchedule, scheduleOf } from "./schedule.ts";

const draws = (schedule: Schedule): readonly number[] =>
  Array.from({ length: 50 }, () => [schedule.deviceDue(5000, 6000), schedule.interruptLatency(), schedule.timerLateness()]).flat();
const named = (id: string): Schedule => {
  const schedule = scheduleOf(id);
  assert.ok(schedule !== undefined);
  return schedule;
};

describe("Schedule", () => {
  it("changes nothing by default", () => {
    assert.equal(scheduleOf("default"), defaultSchedule);
    assert.deepEqual(new Set(draws(defaultSchedule)), new Set([6000, 0]));
  });

  it("is the same for the same id and another for another one", () => {
    assert.deepEqual(draws(named("s7")), draws(named("s7")));
    const different = new Set(Array.from({ length: 20 }, (_, i) => draws(named(`s${i + 1}`)).join()));
    assert.equal(different.size, 20);
  });

  it("keeps to whole nanoseconds and its limits", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const schedule = named(`s${seed}`);
      for (let i = 0; i < 20; i++) {
        const now = 1_000_000 * i;
        const [due, latency, lateness] = [schedule.deviceDue(now, now + 6400), schedule.interruptLatency(), schedule.timerLateness()];
        assert.ok([due, latency, lateness].every(Number.isInteger));
        assert.ok(due - now >= 3200 && due - now <= 16 * 6400 && latency >= 0 && latency <= 200_000 && lateness >= 0 && lateness <= 15_625_000);
      }
    }
  });

  it("does not let device events overtake each other", () => {
    for (let seed = 1; seed <= 50; seed++) {
      const schedule = named(`s${seed}`);
      const later = schedule.deviceDue(0, 5000);
      const earlier = schedule.deviceDue(0, 1000);
      const same = schedule.deviceDue(0, 5000);
      const last = schedule.deviceDue(0, 9000);
      assert.ok(earlier <= later && later <= same && same <= last, `${seed}: ${[earlier, later, same, last].join()}`);
    }
  });

  it("has no other ids", () => {
    for (const id of ["", "s", "s-1", "S1", "s1x", "random", "s1234567890"]) assert.equal(scheduleOf(id), undefined);
  });
});
