// SPDX-License-Identifier: MIT
/** Who sent a request or opened a file object (wdfrequest.h, wdffileobject.h). */
import type { ApiTable } from "../nt/index.ts";
import { WdfFileObject } from "./file-object.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfRequest } from "./request.ts";
import { WdfCreatedRequest } from "./request-sending.ts";

/** The System process sends kernel-mode requests, the program of the scenario all others. */
const processId = { kernel: 4, user: 0x1000 } as const;

export function requestIdentityApi(framework: WdfFramework): ApiTable {
  const anyRequest = (handle: number): WdfRequest | WdfCreatedRequest => {
    const object = framework.handles.peek(handle);
    return object instanceof WdfCreatedRequest ? object : framework.resolve(handle, WdfRequest, "WDFREQUEST");
  };
  return {
    WdfRequestGetRequestorProcessId: (handle: number) => {
      const request = anyRequest(handle);
      return request instanceof WdfRequest ? processId[request.irp.requestorMode] : processId.kernel;
    },
    WdfFileObjectGetInitiatorProcessId: (handle: number) => {
      framework.resolve(handle, WdfFileObject, "WDFFILEOBJECT");
      return processId.user;
    },
  };
}
