// SPDX-License-Identifier: MIT
/** Creating, formatting and sending requests (wdfrequest.h, wdfiotarget.h; kmdf fxrequestapi.cpp, fxiotargetapi.cpp). */
import { passiveLevel } from "../machine/index.ts";
import type { ApiTable } from "../nt/index.ts";
import { noAttributes, parentRules, readAttributes } from "./attributes.ts";
import type { WdfFramework } from "./framework.ts";
import { type SendOptions, WdfIoTarget } from "./io-target.ts";
import {
  WDFMEMORY_OFFSET,
  WDF_MEMORY_DESCRIPTOR,
  WDF_REQUEST_COMPLETION_PARAMS,
  WDF_REQUEST_REUSE_PARAMS,
  WDF_REQUEST_SEND_OPTIONS,
  memoryDescriptorType,
  reuseSetNewIrp,
  sendFlag,
} from "./io-target-structs.ts";
import { WdfMemory } from "./memory.ts";
import { WdfObject } from "./object.ts";
import { WdfRequest, checkOwnership } from "./request.ts";
import { type MemorySlice, type SendFormat, type SendableRequest, WdfCreatedRequest } from "./request-sending.ts";
import { status } from "./status.ts";
import { StructView } from "./struct-view.ts";

type Kind = Exclude<SendFormat["kind"], "current">;

export function requestSendApi(framework: WdfFramework): ApiTable {
  const targetOf = (handle: number): WdfIoTarget => framework.resolve(handle, WdfIoTarget, "WDFIOTARGET");
  const slice = (memory: number, offset: number) => readSlice(framework, memory, offset);
  const format = (
    kind: Kind,
    target: number,
    handle: number,
    input: MemorySlice | number | undefined,
    output: MemorySlice | number | undefined,
    code = 0,
    deviceOffset = 0n,
  ) => {
    targetOf(target);
    if (typeof input === "number") return input;
    if (typeof output === "number") return output;
    const request = sendable(framework, handle);
    if (request.sending.target !== undefined) return status.wdfRequestAlreadyPending;
    request.sending.setFormat({ kind, ioctlCode: code >>> 0, input, output, deviceOffset });
    return status.success;
  };
  const ioctl = (kind: Kind) => (target: number, handle: number, code: number, input: number, inputOffset: number, output: number, outputOffset: number) =>
    format(kind, target, handle, slice(input, inputOffset), slice(output, outputOffset), code);
  return {
    WdfRequestCreate: (attributes: number, target: number, out: number) => createRequest(framework, attributes, target, out),
    WdfRequestReuse: (handle: number, params: number) => reuse(framework, framework.resolve(handle, WdfCreatedRequest, "WDFREQUEST"), params),
    WdfRequestChangeTarget: (handle: number, target: number) => {
      targetOf(target);
      return sendable(framework, handle).sending.target === undefined ? status.success : status.wdfRequestAlreadyPending;
    },
    WdfRequestAllocateTimer: (handle: number) => {
      sendable(framework, handle);
      return status.success;
    },
    WdfRequestFormatRequestUsingCurrentType: (handle: number) =>
      sendable(framework, handle).sending.setFormat({ kind: "current", ioctlCode: 0, input: undefined, output: undefined, deviceOffset: 0n }),
    WdfRequestSetCompletionRoutine: (handle: number, routine: number, context: number) => {
      const { sending } = sendable(framework, handle);
      sending.completionRoutine = routine >>> 0;
      sending.completionContext = context >>> 0;
    },
    WdfRequestGetCompletionParams: (handle: number, params: number) => {
      const { sending } = sendable(framework, handle);
      const view = new StructView(framework.machine.memory, WDF_REQUEST_COMPLETION_PARAMS, framework.requirePointer(params, "Params"));
      if (view.get("Size") === WDF_REQUEST_COMPLETION_PARAMS.size) sending.writeParams(view.address);
    },
    WdfRequestGetStatus: (handle: number) => sendable(framework, handle).sending.status,
    WdfRequestCancelSentRequest: (handle: number) => {
      const request = sendable(framework, handle);
      return request.sending.target?.cancel(request) === true ? 1 : 0;
    },
    WdfRequestSend: (handle: number, target: number, options: number) =>
      send(framework, sendable(framework, handle), targetOf(target), readOptions(framework, options)) ? 1 : 0,
    WdfIoTargetFormatRequestForRead: (target: number, handle: number, memory: number, offset: number, deviceOffset: number) =>
      format("read", target, handle, undefined, slice(memory, offset), 0, readOffset(framework, deviceOffset)),
    WdfIoTargetFormatRequestForWrite: (target: number, handle: number, memory: number, offset: number, deviceOffset: number) =>
      format("write", target, handle, slice(memory, offset), undefined, 0, readOffset(framework, deviceOffset)),
    WdfIoTargetFormatRequestForIoctl: ioctl("deviceControl"),
    WdfIoTargetFormatRequestForInternalIoctl: ioctl("internalDeviceControl"),
    WdfIoTargetSendReadSynchronously: (target: number, handle: number, buffer: number, offset: number, options: number, bytes: number) =>
      sendSynchronously(framework, target, handle, options, bytes, () => transfer(framework, "read", buffer, offset)),
    WdfIoTargetSendWriteSynchronously: (target: number, handle: number, buffer: number, offset: number, options: number, bytes: number) =>
      sendSynchronously(framework, target, handle, options, bytes, () => transfer(framework, "write", buffer, offset)),
    WdfIoTargetSendIoctlSynchronously: (target: number, handle: number, code: number, input: number, output: number, options: number, bytes: number) =>
      sendSynchronously(framework, target, handle, options, bytes, () => control(framework, "deviceControl", code, input, output)),
    WdfIoTargetSendInternalIoctlSynchronously: (target: number, handle: number, code: number, input: number, output: number, options: number, bytes: number) =>
      sendSynchronously(framework, target, handle, options, bytes, () => control(framework, "internalDeviceControl", code, input, output)),
  };
}

