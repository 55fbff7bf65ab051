// SPDX-License-Identifier: MIT
/**
 * The address space of bus masters. A logical address is valid only while a mapping covers it, in the mapping's direction; it differs from
 * the physical address, and may lie above 4 GiB when the device can reach there. A mapping leads to driver memory, or to a bounce buffer
 * outside it (map registers), as the HAL decides.
 */
import { type LogicalAddress, SeededRandom, assert, hex, logicalAddress } from "../base/index.ts";
import { type TraceSink, pageSize } from "../protocol/index.ts";
import type { GuestMemory } from "./guest-memory.ts";

/** What the device may do: `toDevice` = it reads memory, `fromDevice` = it writes memory. */
export type DmaDirection = "toDevice" | "fromDevice" | "both";

export interface MemorySegment {
  /** Virtual address in driver memory. */
  readonly address: number;
  readonly length: number;
}

export interface MappingRequest {
  /** Driver memory, in order; for a bounce buffer the memory it stands for. */
  readonly segments: readonly MemorySegment[];
  readonly direction: DmaDirection;
  /** Address bits of the device; the whole mapping lies below 2^addressBits. */
  readonly addressBits: number;
  /** The device sees a copy; data moves only in `copyToBounce` and `copyFromBounce`. */
  readonly bounce: boolean;
  /** For messages, e.g. `write transfer of 4096 bytes`. */
  readonly label: string;
  /** Object id of the transaction or common buffer. */
  readonly objectId: number;
}

export interface Mapping extends MappingRequest {
  readonly id: number;
  readonly logical: LogicalAddress;
  readonly length: number;
  /** Contents of the bounce buffer. */
  readonly copy: Uint8Array | undefined;
  /** Bytes the device has moved through the mapping so far. */
  moved: number;
}

export interface DeviceFault {
  readonly kind: "read" | "write";
  readonly logical: bigint;
  readonly length: number;
  /** Why, with what is or was mapped there; one sentence without final period. */
  readonly reason: string;
}

const remembered = 64;
/** Wider devices get addresses of so many bits. */
const largestAddressBits = 40;

export class LogicalSpace {
  readonly #memory: GuestMemory;
  readonly #trace: TraceSink;
  readonly #random: SeededRandom;
  /** Mapping by logical page number. */
  readonly #pages = new Map<number, Mapping>();
  readonly #cursors = new Map<number, number>();
  readonly #recent: Mapping[] = [];
  readonly #largestAddressBits: number;
  #nextId = 1;
  /** Whether the last device access ended in a master abort: part of it was not mapped for its direction. */
  aborted = false;
  /** A device access outside its mappings; the access then reads zeros or writes nothing. */
  onDeviceFault: (fault: DeviceFault) => void = () => undefined;
  /** Told of every device write to driver memory (data breakpoints, last-writer records). */
  onDeviceWrite: ((address: number, length: number) => void) | undefined;
  /** Told of every device read of driver memory. */
  onDeviceRead: ((address: number, length: number) => void) | undefined;

  /** On a platform of `platformAddressBits` 32 there is no memory above 4 GiB, and so no logical address there, whatever the device can reach. */
  constructor(memory: GuestMemory, seed: number, trace: TraceSink, platformAddressBits = largestAddressBits) {
    this.#memory = memory;
    this.#largestAddressBits = platformAddressBits <= 32 ? 32 : largestAddressBits;
    this.#random = new SeededRandom(seed ^ 0x5bd1e995);
    this.#trace = trace;
  }

  /** Maps one contiguous logical range. Its page offset is that of the first segment. */
  map(request: MappingRequest): Mapping {
    const length = request.segments.reduce((sum, segment) => sum + segment.length, 0);
    assert(length > 0, "a mapping must have at least one byte");
    const pageOffset = (request.segments[0]?.address ?? 0) % pageSize;
    const firstPage = this.#findPages(Math.ceil((pageOffset + length) / pageSize), request.addressBits);
    const mapping: Mapping = {
      ...request,
      id: this.#nextId++,
      logical: logicalAddress(BigInt(firstPage) * BigInt(pageSize) + BigInt(pageOffset)),
      length,
      copy: request.bounce ? new Uint8Array(length) : undefined,
      moved: 0,
    };
    for (const page of pagesOf(mapping)) this.#pages.set(page, mapping);
    this.#trace.instant("dmaMapped", request.objectId, 0, Number(mapping.logical), length, request.bounce ? 1 : 0);
    return mapping;
  }

