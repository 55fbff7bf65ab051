// SPDX-License-Identifier: MIT
/** WdfRequestForwardToParentDeviceIoQueue: a child device hands a request to a queue of its bus and forgets it (kmdf fxrequestapi.cpp). */
import { struct } from "../base/index.ts";
import type { ApiTable } from "../nt/index.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfQueue } from "./queue.ts";
import { WdfRequest, checkOwnership } from "./request.ts";
import { isSuccess, status } from "./status.ts";
import { StructView } from "./struct-view.ts";

export const WDF_REQUEST_FORWARD_OPTIONS = struct("WDF_REQUEST_FORWARD_OPTIONS", { Size: "u32", Flags: "u32" });
/** WDF_REQUEST_FORWARD_OPTION_SEND_AND_FORGET, the only way there is. */
const sendAndForget = 1;

export function requestParentApi(framework: WdfFramework): ApiTable {
  return {
    WdfRequestForwardToParentDeviceIoQueue: (handle: number, queue: number, options: number) => {
      const request = framework.resolve(handle, WdfRequest, "WDFREQUEST");
      const target = framework.resolve(queue, WdfQueue, "WDFQUEUE");
      const view = new StructView(framework.machine.memory, WDF_REQUEST_FORWARD_OPTIONS, framework.requirePointer(options, "ForwardOptions"));
      if (view.get("Size") !== WDF_REQUEST_FORWARD_OPTIONS.size) return status.infoLengthMismatch;
      if (view.get("Flags") !== sendAndForget) return status.invalidParameter;
      return forward(request, target);
    },
  };
}

function forward(request: WdfRequest, target: WdfQueue): number {
  const { framework, irp } = request;
  if (!checkOwnership(request, "forward")) return status.invalidDeviceRequest;
  const obstacle = obstacleOf(request, target);
  if (obstacle !== undefined) {
    framework.breakpoint({
      rule: "req-forward-invalid",
      message: `WdfRequestForwardToParentDeviceIoQueue: ${framework.name(request)} ${obstacle} (STATUS_INVALID_DEVICE_REQUEST)`,
      explanation:
        "A child device forwards requests that it owns, that are not cancelable and that came from a queue, to a queue of its parent; WdfPdoInitAllowForwardingRequestToParent comes before its creation.",
      objectId: request.id,
    });
    return status.invalidDeviceRequest;
  }
  if (!target.isAccepting) return status.wdfBusy;
  // The parent gets a request object of its own for the IRP; the child's goes as if it were completed.
  request.letGo();
  const copy = new WdfRequest(framework, target.device, irp);
  const result = copy.commit();
  if (!isSuccess(result)) framework.nt.io.complete(irp, result, 0);
  else target.arrive(copy);
  return status.success;
}

function obstacleOf(request: WdfRequest, target: WdfQueue): string | undefined {
  const { pdo } = request.device;
  if (pdo === undefined) return "does not belong to a child device";
  if (!pdo.forwardsToParent) return "belongs to a child device without WdfPdoInitAllowForwardingRequestToParent";
  if (target.device !== pdo.parent) return "is forwarded to a queue that is not its parent's";
  if (request.queue === undefined) return "came from no queue";
  return request.cancelState === "not cancelable" ? undefined : `is ${request.cancelState}`;
}
