// SPDX-License-Identifier: MIT
/** Making requests cancelable and EvtIoStop's acknowledgement (kmdf fxrequest.cpp, fxioqueue.cpp; kmdf-dma specification 8.8 and 8.9). */
import type { ApiTable } from "../nt/index.ts";
import type { WdfFramework } from "./framework.ts";
import { type WdfRequest as Request, WdfRequest, checkOwnership } from "./request.ts";
import { status } from "./status.ts";

export function requestCancelApi(framework: WdfFramework): ApiTable {
  const requestOf = (handle: number): Request => framework.resolve(handle, WdfRequest, "WDFREQUEST");
  return {
    WdfRequestMarkCancelable: (handle: number, callback: number) => {
      const request = requestOf(handle);
      framework.requirePointer(callback, "EvtRequestCancel");
      if (mayMark(request)) request.queue?.makeCancelable(request, callback);
    },
    WdfRequestMarkCancelableEx: (handle: number, callback: number) => {
      const request = requestOf(handle);
      framework.requirePointer(callback, "EvtRequestCancel");
      if (!mayMark(request)) return status.invalidDeviceRequest;
      if (request.irp.isCancelled || request.queue?.isCanceling === true) return status.cancelled;
      request.queue?.makeCancelable(request, callback);
      return status.success;
    },
    WdfRequestUnmarkCancelable: (handle: number) => unmark(requestOf(handle)),
    WdfRequestIsCanceled: (handle: number) => {
      const request = requestOf(handle);
      if (framework.options.verifier && request.cancelState !== "not cancelable") {
        framework.breakpoint({
          rule: "req-iscanceled-on-cancelable",
          message: `WdfRequestIsCanceled: ${framework.name(request)} is marked cancelable; the answer is FALSE`,
          explanation:
            "A cancelable request tells of its cancellation by EvtRequestCancel. WdfRequestIsCanceled is for requests that are not marked cancelable.",
          objectId: request.id,
        });
        return 0;
      }
      return request.irp.isCancelled ? 1 : 0;
    },
    WdfRequestStopAcknowledge: (handle: number, requeue: number) => acknowledge(requestOf(handle), (requeue & 0xff) !== 0),
  };
}

/** The checks that come before a request becomes cancelable. */
function mayMark(request: Request): boolean {
  const { framework } = request;
  if (!hasQueue(request)) return false;
  if (framework.options.verifier && !checkOwnership(request, "mark cancelable")) return false;
  if (request.cancelState === "not cancelable" || !framework.options.verifier) return true;
  framework.breakpoint({
    rule: "req-mark-twice",
    message: `${framework.apiName()}: ${framework.name(request)} is ${request.cancelState} already`,
    explanation: "A request is marked cancelable once; call WdfRequestUnmarkCancelable before you mark it again.",
    objectId: request.id,
  });
  return false;
}

function hasQueue(request: Request): boolean {
  if (request.queue !== undefined) return true;
  request.framework.breakpoint({
    rule: "KMDF-REQUEST-NO-QUEUE",
    message: `${request.framework.apiName()}: ${request.framework.name(request)} belongs to no queue`,
    explanation: "Cancelability is managed by the queue that presented the request.",
    objectId: request.id,
  });
  return false;
}

function unmark(request: Request): number {
  const { framework } = request;
  if (!hasQueue(request)) return status.invalidDeviceRequest;
  switch (request.cancelState) {
    case "cancelable":
      request.queue?.forgetCancel(request);
      return status.success;
    case "not cancelable":
      if (!framework.options.verifier) return status.cancelled;
      framework.breakpoint({
        rule: "req-unmark-not-marked",
        message: `WdfRequestUnmarkCancelable: ${framework.name(request)} is not marked cancelable (STATUS_INVALID_DEVICE_REQUEST)`,
        explanation:
          "Without the verifier the function returns STATUS_CANCELLED here, and a driver that leaves the completion to EvtRequestCancel loses the request.",
        objectId: request.id,
      });
      return status.invalidDeviceRequest;
    default:
      return status.cancelled;
  }
}

function acknowledge(request: Request, isRequeued: boolean): void {
  const { framework } = request;
  if (framework.options.verifier && !checkOwnership(request, "acknowledge the stop of")) return;
  const isWrongPlace = !request.isStopping;
  const isCancelable = isRequeued && request.cancelState !== "not cancelable";
  if (isWrongPlace || isCancelable) {
    framework.breakpoint({
      rule: "req-stop-acknowledge",
      message: `WdfRequestStopAcknowledge: ${framework.name(request)} ${isWrongPlace ? "is not in its EvtIoStop callback" : `is to be requeued but is ${request.cancelState}`}; the call is ignored`,
      explanation: isWrongPlace
        ? "Acknowledge a request only inside the EvtIoStop callback that was called for it."
        : "Call WdfRequestUnmarkCancelable before WdfRequestStopAcknowledge with Requeue TRUE.",
      objectId: request.id,
    });
    if (framework.options.verifier) return;
  }
  request.stopAnswer = isRequeued ? "requeue" : "acknowledged";
}
