// SPDX-License-Identifier: MIT
/** Finds requests that are completed while a transaction without a request reference (plain Initialize) moves data to or from their buffer. */
import { mdlLayout } from "../nt/index.ts";
import { WdfDmaTransaction } from "./dma-transaction.ts";
import type { WdfRequest } from "./request.ts";

/** Reports the transaction in state Transfer that uses a buffer of `request`, which is about to be completed. */
export function checkRequestBuffers(request: WdfRequest): void {
  const { framework } = request;
  const user = framework.handles
    .all()
    .find((object) => object instanceof WdfDmaTransaction && object.isInTransfer && object.request === undefined && usesBufferOf(object, request));
  if (user === undefined) return;
  framework.violation({
    rule: "req-completed-while-owned-mdl",
    message: `${framework.name(request)} (${request.description}) is completed while ${framework.name(user)} is in state Transfer with its buffer`,
    explanation:
      "The completion gives the buffer back to the requester, and the device goes on reading or writing it. A transaction that was initialized with WdfDmaTransactionInitialize holds no reference on the request: end it with a WdfDmaTransactionDmaCompleted function first.",
    objectId: request.id,
  });
}

function usesBufferOf({ start, framework }: WdfDmaTransaction, { irp }: WdfRequest): boolean {
  const mdls = framework.nt.mdl;
  const bytes = Math.max(irp.length, irp.inputLength, irp.outputLength);
  // The driver may have freed the MDL meanwhile; that is found where it happens.
  const exists = (mdl: number) => mdl !== 0 && framework.machine.memory.isAccessible(mdl, mdlLayout.size);
  for (let mdl = start.mdl; exists(mdl); mdl = mdls.next(mdl)) {
    if (mdl === irp.mdlAddress) return true;
    const address = mdls.virtualAddress(mdl);
    if (irp.systemBuffer !== 0 && address < irp.systemBuffer + bytes && address + mdls.byteCount(mdl) > irp.systemBuffer) return true;
  }
  return false;
}
