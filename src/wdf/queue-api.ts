// SPDX-License-Identifier: MIT
/** WdfIoQueueCreate and the functions that take requests out of a queue (wdfio.h). */
import type { ApiTable } from "../nt/index.ts";
import { readAttributes } from "./attributes.ts";
import { WdfDevice } from "./device.ts";
import { WdfFileObject } from "./file-object.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfObject } from "./object.ts";
import { executionLevel, synchronizationScope, triState } from "./object-structs.ts";
import { WdfQueue } from "./queue.ts";
import { type QueueCallbacks, WDF_IO_QUEUE_CONFIG, dispatchType } from "./queue-structs.ts";
import { WdfRequest } from "./request.ts";
import { writeParameters } from "./request-parameters.ts";
import { isSuccess, status } from "./status.ts";
import { StructView } from "./struct-view.ts";

export function queueApi(framework: WdfFramework): ApiTable {
  const { memory } = framework.machine;
  const queueOf = (handle: number): WdfQueue => framework.resolve(handle, WdfQueue, "WDFQUEUE");
  return {
    WdfIoQueueCreate: (device: number, config: number, attributes: number, out: number) => createQueue(framework, device, config, attributes, out),
    WdfIoQueueGetDevice: (queue: number) => queueOf(queue).device.handle,
    WdfIoQueueGetState: (handle: number, waiting: number, owned: number) => {
      const queue = queueOf(handle);
      if (waiting !== 0) memory.setU32(waiting >>> 0, queue.waiting.length);
      if (owned !== 0) memory.setU32(owned >>> 0, queue.owned.length);
      return queue.stateBits;
    },
    WdfIoQueueRetrieveNextRequest: (handle: number, out: number) => retrieve(framework, queueOf(handle), out, () => true),
    WdfIoQueueRetrieveRequestByFileObject: (handle: number, file: number, out: number) => {
      const queue = queueOf(handle);
      const object = framework.resolve(file, WdfFileObject, "WDFFILEOBJECT");
      return retrieve(framework, queue, out, ({ irp }) => irp.file === object.file);
    },
    WdfIoQueueFindRequest: (handle: number, found: number, file: number, parameters: number, out: number) =>
      findRequest(framework, queueOf(handle), found, file, parameters, out),
    WdfIoQueueRetrieveFoundRequest: (handle: number, found: number, out: number) => {
      const queue = queueOf(handle);
      const request = framework.resolve(found, WdfRequest, "WDFREQUEST");
      framework.requirePointer(out, "OutRequest");
      const refusal = retrieveRefusal(queue);
      if (refusal !== undefined) return refusal;
      if (!queue.waiting.includes(request)) return status.notFound;
      queue.own(request);
      memory.setU32(out >>> 0, request.handle);
      return status.success;
    },
    WdfIoQueueReadyNotify: (handle: number, callback: number, context: number) => readyNotify(framework, queueOf(handle), callback, context),
  };
}

function createQueue(framework: WdfFramework, deviceHandle: number, configAddress: number, attributesAddress: number, out: number): number {
  const device = framework.resolve(deviceHandle, WdfDevice, "WDFDEVICE");
  const view = new StructView(framework.machine.memory, WDF_IO_QUEUE_CONFIG, framework.requirePointer(configAddress, "Config"));
  if (view.get("Size") !== WDF_IO_QUEUE_CONFIG.size) return status.infoLengthMismatch;
  const type = view.get("DispatchType");
  if (type < dispatchType.sequential || type > dispatchType.manual) return status.invalidParameter;
  const limit = view.get("NumberOfPresentedRequests");
  if ((type === dispatchType.parallel) === (limit === 0)) return status.invalidParameter;
  const callbacks = readCallbacks(view);
  const hasDispatchCallback =
    callbacks.EvtIoDefault + callbacks.EvtIoRead + callbacks.EvtIoWrite + callbacks.EvtIoDeviceControl + callbacks.EvtIoInternalDeviceControl !== 0;
  if (type !== dispatchType.manual && !hasDispatchCallback) return status.wdfNoCallback;
  if (type === dispatchType.manual && hasDispatchCallback) return status.invalidParameter;
  const isDefault = view.get("DefaultQueue") !== 0;
  if (!isDefault && out === 0) return status.invalidParameter4;
  if (isDefault && device.defaultQueue !== undefined) return status.unsuccessful;
  if (isDefault && device.pnpState !== "Init") return status.invalidDeviceState;
  const attributes = readAttributes(framework, attributesAddress, { parent: true, level: true, scope: true });
  if (typeof attributes === "number") return attributes;
  const parent = attributes.parent === 0 ? device : framework.resolve(attributes.parent, WdfObject, "WDFOBJECT");
  if (parent.ancestor(WdfDevice) !== device) return status.invalidDeviceRequest;
  const scope = attributes.synchronizationScope === synchronizationScope.inherit ? device.synchronizationScope : attributes.synchronizationScope;
  const level = attributes.executionLevel === executionLevel.inherit ? device.executionLevel : attributes.executionLevel;
  if (scope === synchronizationScope.device && level !== device.executionLevel) return status.invalidParameter;
  const powerManaged = view.get("PowerManaged");
  const queue = new WdfQueue(framework, device, parent, attributes, {
    dispatchType: type,
    isPowerManaged: powerManaged === triState.useDefault ? !device.init.isFilter && device.kind !== "control" : powerManaged === triState.true,
    allowsZeroLength: view.get("AllowZeroLengthRequests") !== 0,
    presentedLimit: type === dispatchType.parallel ? limit : type === dispatchType.sequential ? 1 : 0xffff_ffff,
    callbacks,
  });
  const result = framework.finishCreate(queue, out);
  if (isSuccess(result) && isDefault) {
    device.defaultQueue = queue;
    queue.undeletable = "it is the device's default queue";
  }
  return result;
}

