// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { type Schedule, defaultSchedule, scheduleOf } from "./schedule.ts";

const draws = (schedule: Schedule): readonly number[] =>
  Array.from({ length: 50 }, () => [schedule.deviceDelay(1000), schedule.interruptLatency(), schedule.timerLateness()]).flat();
const named = (id: string): Schedule => {
  const schedule = scheduleOf(id);
  assert.ok(schedule !== undefined);
  return schedule;
};

describe("Schedule", () => {
  it("changes nothing by default", () => {
    assert.equal(scheduleOf("default"), defaultSchedule);
    assert.deepEqual(new Set(draws(defaultSchedule)), new Set([1000, 0]));
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
        const [delay, latency, lateness] = [schedule.deviceDelay(6400), schedule.interruptLatency(), schedule.timerLateness()];
        assert.ok([delay, latency, lateness].every(Number.isInteger));
        assert.ok(delay >= 100 && delay <= 64 * 6400 && latency >= 0 && latency <= 200_000 && lateness >= 0 && lateness <= 15_625_000);
      }
    }
  });

  it("has no other ids", () => {
    for (const id of ["", "s", "s-1", "S1", "s1x", "random", "s1234567890"]) assert.equal(scheduleOf(id), undefined);
  });
});
