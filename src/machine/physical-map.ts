// SPDX-License-Identifier: MIT
/**
 * Pages of the driver's address space and the physical pages behind them. Physical pages are scattered by the machine's seed, so that
 * scatter/gather lists are real lists; freed virtual pages are reused as late as possible, so that stale pointers stay invalid.
 */
import { type PhysicalAddress, SeededRandom, assert, physicalAddress } from "../base/index.ts";
import { type MachineConfiguration, type MemoryOwner, pageSize } from "../protocol/index.ts";
import type { GuestMemory } from "./guest-memory.ts";

export interface PageRequest {
  readonly pages: number;
  /** For messages and views, e.g. `kernel stack`. */
  readonly label: string;
  /** One run of physical pages. */
  readonly contiguous?: boolean;
  /** Physical addresses below this many bits. */
  readonly addressBits?: number;
}

interface Region {
  readonly address: number;
  readonly pages: number;
  readonly label: string;
}

/** First physical page in use; below it is the firmware's. */
const firstFrame = 0x100;
/** Physical hole below 4 GiB in which device memory (BARs) lies. */
const holeStart = 0xd_0000;
const holeEnd = 0x10_0000;

export class PhysicalMap {
  readonly #memory: GuestMemory;
  readonly #random: SeededRandom;
  readonly #layout: MachineConfiguration["physicalLayout"];
  readonly #frames: number;
  /** Physical frame of each virtual page; -1 = none. */
  readonly #frameOf: Float64Array;
  readonly #pageOf = new Map<number, number>();
  readonly #regions = new Map<number, Region>();
  #cursor = 0;
  #firstPage = 0;
  #nextFrame = firstFrame;
  #run = 0;
  /** First address that was never handed out. */
  top = 0;

