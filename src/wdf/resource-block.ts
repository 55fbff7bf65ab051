// SPDX-License-Identifier: MIT
/** A CM_RESOURCE_LIST in driver memory for a child device (wdm.h, 32-bit). */
import { fullResourceDescriptor, partialResourceDescriptor, partialResourceList, resourceList } from "../nt/index.ts";
import type { WdfFramework } from "./framework.ts";

export class ResourceBlock {
  readonly address: number;
  /** Addresses of the CM_PARTIAL_RESOURCE_DESCRIPTOR structures. */
  readonly descriptors: readonly number[];
  readonly #framework: WdfFramework;

  private constructor(framework: WdfFramework, address: number, descriptors: readonly number[]) {
    this.#framework = framework;
    this.address = address;
    this.descriptors = descriptors;
  }

  /** Writes `contents`, one descriptor after the other; a block without memory has no descriptors. */
  static allocate(framework: WdfFramework, contents: readonly Uint8Array[], label: string): ResourceBlock {
    const { nt, poolTag, machine } = framework;
    const bytes = resourceList.size + contents.length * partialResourceDescriptor.size;
    const address = nt.pool.allocate(bytes, poolTag, label, { zero: true });
    if (address === 0) return new ResourceBlock(framework, 0, []);
    const list = address + resourceList.fields.List.offset + fullResourceDescriptor.fields.PartialResourceList.offset;
    machine.memory.setU32(address, 1);
    machine.memory.setU16(list + partialResourceList.fields.Version.offset, 1);
    machine.memory.setU16(list + partialResourceList.fields.Revision.offset, 1);
    machine.memory.setU32(list + partialResourceList.fields.Count.offset, contents.length);
    const descriptors = contents.map((_, i) => list + partialResourceList.size + i * partialResourceDescriptor.size);
    contents.forEach((descriptor, i) => machine.memory.write(descriptors[i] ?? 0, descriptor));
    return new ResourceBlock(framework, address, descriptors);
  }

  free(): void {
    if (this.address !== 0) this.#framework.nt.pool.free(this.address, this.#framework.poolTag);
  }
}
