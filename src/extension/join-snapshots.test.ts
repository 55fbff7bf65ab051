// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { TraceSnapshot } from "../protocol/index.ts";
import { randomTrace } from "../trace/test-trace.ts";
import { joinSnapshots } from "./join-snapshots.ts";

/** Rows [from, to). */
function part(trace: TraceSnapshot, from: number, to: number): TraceSnapshot {
  const { time, statement, kind, phase, irql, object, parent, args, texts, firstEvent } = trace;
  const columns = { time, statement, kind, phase, irql, object, parent };
  const cut = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.slice(from, to)])) as unknown as typeof columns;
  return { ...cut, firstEvent: firstEvent + from, count: to - from, args: args.slice(3 * from, 3 * to), texts };
}

describe("joinSnapshots", () => {
  it("makes of the pieces of any trace the whole again", () => {
    fc.assert(
      fc.property(randomTrace, fc.nat(), fc.nat(), (trace, a, b) => {
        const [first = 0, second = 0] = [a % (trace.count + 1), b % (trace.count + 1)].sort((x, y) => x - y);
        assert.deepEqual(joinSnapshots([part(trace, 0, first), part(trace, first, second), part(trace, second, trace.count)]), trace);
      }),
      { numRuns: 50 },
    );
  });
});
