// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { defaultTimelineSettings } from "../protocol/index.ts";
import { alignmentAt, counterpart, requestTimes } from "./ghost.ts";
import { moved, withFlag } from "./lane-settings.ts";
import { hitTest, layOut, layoutY, nextEdge } from "./layout.ts";
import { withNote, withText } from "./notes.ts";
import { dragged, gripAt } from "./overview.ts";
import { dmaRows, model, snapshot } from "./test-timeline.ts";
import { xOf } from "./viewport.ts";

const of = model(snapshot(dmaRows));
const { lanes: settings } = defaultTimelineSettings;
const shown = (changed: typeof settings): string[] => layOut(of, { settings: changed }).lanes.map(({ lane }) => lane.id);

describe("lanes", () => {
  const all = shown(settings);

  it("are hidden, and shown again", () => {
    const hidden = withFlag(settings, "hidden", "driver");
    assert.deepEqual(
      shown(hidden),
      all.filter((id) => id !== "driver"),
    );
    assert.deepEqual(shown(withFlag(hidden, "hidden", "driver")), all);
  });

  it("stay at the top when pinned, wherever the others are scrolled to", () => {
    const layout = layOut(of, { settings: withFlag(settings, "pinned", "registers") });
    const [first] = layout.lanes;
    assert.equal(first?.lane.id, "registers");
    assert.equal(layout.pinnedHeight, (first?.height ?? 0) + 9);
    assert.equal(layoutY(layout, 5, 300), 5);
    assert.equal(layoutY(layout, layout.pinnedHeight + 1, 300), layout.pinnedHeight + 301);
  });

  it("need less room when collapsed, and are hit there", () => {
    const full = layOut(of);
    const collapsed = layOut(of, { settings: withFlag(settings, "collapsed", "requests") });
    assert.ok(collapsed.height <= full.height);
    const band = collapsed.lanes[0]?.rows[0];
    assert.ok(band !== undefined && band.height < 8);
    assert.equal(hitTest(collapsed, { start: 0, end: 1000 }, 1000, 500, band.y + 1)?.lane.id, "requests");
  });

  it("move up and down and keep that order when another lane appears", () => {
    const up = moved(settings, all, "driver", -1);
    const order = shown(up);
    assert.equal(order.indexOf("driver"), all.indexOf("driver") - 1);
    const more = model(snapshot([...dmaRows, [152_000, "power", "begin", 0, 3]]));
    assert.deepEqual(
      layOut(more, { settings: up }).lanes.map(({ lane }) => lane.id),
      [...order, "power"],
    );
    assert.deepEqual(moved(settings, all, all[0] ?? "", -1), settings);
  });

  it("lead from edge to edge for measuring by keyboard", () => {
    const layout = layOut(of);
    assert.deepEqual([nextEdge(layout, 0, 1), nextEdge(layout, 250, 1), nextEdge(layout, 250, -1), nextEdge(layout, 151_000, 1)], [100, 260, 200, undefined]);
  });
});

describe("another run", () => {
  const later = model(snapshot(dmaRows.map(([time, ...rest]) => [time * 2 + 500, ...rest] as const)));

  it("is aligned at the begin of the request", () => {
    const [own, other] = [requestTimes(of), requestTimes(later)];
    assert.deepEqual(alignmentAt(own, other, 100), { request: 1, shift: -500 });
    assert.deepEqual(alignmentAt(own, other, -1), { request: 0, shift: 0 });
  });

  it("has for each event the one of the same name and number after the request", () => {
    assert.equal(counterpart(of, later, 5), 5);
    assert.equal(counterpart(of, model(snapshot(dmaRows.slice(0, 3))), 5), undefined);
  });

  it("lies below the own rows", () => {
    const layout = layOut(of, { ghost: later });
    const band = layout.lanes.find(({ lane }) => lane.id === "driver")?.rows[0];
    assert.equal(band?.ghost, later.lanes.find(({ id }) => id === "driver")?.rows[0]);
    assert.ok(layout.height > layOut(of).height);
  });
});

describe("notes", () => {
  it("are kept in the order of time, changed, and removed by an empty text", () => {
    const two = withNote(withNote([], 50, 20, "late"), 10, 10, "early");
    assert.deepEqual(
      two.map(({ id, from, to, text }) => [id, from, to, text]),
      [
        [2, 10, 10, "early"],
        [1, 20, 50, "late"],
      ],
    );
    assert.deepEqual(
      withText(two, 1, "later").map(({ text }) => text),
      ["early", "later"],
    );
    assert.deepEqual(withText(two, 2, ""), [two[1]]);
  });
});

describe("the frame of the overview", () => {
  const view = { start: 400, end: 600 };
  const x = (time: number): number => xOf({ start: -20, end: 1020 }, time, 1040);

  it("is held at its borders and in between", () => {
    assert.deepEqual(
      [gripAt(view, 1000, 1040, x(400)), gripAt(view, 1000, 1040, x(600)), gripAt(view, 1000, 1040, x(500)), gripAt(view, 1000, 1040, x(50))],
      ["start", "end", "whole", undefined],
    );
  });

  it("follows the mouse, and never turns inside out", () => {
    assert.deepEqual(dragged(view, "whole", 1000, 1040, 0, 100), { start: 500, end: 700 });
    assert.deepEqual(dragged(view, "end", 1000, 1040, 0, 100), { start: 400, end: 700 });
    assert.deepEqual(dragged(view, "start", 1000, 1040, 0, 300), view);
  });
});
