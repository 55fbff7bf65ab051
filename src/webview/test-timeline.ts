// SPDX-License-Identifier: MIT
/** For tests of the timeline: a small trace of a DMA write, and a surface that records what is drawn on it. */
import { type TraceKind, type TraceSnapshot, traceKinds, tracePhase } from "../protocol/index.ts";
import type { Surface } from "./surface.ts";
import { type Theme, pixel } from "./theme.ts";
import { TimelineModel } from "./timeline-model.ts";

export type Row = readonly [time: number, kind: TraceKind, phase: keyof typeof tracePhase, parent?: number, a?: number, b?: number, c?: number];

/** Texts of the test traces; the index is the number in the arguments. */
export const texts = ["", "EvtProgramDma", "SgdxEvtProgramDma", "H2C", "move 4096 bytes", "write", "EvtInterruptDpc", "WdfSpinLockAcquire"];

export function snapshot(rows: readonly Row[], firstEvent = 1): TraceSnapshot {
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
export const dmaRows: readonly Row[] = [
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

export function model(...chunks: readonly TraceSnapshot[]): TimelineModel {
  const result = new TimelineModel();
  for (const chunk of chunks) result.append(chunk);
  return result;
}

export interface Call {
  readonly what: "rect" | "outline" | "text" | "arrow" | "raster";
  readonly x: number;
  readonly y: number;
  readonly text?: string;
  readonly color?: string;
}

export class RecordingSurface implements Surface {
  readonly width = 168 + 1000;
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
export const theme: Theme = {
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
