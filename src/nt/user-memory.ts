// SPDX-License-Identifier: MIT
/**
 * Buffers of the program that sends requests, and pages without an owner (MmAllocatePagesForMdl). The driver cannot touch them until it maps an
 * MDL of theirs; a mapping keeps the address, because the machine has one address space, and makes exactly the described bytes accessible.
 */
import { assert } from "../base/index.ts";
import type { Machine } from "../machine/index.ts";
import { type MemoryOwner, pageSize, shadowGranule } from "../protocol/index.ts";
import type { Mdls } from "./mdl.ts";
import { mdlFlag } from "./mdl-layout.ts";

interface UserBuffer {
  readonly pages: number;
  readonly address: number;
  readonly length: number;
  label: string;
  readonly allocatedAt: number;
  freedAt?: number;
}

interface SystemMapping {
  readonly mdl: number;
  readonly address: number;
  readonly length: number;
}

const remembered = 16;

export class UserMemory {
  readonly #machine: Machine;
  readonly #buffers = new Map<number, UserBuffer>();
  readonly #mappings: SystemMapping[] = [];
  readonly #released: UserBuffer[] = [];

  constructor(machine: Machine) {
    this.#machine = machine;
    machine.memory.describers.unshift((address) => this.#describe(address));
    machine.memory.owners.unshift((address) => this.#ownerOf(address));
    // Buffers that are gone keep their addresses as long as nobody else has the pages.
    machine.memory.isUserPage = (address) => this.hasPage(address) || (this.#ownerOf(address) !== undefined && machine.pages.physicalOf(address) === undefined);
  }

  /** A buffer of `length` bytes that starts `pageOffset` bytes into a page; 0 when out of memory. */
  allocate(length: number, label: string, pageOffset = 0): number {
    assert(length > 0 && pageOffset >= 0 && pageOffset < pageSize, "a buffer has at least one byte and starts in its first page");
    const pages = this.#machine.pages.allocate({ pages: Math.ceil((pageOffset + length) / pageSize), label });
    if (pages === undefined) return 0;
    const address = pages + pageOffset;
    this.#buffers.set(address, { pages, address, length, label, allocatedAt: this.#machine.clock.statement });
    return address;
  }

  /** Frees a buffer; mappings of it end. */
  free(address: number): void {
    const buffer = this.#buffers.get(address);
    assert(buffer !== undefined, "a user buffer is freed once");
    this.#buffers.delete(address);
    for (let i = this.#mappings.length - 1; i >= 0; i--) {
      const mapping = this.#mappings[i];
      if (mapping !== undefined && mapping.address >= buffer.address && mapping.address < buffer.address + buffer.length) this.#mappings.splice(i, 1);
    }
    this.#machine.pages.free(buffer.pages);
    buffer.freedAt = this.#machine.clock.statement;
    this.#released.push(buffer);
    if (this.#released.length > remembered) this.#released.shift();
  }

  /** Whether `address` is in a buffer. */
  contains(address: number): boolean {
    return this.#find(address) !== undefined;
  }

  /** Whether the page of `address` is one of a buffer's. */
  hasPage(address: number): boolean {
    for (const { pages, address: start, length } of this.#buffers.values()) {
      if (address >= pages && address < Math.ceil((start + length) / pageSize) * pageSize) return true;
    }
    return false;
  }

  #find(address: number): UserBuffer | undefined {
    for (const buffer of this.#buffers.values()) if (address >= buffer.address && address < buffer.address + buffer.length) return buffer;
    return undefined;
  }

  /** Makes a range accessible to the driver (METHOD_NEITHER in the context of the caller). */
  expose(address: number, length: number): void {
    const start = address - (address % shadowGranule);
    this.#machine.memory.allow(start, length + (address - start));
  }

  /** Maps the memory that `mdl` describes into system space; returns its address there, 0 when it has no contiguous address. */
  map(mdls: Mdls, mdl: number): number {
    const length = mdls.byteCount(mdl);
    if ((mdls.flags(mdl) & mdlFlag.sourceIsNonpagedPool) !== 0) return mdls.mappedSystemVa(mdl);
    const [first, ...rest] = mdls.segments(mdl, 0, length) ?? [];
    if (first === undefined) return 0;
    let end = first.address + first.length;
    for (const segment of rest) {
      if (segment.address !== end) return 0;
      end += segment.length;
    }
    if (!this.contains(first.address)) return first.address;
    this.#mappings.push({ mdl, address: first.address, length });
    this.expose(first.address, length);
    return first.address;
  }

  /** Ends the mapping of `mdl`; bytes that another mapping covers stay accessible. */
  unmap(mdls: Mdls, mdl: number): void {
    const address = mdls.mappedSystemVa(mdl);
    const index = this.#mappings.findLastIndex((mapping) => mapping.mdl === mdl && mapping.address === address);
    const [mapping] = index < 0 ? [] : this.#mappings.splice(index, 1);
    if (mapping === undefined) return;
    this.#machine.memory.forbid(mapping.address, mapping.length);
    const end = mapping.address + mapping.length;
    for (const other of this.#mappings) if (other.address < end && mapping.address < other.address + other.length) this.expose(other.address, other.length);
  }

  #ownerOf(address: number): MemoryOwner | undefined {
    const buffer = this.#find(address) ?? this.#released.findLast((released) => address >= released.address && address < released.address + released.length);
    // The pages of a former buffer may have a new owner.
    if (buffer === undefined || (buffer.freedAt !== undefined && this.#machine.pages.physicalOf(address) !== undefined)) return undefined;
    const { label, address: start, length, allocatedAt, freedAt } = buffer;
    return { kind: "userBuffer", text: label, start, end: start + length, allocatedAt, ...(freedAt === undefined ? {} : { freedAt }) };
  }

  #describe(address: number): string | undefined {
    const buffer = this.#find(address);
    if (buffer !== undefined) {
      const isMapped = this.#mappings.some((mapping) => address >= mapping.address && address < mapping.address + mapping.length);
      return `${address - buffer.address} bytes into the ${buffer.length}-byte ${buffer.label}${isMapped ? "" : ", which is not mapped into system space"}`;
    }
    const old = this.#released.findLast((released) => address >= released.address && address < released.address + released.length);
    return old === undefined ? undefined : `${address - old.address} bytes into the former ${old.label}; the request is complete and its buffer is gone`;
  }
}