function sendable(framework: WdfFramework, handle: number): SendableRequest {
  const object = framework.handles.peek(handle);
  return object instanceof WdfCreatedRequest ? object : framework.resolve(handle, WdfRequest, "WDFREQUEST");
}

/** The part of a WDFMEMORY that a format uses; an NTSTATUS when it is beyond the memory. */
function readSlice(framework: WdfFramework, handle: number, offsetAddress: number): MemorySlice | number | undefined {
  if (handle === 0) return undefined;
  const memory = framework.resolve(handle, WdfMemory, "WDFMEMORY");
  if (offsetAddress === 0) return { memory, address: memory.buffer, offset: 0, length: memory.size };
  const view = new StructView(framework.machine.memory, WDFMEMORY_OFFSET, offsetAddress);
  const offset = view.get("BufferOffset");
  const length = view.get("BufferLength");
  if (offset + length > memory.size) return status.invalidBufferSize;
  return { memory, address: memory.buffer + offset, offset, length: length === 0 ? memory.size - offset : length };
}

/** The memory of a WDF_MEMORY_DESCRIPTOR; an NTSTATUS when the descriptor is not valid. */
function readDescriptor(framework: WdfFramework, address: number): MemorySlice | number | undefined {
  if (address === 0) return undefined;
  const view = new StructView(framework.machine.memory, WDF_MEMORY_DESCRIPTOR, address);
  const [first, second] = [view.get("First"), view.get("Second")];
  switch (view.get("Type")) {
    case memoryDescriptorType.buffer:
      return { memory: undefined, address: first, offset: 0, length: second };
    case memoryDescriptorType.mdl: {
      const mapped = first === 0 ? 0 : framework.nt.mdl.systemAddress(first);
      if (mapped === 0) return first === 0 ? status.invalidParameter : status.insufficientResources;
      return { memory: undefined, address: mapped, offset: 0, length: second };
    }
    case memoryDescriptorType.handle:
      return readSlice(framework, first, second);
    default:
      return status.invalidParameter;
  }
}

function readOffset(framework: WdfFramework, address: number): bigint {
  return address === 0 ? 0n : framework.machine.memory.u64(address >>> 0);
}

function readOptions(framework: WdfFramework, address: number): SendOptions | number {
  if (address === 0) return { flags: 0, timeout: 0n };
  const view = new StructView(framework.machine.memory, WDF_REQUEST_SEND_OPTIONS, address);
  if (view.get("Size") !== WDF_REQUEST_SEND_OPTIONS.size) return status.infoLengthMismatch;
  return { flags: view.get("Flags"), timeout: BigInt.asIntN(64, view.get64("Timeout")) };
}

function createRequest(framework: WdfFramework, attributesAddress: number, target: number, out: number): number {
  const ioTarget = framework.handles.optional(target, WdfIoTarget, "WDFIOTARGET");
  framework.requirePointer(out, "Request");
  const attributes = readAttributes(framework, attributesAddress, parentRules);
  if (typeof attributes === "number") return attributes;
  const parent = attributes.parent === 0 ? (ioTarget ?? framework.driver) : framework.resolve(attributes.parent, WdfObject, "WDFOBJECT");
  return framework.finishCreate(new WdfCreatedRequest(framework, parent, attributes), out);
}

