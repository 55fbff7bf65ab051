// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { layOut } from "./layout.ts";
import { Percentiles } from "./percentiles.ts";
import { requestTable, statistics, summary } from "./statistics.ts";
import { asCsv, asMarkdown } from "./table-text.ts";
import { dmaRows, model, snapshot } from "./test-timeline.ts";

const whole = { from: 0, to: Number.POSITIVE_INFINITY };

describe("statistics of a range", () => {
  const nested = model(
    snapshot([
      [0, "callback", "begin", 0, 1],
      [10, "callback", "begin", 0, 6],
      [40, "callback", "end", 2, 6],
      [100, "callback", "end", 1, 1],
      [150, "callback", "begin", 0, 1],
      [450, "callback", "end", 5, 1],
    ]),
  );

  it("counts and sums by name, without what lies upon it for the own time", () => {
    const [program, dpc] = statistics(nested, layOut(nested), whole, {});
    assert.deepEqual([program?.name, program?.count, program?.example, program?.gap], ["EvtProgramDma", 2, 5, 50]);
    assert.deepEqual(program?.durations, { total: 400, self: 370, least: 100, greatest: 300, median: 100, percentile95: 300 });
    assert.deepEqual([dpc?.name, dpc?.durations?.self], ["EvtInterruptDpc", 30]);
  });

  it("takes only what lies in the range at least in part", () => {
    assert.deepEqual(
      statistics(nested, layOut(nested), { from: 20, to: 45 }, {}).map(({ name, count }) => [name, count]),
      [
        ["EvtProgramDma", 1],
        ["EvtInterruptDpc", 1],
      ],
    );
  });

  it("sums the time at each IRQL and what was transferred", () => {
    const { levels, transfers } = summary(model(snapshot(dmaRows)), { from: 0, to: 1000 });
    assert.deepEqual(
      [...levels],
      [
        [0, 900],
        [2, 100],
      ],
    );
    assert.equal(transfers, 1);
  });

  it("finds percentiles of any durations within 1.6 %", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { minLength: 1, maxLength: 60 }), fc.constantFrom(0.5, 0.95, 1), (values, share) => {
        const percentiles = new Percentiles();
        for (const value of values) percentiles.add(value);
        const exact = values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1] ?? 0;
        const got = percentiles.at(share);
        assert.ok(got >= exact && got <= exact * 1.016, `${got} for ${exact}`);
      }),
    );
  });

  it("shows for each request how long interrupt, DPC and the whole took", () => {
    const of = model(
      snapshot([
        [0, "requestArrived", "begin", 0, 5, 4096],
        [10, "callback", "begin", 1, 1],
        [20, "registerWrite", "instant", 0, 0, 8, 1],
        [30, "callback", "end", 2, 1],
        [500, "interruptRaised", "instant", 0, 0x91],
        [530, "interruptDelivered", "begin", 5, 0x91],
        [540, "dpcQueued", "instant", 5, 1],
        [550, "interruptDelivered", "end", 6, 0x91, 1],
        [700, "dpc", "begin", 7, 6],
        [800, "requestArrived", "end", 1, 5, 4096],
        [810, "dpc", "end", 9, 6],
      ]),
    );
    assert.deepEqual(requestTable(of, whole, {}), [
      {
        number: 1,
        event: 1,
        name: "write 4,096 bytes",
        submitted: 0,
        duration: 800,
        transfers: 0,
        interrupt: { ns: 30, event: 6 },
        dpc: { ns: 160, event: 9 },
      },
    ]);
    assert.deepEqual(requestTable(of, { from: 801, to: 900 }, {}), []);
  });
});

describe("tables as text", () => {
  const table = { columns: ["Event", "Count"], rows: [['say "hi", all', "1|2"]] };

  it("quote in CSV and escape in Markdown", () => {
    assert.equal(asCsv(table), 'Event,Count\r\n"say ""hi"", all",1|2\r\n');
    assert.equal(asMarkdown(table), '| Event | Count |\n| --- | --- |\n| say "hi", all | 1\\|2 |\n');
  });
});
