// SPDX-License-Identifier: MIT
/** DmaCompleted, DmaCompletedWithLength and DmaCompletedFinal: one routine for the three (kmdf fxdmatransactionbase.cpp). */
import type { WdfDmaTransaction } from "./dma-transaction.ts";
import { isSuccess, status } from "./status.ts";

export type CompletionKind = "full" | "partial" | "final";

export interface CompletionResult {
  /** TRUE: the transaction is over, with any result. FALSE: another transfer was started. */
  readonly isOver: boolean;
  /** NTSTATUS for the driver. */
  readonly status: number;
}

/** The device has moved `length` bytes of the transfer in progress (`full`: all of them). */
export function completeTransfer(transaction: WdfDmaTransaction, kind: CompletionKind, length: number): CompletionResult {
  const { framework, progress, stager } = transaction;
  transaction.require("dmaCompleted");
  const moved = kind === "full" ? progress.current : length;
  if (moved > progress.current) {
    framework.breakpoint({
      rule: "done-length-too-big",
      message: `${framework.apiName()}: ${moved} bytes were reported for the transfer of ${progress.current} bytes of ${framework.name(transaction)}`,
      explanation:
        "The transaction ends with STATUS_INVALID_PARAMETER and TRUE, and the bytes are not counted. Report at most WdfDmaTransactionGetCurrentDmaTransferLength bytes.",
      objectId: transaction.id,
    });
    return over(transaction, status.invalidParameter);
  }
  transaction.watch.completes(moved);
  progress.complete(moved);
  const flushed = stager.finishTransfer();
  transaction.endTransfer();
  if (!isSuccess(flushed)) return over(transaction, flushed);
  if (transaction.requiresSingleTransfer && progress.remaining > 0) return over(transaction, status.wdfTooManyTransfers);
  if (kind === "final" || progress.remaining === 0) return over(transaction, status.success);
  const staged = stager.stageNext();
  if (!isSuccess(staged)) return over(transaction, staged);
  transaction.watch.returnsFalse();
  return { isOver: false, status: status.moreProcessingRequired };
}

function over(transaction: WdfDmaTransaction, result: number): CompletionResult {
  transaction.end(result);
  return { isOver: true, status: result };
}
