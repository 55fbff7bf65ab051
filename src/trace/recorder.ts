// SPDX-License-Identifier: MIT
/** Records the machine's events as growing columns of numbers; texts are interned once. */
import { type TraceKind, type TraceSink, type TraceSnapshot, traceKinds, tracePhase } from "../protocol/index.ts";

/** Where the recorder takes the coordinates of an event from. */
export interface TraceCoordinates {
  readonly time: number;
  readonly statement: number;
  readonly irql: number;
}

const firstCapacity = 4096;

export class TraceRecorder implements TraceSink {
  readonly #now: () => TraceCoordinates;
  readonly #isRecording: boolean;
  #capacity = firstCapacity;
  #count = 0;
  #time = new Float64Array(firstCapacity);
  #statement = new Float64Array(firstCapacity);
  #kind = new Uint8Array(firstCapacity);
  #phase = new Uint8Array(firstCapacity);
  #irql = new Uint8Array(firstCapacity);
  #object = new Uint32Array(firstCapacity);
  #parent = new Uint32Array(firstCapacity);
  #args = new Float64Array(3 * firstCapacity);
  readonly #texts: string[] = [""];
  readonly #textIds = new Map<string, number>([["", 0]]);

  /** With `isRecording` false only the ids count, for runs whose trace nobody asked for. */
  constructor(now: () => TraceCoordinates, isRecording = true) {
    this.#now = now;
    this.#isRecording = isRecording;
  }

  /** Id of the event recorded last; 0 before the first. */
  get lastEvent(): number {
    return this.#count;
  }

  text(value: string): number {
    const known = this.#textIds.get(value);
    if (known !== undefined) return known;
    this.#textIds.set(value, this.#texts.length);
    return this.#texts.push(value) - 1;
  }

  instant(kind: TraceKind, object = 0, parent = 0, a = 0, b = 0, c = 0): number {
    return this.#add(kind, tracePhase.instant, object, parent, a, b, c);
  }

  begin(kind: TraceKind, object = 0, parent = 0, a = 0, b = 0, c = 0): number {
    return this.#add(kind, tracePhase.begin, object, parent, a, b, c);
  }

  end(kind: TraceKind, span: number, a = 0, b = 0, c = 0): void {
    this.#add(kind, tracePhase.end, this.#object[span - 1] ?? 0, span, a, b, c);
  }

  /** Events from `firstEvent` (an id) on, copied. */
  snapshot(firstEvent = 1): TraceSnapshot {
    const from = Math.min(Math.max(0, firstEvent - 1), this.#count);
    const to = this.#count;
    return {
      firstEvent: from + 1,
      count: to - from,
      time: this.#time.slice(from, to),
      statement: this.#statement.slice(from, to),
      kind: this.#kind.slice(from, to),
      phase: this.#phase.slice(from, to),
      irql: this.#irql.slice(from, to),
      object: this.#object.slice(from, to),
      parent: this.#parent.slice(from, to),
      args: this.#args.slice(3 * from, 3 * to),
      texts: [...this.#texts],
    };
  }

  #add(kind: TraceKind, phase: number, object: number, parent: number, a: number, b: number, c: number): number {
    if (!this.#isRecording) return 0;
    const i = this.#count;
    if (i === this.#capacity) this.#grow();
    const now = this.#now();
    this.#time[i] = now.time;
    this.#statement[i] = now.statement;
    this.#kind[i] = traceKinds[kind].id;
    this.#phase[i] = phase;
    this.#irql[i] = now.irql;
    this.#object[i] = object;
    this.#parent[i] = parent;
    this.#args[3 * i] = a;
    this.#args[3 * i + 1] = b;
    this.#args[3 * i + 2] = c;
    this.#count = i + 1;
    return i + 1;
  }

  #grow(): void {
    this.#capacity *= 2;
    const n = this.#capacity;
    const grown = <T extends { set(from: T): void }>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.#time = grown(new Float64Array(n), this.#time);
    this.#statement = grown(new Float64Array(n), this.#statement);
    this.#kind = grown(new Uint8Array(n), this.#kind);
    this.#phase = grown(new Uint8Array(n), this.#phase);
    this.#irql = grown(new Uint8Array(n), this.#irql);
    this.#object = grown(new Uint32Array(n), this.#object);
    this.#parent = grown(new Uint32Array(n), this.#parent);
    this.#args = grown(new Float64Array(3 * n), this.#args);
  }
}