  constructor(memory: GuestMemory, machine: MachineConfiguration) {
    this.#memory = memory;
    this.#random = new SeededRandom(machine.seed);
    this.#layout = machine.physicalLayout;
    this.#frames = 2 ** (machine.physicalAddressBits - 12);
    this.#frameOf = new Float64Array(memory.layout.ramEnd / pageSize).fill(-1);
    memory.describers.push((address) => this.#describe(address));
    memory.owners.push((address) => this.#ownerOf(address));
  }

  /** Takes the pages of the driver image, [start, end), and makes them accessible. */
  placeImage(start: number, end: number): void {
    const pages = Math.ceil((end - start) / pageSize);
    this.#firstPage = start / pageSize + pages;
    this.#cursor = this.#firstPage;
    this.#commit({ address: start, pages, label: "driver image" }, {});
    this.#memory.allow(start, Math.ceil((end - start) / 8) * 8);
  }

  /** Zeroed, inaccessible pages (the caller allows what it hands out). Undefined when the machine is out of memory. */
  allocate(request: PageRequest): number | undefined {
    const first = this.#findFree(request.pages);
    if (first === undefined) return undefined;
    const address = first * pageSize;
    this.#commit({ address, pages: request.pages, label: request.label }, request);
    this.#memory.zero(address, address + request.pages * pageSize);
    return address;
  }

  /** Gives back what `allocate` returned. */
  free(address: number): void {
    const region = this.#regions.get(address);
    assert(region !== undefined, "freed pages must have been allocated");
    this.#regions.delete(address);
    this.#memory.forbid(address, region.pages * pageSize);
    for (let i = 0; i < region.pages; i++) {
      const page = address / pageSize + i;
      this.#pageOf.delete(this.#frameOf[page] ?? -1);
      this.#frameOf[page] = -1;
    }
  }

  /** Bytes of the region that starts at `address`; 0 when none does. */
  sizeOf(address: number): number {
    return (this.#regions.get(address)?.pages ?? 0) * pageSize;
  }

  /** Physical address behind a virtual one. */
  physicalOf(address: number): PhysicalAddress | undefined {
    const frame = this.#frameOf[Math.floor(address / pageSize)];
    if (frame === undefined || frame < 0) return undefined;
    return physicalAddress(BigInt(frame) * BigInt(pageSize) + BigInt(address % pageSize));
  }

  /** Physical frame number (PFN) of a virtual page address. */
  frameOf(address: number): number | undefined {
    const frame = this.#frameOf[Math.floor(address / pageSize)];
    return frame === undefined || frame < 0 ? undefined : frame;
  }

  /** Virtual address at which the machine keeps a physical one. */
  virtualOf(physical: bigint): number | undefined {
    const page = this.#pageOf.get(Number(physical / BigInt(pageSize)));
    return page === undefined ? undefined : page * pageSize + Number(physical % BigInt(pageSize));
  }

  /** Physical frames that are memory, ascending: [start, end). */
  get ranges(): readonly { readonly start: number; readonly end: number }[] {
    const low = { start: firstFrame, end: Math.min(holeStart, this.#frames) };
    return this.#frames <= holeEnd ? [low] : [low, { start: holeEnd, end: this.#frames }];
  }

  #findFree(pages: number): number | undefined {
    const end = this.#frameOf.length;
    for (const [from, to] of [
      [this.#cursor, end],
      [this.#firstPage, end],
    ] as const) {
      let run = 0;
      for (let page = from; page < to; page++) {
        run = this.#frameOf[page] === -1 ? run + 1 : 0;
        if (run === pages) {
          this.#cursor = page + 1;
          return page - pages + 1;
        }
      }
    }
    return undefined;
  }

  #commit(region: Region, request: Partial<PageRequest>): void {
    this.#regions.set(region.address, region);
    this.top = Math.max(this.top, region.address + region.pages * pageSize);
    const base = request.contiguous === true ? this.#contiguousFrames(region.pages, request.addressBits) : undefined;
    for (let i = 0; i < region.pages; i++) {
      const page = region.address / pageSize + i;
      const frame = base === undefined ? this.#frame(request.addressBits) : base + i;
      this.#frameOf[page] = frame;
      this.#pageOf.set(frame, page);
    }
  }

  #usable(frame: number, limit: number): boolean {
    return frame >= firstFrame && frame < limit && (frame < holeStart || frame >= holeEnd) && !this.#pageOf.has(frame);
  }

  #limit(addressBits: number | undefined): number {
    return addressBits === undefined ? this.#frames : Math.min(this.#frames, 2 ** (addressBits - 12));
  }

  #frame(addressBits: number | undefined): number {
    const limit = this.#limit(addressBits);
    if (this.#layout === "contiguous") return this.#take(this.#nextFrame, limit);
    // Scattered memory has short physical runs, as on a machine that was up for a while; fragmented memory has none.
    if (this.#layout === "scattered" && this.#run > 0 && this.#usable(this.#nextFrame, limit)) {
      this.#run--;
      return this.#take(this.#nextFrame, limit);
    }
    this.#run = this.#random.below(3);
    let frame = firstFrame + this.#random.below(limit - firstFrame);
    const adjacent = (f: number) => this.#layout === "fragmented" && (this.#pageOf.has(f - 1) || this.#pageOf.has(f + 1));
    while (!this.#usable(frame, limit) || adjacent(frame)) frame = firstFrame + this.#random.below(limit - firstFrame);
    return this.#take(frame, limit);
  }

  #take(start: number, limit: number): number {
    let frame = start;
    while (!this.#usable(frame, limit)) frame = frame + 1 < limit ? frame + 1 : firstFrame;
    this.#nextFrame = frame + 1;
    return frame;
  }

  #contiguousFrames(pages: number, addressBits: number | undefined): number {
    const limit = this.#limit(addressBits);
    const span = limit - firstFrame - pages;
    let base = firstFrame + (this.#layout === "contiguous" ? this.#nextFrame - firstFrame : this.#random.below(span));
    for (let run = 0; run < pages; ) {
      if (this.#usable(base + run, limit)) run++;
      else {
        base = base + run + 1 + pages < limit ? base + run + 1 : firstFrame;
        run = 0;
      }
    }
    if (this.#layout === "contiguous") this.#nextFrame = base + pages;
    return base;
  }

  #describe(address: number): string | undefined {
    const region = this.#regionOf(address);
    return region === undefined ? undefined : `in the ${region.label}`;
  }

  #ownerOf(address: number): MemoryOwner | undefined {
    const region = this.#regionOf(address);
    if (region === undefined) return undefined;
    const { address: start, pages, label } = region;
    return { kind: label.includes("stack") ? "stack" : label === "driver image" ? "image" : "pages", text: label, start, end: start + pages * pageSize };
  }

  #regionOf(address: number): Region | undefined {
    const page = Math.floor(address / pageSize) * pageSize;
    for (const region of this.#regions.values()) if (page >= region.address && page < region.address + region.pages * pageSize) return region;
    return undefined;
  }
}
