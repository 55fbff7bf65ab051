// SPDX-License-Identifier: MIT
/**
 * WDFREQUEST: one IRP on its way through the driver. Who owns it (a queue or the driver), whether it can be canceled, and its completion in
 * the order of the KMDF source (fxrequest.cpp).
 */
import { hex } from "../base/index.ts";
import type { Irp } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import type { WdfDevice } from "./device.ts";
import { forgetFailedCreate } from "./file-object.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfObject } from "./object.ts";
import type { WdfQueue } from "./queue.ts";
import { RequestBuffers } from "./request-buffers.ts";
import { Sending } from "./request-sending.ts";
import { isSuccess, status, statusText } from "./status.ts";

/** `caller context`: in EvtIoInCallerContext, before any queue. */
export type RequestState = "new" | "caller context" | "queued" | "driver-owned" | "completed";
/**
 * Cancel state of a driver-owned request: `cancelable` after WdfRequestMarkCancelable, `canceling` when EvtRequestCancel will run,
 * `canceled` when it has been called.
 */
export type CancelState = "not cancelable" | "cancelable" | "canceling" | "canceled";

export class WdfRequest extends WdfObject {
  readonly device: WdfDevice;
  readonly irp: Irp;
  readonly buffers: RequestBuffers;
  readonly sending: Sending;
  state: RequestState = "new";
  /** Queue that holds it or presented it to the driver. */
  queue: WdfQueue | undefined;
  /** The driver has seen this request; its callbacks count from then on. */
  wasPresented = false;
  cancelState: CancelState = "not cancelable";
  /** EvtRequestCancel. */
  cancelCallback = 0;
  /** Inside its EvtIoStop callback. */
  isStopping = false;
  /** Answer to EvtIoStop. */
  stopAnswer: "acknowledged" | "requeue" | undefined;
  /** Acknowledged without requeue: EvtIoResume is due on power-up. */
  isResumeDue = false;
  /** Information as set by WdfRequestSetInformation. */
  information = 0;
  override undeletable: string | undefined = "a request from the framework ends with its completion";

  constructor(framework: WdfFramework, device: WdfDevice, irp: Irp) {
    super(framework, "WDFREQUEST", device, device.init.requestAttributes, irp.id);
    this.device = device;
    this.irp = irp;
    this.buffers = new RequestBuffers(this);
    this.sending = new Sending(framework);
  }

  /** Completes a request the driver has never seen; its callbacks are suppressed. */
  completeUnpresented(result: number): void {
    this.suppressCallbacks();
    this.finish(result, 0, 0);
  }

  /** Steps 2 to 8 of a completion: map the status, dispose, complete the IRP, tell the queue. */
  finish(result: number, information: number, boost: number): void {
    const { framework, irp, queue } = this;
    const wasOwned = this.state === "driver-owned";
    this.state = "completed";
    this.cancelState = "not cancelable";
    irp.setCancelRoutine(undefined);
    framework.checkCompletion(this);
    this.disposeTree();
    this.buffers.release();
    this.sending.dispose();
    if (irp.references !== 0) {
      framework.bugCheck(3, this.handle, irp.references, {
        rule: "req-completed-while-owned",
        message: `${framework.name(this)} was completed while ${irp.references} reference${irp.references === 1 ? " to its IRP is" : "s to its IRP are"} held (a DMA transaction in state Transfer, or its WDFMEMORY)`,
        explanation:
          "Finish the DMA transaction with a WdfDmaTransactionDmaCompleted function, and drop references to memory objects of the request, before the request is completed.",
        objectId: this.id,
      });
    }
    if (!isSuccess(result)) forgetFailedCreate(this.device, irp);
    framework.nt.io.complete(irp, mapForSender(result), information, boost);
    if (wasOwned) queue?.requestGone(this);
    this.finishDelete();
  }

  /** The IRP goes on without this object: it ends as if the request were completed, and the IRP stays as it is. */
  letGo(): void {
    const { irp, queue } = this;
    this.state = "completed";
    irp.setCancelRoutine(undefined);
    this.disposeTree();
    this.buffers.release();
    this.sending.dispose();
    queue?.requestGone(this);
    this.finishDelete();
  }

  /** `4096-byte read`, for labels. */
  get description(): string {
    const { irp } = this;
    if (irp.major === "read" || irp.major === "write") return `${irp.length}-byte ${irp.major}`;
    return irp.major === "deviceControl" || irp.major === "internalDeviceControl" ? `IOCTL ${hex(irp.ioctlCode, 8)}` : irp.major;
  }

  override label(): string {
    return `${this.description}, ${this.state}`;
  }

