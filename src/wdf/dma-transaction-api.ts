// SPDX-License-Identifier: MIT
/** The functions of wdfdmatransaction.h: arguments, checks in the order of the KMDF source, results (fxdmatransactionapi.cpp). */
import { dispatchLevel } from "../machine/index.ts";
import { type ApiTable, ioMethod } from "../nt/index.ts";
import { plainRules, readAttributes } from "./attributes.ts";
import { WdfDmaEnabler } from "./dma-enabler.ts";
import type { PacketGates } from "./dma-packet-gate.ts";
import { dmaDirection } from "./dma-structs.ts";
import { WdfDmaTransaction } from "./dma-transaction.ts";
import { type CompletionKind, completeTransfer } from "./dma-transaction-complete.ts";
import { initializeFromMdl, initializeTransaction, isDirection, pagesOfTransaction, refuseDirection, usesFirstMdlOnly } from "./dma-transaction-initialize.ts";
import type { TransactionLog } from "./dma-transaction-log.ts";
import { PacketStager } from "./dma-transaction-packet.ts";
import { allocateResources, breakVersion2, cancelTransaction, freeResources } from "./dma-transaction-reserve.ts";
import { ScatterGatherStager } from "./dma-transaction-scatter-gather.ts";
import { SystemStager } from "./dma-transaction-system.ts";
import { systemTransactionApi } from "./dma-transaction-system-api.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfRequest } from "./request.ts";
import { status } from "./status.ts";

/** What the transactions of a framework share. */
export interface TransactionFamily {
  readonly gates: PacketGates;
  readonly log: TransactionLog;
}

export function dmaTransactionApi(framework: WdfFramework, family: TransactionFamily): ApiTable {
  const resolve = (handle: number): WdfDmaTransaction => framework.resolve(handle, WdfDmaTransaction, "WDFDMATRANSACTION");
  return {
    WdfDmaTransactionCreate: (enabler: number, attributes: number, out: number) => createTransaction(framework, family, enabler, attributes, out),
    WdfDmaTransactionInitialize: (handle: number, programDma: number, direction: number, mdl: number, address: number, length: number) => {
      const transaction = resolve(handle);
      framework.requirePointer(programDma, "EvtProgramDmaFunction");
      framework.requirePointer(mdl, "Mdl");
      return initializeFromMdl(transaction, programDma, direction, mdl >>> 0, address >>> 0, length >>> 0);
    },
    WdfDmaTransactionInitializeUsingOffset: (handle: number, programDma: number, direction: number, mdl: number, offset: number, length: number) => {
      const transaction = resolve(handle);
      // The framework reads the MDL's address before it checks the pointer: NULL faults.
      const address = framework.nt.mdl.virtualAddress(mdl >>> 0) + (offset >>> 0);
      framework.requirePointer(programDma, "EvtProgramDmaFunction");
      return initializeFromMdl(transaction, programDma, direction, mdl >>> 0, address, length >>> 0);
    },
    WdfDmaTransactionInitializeUsingRequest: (handle: number, request: number, programDma: number, direction: number) => {
      const transaction = resolve(handle);
      framework.requirePointer(programDma, "EvtProgramDmaFunction");
      if (!isDirection(direction)) return refuseDirection(transaction, direction);
      return initializeFromRequest(
        framework,
        transaction,
        framework.resolve(request, WdfRequest, "WDFREQUEST"),
        programDma,
        direction === dmaDirection.writeToDevice,
      );
    },
    WdfDmaTransactionExecute: (handle: number, context: number) => resolve(handle).execute(context),
    WdfDmaTransactionRelease: (handle: number) => {
      resolve(handle).release();
      return status.success;
    },
    WdfDmaTransactionGetRequest: (handle: number) => {
      const transaction = resolve(handle);
      if (transaction.request === undefined && transaction.lastRelease.request !== undefined)
        reportReleased(transaction, "txn-getrequest-null", "NULL instead of its request");
      return transaction.request?.handle ?? 0;
    },
    WdfDmaTransactionGetBytesTransferred: (handle: number) => {
      const transaction = resolve(handle);
      const { bytes } = transaction.lastRelease;
      if (transaction.stateName === "Released" && bytes > 0) reportReleased(transaction, "txn-bytes-after-release", `0 instead of ${bytes} bytes`);
      return transaction.progress.transferred;
    },
    WdfDmaTransactionGetCurrentDmaTransferLength: (handle: number) => resolve(handle).progress.current,
    WdfDmaTransactionGetDevice: (handle: number) => resolve(handle).enabler.device.handle,
    ...completionApi(framework, resolve),
    ...settingsApi(framework, resolve),
    ...version3Api(framework, resolve),
    ...systemTransactionApi(framework, resolve),
  };
}

