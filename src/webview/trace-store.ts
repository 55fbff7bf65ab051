// SPDX-License-Identifier: MIT
/** All events of a trace in the pieces in which they arrived, by id; and which event ended which. */
import { type DecodedEvent, type TraceSnapshot, decodeEvent, tracePhase } from "../protocol/index.ts";
import { grown, grownSize } from "./slice-row.ts";

export class TraceStore {
  readonly #chunks: TraceSnapshot[] = [];
  /** Id of the event that ended the span begun by event i. */
  #endOf = new Uint32Array(1024);
  #last = 0;

  /** Id of the last event; ids start at 1. */
  get last(): number {
    return this.#last;
  }

  /** The latest piece: it holds the texts of all. */
  get texts(): readonly string[] {
    return this.#chunks.at(-1)?.texts ?? [];
  }

  add(chunk: TraceSnapshot): void {
    this.#chunks.push(chunk);
    this.#last = chunk.firstEvent + chunk.count - 1;
    const size = Math.max(this.#last + 1, grownSize(this.#endOf.length));
    if (this.#last >= this.#endOf.length) this.#endOf = grown(this.#endOf, new Uint32Array(size));
  }

  ended(begin: number, end: number): void {
    this.#endOf[begin] = end;
  }

  event(id: number): DecodedEvent | undefined {
    const chunk = this.#chunkOf(id);
    return chunk === undefined ? undefined : decodeEvent(chunk, id - chunk.firstEvent);
  }

  /** Argument of the event that ended span `begin`; undefined for open spans and instants. */
  endArgument(begin: number, place: number): number | undefined {
    const id = this.#endOf[begin] ?? 0;
    const chunk = id === 0 ? undefined : this.#chunkOf(id);
    return chunk?.args[3 * (id - chunk.firstEvent) + place];
  }

  /** Virtual time of an event, ns. */
  timeOf(id: number): number {
    const chunk = this.#chunkOf(id);
    return chunk?.time[id - chunk.firstEvent] ?? 0;
  }

  /** The event that ended span `begin`; undefined for open spans and instants. */
  endOf(begin: number): DecodedEvent | undefined {
    const id = this.#endOf[begin] ?? 0;
    return id === 0 ? undefined : this.event(id);
  }

  /** First event of a framework object that is `wanted`. */
  firstOfObject(object: number, wanted: (event: number) => boolean): number | undefined {
    for (const chunk of this.#chunks) {
      for (let i = 0; i < chunk.count; i++) {
        const id = chunk.firstEvent + i;
        if (chunk.object[i] === object && chunk.phase[i] !== tracePhase.end && wanted(id)) return id;
      }
    }
    return undefined;
  }

  /** The pieces, oldest first. */
  get chunks(): readonly TraceSnapshot[] {
    return this.#chunks;
  }

  #chunkOf(id: number): TraceSnapshot | undefined {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#chunks[middle]?.firstEvent ?? 0) <= id) low = middle + 1;
      else high = middle;
    }
    const chunk = this.#chunks[low - 1];
    return chunk !== undefined && id >= chunk.firstEvent && id < chunk.firstEvent + chunk.count ? chunk : undefined;
  }
}