  override fields(): FieldView[] {
    const { irp, queue } = this;
    const fields: FieldView[] = [
      { name: "Request state", value: this.state },
      { name: "Cancel state", value: this.cancelState },
      { name: "IRP", value: hex(irp.address, 8), memoryReference: hex(irp.address) },
      { name: "IRP canceled", value: irp.isCancelled ? "yes" : "no" },
      { name: "IRP references", value: String(irp.references) },
      { name: "Information", value: String(this.information) },
      { name: "Requestor mode", value: irp.requestorMode },
    ];
    if (queue !== undefined) fields.push({ name: "Queue", value: hex(queue.handle, 8), objectId: queue.id });
    if (irp.major === "read" || irp.major === "write")
      fields.push({ name: "Length", value: String(irp.length) }, { name: "DeviceOffset", value: hex(irp.offset) });
    else fields.push({ name: "InputBufferLength", value: String(irp.inputLength) }, { name: "OutputBufferLength", value: String(irp.outputLength) });
    if (irp.systemBuffer !== 0) fields.push({ name: "SystemBuffer", value: hex(irp.systemBuffer, 8), memoryReference: hex(irp.systemBuffer) });
    if (irp.mdlAddress !== 0) fields.push({ name: "MdlAddress", value: hex(irp.mdlAddress, 8), memoryReference: hex(irp.mdlAddress) });
    if (this.cancelCallback !== 0) fields.push({ name: "EvtRequestCancel", value: hex(this.cancelCallback) });
    if (this.stopAnswer !== undefined) fields.push({ name: "EvtIoStop answer", value: this.stopAnswer });
    return fields;
  }
}

/** WDFSTATUS values (facility 0x20) do not leave the driver stack; the sender gets these (fxrequest.cpp). */
export function mapForSender(result: number): number {
  const value = result >>> 0;
  if (((value >>> 16) & 0xfff) !== 0x20) return value;
  switch (value) {
    case status.wdfPaused:
    case status.wdfBusy:
      return status.deviceBusy;
    case status.wdfInternalError:
      return status.internalError;
    case status.wdfNotEnoughMapRegisters:
      return status.insufficientResources;
    default:
      return status.invalidDeviceRequest;
  }
}

/** WdfRequestComplete and its relatives: the verifier's checks, then the completion. */
export function completeByDriver(request: WdfRequest, result: number, information: number, boost: number): void {
  const { framework, irp } = request;
  if (!checkOwnership(request, "complete")) return;
  if (result >>> 0 === status.pending) {
    framework.breakpoint({
      rule: "req-completion-status-pending",
      message: `${framework.name(request)} (${request.description}) is completed with STATUS_PENDING`,
      explanation: "STATUS_PENDING means that the request is not complete. Complete it with the final status, later if need be.",
      objectId: request.id,
    });
  }
  if (request.cancelState === "cancelable" || request.cancelState === "canceling") {
    framework.breakpoint({
      rule: "req-complete-while-cancelable",
      message: `${framework.name(request)} (${request.description}) is completed with ${statusText(result)} while it is ${request.cancelState === "cancelable" ? "marked cancelable" : "being canceled"}`,
      explanation:
        "Call WdfRequestUnmarkCancelable first and complete only when it returns STATUS_SUCCESS; when it returns STATUS_CANCELLED, EvtRequestCancel completes the request.",
      objectId: request.id,
    });
    request.queue?.forgetCancel(request);
  }
  checkInformation(request, result, information);
  if (irp.major === "deviceControl" || irp.major === "internalDeviceControl" || irp.major === "read" || irp.major === "write")
    request.information = information;
  request.finish(result, information, boost);
}

/** True when the driver owns the request, or the verifier is off and the request is not complete. */
export function checkOwnership(request: WdfRequest, action: string): boolean {
  const { framework } = request;
  if (request.state === "driver-owned" || request.state === "caller context") return true;
  framework.breakpoint({
    rule: request.state === "completed" ? "req-double-complete" : "KMDF-REQUEST-NOT-OWNED",
    message: `${framework.apiName()}: cannot ${action} ${framework.name(request)}, which is ${request.state === "completed" ? "completed already" : `${request.state} and not owned by the driver`}`,
    explanation: "A driver owns a request from its presentation (or retrieval) until it completes, forwards or requeues it.",
    objectId: request.id,
  });
  return false;
}

function checkInformation(request: WdfRequest, result: number, information: number): void {
  const { framework, irp } = request;
  if (!framework.options.verifier || !isSuccess(result)) return;
  const isIoctl = irp.major === "deviceControl" && irp.requestorMode === "user" && irp.outputLength > 0;
  const limit = irp.major === "read" || irp.major === "write" ? irp.length : isIoctl ? irp.outputLength : undefined;
  if (limit === undefined || information <= limit) return;
  framework.bugCheck(6, 4, 0, {
    rule: "info-longer-than-buffer",
    message: `${framework.name(request)} (${request.description}) is completed with Information ${information}, but its buffer has ${limit} bytes`,
    explanation: "Information is the number of bytes transferred; the I/O manager copies that many to the requester.",
    objectId: request.id,
  });
}
