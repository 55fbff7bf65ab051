// SPDX-License-Identifier: MIT
/** Common buffers of one adapter: contiguous for the device, mapped in both directions as long as they exist (AllocateCommonBuffer of the WDK). */
import { type LogicalAddress, hex } from "../base/index.ts";
import type { Machine, Mapping } from "../machine/index.ts";
import { type MemoryOwner, pageSize } from "../protocol/index.ts";
import type { Checks } from "./checks.ts";
import type { CommonBufferMemory } from "./dma-types.ts";

interface CommonBuffer extends CommonBufferMemory {
  readonly mapping: Mapping;
  readonly label: string;
  readonly allocatedAt: number;
  freedAt?: number;
}

export class CommonBuffers {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #addressBits: number;
  readonly #live = new Map<number, CommonBuffer>();
  readonly #freed: CommonBuffer[] = [];

  constructor(machine: Machine, checks: Checks, addressBits: number) {
    this.#machine = machine;
    this.#checks = checks;
    this.#addressBits = addressBits;
    machine.memory.describers.unshift((address) => this.#describe(address));
    machine.memory.owners.unshift((address) => this.#ownerOf(address));
  }

  get live(): readonly CommonBufferMemory[] {
    return [...this.#live.values()];
  }

  /** Page-aligned, zeroed memory; undefined when there is none. */
  allocate(length: number, label: string, objectId: number): CommonBufferMemory | undefined {
    const { pages, memory, dma } = this.#machine;
    // One inaccessible page behind the buffer catches what runs over its end.
    const address = pages.allocate({
      pages: Math.ceil(length / pageSize) + 1,
      label: `page behind the ${label}`,
      contiguous: true,
      addressBits: this.#addressBits,
    });
    if (address === undefined) return undefined;
    memory.allow(address, length);
    const mapping = dma.map({ segments: [{ address, length }], direction: "both", addressBits: this.#addressBits, bounce: false, label, objectId });
    const buffer: CommonBuffer = { address, logical: mapping.logical, length, mapping, label, allocatedAt: this.#machine.clock.statement };
    this.#live.set(address, buffer);
    return buffer;
  }

  free(length: number, logical: LogicalAddress, address: number): void {
    const buffer = this.#live.get(address);
    if (buffer === undefined) {
      const old = this.#freed.findLast((other) => other.address === address);
      this.#checks.violation({
        rule: old === undefined ? "cb-free-mismatch" : "cb-double-free",
        message: `FreeCommonBuffer: ${old === undefined ? `${this.#checks.whatIsAt(address)} is not a common buffer of this adapter` : `the ${old.label} at ${hex(address, 8)} was freed already`}`,
        explanation: "A common buffer is freed once, with the virtual address AllocateCommonBuffer returned, through the same adapter.",
        address,
      });
      return;
    }
    if (buffer.length !== length || buffer.logical !== logical) {
      this.#checks.violation({
        rule: "cb-free-mismatch",
        message: `FreeCommonBuffer: ${length} bytes with logical address ${hex(logical)} were given for the ${buffer.label} of ${buffer.length} bytes with logical address ${hex(buffer.logical)}`,
        explanation: "FreeCommonBuffer takes the length and both addresses exactly as AllocateCommonBuffer was given and returned them.",
        address,
      });
    }
    this.#live.delete(address);
    buffer.freedAt = this.#machine.clock.statement;
    this.#machine.dma.unmap(buffer.mapping);
    this.#machine.pages.free(address);
    this.#freed.push(buffer);
    if (this.#freed.length > 16) this.#freed.shift();
  }

  #ownerOf(address: number): MemoryOwner | undefined {
    const has = (buffer: CommonBuffer): boolean => address >= buffer.address && address < buffer.address + buffer.length;
    const buffer = [...this.#live.values()].find(has) ?? this.#freed.findLast(has);
    // The pages of a former buffer may have a new owner.
    if (buffer === undefined || (buffer.freedAt !== undefined && this.#machine.pages.physicalOf(address) !== undefined)) return undefined;
    const { label, address: start, length, allocatedAt, freedAt } = buffer;
    return { kind: "commonBuffer", text: label, start, end: start + length, allocatedAt, ...(freedAt === undefined ? {} : { freedAt }) };
  }

  #describe(address: number): string | undefined {
    for (const buffer of this.#live.values()) {
      if (address < buffer.address || address >= buffer.address + (Math.ceil(buffer.length / pageSize) + 1) * pageSize) continue;
      const past = address - buffer.address - buffer.length;
      return past < 0
        ? `${address - buffer.address} bytes into the ${buffer.length}-byte ${buffer.label}`
        : `${past} bytes past the end of the ${buffer.length}-byte ${buffer.label}`;
    }
    const old = this.#freed.findLast((buffer) => address >= buffer.address && address < buffer.address + buffer.length);
    return old === undefined ? undefined : `${address - old.address} bytes into the ${old.label}, which was freed`;
  }
}
