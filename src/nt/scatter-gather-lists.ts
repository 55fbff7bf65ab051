// SPDX-License-Identifier: MIT
/** The scatter/gather lists of one adapter that are in use: their mappings, and the SCATTER_GATHER_LIST structures in driver memory. */
import { assert } from "../base/index.ts";
import type { Machine, Mapping, MemorySegment } from "../machine/index.ts";
import { scatterGatherElement, scatterGatherList, scatterGatherListBytes } from "./dma-layout.ts";
import type { DmaMapper } from "./dma-mapper.ts";
import type { ScatterGatherRequest } from "./dma-types.ts";
import type { Pool } from "./pool.ts";
import { poolTag } from "./pool-heap.ts";

export interface ActiveList {
  readonly mappings: readonly Mapping[];
  readonly registers: number;
  readonly writeToDevice: boolean;
  readonly label: string;
  /** The HAL allocated the list's memory. */
  readonly isOwned: boolean;
}

/** Bytes the HAL keeps for itself behind the elements of a list. */
const listScratch = 16;
const listTag = poolTag("HalL");

/** Bytes that a list for a buffer of `pages` pages needs at most. */
export const listBytes = (pages: number): number => scatterGatherListBytes(pages) + listScratch;

export class ScatterGatherLists {
  readonly #machine: Machine;
  readonly #pool: Pool;
  readonly #mapper: DmaMapper;
  readonly #lists = new Map<number, ActiveList>();

  constructor(machine: Machine, pool: Pool, mapper: DmaMapper) {
    this.#machine = machine;
    this.#pool = pool;
    this.#mapper = mapper;
  }

  get count(): number {
    return this.#lists.size;
  }

  find(list: number): ActiveList | undefined {
    return this.#lists.get(list);
  }

  /** Maps the buffer and writes its list; returns the list's address. */
  build(request: ScatterGatherRequest, segments: readonly MemorySegment[]): number {
    const list = request.buffer?.address ?? this.#pool.allocate(listBytes(segments.length), listTag, "SCATTER_GATHER_LIST");
    assert(list !== 0, "no memory left for a scatter/gather list");
    assert(!this.#lists.has(list), "a scatter/gather list is put before its memory is used again");
    const mappings = this.#mapper.map(this.#mapper.runs(segments), request.writeToDevice, request);
    const { writeToDevice, label } = request;
    this.#lists.set(list, { mappings, registers: segments.length, writeToDevice, label, isOwned: request.buffer === undefined });
    this.#write(list, mappings);
    return list;
  }

  /** Flushes and unmaps what `build` mapped. */
  put(list: number, active: ActiveList): void {
    this.#lists.delete(list);
    this.#mapper.flush(active.mappings);
    if (active.isOwned) this.#pool.free(list);
  }

  #write(list: number, mappings: readonly Mapping[]): void {
    const { memory } = this.#machine;
    memory.setU32(list + scatterGatherList.fields.NumberOfElements.offset, mappings.length);
    memory.setU32(list + scatterGatherList.fields.Reserved.offset, 0);
    mappings.forEach((mapping, i) => {
      const element = list + scatterGatherListBytes(i);
      memory.setU64(element + scatterGatherElement.fields.Address.offset, mapping.logical);
      memory.setU32(element + scatterGatherElement.fields.Length.offset, mapping.length);
      memory.setU32(element + scatterGatherElement.fields.Reserved.offset, 0);
    });
  }
}
