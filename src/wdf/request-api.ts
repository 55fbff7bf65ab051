// SPDX-License-Identifier: MIT
/** WdfRequest*: parameters, buffers, completion and moving requests between queues (wdfrequest.h). */
import type { ApiTable } from "../nt/index.ts";
import { ioMethod } from "../nt/index.ts";
import { WdfDevice } from "./device.ts";
import { findFileObject } from "./file-object.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfQueue } from "./queue.ts";
import { dispatchType } from "./queue-structs.ts";
import { WdfRequest, checkOwnership, completeByDriver } from "./request.ts";
import type { BufferSide } from "./request-buffers.ts";
import { requestCancelApi } from "./request-cancel.ts";
import { writeParameters } from "./request-parameters.ts";
import { probeAndLock } from "./request-user-buffer.ts";
import { WdfCreatedRequest } from "./request-sending.ts";
import { status } from "./status.ts";

export function requestApi(framework: WdfFramework): ApiTable {
  const { memory } = framework.machine;
  const requestOf = (handle: number): WdfRequest => framework.resolve(handle, WdfRequest, "WDFREQUEST");
  return {
    ...requestCancelApi(framework),
    WdfRequestComplete: (handle: number, result: number) => {
      const request = requestOf(handle);
      completeByDriver(request, result, request.information, 0);
    },
    WdfRequestCompleteWithInformation: (handle: number, result: number, information: number) =>
      completeByDriver(requestOf(handle), result, information >>> 0, 0),
    WdfRequestCompleteWithPriorityBoost: (handle: number, result: number, boost: number) => {
      const request = requestOf(handle);
      completeByDriver(request, result, request.information, boost);
    },
    WdfRequestSetInformation: (handle: number, information: number) => {
      requestOf(handle).information = information >>> 0;
    },
    WdfRequestGetInformation: (handle: number) => {
      const request = framework.handles.peek(handle);
      return request instanceof WdfCreatedRequest ? request.sending.information : requestOf(handle).information;
    },
    WdfRequestGetParameters: (handle: number, parameters: number) => {
      const request = requestOf(handle);
      writeParameters(framework, request, framework.requirePointer(parameters, "Parameters"));
    },
    WdfRequestGetIoQueue: (handle: number) => requestOf(handle).queue?.handle ?? 0,
    WdfRequestGetFileObject: (handle: number) => findFileObject(requestOf(handle).device, requestOf(handle).irp.file)?.handle ?? 0,
    WdfRequestGetRequestorMode: (handle: number) => (requestOf(handle).irp.requestorMode === "user" ? 1 : 0),
    WdfRequestIsFrom32BitProcess: (handle: number) => {
      requestOf(handle);
      return 1;
    },
    WdfRequestIsReserved: (handle: number) => {
      requestOf(handle);
      return 0;
    },
    WdfRequestWdmGetIrp: (handle: number) => requestOf(handle).irp.address,
    WdfRequestRetrieveInputBuffer: retrieveBuffer(framework, "input"),
    WdfRequestRetrieveOutputBuffer: retrieveBuffer(framework, "output"),
    WdfRequestRetrieveInputMemory: retrieveMemory(framework, "input"),
    WdfRequestRetrieveOutputMemory: retrieveMemory(framework, "output"),
    WdfRequestRetrieveInputWdmMdl: retrieveMdl(framework, "input"),
    WdfRequestRetrieveOutputWdmMdl: retrieveMdl(framework, "output"),
    WdfRequestRetrieveUnsafeUserInputBuffer: unsafeBuffer(framework, "input"),
    WdfRequestRetrieveUnsafeUserOutputBuffer: unsafeBuffer(framework, "output"),
    WdfRequestProbeAndLockUserBufferForRead: (handle: number, buffer: number, length: number, out: number) =>
      probeAndLock(requestOf(handle), buffer >>> 0, length >>> 0, out, false),
    WdfRequestProbeAndLockUserBufferForWrite: (handle: number, buffer: number, length: number, out: number) =>
      probeAndLock(requestOf(handle), buffer >>> 0, length >>> 0, out, true),
    WdfRequestForwardToIoQueue: (handle: number, queue: number) => forward(framework, requestOf(handle), framework.resolve(queue, WdfQueue, "WDFQUEUE")),
    WdfRequestRequeue: (handle: number) => requeue(framework, requestOf(handle)),
    WdfDeviceEnqueueRequest: (device: number, handle: number) => {
      const owner = framework.resolve(device, WdfDevice, "WDFDEVICE");
      const request = requestOf(handle);
      if (owner !== request.device || request.state !== "caller context") return status.invalidDeviceRequest;
      request.state = "new";
      request.device.enqueue(request);
      return status.success;
    },
  };

  function retrieveBuffer(owner: WdfFramework, side: BufferSide) {
    return (handle: number, minimum: number, out: number, lengthOut: number): number => {
      const request = requestOf(handle);
      owner.requirePointer(out, "Buffer");
      memory.setU32(out >>> 0, 0);
      if (lengthOut !== 0) memory.setU32(lengthOut >>> 0, 0);
      reportAfterCompletion(request);
      const buffer = request.buffers.buffer(side);
      if (typeof buffer === "number") return buffer;
      if (buffer.length < minimum >>> 0) return status.bufferTooSmall;
      memory.setU32(out >>> 0, buffer.address);
      if (lengthOut !== 0) memory.setU32(lengthOut >>> 0, buffer.length);
      return status.success;
    };
  }

  function retrieveMemory(owner: WdfFramework, side: BufferSide) {
    return (handle: number, out: number): number => {
      const request = requestOf(handle);
      owner.requirePointer(out, "Memory");
      reportAfterCompletion(request);
      const object = request.buffers.memory(side);
      if (typeof object === "number") return object;
      memory.setU32(out >>> 0, object.handle);
      return status.success;
    };
  }

  function retrieveMdl(owner: WdfFramework, side: BufferSide) {
    return (handle: number, out: number): number => {
      const request = requestOf(handle);
      owner.requirePointer(out, "Mdl");
      memory.setU32(out >>> 0, 0);
      reportAfterCompletion(request);
      const result = request.buffers.mdl(side);
      if (typeof result === "number") return result;
      memory.setU32(out >>> 0, result.mdl);
      return status.success;
    };
  }

  function unsafeBuffer(owner: WdfFramework, side: BufferSide) {
    return (handle: number, minimum: number, out: number, lengthOut: number): number => {
      const request = requestOf(handle);
      const { irp } = request;
      owner.requirePointer(out, "Buffer");
      memory.setU32(out >>> 0, 0);
      const isReadWrite = irp.major === "read" || irp.major === "write";
      if (
        request.state !== "caller context" ||
        (isReadWrite ? irp.device.readWriteType !== "neither" || (irp.major === "read") !== (side === "output") : irp.method !== ioMethod.neither)
      ) {
        owner.breakpoint({
          rule: "req-neither-io",
          message: `${owner.apiName()}: ${owner.name(request)} (${request.description}) ${request.state === "caller context" ? "does not use neither I/O for this buffer" : "is not in EvtIoInCallerContext"} (STATUS_INVALID_DEVICE_REQUEST)`,
          explanation: "User addresses are valid in the requester's process only: fetch, probe and lock them in EvtIoInCallerContext.",
          objectId: request.id,
        });
        return status.invalidDeviceRequest;
      }
      const length = isReadWrite ? irp.length : side === "input" ? irp.inputLength : irp.outputLength;
      if (length === 0 || length < minimum >>> 0) return status.bufferTooSmall;
      memory.setU32(out >>> 0, side === "input" && !isReadWrite ? irp.type3InputBuffer : irp.userBuffer);
      if (lengthOut !== 0) memory.setU32(lengthOut >>> 0, length);
      return status.success;
    };
  }
}

