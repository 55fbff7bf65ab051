// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { timelineLanes } from "../protocol/index.ts";
import { layOut } from "./layout.ts";
import { render } from "./render.ts";
import { type Scene, axisHeight, gutterOf } from "./scene.ts";
import { type Call, RecordingSurface, dmaRows, model, snapshot, theme } from "./test-timeline.ts";
import { textOn } from "./theme.ts";

const gutter = gutterOf(1168);

describe("the timeline picture", () => {
  const of = model(snapshot(dmaRows));
  const scene: Scene = {
    model: of,
    layout: layOut(of),
    view: { start: 0, end: 1000 },
    scroll: 0,
    laneNames: Object.fromEntries(timelineLanes.map((lane) => [lane, lane])) as Scene["laneNames"],
    nowText: "now",
    registers: {},
    chain: [],
    matches: new Uint32Array(0),
    notes: [],
    gutter,
  };
  const drawn = (more: Partial<Scene>): readonly Call[] => {
    const surface = new RecordingSurface();
    render({ ...scene, ...more }, surface, theme);
    return surface.calls;
  };
  const textsOf = (calls: readonly Call[]): string[] => calls.flatMap(({ text }) => text ?? []);

  it("writes the names of lanes and of slices that are wide enough", () => {
    const found = textsOf(drawn({}));
    for (const text of ["driver", "H2C", "SgdxEvtProgramDma", "write 4,096 bytes", "4,096 bytes at 0, 1 element", "DISPATCH_LEVEL"])
      assert.ok(found.includes(text), text);
  });

  it("draws all rows with one picture", () => {
    assert.deepEqual(
      drawn({})
        .filter(({ what }) => what === "raster")
        .map(({ x }) => x),
      [scene.layout.lanes.flatMap(({ rows }) => rows).length],
    );
  });

  it("outlines the chain of the selected event and joins it with arrows", () => {
    const calls = drawn({ selected: 5, chain: [1, 2, 3, 5] });
    assert.equal(calls.filter(({ what, color }) => what === "outline" && color === theme.chain).length, 4);
    assert.equal(calls.filter(({ what }) => what === "arrow").length, 3);
    assert.deepEqual(
      calls.filter(({ what, color }) => what === "outline" && color === theme.focus).map(({ x }) => x),
      [gutter + 250 - 1],
    );
  });

  it("shows where the target stands, and how long a measured range is", () => {
    const calls = drawn({ now: 500, measured: { from: 700, to: 200 } });
    assert.ok(calls.some(({ what, x, color }) => what === "rect" && x === gutter + 500 - 1 && color === theme.problem));
    assert.ok(textsOf(calls).includes("500 ns"));
  });

  it("marks in an overlong DPC where its time was over", () => {
    const calls = drawn({ view: { start: 0, end: 200_000 } });
    assert.ok(calls.some(({ what, x, color, y }) => what === "rect" && x === gutter + 505 && color === theme.foreground && y > axisHeight));
  });

  it("writes in black or white, whichever can be read", () => {
    assert.deepEqual([textOn("#1a85ff"), textOn("#652d90"), textOn("#ffffff"), textOn("rgb(0, 0, 0)")], ["#000000", "#ffffff", "#000000", "#ffffff"]);
  });
});
