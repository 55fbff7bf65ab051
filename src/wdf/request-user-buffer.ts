// SPDX-License-Identifier: MIT
/** WdfRequestProbeAndLockUserBufferForRead and …ForWrite: a WDFMEMORY over locked user pages, for neither I/O (fxrequestapikm.cpp). */
import { noAttributes } from "./attributes.ts";
import { WdfMemory } from "./memory.ts";
import type { WdfRequest } from "./request.ts";
import { status } from "./status.ts";

/** Locks [buffer, buffer + length) until the request completes and gives a memory object over its system mapping. */
export function probeAndLock(request: WdfRequest, buffer: number, length: number, out: number, isWrite: boolean): number {
  const { framework } = request;
  framework.requirePointer(buffer, "Buffer");
  framework.requirePointer(out, "MemoryObject");
  if (length === 0) return status.invalidUserBuffer;
  if (request.state !== "caller context") {
    framework.breakpoint({
      rule: "req-neither-io",
      message: `${framework.apiName()}: ${framework.name(request)} is not in EvtIoInCallerContext (STATUS_INVALID_DEVICE_REQUEST)`,
      explanation: "User addresses can be probed and locked in the requester's process only, that is in EvtIoInCallerContext.",
      objectId: request.id,
    });
    return status.invalidDeviceRequest;
  }
  if (!framework.machine.memory.isAccessible(buffer, length)) return status.accessViolation;
  const { mdl } = framework.nt;
  const list = mdl.allocate(buffer, length, `locked user buffer of request ${request.irp.id}`);
  if (list === 0) return status.insufficientResources;
  mdl.fillPages(list);
  mdl.setFlags(list, mdlPagesLocked | (isWrite ? mdlWriteOperation : 0));
  const address = mdl.systemAddress(list);
  if (address === 0) {
    mdl.free(list);
    return status.insufficientResources;
  }
  const memory = new WdfMemory(
    framework,
    request,
    noAttributes,
    "request",
    address,
    length,
    () => {
      mdl.unmapPages(list);
      mdl.free(list);
    },
    request,
  );
  framework.machine.memory.setU32(out >>> 0, memory.handle);
  return status.success;
}

/** MDL_PAGES_LOCKED and MDL_WRITE_OPERATION of wdm.h. */
const mdlPagesLocked = 0x0002;
const mdlWriteOperation = 0x0080;
