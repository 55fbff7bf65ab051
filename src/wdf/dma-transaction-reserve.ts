// SPDX-License-Identifier: MIT
/** Version 3: reserving map registers ahead (AllocateResources, FreeResources) and taking queued requests back (Cancel). */
import { isSuccess, status } from "./status.ts";
import { dmaDirection } from "./dma-structs.ts";
import type { WdfDmaTransaction } from "./dma-transaction.ts";
import { isDirection } from "./dma-transaction-initialize.ts";
import { ChannelStager } from "./dma-transaction-channel.ts";
import type { WdfFramework } from "./framework.ts";

/** Break for a version 3 function on a version 2 enabler. */
export function breakVersion2(framework: WdfFramework, transaction: WdfDmaTransaction): void {
  framework.breakpoint({
    rule: "txn-v3-api-on-v2",
    message: `${framework.apiName()} was called for ${framework.name(transaction)}, whose enabler uses DMA version 2`,
    explanation: "The function needs DMA version 3: set WdmDmaVersionOverride to 3 in WDF_DMA_ENABLER_CONFIG. The call has no effect.",
    objectId: transaction.id,
  });
}

function breakProfile(framework: WdfFramework, transaction: WdfDmaTransaction): void {
  framework.breakpoint({
    rule: "txn-reserve-wrong-profile",
    message: `${framework.apiName()} was called for ${framework.name(transaction)} of ${transaction.enabler.config.profile.name}`,
    explanation: "Map registers can be reserved for packet and system profiles only; a scatter/gather transaction takes them for each transfer.",
    objectId: transaction.id,
  });
}

/** WdfDmaTransactionAllocateResources after its handle check. Returns an NTSTATUS. */
export function allocateResources(
  framework: WdfFramework,
  transaction: WdfDmaTransaction,
  direction: number,
  count: number,
  callback: number,
  context: number,
): number {
  const { stager, enabler } = transaction;
  if (!enabler.usesDmaV3) {
    breakVersion2(framework, transaction);
    return status.invalidDeviceRequest;
  }
  if (!(stager instanceof ChannelStager)) {
    breakProfile(framework, transaction);
    return status.invalidDeviceRequest;
  }
  if (!isDirection(direction)) {
    framework.breakpoint({
      rule: "txn-direction-invalid",
      message: `WdfDmaTransactionAllocateResources was given direction ${direction}`,
      explanation: "The direction is WdfDmaDirectionReadFromDevice (0) or WdfDmaDirectionWriteToDevice (1).",
      objectId: transaction.id,
    });
    return status.invalidParameter;
  }
  framework.requirePointer(callback, "EvtReserveDmaFunction");
  const event = count === 0 ? "reserveForTransaction" : "reserve";
  if (stager.reservedMapRegisters !== 0) {
    transaction.badState(event, {
      rule: "txn-reserve-twice",
      explanation: "The transaction holds reserved map registers already: call WdfDmaTransactionFreeResources first.",
    });
  }
  transaction.require(event);
  const mapRegisters = count === 0 ? stager.registersToReserve() : count;
  // The earlier initialization is wiped; the driver initializes again when it has its registers.
  transaction.reset();
  transaction.chooseAdapter(direction === dmaDirection.writeToDevice);
  transaction.enter(event);
  const result = stager.reserve({ mapRegisters, callback, context });
  if (!isSuccess(result)) transaction.enter("reserveFailed");
  return result;
}

/** WdfDmaTransactionFreeResources. */
export function freeResources(framework: WdfFramework, transaction: WdfDmaTransaction): void {
  if (!transaction.enabler.usesDmaV3) {
    breakVersion2(framework, transaction);
    return;
  }
  if (transaction.enabler.config.profile.kind === "scatterGather") {
    breakProfile(framework, transaction);
    return;
  }
  transaction.require("freeResources");
  transaction.enter("freeResources");
  transaction.stager.release(true);
  transaction.reset();
}

/** WdfDmaTransactionCancel. True when the request for map registers was still queued. */
export function cancelTransaction(framework: WdfFramework, transaction: WdfDmaTransaction): boolean {
  if (!transaction.enabler.usesDmaV3) {
    breakVersion2(framework, transaction);
    return false;
  }
  transaction.require("cancel");
  const { adapter } = transaction.requireAdapter(
    "txn-cancel-bad-state",
    "The transaction has ended and has given its adapter back; there is nothing to cancel.",
  );
  if (transaction.transferContext === undefined || !adapter.cancelAdapterChannel(transaction.transferContext)) {
    transaction.history.cancelRefused = true;
    return false;
  }
  transaction.enter("cancelled");
  transaction.dropRequestReference();
  transaction.finishTrace(status.cancelled);
  return true;
}
