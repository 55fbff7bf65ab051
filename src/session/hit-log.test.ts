// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import fc from "fast-check";
import { HitLog } from "./hit-log.ts";

describe("HitLog", () => {
  it("counts the hits up to a position", () => {
    const log = new HitLog();
    for (const position of [10, 20, 30]) log.add(position);
    assert.deepEqual(
      [9, 10, 25, 30].map((position) => log.countUpTo(position)),
      [0, 1, 2, 3],
    );
  });

  it("knows a hit again when history is executed anew", () => {
    const log = new HitLog();
    assert.equal(log.add(10), true);
    assert.equal(log.add(10), false);
    assert.equal(log.countUpTo(10), 1);
  });

  it("forgets what comes after a change of history", () => {
    const log = new HitLog();
    for (const position of [10, 20, 30]) log.add(position);
    log.truncate(20);
    assert.equal(log.countUpTo(100), 2);
    assert.equal(log.add(30), true);
    log.truncate(-1);
    assert.equal(log.countUpTo(100), 0);
  });

  it("behaves like a sorted set, whatever the order of hits", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), fc.nat(50), (positions, upTo) => {
        const log = new HitLog();
        for (const position of positions) log.add(position);
        assert.equal(log.countUpTo(upTo), [...new Set(positions)].filter((position) => position <= upTo).length);
      }),
    );
  });
});