/** Something that Release has reset is asked for after it. */
function reportReleased(transaction: WdfDmaTransaction, rule: string, what: string): void {
  const { framework } = transaction;
  framework.violation({
    rule,
    message: `${framework.apiName()} was called for ${framework.name(transaction)} after Release: it returns ${what}`,
    explanation: "WdfDmaTransactionRelease resets the transaction. Read the request and the byte count before it.",
    objectId: transaction.id,
  });
}

type Resolve = (handle: number) => WdfDmaTransaction;

function completionApi(framework: WdfFramework, resolve: Resolve): ApiTable {
  const complete = (handle: number, kind: CompletionKind, length: number, out: number): number => {
    const transaction = resolve(handle);
    const address = framework.requirePointer(out, "Status");
    const result = completeTransfer(transaction, kind, length >>> 0);
    framework.machine.memory.setU32(address, result.status);
    return result.isOver ? 1 : 0;
  };
  return {
    WdfDmaTransactionDmaCompleted: (handle: number, out: number) => complete(handle, "full", 0, out),
    WdfDmaTransactionDmaCompletedWithLength: (handle: number, length: number, out: number) => complete(handle, "partial", length, out),
    WdfDmaTransactionDmaCompletedFinal: (handle: number, length: number, out: number) => complete(handle, "final", length, out),
  };
}

function settingsApi(framework: WdfFramework, resolve: Resolve): ApiTable {
  return {
    WdfDmaTransactionSetMaximumLength: (handle: number, length: number) => {
      setMaximumLength(framework, resolve(handle), length >>> 0);
    },
    WdfDmaTransactionSetSingleTransferRequirement: (handle: number, required: number) => {
      const transaction = framework.resolve(handle, WdfDmaTransaction, "WDFDMATRANSACTION");
      if (!framework.verifierIrqlAtMost(dispatchLevel)) return;
      if (!transaction.enabler.usesDmaV3) breakVersion2(framework, transaction);
      else if (transaction.allows("setSingleTransferRequirement")) transaction.requiresSingleTransfer = (required & 0xff) !== 0;
      else transaction.breakBadState("setSingleTransferRequirement");
    },
    WdfDmaTransactionSetImmediateExecution: (handle: number, immediate: number) => {
      const transaction = resolve(handle);
      if (!transaction.enabler.usesDmaV3) {
        breakVersion2(framework, transaction);
        return;
      }
      if (!transaction.allows("setImmediateExecution")) transaction.breakBadState("setImmediateExecution");
      transaction.immediateExecution = (immediate & 0xff) !== 0;
    },
    WdfDmaTransactionGetTransferInfo: (handle: number, registers: number, elements: number) => {
      const transaction = resolve(handle);
      transaction.require("getTransferInfo");
      const { start, progress, writeToDevice, adapterInfo } = transaction;
      const pages = transaction.enabler.usesDmaV3 ? undefined : pagesOfTransaction(transaction);
      const info = pages === undefined ? adapterInfo?.adapter.getDmaTransferInfo(start.mdl, start.offset, progress.total, writeToDevice) : undefined;
      const { memory } = framework.machine;
      if (registers !== 0) memory.setU32(registers >>> 0, info?.mapRegisterCount ?? pages ?? 0);
      if (elements !== 0) memory.setU32(elements >>> 0, info?.scatterGatherElementCount ?? pages ?? 0);
    },
  };
}

function version3Api(framework: WdfFramework, resolve: Resolve): ApiTable {
  return {
    WdfDmaTransactionAllocateResources: (handle: number, direction: number, count: number, callback: number, context: number) =>
      allocateResources(framework, resolve(handle), direction, count >>> 0, callback, context),
    WdfDmaTransactionFreeResources: (handle: number) => {
      freeResources(framework, resolve(handle));
    },
    WdfDmaTransactionCancel: (handle: number) => (cancelTransaction(framework, resolve(handle)) ? 1 : 0),
    WdfDmaTransactionWdmGetTransferContext: (handle: number) => {
      const transaction = resolve(handle);
      if (!transaction.enabler.usesDmaV3) breakVersion2(framework, transaction);
      else if (transaction.allows("getTransferContext")) return transaction.transferContextAddress;
      else transaction.breakBadState("getTransferContext");
      return 0;
    },
  };
}

function createTransaction(framework: WdfFramework, family: TransactionFamily, enablerHandle: number, attributesAddress: number, out: number): number {
  const enabler = framework.resolve(enablerHandle, WdfDmaEnabler, "WDFDMAENABLER");
  framework.machine.memory.setU32(framework.requirePointer(out, "DmaTransaction"), 0);
  const attributes = readAttributes(framework, attributesAddress, plainRules);
  if (typeof attributes === "number") return attributes;
  const transaction = new WdfDmaTransaction(framework, enabler, attributes, family.log);
  if (!constructClass(transaction, family)) {
    transaction.discard();
    return status.insufficientResources;
  }
  return framework.finishCreate(transaction, out);
}

