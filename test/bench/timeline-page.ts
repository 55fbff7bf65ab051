// SPDX-License-Identifier: MIT
/** What the measurements of the timeline run in the page: the real panel, and its parts within reach. */
import { type TimelineUpdate, type TraceSnapshot, timelineLanes, traceKinds } from "../../src/protocol/index.ts";
import { hitTest } from "../../src/webview/layout.ts";
import { parts } from "../../src/webview/panel/main.ts";
import { rasterRow } from "../../src/webview/row-raster.ts";
import { parseSearch } from "../../src/webview/search-query.ts";
import { search } from "../../src/webview/search.ts";
import { statistics } from "../../src/webview/statistics.ts";
import { type Viewport, clamped, fitted } from "../../src/webview/viewport.ts";
import { type TimelineMeasurements, repeats } from "./timeline-measurements.ts";
import { makeTrace } from "./timeline-trace.ts";

const { view } = parts;
const post = (data: TimelineUpdate): boolean => window.dispatchEvent(new MessageEvent("message", { data }));
const frame = (): Promise<void> => new Promise((done) => requestAnimationFrame(() => done()));
/** Times of a piece of work in ms, least first. */
function times(runs: number, work: () => void): number[] {
  return Array.from({ length: runs }, () => {
    const from = performance.now();
    work();
    return performance.now() - from;
  }).sort((a, b) => a - b);
}
const quantile = (sorted: readonly number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;

/** Full → 1/50,000, moves close, zooms, moves, zooms out, moves wide: 420 views. */
function views(last: number): Viewport[] {
  const result: Viewport[] = [];
  let current = fitted(last);
  const zoom = (factor: number, steps: number): void => {
    for (let i = 0; i < steps; i++) {
      const middle = current.start + 0.37 * (current.end - current.start);
      const half = ((current.end - current.start) * factor) / 2;
      current = clamped({ start: middle - half, end: middle + half }, last);
      result.push(current);
    }
  };
  const pan = (share: number, steps: number): void => {
    for (let i = 0; i < steps; i++) {
      const by = share * (current.end - current.start);
      current = clamped({ start: current.start + by, end: current.end + by }, last);
      result.push(current);
    }
  };
  zoom(0.9, 103);
  pan(0.1, 60);
  zoom(1.12, 40);
  pan(-0.08, 60);
  zoom(1.15, 97);
  pan(0.06, 60);
  return result;
}

let generated: TraceSnapshot | undefined;

const bench: TimelineMeasurements = {
  generate(drawn: number): number {
    generated = makeTrace(traceKinds, drawn);
    return generated.count;
  },

  firstPaint(): number {
    const from = performance.now();
    if (generated !== undefined) post({ type: "trace", isWhole: true, trace: generated });
    view.drawNow();
    return performance.now() - from;
  },

  async steps(): Promise<{ readonly steps: number; readonly stale: number }> {
    let shown: Viewport | undefined;
    view.listeners.push({ drawn: (scene) => (shown = scene.view) });
    const all = views(view.lastTime);
    let stale = 0;
    for (const wanted of all) {
      view.show(wanted);
      await frame();
      if (shown !== wanted) stale++;
    }
    view.listeners.pop();
    return { steps: all.length, stale };
  },

  slowViews(): number {
    const all = views(view.lastTime).map((wanted) => {
      const from = performance.now();
      view.view = wanted;
      view.drawNow();
      return performance.now() - from;
    });
    view.fit();
    return quantile(
      all.sort((a, b) => a - b),
      0.95,
    );
  },

  memory(): { readonly slices: number; readonly bytes: number } {
    const rows = view.model.lanes.flatMap((lane) => [lane.instants, ...lane.rows]);
    return { slices: rows.reduce((sum, { count }) => sum + count, 0), bytes: rows.reduce((sum, { usedBytes }) => sum + usedBytes, 0) };
  },

  fidelity(): number {
    const width = 1400;
    const whole = fitted(view.lastTime);
    const perNs = width / (whole.end - whole.start);
    let least = 1;
    for (const { rows } of view.model.lanes) {
      for (const row of rows) {
        const pixels = new Uint32Array(width);
        rasterRow(row, whole, view.lastTime, view.theme.pixels, { pixels, base: 0, width }, []);
        let busy = 0;
        let painted = 0;
        for (let x = 0, i = 0; x < width; x++) {
          const from = whole.start + x / perNs;
          while (i < row.count && (row.end[i] ?? 0) <= from) i++;
          if (!((row.start[i] ?? Number.POSITIVE_INFINITY) < from + 1 / perNs)) continue;
          // A pixel of room behind a slice of its own is wanted.
          const isRoom = pixels[x] === 0 && (row.end[i] ?? 0) < from + 2 / perNs;
          busy += isRoom ? 0 : 1;
          painted += pixels[x] === 0 ? 0 : 1;
        }
        if (busy > 0) least = Math.min(least, painted / busy);
      }
    }
    return least;
  },

  search(text) {
    const context = {
      registers: {},
      laneNames: Object.fromEntries(timelineLanes.map((lane) => [lane, lane])) as Record<(typeof timelineLanes)[number], string>,
    };
    for (let i = 0; i < repeats; i++) search(view.model, parseSearch(text), context);
  },

  aggregate() {
    for (let i = 0; i < repeats; i++) statistics(view.model, view.layout, { from: 0, to: view.lastTime }, {});
  },

  hitTests(): number {
    const { width, layout } = view;
    const [ms = 0] = times(5, () => {
      for (let i = 0; i < 10_000; i++) hitTest(layout, view.view, width, (i * 37) % width, (i * 13) % layout.height);
    });
    return ms / 10;
  },

  async stream(perSecond, seconds) {
    const perMessage = Math.round(perSecond / 30);
    const pieces = Math.round(30 * seconds);
    const before = view.model.store.last;
    let next = before + 1;
    let time = view.lastTime;
    const traces = Array.from({ length: pieces }, () => {
      const whole = makeTrace(traceKinds, Math.round(perMessage * 0.58), next, time);
      next += whole.count;
      time = (whole.time[whole.count - 1] ?? time) + 1;
      return whole;
    });
    let frames = 0;
    const started = performance.now();
    for (const [i, trace] of traces.entries()) {
      while (performance.now() - started < (i * 1000) / 30) {
        await frame();
        frames++;
      }
      post({ type: "trace", isWhole: false, trace, isRunning: true });
    }
    await frame();
    return { frames: frames + 1, appended: next - 1 - before, arrived: view.model.store.last - before };
  },

  zoomRange(): readonly [number, number] {
    const day = 86_400e9;
    const shortest = clamped({ start: 5, end: 5.1 }, view.lastTime);
    const longest = clamped({ start: 0, end: 200 * day }, 104 * day);
    return [shortest.end - shortest.start, longest.end - longest.start];
  },
};

Object.assign(globalThis, { bench });