function reuse(framework: WdfFramework, request: WdfCreatedRequest, params: number): number {
  const view = new StructView(framework.machine.memory, WDF_REQUEST_REUSE_PARAMS, framework.requirePointer(params, "ReuseParams"));
  if (view.get("Size") !== WDF_REQUEST_REUSE_PARAMS.size) return status.infoLengthMismatch;
  if ((view.get("Flags") & reuseSetNewIrp) !== 0) framework.nt.checks.notEmulated("WdfRequestReuse with WDF_REQUEST_REUSE_SET_NEW_IRP");
  if (request.sending.target !== undefined) return status.wdfRequestAlreadyPending;
  request.sending.reset(view.get("Status"));
  return status.success;
}

/** WdfRequestSend: true when the target took the request; WdfRequestGetStatus tells the rest. */
function send(framework: WdfFramework, request: SendableRequest, target: WdfIoTarget, options: SendOptions | number): boolean {
  const { sending } = request;
  const refuse = (result: number): false => {
    sending.status = result;
    return false;
  };
  if (typeof options === "number") return refuse(options);
  if (request instanceof WdfRequest && !checkOwnership(request, "send")) return refuse(status.wdfRequestInvalidState);
  if (sending.target !== undefined) {
    framework.bugCheck(6, 3, 0, {
      rule: "KMDF-REQUEST-ALREADY-SENT",
      message: `WdfRequestSend: ${framework.name(request)} is on its way to ${framework.name(sending.target)} already`,
      explanation: "A request can be sent again when its completion routine has been called, after WdfRequestReuse for a request the driver created.",
      objectId: request.id,
    });
  }
  if (sending.format === undefined && request instanceof WdfCreatedRequest) {
    framework.bugCheck(6, 2, 0, {
      rule: "KMDF-REQUEST-NOT-FORMATTED",
      message: `WdfRequestSend: ${framework.name(request)} is not formatted`,
      explanation: "Call a WdfIoTargetFormatRequestFor function before a request of WdfRequestCreate is sent; a reused request is formatted again.",
      objectId: request.id,
    });
  }
  const isSynchronous = (options.flags & sendFlag.synchronous) !== 0;
  if (isSynchronous && !framework.verifierIrqlAtMost(passiveLevel)) return refuse(status.invalidDeviceRequest);
  let isComplete = false;
  const taken = target.send(request, options, (result, information) => {
    sending.status = result;
    sending.information = information;
    isComplete = true;
    finishSend(request, target, options.flags);
  });
  if (taken !== status.pending) return refuse(taken);
  if (isSynchronous) framework.wait(`completion of ${framework.name(request)}`, () => isComplete);
  return true;
}

/** What happens when the target has completed a request. */
function finishSend(request: SendableRequest, target: WdfIoTarget, flags: number): void {
  const { sending, framework } = request;
  if ((flags & sendFlag.sendAndForget) !== 0) {
    // The request goes straight back to who sent it to this driver.
    if (request instanceof WdfRequest) request.finish(sending.status, sending.information, 0);
    return;
  }
  if (sending.completionRoutine === 0 || (flags & sendFlag.synchronous) !== 0) return;
  const args = [request.handle, target.handle, sending.params(), sending.completionContext];
  framework.callback("EvtRequestCompletionRoutine", sending.completionRoutine, args, { label: "I/O completion", objectId: request.id });
}

function transfer(framework: WdfFramework, kind: "read" | "write", buffer: number, offset: number): SendFormat | number {
  const slice = readDescriptor(framework, buffer);
  if (typeof slice === "number") return slice;
  const [input, output] = kind === "write" ? [slice, undefined] : [undefined, slice];
  return { kind, ioctlCode: 0, input, output, deviceOffset: readOffset(framework, offset) };
}

function control(
  framework: WdfFramework,
  kind: "deviceControl" | "internalDeviceControl",
  code: number,
  inputAddress: number,
  outputAddress: number,
): SendFormat | number {
  const input = readDescriptor(framework, inputAddress);
  if (typeof input === "number") return input;
  const output = readDescriptor(framework, outputAddress);
  if (typeof output === "number") return output;
  return { kind, ioctlCode: code >>> 0, input, output, deviceOffset: 0n };
}

function sendSynchronously(
  framework: WdfFramework,
  targetHandle: number,
  handle: number,
  optionsAddress: number,
  bytes: number,
  readFormat: () => SendFormat | number,
): number {
  const target = framework.resolve(targetHandle, WdfIoTarget, "WDFIOTARGET");
  const given = handle === 0 ? undefined : sendable(framework, handle);
  if (!framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
  const options = readOptions(framework, optionsAddress);
  if (typeof options === "number") return options;
  const format = readFormat();
  if (typeof format === "number") return format;
  const request = given ?? new WdfCreatedRequest(framework, target, noAttributes);
  request.sending.setFormat(format);
  send(framework, request, target, { ...options, flags: options.flags | sendFlag.synchronous });
  const { status: result, information } = request.sending;
  if (given === undefined) request.delete();
  if (bytes !== 0) framework.machine.memory.setU32(bytes >>> 0, information);
  return result;
}
