// SPDX-License-Identifier: MIT
/** The three ways to initialize a transaction, and the checks they share (kmdf fxdmatransactionapi.cpp, fxdmatransactionbase.cpp). */
import { pageSize } from "../protocol/index.ts";
import { dmaDirection } from "./dma-structs.ts";
import type { WdfDmaTransaction } from "./dma-transaction.ts";
import type { WdfRequest } from "./request.ts";
import { isSuccess, status } from "./status.ts";

/** A buffer for a transaction. */
export interface TransactionBuffer {
  readonly programDma: number;
  readonly writeToDevice: boolean;
  readonly mdl: number;
  /** In the first MDL, bytes. */
  readonly offset: number;
  readonly length: number;
  readonly request?: WdfRequest;
}

/** Says why an Initialize function refuses an argument that can never be right, and returns STATUS_INVALID_PARAMETER. */
export function refuseArgument(transaction: WdfDmaTransaction, rule: string, what: string, explanation: string): number {
  const { framework } = transaction;
  framework.breakpoint({ rule, message: `${framework.apiName()}: ${what} (${framework.name(transaction)})`, explanation, objectId: transaction.id });
  return status.invalidParameter;
}

export const refuseDirection = (transaction: WdfDmaTransaction, direction: number): number =>
  refuseArgument(
    transaction,
    "txn-direction-invalid",
    `the direction is ${direction}`,
    "The direction is WdfDmaDirectionReadFromDevice (0) or WdfDmaDirectionWriteToDevice (1).",
  );

export const isDirection = (value: number): boolean => value === dmaDirection.readFromDevice || value === dmaDirection.writeToDevice;

/** True for version 2 packet transactions, which use the first MDL only. */
export const usesFirstMdlOnly = ({ enabler }: WdfDmaTransaction): boolean => enabler.config.profile.kind === "packet" && !enabler.usesDmaV3;

/** WdfDmaTransactionInitialize after its pointer checks; `virtualAddress` is an index into the first MDL. */
export function initializeFromMdl(
  transaction: WdfDmaTransaction,
  programDma: number,
  direction: number,
  mdl: number,
  virtualAddress: number,
  length: number,
): number {
  const mdls = transaction.framework.nt.mdl;
  if (length === 0) return status.invalidParameter;
  if (!isDirection(direction)) return refuseDirection(transaction, direction);
  const offset = virtualAddress - mdls.virtualAddress(mdl);
  const bytes = mdls.byteCount(mdl);
  if (offset < 0 || offset >= bytes) {
    return refuseArgument(
      transaction,
      "va-outside-mdl",
      `byte ${offset} is outside the first MDL, which has ${bytes} bytes`,
      "The start must lie in the first MDL of the chain. VirtualAddress is an index in the MDL's own range (MmGetMdlVirtualAddress), not a mapped address.",
    );
  }
  if (usesFirstMdlOnly(transaction) && offset + length > bytes) {
    return refuseArgument(
      transaction,
      mdls.next(mdl) === 0 ? "len-exceeds-mdl-packet" : "mdl-chain-packet-v2",
      `${length} bytes from offset ${offset} do not fit in the first MDL, which has ${bytes} bytes`,
      "A packet profile of DMA version 2 uses the first MDL only. Set WdmDmaVersionOverride to 3 for chained MDLs.",
    );
  }
  return initializeTransaction(transaction, { programDma, writeToDevice: direction === dmaDirection.writeToDevice, mdl, offset, length });
}

/** The common part: state, fields, single-transfer preparation, class hook. Returns an NTSTATUS. */
export function initializeTransaction(transaction: WdfDmaTransaction, buffer: TransactionBuffer): number {
  transaction.require("initialize");
  const wasReleased = transaction.stateName === "Released";
  transaction.chooseAdapter(buffer.writeToDevice);
  if (transaction.adapterInfo === undefined) {
    transaction.requireAdapter(
      "en-system-unconfigured",
      "WdfDmaEnablerConfigureSystemProfile must have succeeded for the direction before a system-profile transaction can be initialized.",
    );
  }
  transaction.maximumFragmentLength = transaction.adapterInfo?.maximumFragmentLength ?? 0;
  transaction.progress.reset(buffer.length);
  transaction.start = { mdl: buffer.mdl, offset: buffer.offset };
  transaction.position = transaction.start;
  transaction.programDma = buffer.programDma;
  transaction.request = buffer.request;
  transaction.history.startFailed = false;
  transaction.history.cancelRefused = false;
  const result = prepare(transaction);
  transaction.history.initializeFailed = !isSuccess(result);
  if (isSuccess(result)) {
    transaction.enter("initialize");
    return result;
  }
  transaction.enter("initializeFailed");
  transaction.stager.release(false);
  // From Released the framework's own Release returns early and leaves the fields; the next Initialize overwrites them.
  if (wasReleased) transaction.request = undefined;
  else transaction.reset();
  return result;
}

function prepare(transaction: WdfDmaTransaction): number {
  if (transaction.requiresSingleTransfer) {
    transaction.maximumFragmentLength = Math.max(transaction.maximumFragmentLength, transaction.enabler.maximumLength);
    const result = checkSingleTransfer(transaction);
    if (!isSuccess(result)) return result;
  }
  return transaction.stager.prepare();
}

function checkSingleTransfer(transaction: WdfDmaTransaction): number {
  const { adapterInfo, start, progress, writeToDevice, enabler, stager } = transaction;
  if (progress.total > transaction.maximumFragmentLength) return status.wdfTooManyTransfers;
  if (adapterInfo === undefined) return status.internalError;
  const info = adapterInfo.adapter.getDmaTransferInfo(start.mdl, start.offset, progress.total, writeToDevice);
  if (!isSuccess(info.status)) return info.status;
  const available = stager.reservedMapRegisters === 0 ? adapterInfo.mapRegisters : stager.reservedMapRegisters;
  if (info.mapRegisterCount > available) return status.wdfNotEnoughMapRegisters;
  if (info.scatterGatherElementCount > enabler.maximumScatterGatherElements) return status.wdfTooFragmented;
  if (enabler.config.profile.kind === "packet" && info.scatterGatherElementCount > 1) return status.wdfTooFragmented;
  return status.success;
}

/** Values of WdfDmaTransactionGetTransferInfo for version 2: pages of every MDL of the chain that the transaction touches. */
export function pagesOfTransaction({ framework, start, progress }: WdfDmaTransaction): number {
  const mdls = framework.nt.mdl;
  let pages = 0;
  let rest = progress.total;
  let skip = start.offset;
  for (let mdl = start.mdl; mdl !== 0 && rest > 0; mdl = mdls.next(mdl)) {
    const bytes = Math.min(rest, mdls.byteCount(mdl) - skip);
    pages += Math.ceil((((mdls.virtualAddress(mdl) + skip) % pageSize) + bytes) / pageSize);
    rest -= bytes;
    skip = 0;
  }
  return pages;
}
