// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { rasterRow } from "./row-raster.ts";
import { SliceRow } from "./slice-row.ts";
import { StepRow } from "./step-row.ts";

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

  it("draws a long slice that begins in the same pixel as a short one", () => {
    const slices = new SliceRow();
    for (const [start, end] of [
      [100, 101],
      [102, 500],
    ] as const) {
      slices.open(start, 1, 0);
      slices.close(end);
    }
    const pixels = new Uint32Array(10);
    rasterRow(slices, { start: 0, end: 1000 }, 1000, Uint32Array.of(0xff00_0001), { pixels, base: 0, width: 10 }, []);
    assert.deepEqual(
      [...pixels].map((color) => color & 0xff),
      [0, 1, 1, 1, 0, 0, 0, 0, 0, 0],
    );
  });

  it("takes the greatest value of any range of steps", () => {
    const steps = new StepRow();
    for (let i = 0; i < 3000; i++) steps.push(i, i === 1234 ? 9 : i % 3, i);
    assert.deepEqual([steps.greatest(0, 3000), steps.greatest(1200, 1234), steps.greatest(1234, 1235), steps.greatest(1235, 3000)], [9, 2, 9, 2]);
    assert.deepEqual([steps.at(-1), steps.at(1234), steps.at(1234.5), steps.at(9999)], [0, 9, 9, 2]);
  });
});
