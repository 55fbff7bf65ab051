// SPDX-License-Identifier: MIT
/**
 * Perfetto's own trace format: TrackEvent packets (protos/perfetto/trace/track_event of the Perfetto project), the default for "open in
 * Perfetto" because it loads faster than JSON and because arrows can begin and end at everything. Times in ns.
 */
import { type TraceSnapshot, tracePhase } from "../protocol/index.ts";
import { type TraceExport, exportedArguments, wholeEvent } from "./event-arguments.ts";
import { eventTitle } from "./event-text.ts";
import { ProtobufWriter } from "./protobuf-writer.ts";
import { type TraceIndex, indexTrace } from "./trace-index.ts";
import { cpuLane } from "./trace-lane.ts";

/** Field numbers of the messages that are written. */
const field = {
  trace: { packet: 1 },
  packet: { timestamp: 8, sequenceId: 10, trackEvent: 11, internedData: 12, sequenceFlags: 13, trackDescriptor: 60 },
  track: { uuid: 1, name: 2, process: 3, thread: 4, parent: 5, counter: 8, childOrdering: 11, rank: 12 },
  process: { pid: 1, name: 6 },
  thread: { pid: 1, tid: 2, name: 5 },
  interned: { eventNames: 2, annotationNames: 3, iid: 1, name: 2 },
  event: { annotations: 4, type: 9, nameIid: 10, track: 11, counterValue: 30, flows: 47, endingFlows: 48, correlation: 52 },
  annotation: { nameIid: 1, integer: 4, double: 5, text: 6 },
} as const;

const eventType = { begin: 1, end: 2, instant: 3, counter: 4 } as const;
const sequenceFlags = { cleared: 1, needsState: 2 } as const;
/** TrackDescriptor.ChildTracksOrdering.EXPLICIT: by rank. */
const explicitOrder = 3;
const processUuid = 1;
const irqlUuid = 2;
const firstLaneUuid = 16;
/** Bytes after which a chunk is handed on. */
const chunkBytes = 0x4_0000;

/** The whole trace as chunks of one .pftrace file. */
export function* perfettoChunks(source: TraceExport): Generator<Uint8Array> {
  const { trace } = source;
  const file = new PerfettoFile(source, indexTrace(trace));
  file.writeTracks();
  for (let row = 0; row < trace.count; row++) {
    file.writeRow(row);
    if (file.length >= chunkBytes) yield file.take();
  }
  yield file.take();
}

class PerfettoFile {
  readonly #source: TraceExport;
  readonly #trace: TraceSnapshot;
  readonly #index: TraceIndex;
  readonly #writer = new ProtobufWriter();
  /** Uuid of the track of the first row of each lane; the rows of a lane are neighbours. */
  readonly #tracks: number[] = [];
  readonly #eventNames = new Map<string, number>();
  readonly #annotationNames = new Map<string, number>();
  #isFirst = true;

  constructor(source: TraceExport, index: TraceIndex) {
    this.#source = source;
    this.#trace = source.trace;
    this.#index = index;
  }

  get length(): number {
    return this.#writer.length;
  }

  take(): Uint8Array {
    return this.#writer.take();
  }

