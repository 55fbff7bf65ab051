// SPDX-License-Identifier: MIT
/** HAL: hands out DMA adapters (IoGetDmaAdapter of the WDK) within what the configured machine has. */
import { passiveLevel } from "../machine/index.ts";
import { pageSize } from "../protocol/index.ts";
import { type AdapterParts, DmaAdapter } from "./dma-adapter.ts";
import type { DeviceDescription } from "./dma-types.ts";

export class Hal {
  readonly #parts: AdapterParts;
  readonly #adapters: DmaAdapter[] = [];

  constructor(parts: AdapterParts) {
    this.#parts = parts;
  }

  /** Adapters handed out so far, for views. */
  get adapters(): readonly DmaAdapter[] {
    return this.#adapters;
  }

  /** IoGetDmaAdapter at PASSIVE_LEVEL; undefined as NULL. `objectId` is the owner's. */
  getDmaAdapter(description: DeviceDescription, objectId: number): { readonly adapter: DmaAdapter; readonly mapRegisters: number } | undefined {
    const { machine, checks } = this.#parts;
    checks.irqlAtMost("IoGetDmaAdapter", passiveLevel);
    if (machine.injectedFault("IoGetDmaAdapter") !== undefined || description.maximumLength <= 0) return undefined;
    // One register more than the pages of the longest transfer, because it may start inside a page; a transfer needs two at least.
    const wanted = Math.ceil(description.maximumLength / pageSize) + 1;
    const configured = machine.configuration.mapRegisters;
    const mapRegisters = configured === 0 ? wanted : Math.max(2, Math.min(wanted, configured));
    const { version, scatterGather } = description;
    const limits = {
      version,
      scatterGather,
      mapRegisters,
      addressBits: addressBitsOf(description),
      capacity: configured === 0 ? Number.POSITIVE_INFINITY : mapRegisters,
    };
    const adapter = new DmaAdapter(this.#parts, limits, objectId);
    this.#adapters.push(adapter);
    return { adapter, mapRegisters };
  }
}

/** Address bits of a bus master: the width of version 3, else the two flags, else the 24 bits of an ISA device. */
export function addressBitsOf(description: DeviceDescription): number {
  if (description.version === 3 && (description.dmaAddressWidth ?? 0) > 0) return description.dmaAddressWidth ?? 0;
  if (description.dma64BitAddresses) return 64;
  return description.dma32BitAddresses ? 32 : 24;
}