function reportAfterCompletion(request: WdfRequest): void {
  if (request.state !== "completed") return;
  request.framework.breakpoint({
    rule: "req-access-after-complete",
    message: `${request.framework.apiName()}: ${request.framework.name(request)} is completed already`,
    explanation: "Buffers, memory objects and MDLs of a request belong to the requester again as soon as it is completed.",
    objectId: request.id,
  });
}

function forward(framework: WdfFramework, request: WdfRequest, target: WdfQueue): number {
  if (!checkOwnership(request, "forward")) return status.invalidDeviceRequest;
  const source = request.queue;
  if (request.cancelState !== "not cancelable") {
    framework.breakpoint({
      rule: "req-forward-invalid",
      message: `WdfRequestForwardToIoQueue: ${framework.name(request)} is ${request.cancelState}`,
      explanation: "Call WdfRequestUnmarkCancelable first, and do not forward the request when it returns STATUS_CANCELLED.",
      objectId: request.id,
    });
    return status.invalidDeviceRequest;
  }
  if (target.device !== request.device || target === source) {
    framework.breakpoint({
      rule: "req-forward-invalid",
      message: `WdfRequestForwardToIoQueue: ${framework.name(request)} ${target === source ? "is forwarded to the queue it came from" : "is forwarded to a queue of another device"} (STATUS_INVALID_DEVICE_REQUEST)`,
      explanation: "A request moves between different queues of one device.",
      objectId: request.id,
    });
    return status.invalidDeviceRequest;
  }
  if (!target.isAccepting) return status.wdfBusy;
  source?.disown(request);
  target.putBack(request, "tail");
  target.dispatch();
  if (source !== undefined && !source.isActive) source.dispatch();
  return status.success;
}

function requeue(framework: WdfFramework, request: WdfRequest): number {
  if (!checkOwnership(request, "requeue")) return status.invalidDeviceRequest;
  const { queue } = request;
  if (queue === undefined || queue.config.dispatchType !== dispatchType.manual || request.cancelState !== "not cancelable") {
    framework.breakpoint({
      rule: "req-requeue-nonmanual",
      message: `WdfRequestRequeue: ${framework.name(request)} ${request.cancelState === "not cancelable" ? "does not come from a manual queue" : `is ${request.cancelState}`} (STATUS_INVALID_DEVICE_REQUEST)`,
      explanation: "Only requests of manual queues can be put back, and only when they are not cancelable.",
      objectId: request.id,
    });
    return status.invalidDeviceRequest;
  }
  queue.disown(request);
  queue.putBack(request, "head");
  queue.dispatch();
  return status.success;
}