  /** Describes the process, its tracks and the IRQL counter. Rows of a lane are sisters of one name, which the viewer joins. */
  writeTracks(): void {
    const w = this.#writer;
    this.#descriptor(processUuid, () => {
      w.message(field.track.process, () => {
        w.integer(field.process.pid, 1);
        w.text(field.process.name, "Emulated machine");
      });
      w.integer(field.track.childOrdering, explicitOrder);
    });
    this.#descriptor(irqlUuid, () => {
      w.text(field.track.name, "IRQL");
      w.integer(field.track.parent, processUuid);
      w.integer(field.track.rank, 1);
      w.message(field.track.counter, () => undefined);
    });
    let next = firstLaneUuid;
    for (const [i, { name }] of this.#index.lanes.entries()) {
      this.#tracks.push(next);
      for (let row = 0; row < (this.#index.rowCounts[i] ?? 1); row++) this.#laneTrack(next++, name, i, i === cpuLane && row === 0);
    }
  }

  #laneTrack(uuid: number, name: string, rank: number, isThread: boolean): void {
    const w = this.#writer;
    this.#descriptor(uuid, () => {
      if (isThread) {
        w.message(field.track.thread, () => {
          w.integer(field.thread.pid, 1);
          w.integer(field.thread.tid, 1);
          w.text(field.thread.name, name);
        });
        return;
      }
      w.text(field.track.name, name);
      w.integer(field.track.parent, processUuid);
      w.integer(field.track.rank, rank + 1);
    });
  }

  writeRow(row: number): void {
    const { phase, time, parent, firstEvent } = this.#trace;
    const at = Math.round(time[row] ?? 0);
    if (phase[row] === tracePhase.end) {
      const begin = (parent[row] ?? 0) - firstEvent;
      // An end without its begin belongs to nothing.
      if (this.#index.end[begin] === row + 1) this.#event(at, eventType.end, this.#trackOf(begin), () => undefined);
      return;
    }
    const event = wholeEvent(this.#trace, this.#index, row);
    const w = this.#writer;
    if (event.kind === "irql") {
      this.#event(at, eventType.counter, irqlUuid, () => w.integer(field.event.counterValue, event.args[0]));
      return;
    }
    const values = Object.entries(exportedArguments(this.#source, this.#index, event));
    const name = eventTitle(this.#trace, event);
    const names = values.map(([key]) => key);
    this.#event(
      at,
      phase[row] === tracePhase.begin ? eventType.begin : eventType.instant,
      this.#trackOf(row),
      () => {
        w.integer(field.event.nameIid, this.#eventNames.get(name) ?? 0);
        const correlation = this.#index.correlation[row] ?? 0;
        if (correlation !== 0) w.integer(field.event.correlation, correlation);
        if (phase[row] === tracePhase.begin) this.#flows(row, event.id);
        for (const [key, value] of values) this.#annotation(key, value);
      },
      { name, names },
    );
  }

  #trackOf(row: number): number {
    return (this.#tracks[this.#index.lane[row] ?? 0] ?? firstLaneUuid) + (this.#index.row[row] ?? 0);
  }

  /** Flow ids: that of a chain is twice its id; that of an effect twice its own id plus one. */
  #flows(row: number, id: number): void {
    const w = this.#writer;
    const step = this.#index.stepOf(row);
    if (step !== undefined) w.fixed64(step === "last" ? field.event.endingFlows : field.event.flows, 2 * (this.#index.chain[row] ?? 0));
    if ((this.#index.sideCause[row] ?? 0) !== 0) w.fixed64(field.event.endingFlows, 2 * id + 1);
    for (const effect of this.#index.effectsOf(id)) w.fixed64(field.event.flows, 2 * effect + 1);
  }

  #annotation(name: string, value: string | number): void {
    const w = this.#writer;
    w.message(field.event.annotations, () => {
      w.integer(field.annotation.nameIid, this.#annotationNames.get(name) ?? 0);
      if (typeof value === "string") w.text(field.annotation.text, value);
      else if (Number.isSafeInteger(value)) w.integer(field.annotation.integer, value);
      else w.double(field.annotation.double, value);
    });
  }

  #descriptor(uuid: number, write: () => void): void {
    const w = this.#writer;
    this.#packet(() => {
      w.message(field.packet.trackDescriptor, () => {
        w.integer(field.track.uuid, uuid);
        write();
      });
    });
  }

  #event(time: number, type: number, track: number, write: () => void, texts?: { readonly name: string; readonly names: readonly string[] }): void {
    const w = this.#writer;
    this.#packet(() => {
      w.integer(field.packet.timestamp, time);
      if (texts !== undefined) this.#intern(texts.name, texts.names);
      w.message(field.packet.trackEvent, () => {
        w.integer(field.event.type, type);
        w.integer(field.event.track, track);
        write();
      });
    });
  }

  /** Declares names at their first use; id 0 is invalid. */
  #intern(name: string, annotationNames: readonly string[]): void {
    const w = this.#writer;
    const isNew = !this.#eventNames.has(name);
    const newNames = annotationNames.filter((key) => !this.#annotationNames.has(key));
    if (!isNew && newNames.length === 0) return;
    const declare = (inField: number, ids: Map<string, number>, text: string): void => {
      ids.set(text, ids.size + 1);
      w.message(inField, () => {
        w.integer(field.interned.iid, ids.size);
        w.text(field.interned.name, text);
      });
    };
    w.message(field.packet.internedData, () => {
      if (isNew) declare(field.interned.eventNames, this.#eventNames, name);
      for (const key of newNames) declare(field.interned.annotationNames, this.#annotationNames, key);
    });
  }

  #packet(write: () => void): void {
    const w = this.#writer;
    w.message(field.trace.packet, () => {
      write();
      w.integer(field.packet.sequenceId, 1);
      w.integer(field.packet.sequenceFlags, this.#isFirst ? sequenceFlags.cleared : sequenceFlags.needsState);
    });
    this.#isFirst = false;
  }
}