/** Gives the transaction the class of its profile. False when there is no memory. */
function constructClass(transaction: WdfDmaTransaction, { gates }: TransactionFamily): boolean {
  const { enabler } = transaction;
  switch (enabler.config.profile.kind) {
    case "scatterGather": {
      const stager = new ScatterGatherStager(transaction);
      return transaction.construct(stager) && stager.preallocate(enabler.preallocatedListBytes);
    }
    case "packet": {
      const stager = new PacketStager(transaction, gates);
      return transaction.construct(stager) && stager.preallocate();
    }
    case "system":
      return transaction.construct(new SystemStager(transaction));
  }
}

function setMaximumLength(framework: WdfFramework, transaction: WdfDmaTransaction, length: number): void {
  const info = transaction.requireAdapter(
    "txn-setmax-before-init",
    "WdfDmaTransactionSetMaximumLength needs an initialized transaction: call it between Initialize and Execute.",
  );
  if (length === 0) {
    framework.violation({
      rule: "txn-setmax-zero",
      message: `WdfDmaTransactionSetMaximumLength was called with 0 for ${framework.name(transaction)}`,
      explanation: "The framework does not check the length and would stage transfers of 0 bytes for ever. The call is ignored here.",
      objectId: transaction.id,
    });
    return;
  }
  if (length < info.maximumFragmentLength) transaction.maximumFragmentLength = length;
}

interface RequestBuffer {
  readonly length: number;
  readonly mdl: number;
}

function initializeFromRequest(
  framework: WdfFramework,
  transaction: WdfDmaTransaction,
  request: WdfRequest,
  programDma: number,
  writeToDevice: boolean,
): number {
  const buffer = requestBuffer(framework, request, writeToDevice);
  if (typeof buffer === "number") return buffer;
  const { length, mdl } = buffer;
  if (length === 0) return status.invalidDeviceRequest;
  if (usesFirstMdlOnly(transaction) && length > framework.nt.mdl.byteCount(mdl)) return status.invalidParameter;
  return initializeTransaction(transaction, { programDma, writeToDevice, mdl, offset: 0, length, request });
}

/** Length and MDL of a request, or the NTSTATUS that refuses it. */
function requestBuffer(framework: WdfFramework, request: WdfRequest, writeToDevice: boolean): RequestBuffer | number {
  const length = requestLength(framework, request, writeToDevice);
  if (typeof length === "string") {
    if (length === "wrong direction") {
      framework.breakpoint({
        rule: "txn-direction-mismatch",
        message: `WdfDmaTransactionInitializeUsingRequest was given direction ${writeToDevice ? "WriteToDevice" : "ReadFromDevice"} for a ${request.description} request`,
        explanation:
          "Reads and METHOD_OUT_DIRECT need WdfDmaDirectionReadFromDevice, writes and METHOD_IN_DIRECT WdfDmaDirectionWriteToDevice. STATUS_INVALID_DEVICE_REQUEST is returned.",
        objectId: request.id,
      });
    }
    return status.invalidDeviceRequest;
  }
  const mdl = request.buffers.transferMdl();
  return typeof mdl === "number" ? mdl : { length, mdl: mdl.mdl };
}

function requestLength(framework: WdfFramework, request: WdfRequest, writeToDevice: boolean): number | "refused" | "wrong direction" {
  const { irp } = request;
  switch (irp.major) {
    case "read":
      return writeToDevice ? "wrong direction" : irp.length;
    case "write":
      return writeToDevice ? irp.length : "wrong direction";
    case "deviceControl":
    case "internalDeviceControl":
      break;
    default:
      return "refused";
  }
  switch (irp.method) {
    case ioMethod.buffered:
      return writeToDevice ? irp.inputLength : irp.outputLength;
    case ioMethod.inDirect:
      return writeToDevice ? irp.outputLength : "wrong direction";
    case ioMethod.outDirect:
      return writeToDevice ? "wrong direction" : irp.outputLength;
    default:
      framework.breakpoint({
        rule: "mem-not-neither",
        message: `WdfDmaTransactionInitializeUsingRequest was given ${framework.name(request)}, an IOCTL with METHOD_NEITHER`,
        explanation:
          "Such a request has no MDL. Lock the user buffer in EvtIoInCallerContext and use WdfDmaTransactionInitialize with the MDL of the memory object.",
        objectId: request.id,
      });
      return "refused";
  }
}
