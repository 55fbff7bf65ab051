// SPDX-License-Identifier: MIT
/**
 * System-profile transactions. They need a DMA controller, which a PCI machine does not have: IoGetDmaAdapter finds none, so that
 * WdfDmaEnablerConfigureSystemProfile fails and no such transaction gets beyond state Created.
 */
import type { FieldView } from "../protocol/index.ts";
import type { TransferStager } from "./dma-transfer-stager.ts";
import { status } from "./status.ts";

export class SystemStager implements TransferStager {
  readonly reservedMapRegisters = 0;
  prepare(): number {
    return status.success;
  }
  start(): number {
    return status.unsuccessful;
  }
  stageNext(): number {
    return status.unsuccessful;
  }
  finishTransfer(): number {
    return status.success;
  }
  release(): void {}
  dispose(): void {}
  fields(): FieldView[] {
    return [];
  }
}