function readCallbacks(view: StructView<keyof typeof WDF_IO_QUEUE_CONFIG.fields>): QueueCallbacks {
  return {
    EvtIoDefault: view.get("EvtIoDefault"),
    EvtIoRead: view.get("EvtIoRead"),
    EvtIoWrite: view.get("EvtIoWrite"),
    EvtIoDeviceControl: view.get("EvtIoDeviceControl"),
    EvtIoInternalDeviceControl: view.get("EvtIoInternalDeviceControl"),
    EvtIoStop: view.get("EvtIoStop"),
    EvtIoResume: view.get("EvtIoResume"),
    EvtIoCanceledOnQueue: view.get("EvtIoCanceledOnQueue"),
  };
}

/** Why a request cannot be taken out of the queue now. */
function retrieveRefusal(queue: WdfQueue): number | undefined {
  if (queue.config.dispatchType === dispatchType.parallel) return status.invalidDeviceState;
  return queue.power !== "on" || !queue.isDispatching ? status.wdfPaused : undefined;
}

function retrieve(framework: WdfFramework, queue: WdfQueue, out: number, matches: (request: WdfRequest) => boolean): number {
  framework.requirePointer(out, "OutRequest");
  const { memory, trace } = framework.machine;
  memory.setU32(out >>> 0, 0);
  const refusal = retrieveRefusal(queue);
  if (refusal !== undefined) return refusal;
  for (let request = queue.waiting.find(matches); request !== undefined; request = queue.waiting.find(matches)) {
    if (queue.completeZeroLength(request)) continue;
    queue.own(request);
    trace.instant("requestPresented", request.id, request.irp.span, queue.id);
    memory.setU32(out >>> 0, request.handle);
    return status.success;
  }
  return status.noMoreEntries;
}

function findRequest(framework: WdfFramework, queue: WdfQueue, found: number, file: number, parameters: number, out: number): number {
  framework.requirePointer(out, "OutRequest");
  const tag = found === 0 ? undefined : framework.resolve(found, WdfRequest, "WDFREQUEST");
  const fileObject = framework.handles.optional(file, WdfFileObject, "WDFFILEOBJECT");
  framework.machine.memory.setU32(out >>> 0, 0);
  const refusal = retrieveRefusal(queue);
  if (refusal !== undefined) return refusal;
  const start = tag === undefined ? 0 : queue.waiting.indexOf(tag) + 1;
  if (tag !== undefined && start === 0) return status.notFound;
  const request = queue.waiting.slice(start).find(({ irp }) => fileObject === undefined || irp.file === fileObject.file);
  if (request === undefined) return status.noMoreEntries;
  if (parameters !== 0) {
    const result = writeParameters(framework, request, parameters);
    if (!isSuccess(result)) return result;
  }
  // The driver gets a reference, so that the handle stays valid when the request is canceled meanwhile.
  request.reference();
  framework.machine.memory.setU32(out >>> 0, request.handle);
  return status.success;
}

function readyNotify(framework: WdfFramework, queue: WdfQueue, callback: number, context: number): number {
  const refuse = (why: string): number => {
    framework.breakpoint({
      rule: "req-readynotify",
      message: `WdfIoQueueReadyNotify: ${framework.name(queue)} ${why} (STATUS_INVALID_DEVICE_REQUEST)`,
      explanation: "Ready notification is for manual queues. Register one callback; stop the queue before the callback is removed with NULL.",
      objectId: queue.id,
    });
    return status.invalidDeviceRequest;
  };
  if (queue.config.dispatchType !== dispatchType.manual) return refuse("is not a manual queue");
  if (callback !== 0 && queue.readyNotify !== undefined) return refuse("has a ready callback already");
  if (callback === 0 && queue.readyNotify === undefined) return refuse("has no ready callback to remove");
  if (callback === 0 && queue.isDispatching) return refuse("must be stopped before its ready callback is removed");
  queue.readyNotify = callback === 0 ? undefined : { callback, context };
  queue.dispatch();
  return status.success;
}
