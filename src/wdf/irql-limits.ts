// SPDX-License-Identifier: MIT
/**
 * Documented IRQL limits that KMDF itself does not check at run time ("Requirements" of each reference page; static annotations in the headers).
 * The check comes before the function and reports; the function then runs, as on Windows. Functions with a check of their own are not listed.
 */
import { dispatchLevel, passiveLevel } from "../machine/index.ts";
import type { ApiTable } from "../nt/index.ts";
import type { WdfFramework } from "./framework.ts";

const atMostDispatch: readonly string[] = [
  "WdfObjectCreate",
  "WdfObjectDelete",
  "WdfObjectAllocateContext",
  "WdfObjectAcquireLock",
  "WdfObjectReleaseLock",
  "WdfSpinLockCreate",
  "WdfSpinLockAcquire",
  "WdfSpinLockRelease",
  "WdfWaitLockCreate",
  "WdfTimerCreate",
  "WdfTimerStart",
  "WdfTimerStop",
  "WdfDpcCreate",
  "WdfDpcEnqueue",
  "WdfDpcCancel",
  "WdfWorkItemCreate",
  "WdfWorkItemEnqueue",
  "WdfMemoryCreate",
  "WdfMemoryCreatePreallocated",
  "WdfMemoryCreateFromLookaside",
  "WdfCollectionCreate",
  "WdfCollectionAdd",
  "WdfCollectionRemove",
  "WdfCollectionRemoveItem",
  "WdfCollectionGetItem",
  "WdfCollectionGetFirstItem",
  "WdfCollectionGetLastItem",
  "WdfInterruptCreate",
  "WdfIoQueueCreate",
  "WdfIoQueueGetState",
  "WdfIoQueueStart",
  "WdfIoQueueStop",
  "WdfIoQueueDrain",
  "WdfIoQueuePurge",
  "WdfIoQueueStopAndPurge",
  "WdfIoQueueRetrieveNextRequest",
  "WdfIoQueueRetrieveRequestByFileObject",
  "WdfIoQueueFindRequest",
  "WdfIoQueueRetrieveFoundRequest",
  "WdfIoQueueReadyNotify",
  "WdfRequestComplete",
  "WdfRequestCompleteWithInformation",
  "WdfRequestCompleteWithPriorityBoost",
  "WdfRequestMarkCancelable",
  "WdfRequestMarkCancelableEx",
  "WdfRequestUnmarkCancelable",
  "WdfRequestIsCanceled",
  "WdfRequestStopAcknowledge",
  "WdfRequestForwardToIoQueue",
  "WdfRequestRequeue",
  "WdfRequestGetParameters",
  "WdfRequestRetrieveInputBuffer",
  "WdfRequestRetrieveOutputBuffer",
  "WdfRequestRetrieveInputMemory",
  "WdfRequestRetrieveOutputMemory",
  "WdfRequestRetrieveInputWdmMdl",
  "WdfRequestRetrieveOutputWdmMdl",
  "WdfDeviceEnqueueRequest",
  "WdfDeviceSetFailed",
  "WdfDeviceResumeIdleNoTrack",
  "WdfDeviceResumeIdleActual",
  "WdfDeviceStopIdleNoTrack",
  "WdfDeviceStopIdleActual",
];

const atPassive: readonly string[] = [
  "WdfStringCreate",
  "WdfStringGetUnicodeString",
  "WdfDriverRetrieveVersionString",
  "WdfDriverGetRegistryPath",
  "WdfDeviceQueryProperty",
  "WdfDeviceAllocAndQueryProperty",
  "WdfDeviceAssignProperty",
  "WdfDeviceSetDeviceInterfaceState",
  "WdfRequestProbeAndLockUserBufferForRead",
  "WdfRequestProbeAndLockUserBufferForWrite",
  "WdfRequestRetrieveUnsafeUserInputBuffer",
  "WdfRequestRetrieveUnsafeUserOutputBuffer",
];

/** `api` with the documented limits checked before each function of the lists. */
export function withIrqlLimits(framework: WdfFramework, api: ApiTable): ApiTable {
  const limits = new Map([...atMostDispatch.map((name) => [name, dispatchLevel] as const), ...atPassive.map((name) => [name, passiveLevel] as const)]);
  return Object.fromEntries(
    Object.entries(api).map(([name, routine]) => {
      const limit = limits.get(name);
      if (limit === undefined) return [name, routine];
      const checked = (...args: never[]): ReturnType<typeof routine> => {
        framework.documentedIrqlAtMost(limit);
        return routine(...args);
      };
      return [name, checked];
    }),
  );
}
