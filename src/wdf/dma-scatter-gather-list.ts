// SPDX-License-Identifier: MIT
/** SCATTER_GATHER_LIST in driver memory: reading, writing, and taking it away when its life ends. */
import { logicalAddress } from "../base/index.ts";
import type { GuestMemory } from "../machine/index.ts";
import { type MappedElement, scatterGatherElement, scatterGatherList } from "../nt/index.ts";
import type { WdfFramework } from "./framework.ts";

const { Address, Length } = scatterGatherElement.fields;

export function readList(memory: GuestMemory, list: number): MappedElement[] {
  const count = memory.u32(list + scatterGatherList.fields.NumberOfElements.offset);
  return Array.from({ length: count }, (_, i) => {
    const at = list + scatterGatherList.size + i * scatterGatherElement.size;
    return { address: logicalAddress(memory.u64(at + Address.offset)), length: memory.u32(at + Length.offset) };
  });
}

export function writeList(memory: GuestMemory, list: number, elements: readonly MappedElement[]): void {
  memory.fill(list, scatterGatherList.size + elements.length * scatterGatherElement.size, 0);
  memory.setU32(list + scatterGatherList.fields.NumberOfElements.offset, elements.length);
  elements.forEach(({ address, length }, i) => {
    const at = list + scatterGatherList.size + i * scatterGatherElement.size;
    memory.setU64(at + Address.offset, address);
    memory.setU32(at + Length.offset, length);
  });
}

/** A block of driver memory for scatter/gather lists that can be touched only while a list in it is valid. */
export class ListBlock {
  readonly #framework: WdfFramework;
  readonly address: number;
  readonly bytes: number;

  private constructor(framework: WdfFramework, address: number, bytes: number) {
    this.#framework = framework;
    this.address = address;
    this.bytes = bytes;
  }

  /** Undefined when there is no memory. `label` says what the block is when somebody touches it too late. */
  static allocate(framework: WdfFramework, bytes: number, label: string): ListBlock | undefined {
    const address = framework.nt.pool.allocate(bytes, framework.poolTag, label);
    if (address === 0) return undefined;
    const block = new ListBlock(framework, address, bytes);
    block.close();
    return block;
  }

  /** A list is about to be written. */
  open(): void {
    this.#framework.machine.memory.allow(this.address, this.bytes);
  }

  /** The list is not valid any more. */
  close(): void {
    this.#framework.machine.memory.forbid(this.address, this.bytes);
  }

  free(): void {
    this.open();
    this.#framework.nt.pool.free(this.address, this.#framework.poolTag);
  }
}
