// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { hitTest, layOut, snapped } from "./layout.ts";
import { eventsInView, numberInView } from "./queries.ts";
import { dmaRows, model, snapshot } from "./test-timeline.ts";
import { axisMarks, timeText } from "./time-text.ts";
import { fitted, panned, timeAt, xOf, zoomed } from "./viewport.ts";

describe("the timeline layout", () => {
  const of = model(snapshot(dmaRows));
  const layout = layOut(of);
  const view = { start: 0, end: 1000 };

  it("hits narrow slices a little beside them and nothing elsewhere", () => {
    const band = layout.lanes.find(({ lane }) => lane.id === "driver")?.rows[0];
    const y = (band?.y ?? 0) + 5;
    const hit = (x: number): number | undefined => {
      const place = hitTest(layout, view, 1000, x, y);
      return place === undefined ? undefined : place.row.event[place.index];
    };
    assert.deepEqual([hit(270), hit(303), hit(320)], [5, 5, undefined]);
  });

  it("snaps to the begin and end of slices", () => {
    assert.equal(snapped(layout, view, 1000, 254), 250);
    assert.equal(snapped(layout, view, 1000, 600), 600);
  });

  it("lists the events in sight in the order of time and says how many there are", () => {
    assert.deepEqual(eventsInView(layout, { start: 240, end: 265 }, 10), { events: [1, 2, 3, 5, 6], total: 5 });
    assert.deepEqual(eventsInView(layout, { start: 240, end: 265 }, 2), { events: [1, 2], total: 5 });
  });

  it("knows the number of each event in sight, and gives any part of the list", () => {
    const all = { start: 0, end: 200_000 };
    const { events, total } = eventsInView(layout, all, 100);
    assert.equal(events.length, total);
    for (const [i, event] of events.entries()) {
      assert.equal(numberInView(layout, all, event), i);
      assert.deepEqual(eventsInView(layout, all, 2, i).events, events.slice(i, i + 2));
    }
    assert.equal(numberInView(layout, { start: 0, end: 1 }, 12), undefined);
  });

  it("keeps the point under the mouse when zooming, and the trace in sight when panning", () => {
    const whole = fitted(1_000_000);
    const at = timeAt(whole, 300, 1000);
    const zoom = zoomed(whole, 0.01, at, 1_000_000);
    assert.ok(Math.abs(xOf(zoom, at, 1000) - 300) < 1e-6);
    assert.deepEqual(panned(whole, 5, 1_000_000), whole);
    assert.equal(zoomed({ start: 0, end: 2 }, 0.001, 1, 10).end - zoomed({ start: 0, end: 2 }, 0.001, 1, 10).start, 1);
  });

  it("writes times with the digits that matter and marks the axis at round numbers", () => {
    assert.deepEqual(
      [timeText(1_234_567), timeText(1_234_567, 1000), timeText(250), timeText(0), timeText(2_000_000_000)],
      ["1.234567 ms", "1.235 ms", "250 ns", "0 ns", "2 s"],
    );
    assert.deepEqual(axisMarks(-10, 1000, 4), { step: 500, times: [0, 500, 1000] });
  });
});
