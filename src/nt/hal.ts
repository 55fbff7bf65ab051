// SPDX-License-Identifier: MIT
/** HAL: DMA adapters. */
import { AssertionFailure } from "../base/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { DmaAdapter } from "./dma-adapter.ts";
import type { DeviceDescription } from "./dma-types.ts";

export class Hal {
  /** IoGetDmaAdapter at PASSIVE_LEVEL; undefined as NULL. `objectId` is the owner's. */
  getDmaAdapter(_description: DeviceDescription, _objectId: number): { readonly adapter: DmaAdapter; readonly mapRegisters: number } | undefined {
    throw new AssertionFailure("not written yet");
  }
  api(): ApiTable {
    return {};
  }
}
