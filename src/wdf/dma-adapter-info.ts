// SPDX-License-Identifier: MIT
/** One direction of a DMA enabler: its adapter with map registers, longest transfer and scatter/gather list size (kmdf FxDmaDescription). */
import { pageSize } from "../protocol/index.ts";
import type { DeviceDescription, DmaAdapter, Hal } from "../nt/index.ts";
import { scatterGatherListBytes } from "../nt/index.ts";
import type { DmaProfile } from "./dma-profile.ts";
import { isSuccess, status } from "./status.ts";

export interface AdapterInfo {
  readonly description: DeviceDescription;
  readonly adapter: DmaAdapter;
  /** NumberOfMapRegisters as IoGetDmaAdapter gave it. */
  readonly mapRegisters: number;
  /** Longest transfer, bytes: one register is set aside for the worst page offset. */
  readonly maximumFragmentLength: number;
  /** Bytes of a preallocated SCATTER_GATHER_LIST. */
  readonly listBytes: number;
}

/** IoGetDmaAdapter and what is derived from its result; an NTSTATUS on failure. */
export function acquireAdapter(hal: Hal, description: DeviceDescription, profile: DmaProfile, objectId: number): AdapterInfo | number {
  const result = hal.getDmaAdapter(description, objectId);
  if (result === undefined) return status.unsuccessful;
  const { adapter, mapRegisters } = result;
  let listBytes = scatterGatherListBytes(profile.kind === "packet" ? 1 : mapRegisters);
  if (profile.kind === "scatterGather") {
    const calculated = adapter.calculateScatterGatherListSize(mapRegisters * pageSize);
    if (!isSuccess(calculated.status)) {
      adapter.putDmaAdapter();
      return calculated.status;
    }
    listBytes = calculated.size;
  }
  return { description, adapter, mapRegisters, maximumFragmentLength: Math.min(description.maximumLength, (mapRegisters - 1) * pageSize), listBytes };
}