  unmap(mapping: Mapping): void {
    for (const page of pagesOf(mapping)) this.#pages.delete(page);
    this.#recent.push(mapping);
    if (this.#recent.length > remembered) this.#recent.shift();
    this.#trace.instant("dmaUnmapped", mapping.objectId, 0, Number(mapping.logical), mapping.length);
  }

  /** Driver memory → bounce buffer. */
  copyToBounce(mapping: Mapping): void {
    if (mapping.copy === undefined) return;
    let at = 0;
    for (const segment of mapping.segments) {
      this.onDeviceRead?.(segment.address, segment.length);
      mapping.copy.set(this.#memory.bytes.subarray(segment.address, segment.address + segment.length), at);
      at += segment.length;
    }
  }

  /** First `length` bytes of the bounce buffer → driver memory. */
  copyFromBounce(mapping: Mapping, length = mapping.length): void {
    if (mapping.copy === undefined) return;
    let at = 0;
    for (const segment of mapping.segments) {
      const bytes = Math.min(segment.length, length - at);
      if (bytes <= 0) break;
      this.#memory.bytes.set(mapping.copy.subarray(at, at + bytes), segment.address);
      this.onDeviceWrite?.(segment.address, bytes);
      at += bytes;
    }
  }

  /** Mapping that covers a logical address. */
  find(logical: bigint): Mapping | undefined {
    const mapping = this.#pages.get(Number(logical / BigInt(pageSize)));
    if (mapping === undefined || logical < mapping.logical || logical >= mapping.logical + BigInt(mapping.length)) return undefined;
    return mapping;
  }

  get mappings(): readonly Mapping[] {
    return [...new Set(this.#pages.values())];
  }

  /** Bus-master read. One that leaves its mappings anywhere moves nothing: it reads as zeros, after `onDeviceFault`. */
  deviceRead(logical: bigint, length: number): Uint8Array {
    const result = new Uint8Array(length);
    const event = this.#trace.instant("deviceRead", this.find(logical)?.objectId ?? 0, 0, Number(logical), length);
    void event;
    this.#walk("read", logical, length, (mapping, offset, at, bytes) => {
      if (mapping.copy !== undefined) result.set(mapping.copy.subarray(offset, offset + bytes), at);
      else
        forEachSegment(mapping, offset, bytes, (address, done, n) => {
          this.onDeviceRead?.(address, n);
          result.set(this.#memory.bytes.subarray(address, address + n), at + done);
        });
    });
    return result;
  }

  /** Bus-master write. One that leaves its mappings anywhere moves nothing, after `onDeviceFault`. */
  deviceWrite(logical: bigint, data: Uint8Array): void {
    this.#trace.instant("deviceWrite", this.find(logical)?.objectId ?? 0, 0, Number(logical), data.length);
    this.#walk("write", logical, data.length, (mapping, offset, at, bytes) => {
      if (mapping.copy !== undefined) mapping.copy.set(data.subarray(at, at + bytes), offset);
      else
        forEachSegment(mapping, offset, bytes, (address, done, n) => {
          this.#memory.bytes.set(data.subarray(at + done, at + done + n), address);
          this.onDeviceWrite?.(address, n);
        });
    });
  }

  /** Reads through a logical address without trace or faults, for views; undefined where nothing is mapped. */
  peek(logical: bigint, length: number): Uint8Array | undefined {
    const mapping = this.find(logical);
    if (mapping === undefined) return undefined;
    const offset = Number(logical - mapping.logical);
    const bytes = Math.min(length, mapping.length - offset);
    const result = new Uint8Array(bytes);
    if (mapping.copy !== undefined) result.set(mapping.copy.subarray(offset, offset + bytes));
    else forEachSegment(mapping, offset, bytes, (address, done, n) => result.set(this.#memory.bytes.subarray(address, address + n), done));
    return result;
  }

  #walk(kind: "read" | "write", logical: bigint, length: number, visit: (mapping: Mapping, offset: number, at: number, bytes: number) => void): void {
    const pieces: { readonly mapping: Mapping; readonly offset: number; readonly at: number; readonly bytes: number }[] = [];
    for (let at = 0; at < length; ) {
      const address = logical + BigInt(at);
      const mapping = this.find(address);
      const wrongWay = mapping !== undefined && mapping.direction !== "both" && (mapping.direction === "toDevice") !== (kind === "read");
      if (mapping === undefined || wrongWay) {
        this.onDeviceFault({ kind, logical: address, length: length - at, reason: this.#reason(kind, address, mapping) });
        this.aborted = true;
        return;
      }
      const offset = Number(address - mapping.logical);
      const bytes = Math.min(length - at, mapping.length - offset);
      pieces.push({ mapping, offset, at, bytes });
      at += bytes;
    }
    for (const { mapping, offset, at, bytes } of pieces) {
      visit(mapping, offset, at, bytes);
      mapping.moved += bytes;
    }
    this.aborted = false;
  }

  #reason(kind: "read" | "write", logical: bigint, mapping: Mapping | undefined): string {
    if (mapping !== undefined) {
      return `the ${mapping.label} mapped there is for device ${mapping.direction === "toDevice" ? "reads" : "writes"} only`;
    }
    const stale = this.#recent.findLast((old) => covers(old, logical));
    if (stale !== undefined) return `the ${stale.label} that was mapped there has been unmapped already`;
    const before = this.mappings.find((other) => logical >= other.logical && logical < other.logical + BigInt(other.length + pageSize));
    if (before !== undefined) {
      const past = logical - before.logical - BigInt(before.length);
      return `it is ${past === 0n ? "the first byte" : `${past + 1n} bytes`} past the end of the ${before.label} (${before.length} bytes at ${hex(before.logical)})`;
    }
    const asVirtual = logical < BigInt(this.#memory.layout.ramEnd) ? this.#memory.describe(Number(logical)) : undefined;
    if (asVirtual !== undefined && Number(logical) >= 0x1_0000) {
      return `nothing is mapped there; the number is a valid virtual address (${asVirtual}), so a virtual address may have been given to the device`;
    }
    const truncated = this.mappings.find((other) => covers(other, logical + (other.logical & ~0xffff_ffffn)));
    if (truncated !== undefined && logical < 0x1_0000_0000n) {
      const whole = logical + (truncated.logical & ~0xffff_ffffn);
      return `nothing is mapped there; the ${truncated.label} is at ${hex(whole)}, so the upper 32 bits of the address have been lost`;
    }
    return `nothing is mapped there for device ${kind}s`;
  }

  #findPages(pages: number, deviceAddressBits: number): number {
    const addressBits = Math.min(deviceAddressBits, this.#largestAddressBits);
    const [low, high] = addressRange(addressBits);
    let page = this.#cursors.get(addressBits) ?? low + this.#random.below(Math.floor((high - low) / 2));
    for (let run = 0, turns = 0; run < pages; ) {
      if (page + run >= high) {
        page = low;
        run = 0;
        assert(turns++ < 2, `no ${pages} logical pages left below ${addressBits} bits`);
      } else if (this.#pages.has(page + run)) {
        page = page + run + 1;
        run = 0;
      } else run++;
    }
    // One page stays free behind each mapping, so that running past its end is caught; reuse is as late as possible.
    this.#cursors.set(addressBits, page + pages + 1);
    return page;
  }
}

const covers = ({ logical, length }: Mapping, address: bigint): boolean => address >= logical && address < logical + BigInt(length);

/** [first, end) logical pages for a device of so many address bits: above 4 GiB where it can reach. */
function addressRange(addressBits: number): readonly [number, number] {
  if (addressBits > 32) return [0x10_0000, 2 ** (addressBits - 12)];
  if (addressBits === 32) return [0x2_0000, 0xc_0000];
  return [Math.min(0x100, 2 ** Math.max(0, addressBits - 13)), 2 ** (addressBits - 12)];
}

function* pagesOf(mapping: Mapping): Generator<number> {
  const first = Number(mapping.logical / BigInt(pageSize));
  const last = Number((mapping.logical + BigInt(mapping.length - 1)) / BigInt(pageSize));
  for (let page = first; page <= last; page++) yield page;
}

function forEachSegment(mapping: Mapping, offset: number, bytes: number, visit: (address: number, done: number, bytes: number) => void): void {
  let skip = offset;
  let done = 0;
  for (const segment of mapping.segments) {
    if (skip >= segment.length) {
      skip -= segment.length;
      continue;
    }
    const n = Math.min(segment.length - skip, bytes - done);
    visit(segment.address + skip, done, n);
    done += n;
    skip = 0;
    if (done === bytes) return;
  }
}
