// SPDX-License-Identifier: MIT
/**
 * Memory descriptor lists: the structure in driver memory, its fields, and which memory a chain describes. The page numbers in the structure are real,
 * so that MDLs made by hand, partial MDLs and MDLs without an address work as on Windows. The routines drivers call are in mdl-api.ts.
 */
import { hex } from "../base/index.ts";
import type { Machine, MemorySegment } from "../machine/index.ts";
import { pageSize } from "../protocol/index.ts";
import type { Checks } from "./checks.ts";
import { mdlBytes, mdlFlag, mdlLayout, pagesSpanned } from "./mdl-layout.ts";
import { type Pool, poolTagMdl } from "./pool.ts";
import type { UserMemory } from "./user-memory.ts";

const at = mdlLayout.fields;
const describesPages = mdlFlag.pagesLocked | mdlFlag.sourceIsNonpagedPool | mdlFlag.partial;

export class Mdls {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #pool: Pool;
  readonly #userMemory: UserMemory;
  /** MDLs of IoAllocateMdl by address, with the label of their owner when it is the host. */
  readonly #allocated = new Map<number, string | undefined>();

  constructor(machine: Machine, checks: Checks, pool: Pool, userMemory: UserMemory) {
    this.#machine = machine;
    this.#checks = checks;
    this.#pool = pool;
    this.#userMemory = userMemory;
  }

  /** IoAllocateMdl: describes [virtualAddress, virtualAddress + length) without locking pages. 0 when out of memory. */
  allocate(virtualAddress: number, length: number, label?: string): number {
    const pages = pagesSpanned(virtualAddress, length);
    const mdl = this.#pool.allocate(mdlBytes(pages), poolTagMdl, label ?? "MDL");
    if (mdl === 0) return 0;
    const { memory } = this.#machine;
    memory.setU16(mdl + at.Size.offset, mdlBytes(pages));
    memory.setU16(mdl + at.MdlFlags.offset, 0);
    memory.setU32(mdl + at.StartVa.offset, virtualAddress - (virtualAddress % pageSize));
    memory.setU32(mdl + at.ByteOffset.offset, virtualAddress % pageSize);
    memory.setU32(mdl + at.ByteCount.offset, length);
    this.#allocated.set(mdl, label);
    return mdl;
  }

  /** IoFreeMdl without its checks; for MDLs that the host allocated. */
  free(mdl: number): void {
    this.#allocated.delete(mdl);
    this.#pool.free(mdl, 0, "IoFreeMdl");
  }

  /** Whether IoAllocateMdl returned `mdl` and it was not freed. */
  isAllocated(mdl: number): boolean {
    return this.#allocated.has(mdl);
  }

  /** MDLs that the driver allocated and has not freed. */
  get driverMdls(): readonly number[] {
    return [...this.#allocated].filter(([, label]) => label === undefined).map(([mdl]) => mdl);
  }

  byteCount(mdl: number): number {
    return this.#machine.memory.u32(mdl + at.ByteCount.offset);
  }

  byteOffset(mdl: number): number {
    return this.#machine.memory.u32(mdl + at.ByteOffset.offset);
  }

  /** MmGetMdlVirtualAddress. */
  virtualAddress(mdl: number): number {
    return (this.#machine.memory.u32(mdl + at.StartVa.offset) + this.byteOffset(mdl)) >>> 0;
  }

  flags(mdl: number): number {
    return this.#machine.memory.u16(mdl + at.MdlFlags.offset);
  }

  setFlags(mdl: number, set: number, clear = 0): void {
    this.#machine.memory.setU16(mdl + at.MdlFlags.offset, (this.flags(mdl) & ~clear) | set);
  }

  mappedSystemVa(mdl: number): number {
    return this.#machine.memory.u32(mdl + at.MappedSystemVa.offset);
  }

  setMappedSystemVa(mdl: number, address: number): void {
    this.#machine.memory.setU32(mdl + at.MappedSystemVa.offset, address);
  }

  /** Next MDL of the chain; 0 = last. */
  next(mdl: number): number {
    return this.#machine.memory.u32(mdl + at.Next.offset);
  }

  setNext(mdl: number, next: number): void {
    this.#machine.memory.setU32(mdl + at.Next.offset, next);
  }

  /** Bytes of the whole chain. */
  chainByteCount(mdl: number): number {
    let bytes = 0;
    for (let current = mdl, count = 0; current !== 0 && count < 65536; current = this.next(current), count++) bytes += this.byteCount(current);
    return bytes;
  }

  /** Bytes of the MDL that holds offset `offset` of the chain, from there to its end; 0 beyond the chain. */
  bytesFrom(mdl: number, offset: number): number {
    let skip = offset;
    let current = mdl;
    for (; current !== 0 && skip >= this.byteCount(current); current = this.next(current)) skip -= this.byteCount(current);
    return current === 0 ? 0 : this.byteCount(current) - skip;
  }

  pageCount(mdl: number): number {
    return pagesSpanned(this.byteOffset(mdl), this.byteCount(mdl));
  }

  /** Physical page number of page `index`. */
  pfn(mdl: number, index: number): number {
    return this.#machine.memory.u32(mdl + mdlLayout.size + 4 * index);
  }

  setPfn(mdl: number, index: number, frame: number): void {
    this.#machine.memory.setU32(mdl + mdlLayout.size + 4 * index, frame);
  }

  /** Fills in the page numbers of the pages at the MDL's address. False when a page is not there. */
  fillPages(mdl: number): boolean {
    const start = this.#machine.memory.u32(mdl + at.StartVa.offset);
    const pages = this.pageCount(mdl);
    for (let i = 0; i < pages; i++) {
      const frame = this.#machine.pages.frameOf(start + i * pageSize);
      if (frame === undefined) return false;
      this.setPfn(mdl, i, frame);
    }
    return true;
  }

  /** MmBuildMdlForNonPagedPool, without its checks. */
  buildForNonPagedPool(mdl: number): void {
    if (!this.fillPages(mdl)) {
      this.#checks.violation({
        rule: "mdl-lifecycle",
        message: `MmBuildMdlForNonPagedPool: the MDL at ${hex(mdl, 8)} describes ${this.byteCount(mdl)} bytes at ${this.#checks.whatIsAt(this.virtualAddress(mdl))}, where no memory is`,
        explanation: "MmBuildMdlForNonPagedPool is for resident memory only: nonpaged pool, the driver image, common buffers.",
        address: this.virtualAddress(mdl),
      });
    }
    this.setMappedSystemVa(mdl, this.virtualAddress(mdl));
    this.setFlags(mdl, mdlFlag.sourceIsNonpagedPool);
  }

