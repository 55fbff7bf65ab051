// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { type TraceKind, type TraceSnapshot, timelineLanes, traceKinds, tracePhase } from "../protocol/index.ts";
import { categories } from "./categories.ts";
import { hitTest, layOut, snapped } from "./layout.ts";
import { causalChain, eventsInView, search, statementToSee } from "./queries.ts";
import { type Scene, axisHeight, gutter, render } from "./render.ts";
import { rasterRow } from "./row-raster.ts";
import { SliceRow } from "./slice-row.ts";
import { StepRow } from "./step-row.ts";
import type { Surface } from "./surface.ts";
import { type Theme, pixel, textOn } from "./theme.ts";
import { axisMarks, timeText } from "./time-text.ts";
import { TimelineModel } from "./timeline-model.ts";
import { fitted, panned, timeAt, xOf, zoomed } from "./viewport.ts";

type Row = readonly [time: number, kind: TraceKind, phase: keyof typeof tracePhase, parent?: number, a?: number, b?: number, c?: number];

/** Texts of the test traces; the index is the number in the arguments. */
const texts = ["", "EvtProgramDma", "SgdxEvtProgramDma", "H2C", "move 4096 bytes", "write", "EvtInterruptDpc", "WdfSpinLockAcquire"];

function snapshot(rows: readonly Row[], firstEvent = 1): TraceSnapshot {
  const column = <T>(of: (row: Row) => T): T[] => rows.map(of);
  return {
    firstEvent,
    count: rows.length,
    time: Float64Array.from(column(([time]) => time)),
    statement: Float64Array.from(rows, (_, i) => 10 * (firstEvent + i)),
    kind: Uint8Array.from(column(([, kind]) => traceKinds[kind].id)),
    phase: Uint8Array.from(column(([, , phase]) => tracePhase[phase])),
    irql: new Uint8Array(rows.length),
    object: new Uint32Array(rows.length),
    parent: Uint32Array.from(column(([, , , parent]) => parent ?? 0)),
    args: Float64Array.from(rows.flatMap(([, , , , a = 0, b = 0, c = 0]) => [a, b, c])),
    texts,
  };
}

/** A request whose transaction programs one transfer that the device moves, with its DPC. */
const dmaRows: readonly Row[] = [
  [0, "requestArrived", "begin", 0, 5, 4096],
  [100, "transaction", "begin", 1, 4096, 1],
  [200, "transfer", "begin", 2, 0, 4096, 1],
  [200, "irql", "instant", 0, 2],
  [250, "callback", "begin", 3, 1, 0, 2],
  [260, "registerWrite", "instant", 0, 0, 0x100, 5],
  [270, "deviceActivity", "begin", 0, 3, 4],
  [300, "callback", "end", 5, 1, 1, 2],
  [300, "irql", "instant", 0, 0],
  [900, "deviceActivity", "end", 7, 3, 4],
  [900, "interruptRaised", "instant", 0, 0x91],
  [1000, "dpc", "begin", 0, 6],
  [151_000, "dpc", "end", 12, 6],
  [151_000, "transfer", "end", 3, 0, 4096, 1],
];

function model(...chunks: readonly TraceSnapshot[]): TimelineModel {
  const result = new TimelineModel();
  for (const chunk of chunks) result.append(chunk);
  return result;
}

