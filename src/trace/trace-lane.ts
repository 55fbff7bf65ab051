// SPDX-License-Identifier: MIT
/** Lanes of a timeline: which lane an event belongs to, and how spans of a lane may lie upon each other. */
import { type TraceKind, type TraceSnapshot, traceKinds, tracePhase } from "../protocol/index.ts";

export interface TraceLane {
  /** Name for people, e.g. `CPU 0`, `Device H2C`. */
  readonly name: string;
  /** Spans are nested calls: one inside another lies upon it. Otherwise only a child named by its parent does, and what overlaps gets a row of its own. */
  readonly isNested: boolean;
}

/** Lanes that every trace has, top to bottom; lanes of device activity follow them. */
export const fixedLanes = [
  { name: "CPU 0", isNested: true },
  { name: "Interrupts", isNested: false },
  { name: "Requests", isNested: false },
  { name: "DMA", isNested: false },
  { name: "Device", isNested: false },
  { name: "PnP and power", isNested: true },
  { name: "Log", isNested: false },
] as const satisfies readonly TraceLane[];

const lane = { cpu: 0, interrupt: 1, request: 2, dma: 3, device: 4, power: 5, log: 6 } as const;

const laneOfKind: Readonly<Record<TraceKind, number>> = {
  callback: lane.cpu,
  api: lane.cpu,
  objectCreated: lane.cpu,
  objectDeleted: lane.cpu,
  requestArrived: lane.request,
  requestPresented: lane.request,
  requestCompleted: lane.request,
  transactionState: lane.dma,
  transaction: lane.dma,
  transfer: lane.dma,
  dmaMapped: lane.dma,
  dmaUnmapped: lane.dma,
  deviceRead: lane.device,
  deviceWrite: lane.device,
  deviceActivity: lane.device,
  registerRead: lane.device,
  registerWrite: lane.device,
  interruptRaised: lane.interrupt,
  interruptLowered: lane.interrupt,
  interruptDelivered: lane.cpu,
  dpcQueued: lane.cpu,
  dpc: lane.cpu,
  irql: lane.cpu,
  power: lane.power,
  debugPrint: lane.log,
  deviceLog: lane.log,
  violation: lane.log,
  timer: lane.cpu,
  workItem: lane.cpu,
  scenario: lane.request,
  logpoint: lane.log,
  exception: lane.cpu,
};

/** Lane numbers by number of kind. */
const laneByKind: readonly number[] = (Object.keys(traceKinds) as TraceKind[])
  .sort((a, b) => traceKinds[a].id - traceKinds[b].id)
  .map((kind) => laneOfKind[kind]);

/** The lanes of one trace. */
export class TraceLanes {
  readonly all: TraceLane[] = [...fixedLanes];
  readonly #ofActivity = new Map<number, number>();
  readonly #trace: TraceSnapshot;

  constructor(trace: TraceSnapshot) {
    this.#trace = trace;
    for (let row = 0; row < trace.count; row++) {
      if (trace.kind[row] !== traceKinds.deviceActivity.id || trace.phase[row] === tracePhase.end) continue;
      const text = trace.args[3 * row] ?? 0;
      if (this.#ofActivity.has(text)) continue;
      this.#ofActivity.set(text, this.all.length);
      this.all.push({ name: `Device ${trace.texts[text] ?? ""}`.trim(), isNested: false });
    }
  }

  /** Lane number of the begin or instant in `row`. */
  of(row: number): number {
    const kind = this.#trace.kind[row] ?? 0;
    if (kind === traceKinds.deviceActivity.id) return this.#ofActivity.get(this.#trace.args[3 * row] ?? 0) ?? lane.device;
    return laneByKind[kind] ?? lane.cpu;
  }
}

export const cpuLane: number = lane.cpu;
