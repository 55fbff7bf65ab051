// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { categories } from "./categories.ts";
import { causalChain, functionToShow, statementToSee } from "./queries.ts";
import { dmaRows, model, snapshot } from "./test-timeline.ts";
import type { TimelineModel } from "./timeline-model.ts";

describe("the timeline model", () => {
  it("draws the same whether events come at once or in pieces", () => {
    const describeLanes = (of: TimelineModel): unknown =>
      of.lanes.map(({ id, rows, instants, steps }) => [
        id,
        instants.count,
        steps?.count,
        rows.map((row) => [[...row.start.subarray(0, row.count)], [...row.end.subarray(0, row.count)], [...row.event.subarray(0, row.count)]]),
      ]);
    const pieces = dmaRows.map((row, i) => snapshot([row], i + 1));
    assert.deepEqual(describeLanes(model(...pieces)), describeLanes(model(snapshot(dmaRows))));
    assert.deepEqual(causalChain(model(...pieces), 5), causalChain(model(snapshot(dmaRows)), 5));
  });

  it("puts nested callbacks one below the other and overlapping requests side by side", () => {
    const nested = model(
      snapshot([
        [0, "callback", "begin"],
        [1, "callback", "begin"],
        [2, "callback", "end", 2],
        [3, "callback", "begin"],
        [4, "callback", "end", 4],
        [5, "callback", "end", 1],
      ]),
    );
    assert.deepEqual(
      nested.lanes.find(({ id }) => id === "driver")?.rows.map(({ count }) => count),
      [1, 2],
    );
    const requests = model(
      snapshot([
        [0, "requestArrived", "begin"],
        [1, "requestArrived", "begin"],
        [2, "requestArrived", "end", 1],
        [3, "requestArrived", "begin"],
      ]),
    );
    assert.deepEqual(
      requests.lanes.find(({ id }) => id === "requests")?.rows.map(({ count }) => count),
      [2, 1],
    );
  });

  it("flags DPCs that take longer than 100 µs", () => {
    const flagged = model(snapshot(dmaRows));
    assert.deepEqual(flagged.overBudget, [12]);
    const place = flagged.placeOf(12);
    assert.equal(place?.row.category[place.index], categories.problem);
  });

  it("gives each lane that the device names a lane", () => {
    assert.deepEqual(
      model(snapshot(dmaRows))
        .lanes.filter(({ family }) => family === "device")
        .map(({ name }) => name),
      ["H2C"],
    );
  });

  it("finds the chain of causes from any of its members", () => {
    assert.deepEqual(causalChain(model(snapshot(dmaRows)), 5), [1, 2, 3, 5, 7, 11]);
    assert.deepEqual(causalChain(model(snapshot(dmaRows)), 1), [1, 2, 3, 5, 7, 11]);
  });

  it("travels to the first statement of a callback, and to the statement that writes a register", () => {
    const { store } = model(snapshot(dmaRows));
    assert.deepEqual(
      [5, 6].map((id) => {
        const event = store.event(id);
        return event === undefined ? 0 : statementToSee(event);
      }),
      [51, 60],
    );
  });

  it("leads to the callback that an event happened in, and into the one that an interrupt runs", () => {
    const of = model(snapshot(dmaRows));
    assert.equal(functionToShow(of, 5), "SgdxEvtProgramDma");
    assert.equal(functionToShow(of, 6), "SgdxEvtProgramDma");
    assert.equal(functionToShow(of, 1), undefined);
  });

  it("shows interrupt lines as waves and counts the queued DPCs", () => {
    const of = model(
      snapshot([
        [0, "interruptRaised", "instant", 0, 0x91],
        [10, "interruptDelivered", "begin", 1, 0x91],
        [12, "dpcQueued", "instant", 1, 1],
        [14, "interruptDelivered", "end", 2, 0x91, 1],
        [20, "dpc", "begin", 3, 6],
        [25, "dpc", "end", 5, 6],
        [30, "interruptRaised", "instant", 0, 0x50],
        [31, "interruptDelivered", "begin", 7, 0x50],
        [32, "interruptLowered", "instant", 0, 0x50],
        [33, "interruptDelivered", "end", 8, 0x50, 1],
      ]),
    );
    const steps = (id: string): (readonly [number, number])[] => {
      const row = of.lanes.find((lane) => lane.id === id)?.steps;
      return Array.from({ length: row?.count ?? 0 }, (_, i) => [row?.time[i] ?? 0, row?.value[i] ?? 0]);
    };
    // A message lasts until it was served; a line until the device lowers it.
    assert.deepEqual(steps("lines/145"), [
      [0, 1],
      [14, 0],
    ]);
    assert.deepEqual(steps("lines/80"), [
      [30, 1],
      [32, 0],
    ]);
    assert.deepEqual(steps("dpcQueue"), [
      [12, 1],
      [20, 0],
    ]);
  });
});
