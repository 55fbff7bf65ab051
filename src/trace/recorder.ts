// SPDX-License-Identifier: MIT
/** Records the machine's events as columns of numbers in chunks; texts are interned once. */
import { type TraceKind, type TraceSink, type TraceSnapshot, traceKinds, tracePhase } from "../protocol/index.ts";

/** Where the recorder takes the coordinates of an event from; asked for each event, so the properties may be getters. */
export interface TraceCoordinates {
  /** Virtual ns. */
  readonly time: number;
  readonly statement: number;
  readonly irql: number;
}

/** Events of a chunk; a power of two. A chunk is never copied or moved when the trace grows. */
const chunkEvents = 0x1_0000;
const chunkShift = 16;

class Chunk {
  readonly time = new Float64Array(chunkEvents);
  readonly statement = new Float64Array(chunkEvents);
  readonly kind = new Uint8Array(chunkEvents);
  readonly phase = new Uint8Array(chunkEvents);
  readonly irql = new Uint8Array(chunkEvents);
  readonly object = new Uint32Array(chunkEvents);
  readonly parent = new Uint32Array(chunkEvents);
  readonly args = new Float64Array(3 * chunkEvents);
}

/** A row of the trace. */
export interface RecordedEvent {
  readonly id: number;
  readonly kind: TraceKind;
  readonly phase: number;
  readonly object: number;
  readonly parent: number;
  readonly arguments: readonly [number, number, number];
  readonly time: number;
  readonly statement: number;
}

const kindOfNumber: ReadonlyMap<number, TraceKind> = new Map(Object.entries(traceKinds).flatMap(([name, { id }]) => (isTraceKind(name) ? [[id, name]] : [])));

function isTraceKind(name: string): name is TraceKind {
  return Object.hasOwn(traceKinds, name);
}

export type TraceObserver = (kind: TraceKind, phase: number, object: number, a: number, b: number, c: number) => void;

export class TraceRecorder implements TraceSink {
  readonly #now: () => TraceCoordinates;
  readonly #isRecording: boolean;
  #count = 0;
  readonly #chunks: Chunk[] = [];
  /** The chunk that is being filled. */
  #last: Chunk | undefined;
  readonly #texts: string[] = [""];
  /** Told of every event after it was recorded (framework breakpoints). */
  onEvent: TraceObserver | undefined;
  readonly #textIds = new Map<string, number>([["", 0]]);

  /** With `isRecording` false only texts are kept, for runs whose trace nobody asked for. */
  constructor(now: () => TraceCoordinates, isRecording = true) {
    this.#now = now;
    this.#isRecording = isRecording;
  }

  /** Id of the event recorded last; 0 before the first. */
  get lastEvent(): number {
    return this.#count;
  }

  /** Inverse of `text`. */
  textOf(id: number): string {
    return this.#texts[id] ?? "";
  }

  text(value: string): number {
    const known = this.#textIds.get(value);
    if (known !== undefined) return known;
    this.#textIds.set(value, this.#texts.length);
    return this.#texts.push(value) - 1;
  }

  /** The event with this id; undefined when there is none. */
  event(id: number): RecordedEvent | undefined {
    const i = id - 1;
    const chunk = this.#chunks[i >>> chunkShift];
    const at = i % chunkEvents;
    const kind = chunk === undefined || id < 1 || id > this.#count ? undefined : kindOfNumber.get(chunk.kind[at] ?? -1);
    if (chunk === undefined || kind === undefined) return undefined;
    return {
      id,
      kind,
      phase: chunk.phase[at] ?? 0,
      object: chunk.object[at] ?? 0,
      parent: chunk.parent[at] ?? 0,
      arguments: [chunk.args[3 * at] ?? 0, chunk.args[3 * at + 1] ?? 0, chunk.args[3 * at + 2] ?? 0],
      time: chunk.time[at] ?? 0,
      statement: chunk.statement[at] ?? 0,
    };
  }

  instant(kind: TraceKind, object = 0, parent = 0, a = 0, b = 0, c = 0): number {
    return this.#add(kind, tracePhase.instant, object, parent, a, b, c);
  }

  begin(kind: TraceKind, object = 0, parent = 0, a = 0, b = 0, c = 0): number {
    return this.#add(kind, tracePhase.begin, object, parent, a, b, c);
  }

  end(kind: TraceKind, span: number, a = 0, b = 0, c = 0): void {
    const began = span - 1;
    this.#add(kind, tracePhase.end, this.#chunks[began >>> chunkShift]?.object[began % chunkEvents] ?? 0, span, a, b, c);
  }

  /** Events from `firstEvent` (an id) on, copied: the columns can be transferred to another thread. */
  snapshot(firstEvent = 1): TraceSnapshot {
    const from = Math.min(Math.max(0, firstEvent - 1), this.#count);
    const count = this.#count - from;
    const column = <T extends { subarray(from: number, to: number): T; set(part: T, at: number): void }>(target: T, of: (chunk: Chunk) => T, width = 1): T => {
      let at = 0;
      for (const [i, chunk] of this.#chunks.entries()) {
        const start = Math.max(0, from - i * chunkEvents);
        const end = Math.min(chunkEvents, this.#count - i * chunkEvents);
        if (start >= end) continue;
        target.set(of(chunk).subarray(width * start, width * end), at);
        at += width * (end - start);
      }
      return target;
    };
    return {
      firstEvent: from + 1,
      count,
      time: column(new Float64Array(count), ({ time }) => time),
      statement: column(new Float64Array(count), ({ statement }) => statement),
      kind: column(new Uint8Array(count), ({ kind }) => kind),
      phase: column(new Uint8Array(count), ({ phase }) => phase),
      irql: column(new Uint8Array(count), ({ irql }) => irql),
      object: column(new Uint32Array(count), ({ object }) => object),
      parent: column(new Uint32Array(count), ({ parent }) => parent),
      args: column(new Float64Array(3 * count), ({ args }) => args, 3),
      texts: [...this.#texts],
    };
  }

  #add(kind: TraceKind, phase: number, object: number, parent: number, a: number, b: number, c: number): number {
    const id = this.#isRecording ? this.#record(kind, phase, object, parent, a, b, c) : 0;
    this.onEvent?.(kind, phase, object, a, b, c);
    return id;
  }

  #record(kind: TraceKind, phase: number, object: number, parent: number, a: number, b: number, c: number): number {
    const i = this.#count % chunkEvents;
    const chunk = i === 0 ? this.#grow() : (this.#last ?? this.#grow());
    const now = this.#now();
    chunk.time[i] = now.time;
    chunk.statement[i] = now.statement;
    chunk.kind[i] = traceKinds[kind].id;
    chunk.phase[i] = phase;
    chunk.irql[i] = now.irql;
    chunk.object[i] = object;
    chunk.parent[i] = parent;
    chunk.args[3 * i] = a;
    chunk.args[3 * i + 1] = b;
    chunk.args[3 * i + 2] = c;
    return ++this.#count;
  }

  #grow(): Chunk {
    const chunk = new Chunk();
    this.#chunks.push(chunk);
    this.#last = chunk;
    return chunk;
  }
}