describe("a row of slices", () => {
  /** `count` slices of 1 to 5 ns with gaps of 1 ns. */
  function row(count: number): SliceRow {
    const result = new SliceRow();
    let time = 0;
    for (let i = 0; i < count; i++) {
      result.open(time, i + 1, i % 8);
      time += 1 + ((i * 7) % 5);
      result.close(time++);
    }
    return result;
  }

  it("finds the longest slice of any range as a look at each of them does", () => {
    const slices = row(5000);
    for (const [from, to] of [
      [0, 5000],
      [0, 1],
      [15, 17],
      [3, 4095],
      [256, 4096],
      [4990, 5000],
      [255, 257],
    ] as const) {
      let expected = from;
      for (let i = from; i < to; i++) if (slices.duration(i) > slices.duration(expected)) expected = i;
      assert.equal(slices.longest(from, to), expected, `${from}..${to}`);
    }
  });

  it("sums durations and finds what is in progress at a time", () => {
    const slices = row(100);
    let sum = 0;
    for (let i = 10; i < 90; i++) sum += slices.duration(i);
    assert.equal(slices.busy(10, 90), sum);
    assert.equal(slices.firstEndingAt(slices.end[20] ?? 0), 20);
  });

  it("shows exactly how much of each pixel column is busy", () => {
    const slices = row(10_000);
    const view = { start: 0, end: slices.end[9999] ?? 0 };
    const pixels = new Uint32Array(100);
    rasterRow(
      slices,
      view,
      view.end,
      Uint32Array.from({ length: 9 }, () => 0xff00_00ff),
      { pixels, base: 0, width: 100 },
      [],
    );
    // On average 3 of 4 ns are busy; no column may be much lighter or empty.
    for (const color of pixels) assert.ok(Math.abs((color >>> 24) / 255 - 0.75) < 0.03, `opacity ${color >>> 24}`);
  });

  it("keeps a lone short slice in sight and draws an open one up to now", () => {
    const slices = new SliceRow();
    slices.open(500_000, 1, 0);
    slices.close(500_001);
    slices.open(700_000, 2, 1);
    const pixels = new Uint32Array(10);
    const labels: number[] = [];
    rasterRow(slices, { start: 0, end: 1_000_000 }, 900_000, Uint32Array.of(0xff00_0001, 0xff00_0002), { pixels, base: 0, width: 10 }, labels);
    assert.deepEqual(
      [...pixels].map((color) => color & 0xff),
      [0, 0, 0, 0, 0, 1, 0, 2, 2, 0],
    );
    assert.ok((pixels[5] ?? 0) >>> 24 > 60);
  });

  it("takes the greatest value of any range of steps", () => {
    const steps = new StepRow();
    for (let i = 0; i < 3000; i++) steps.push(i, i === 1234 ? 9 : i % 3, i);
    assert.deepEqual([steps.greatest(0, 3000), steps.greatest(1200, 1234), steps.greatest(1234, 1235), steps.greatest(1235, 3000)], [9, 2, 9, 2]);
  });
});

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
    assert.deepEqual(causalChain(model(snapshot(dmaRows)), 5), [1, 2, 3, 5]);
    assert.deepEqual(causalChain(model(snapshot(dmaRows)), 1), [1, 2, 3, 5]);
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

  it("finds events by the driver's function, register names and texts", () => {
    const of = model(snapshot(dmaRows));
    assert.deepEqual(search(of, "sgdxevtprogram", {}), [5]);
    assert.deepEqual(search(of, "control ←", { "0:256": "CONTROL" }), [6]);
    assert.deepEqual(search(of, " ", {}), []);
  });
});

describe("the timeline layout", () => {
  const of = model(snapshot(dmaRows));
  const layout = layOut(of, false);
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

interface Call {
  readonly what: "rect" | "outline" | "text" | "arrow" | "raster";
  readonly x: number;
  readonly y: number;
  readonly text?: string;
  readonly color?: string;
}

class RecordingSurface implements Surface {
  readonly width = gutter + 1000;
  readonly height = 400;
  readonly scale = 1;
  readonly calls: Call[] = [];
  rect(x: number, y: number, _width: number, _height: number, color: string): void {
    this.calls.push({ what: "rect", x, y, color });
  }
  outline(x: number, y: number, _width: number, _height: number, color: string): void {
    this.calls.push({ what: "outline", x, y, color });
  }
  text(text: string, x: number, y: number): void {
    this.calls.push({ what: "text", x, y, text });
  }
  textWidth(text: string): number {
    return 6 * text.length;
  }
  arrow(x: number, y: number): void {
    this.calls.push({ what: "arrow", x, y });
  }
  raster(_pixels: Uint32Array, _columns: number, bands: readonly unknown[]): void {
    this.calls.push({ what: "raster", x: bands.length, y: 0 });
  }
  clipped(_x: number, _y: number, _width: number, _height: number, draw: () => void): void {
    draw();
  }
}

const palette = ["#3794ff", "#888888", "#d18616", "#b180d7", "#89d185", "#cca700", "#29b8db", "#f14c4c", "#888888"];
const theme: Theme = {
  background: "#1e1e1e",
  foreground: "#cccccc",
  muted: "#999999",
  grid: "#333333",
  panel: "#252526",
  focus: "#007fd4",
  chain: "#ffcc00",
  problem: "#f14c4c",
  palette,
  pixels: Uint32Array.from(palette, pixel),
  isHighContrast: false,
  font: "sans-serif",
};

describe("the timeline picture", () => {
  const of = model(snapshot(dmaRows));
  const scene: Scene = {
    model: of,
    layout: layOut(of, false),
    view: { start: 0, end: 1000 },
    scroll: 0,
    laneNames: Object.fromEntries(timelineLanes.map((lane) => [lane, lane])) as Scene["laneNames"],
    nowText: "now",
    registers: {},
    chain: [],
    matches: new Set(),
  };
  const drawn = (more: Partial<Scene>): readonly Call[] => {
    const surface = new RecordingSurface();
    render({ ...scene, ...more }, surface, theme);
    return surface.calls;
  };
  const textsOf = (calls: readonly Call[]): string[] => calls.flatMap(({ text }) => text ?? []);

  it("writes the names of lanes and of slices that are wide enough", () => {
    const found = textsOf(drawn({}));
    for (const text of ["driver", "H2C", "SgdxEvtProgramDma", "write 4,096 bytes", "4,096 bytes at 0, 1 elements", "DISPATCH_LEVEL"])
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