  /** Whether the page numbers are valid: locked pages, nonpaged pool or part of such an MDL. */
  describesPages(mdl: number): boolean {
    return (this.flags(mdl) & describesPages) !== 0;
  }

  /** MmGetSystemAddressForMdlSafe: the system address, mapping the pages if need be; 0 when that fails or the pages are not locked. */
  systemAddress(mdl: number): number {
    if ((this.flags(mdl) & (mdlFlag.mappedToSystemVa | mdlFlag.sourceIsNonpagedPool)) !== 0) return this.mappedSystemVa(mdl);
    return this.describesPages(mdl) ? this.mapPages(mdl) : 0;
  }

  /** Maps the described pages into system space; 0 when that fails. */
  mapPages(mdl: number): number {
    const address = this.#userMemory.map(this, mdl);
    if (address === 0) return 0;
    this.setMappedSystemVa(mdl, address);
    this.setFlags(mdl, mdlFlag.mappedToSystemVa | ((this.flags(mdl) & mdlFlag.partial) !== 0 ? mdlFlag.partialHasBeenMapped : 0));
    return address;
  }

  /** Ends the mapping of `mapPages`. */
  unmapPages(mdl: number): void {
    this.#userMemory.unmap(this, mdl);
    this.setFlags(mdl, 0, mdlFlag.mappedToSystemVa | mdlFlag.partialHasBeenMapped);
    this.setMappedSystemVa(mdl, 0);
  }

  /**
   * Memory behind [offset, offset + length) of the chain, one segment a page at most and in order; undefined when the chain is shorter or a page number is
   * not that of a page in use.
   */
  segments(mdl: number, offset: number, length: number): readonly MemorySegment[] | undefined {
    const segments: MemorySegment[] = [];
    let skip = offset;
    let rest = length;
    for (let current = mdl; rest > 0 && current !== 0; current = this.next(current)) {
      const bytes = this.byteCount(current);
      if (skip >= bytes) {
        skip -= bytes;
        continue;
      }
      const wanted = Math.min(rest, bytes - skip);
      if (!this.#pushPages(segments, current, skip, wanted)) return undefined;
      rest -= wanted;
      skip = 0;
    }
    return rest === 0 ? segments : undefined;
  }

  #pushPages(segments: MemorySegment[], mdl: number, offset: number, length: number): boolean {
    const start = this.byteOffset(mdl) + offset;
    for (let position = start; position < start + length; ) {
      const inPage = position % pageSize;
      const bytes = Math.min(pageSize - inPage, start + length - position);
      const page = this.#machine.pages.virtualOf(BigInt(this.pfn(mdl, Math.floor(position / pageSize))) * BigInt(pageSize));
      if (page === undefined) return false;
      segments.push({ address: page + inPage, length: bytes });
      position += bytes;
    }
    return true;
  }
}
