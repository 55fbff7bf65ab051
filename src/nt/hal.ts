// SPDX-License-Identifier: MIT
/** HAL: hands out DMA adapters (IoGetDmaAdapter of the WDK) within what the configured machine has. */
import { passiveLevel } from "../machine/index.ts";
import { pageSize } from "../protocol/index.ts";
import { type AdapterParts, DmaAdapter } from "./dma-adapter.ts";
import type { DeviceDescription, SubordinateDescription } from "./dma-types.ts";
import type { DpcQueue } from "./dpc.ts";
import { ChannelGate } from "./map-registers.ts";
import { SystemChannel } from "./system-channel.ts";

export interface HalParts extends AdapterParts {
  readonly dpc: DpcQueue;
}

export class Hal {
  readonly #parts: HalParts;
  readonly #adapters: DmaAdapter[] = [];
  /** By channel number: every adapter of a channel waits for the same one. */
  readonly #gates = new Map<number, ChannelGate>();

  constructor(parts: HalParts) {
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
    const { subordinate } = description;
    const system = subordinate === undefined ? undefined : this.#channel(subordinate);
    if (!description.master && system === undefined) return undefined;
    // One register more than the pages of the longest transfer, because it may start inside a page; a transfer needs two at least.
    const wanted = Math.ceil(description.maximumLength / pageSize) + 1;
    const configured = machine.configuration.mapRegisters;
    const mapRegisters = configured === 0 ? wanted : Math.max(2, Math.min(wanted, configured));
    const { version } = description;
    const limits = {
      version,
      // The controller works through a list of ranges, for drivers that can give it one.
      scatterGather: description.scatterGather || (system !== undefined && version === 3),
      mapRegisters,
      addressBits: addressBitsOf(description),
      capacity: configured === 0 ? Number.POSITIVE_INFINITY : mapRegisters,
    };
    const adapter = new DmaAdapter(this.#parts, limits, objectId, system);
    this.#adapters.push(adapter);
    return { adapter, mapRegisters };
  }

  #channel(description: SubordinateDescription): SystemChannel | undefined {
    const { channels } = this.#parts.machine.systemDma;
    const { requestLine } = description;
    const found = channels.find(({ number, line }) => number === description.channel && (requestLine === undefined || line.requestLine === requestLine));
    if (found === undefined) return undefined;
    const gate = this.#gates.get(found.number) ?? new ChannelGate();
    this.#gates.set(found.number, gate);
    return new SystemChannel(this.#parts.dpc, found, gate, description);
  }
}

/** Address bits of a bus master: the width of version 3, else the two flags, else the 24 bits of an ISA device. */
export function addressBitsOf(description: DeviceDescription): number {
  if (description.version === 3 && (description.dmaAddressWidth ?? 0) > 0) return description.dmaAddressWidth ?? 0;
  if (description.dma64BitAddresses) return 64;
  return description.dma32BitAddresses ? 32 : 24;
}
