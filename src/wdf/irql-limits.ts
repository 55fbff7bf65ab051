// SPDX-License-Identifier: MIT
/**
 * Documented IRQL limits that KMDF itself does not check at run time ("Requirements" of each reference page; static annotations in the headers).
 * The check comes before the function and reports; the function then runs, as on Windows. What is in no list may be called up to DISPATCH_LEVEL.
 */
import { apcLevel, dispatchLevel, passiveLevel } from "../machine/index.ts";
import type { ApiTable } from "../nt/index.ts";
import type { WdfFramework } from "./framework.ts";

/** PASSIVE_LEVEL only. */
const atPassive: readonly string[] = [
  "WdfDeviceAllocAndQueryProperty",
  "WdfDeviceInitAssignName",
  "WdfDeviceInitAssignSDDLString",
  "WdfDeviceQueryProperty",
  "WdfDeviceRetrieveDeviceInterfaceString",
  "WdfDeviceRetrieveDeviceName",
  "WdfDeviceSetDeviceInterfaceState",
  "WdfDeviceSetDeviceInterfaceStateEx",
  "WdfDriverGetRegistryPath",
  "WdfDriverIsVersionAvailable",
  "WdfDriverRetrieveVersionString",
  "WdfFdoInitAllocAndQueryProperty",
  "WdfFdoInitAllocAndQueryPropertyEx",
  "WdfFdoInitQueryProperty",
  "WdfFdoInitQueryPropertyEx",
  "WdfFdoInitSetDefaultChildListConfig",
  "WdfFdoInitSetEventCallbacks",
  "WdfFdoInitSetFilter",
  "WdfFileObjectGetFileName",
  "WdfInterruptTryToAcquireLock",
  "WdfIoTargetAllocAndQueryTargetProperty",
  "WdfIoTargetClose",
  "WdfIoTargetCloseForQueryRemove",
  "WdfIoTargetQueryTargetProperty",
  "WdfRequestProbeAndLockUserBufferForRead",
  "WdfRequestProbeAndLockUserBufferForWrite",
  "WdfRequestRetrieveUnsafeUserInputBuffer",
  "WdfRequestRetrieveUnsafeUserOutputBuffer",
  "WdfStringCreate",
  "WdfStringGetUnicodeString",
];

/** Up to APC_LEVEL. */
const atMostApc: readonly string[] = ["WdfDeviceAllocAndQueryPropertyEx", "WdfDeviceAssignProperty", "WdfDeviceQueryPropertyEx", "WdfWmiInstanceFireEvent"];

/** Interrupt service routines may call these. */
const atAny: readonly string[] = [
  "WdfDeviceInterfaceDereferenceNoOp",
  "WdfDeviceInterfaceReferenceNoOp",
  "WdfDpcEnqueue",
  "WdfDpcGetParentObject",
  "WdfDpcWdmGetDpc",
  "WdfGetDriver",
  "WdfInterruptAcquireLock",
  "WdfInterruptGetDevice",
  "WdfInterruptQueueDpcForIsr",
  "WdfInterruptQueueWorkItemForIsr",
  "WdfInterruptReleaseLock",
  "WdfInterruptWdmGetInterrupt",
  "WdfMemoryAssignBuffer",
  "WdfMemoryCopyFromBuffer",
  "WdfMemoryCopyToBuffer",
  "WdfMemoryGetBuffer",
  "WdfObjectContextGetObject",
  "WdfObjectGetTypedContextWorker",
  "WdfVerifierDbgBreakPoint",
  "WdfVerifierKeBugCheck",
  "WdfWdmDriverGetWdfDriverHandle",
];

/** The KMDF source checks the level, and refuses the call. */
const withOwnCheck: readonly string[] = [
  "WdfChildListCreate",
  "WdfCommonBufferCreate",
  "WdfCommonBufferCreateWithConfig",
  "WdfControlDeviceInitAllocate",
  "WdfControlDeviceInitSetShutdownNotification",
  "WdfControlFinishInitializing",
  "WdfDeviceAddQueryInterface",
  "WdfDeviceAssignMofResourceName",
  "WdfDeviceAssignS0IdleSettings",
  "WdfDeviceAssignSxWakeSettings",
  "WdfDeviceCreate",
  "WdfDeviceCreateDeviceInterface",
  "WdfDeviceCreateSymbolicLink",
  "WdfDeviceInitRegisterPnpStateChangeCallback",
  "WdfDeviceInitRegisterPowerPolicyStateChangeCallback",
  "WdfDeviceInitRegisterPowerStateChangeCallback",
  "WdfDeviceOpenDevicemapKey",
  "WdfDeviceOpenRegistryKey",
  "WdfDmaEnablerConfigureSystemProfile",
  "WdfDmaEnablerCreate",
  "WdfDmaEnablerSetMaximumScatterGatherElements",
  "WdfDmaTransactionSetSingleTransferRequirement",
  "WdfDriverCreate",
  "WdfDriverOpenParametersRegistryKey",
  "WdfDriverOpenPersistentStateRegistryKey",
  "WdfFdoInitOpenRegistryKey",
  "WdfFdoQueryForInterface",
  "WdfInterruptDisable",
  "WdfInterruptEnable",
  "WdfIoQueueDrainSynchronously",
  "WdfIoQueuePurgeSynchronously",
  "WdfIoQueueStopAndPurgeSynchronously",
  "WdfIoQueueStopSynchronously",
  "WdfIoTargetCreate",
  "WdfIoTargetOpen",
  "WdfIoTargetQueryForInterface",
  "WdfIoTargetSendInternalIoctlSynchronously",
  "WdfIoTargetSendIoctlSynchronously",
  "WdfIoTargetSendReadSynchronously",
  "WdfIoTargetSendWriteSynchronously",
  "WdfPdoInitAddCompatibleID",
  "WdfPdoInitAddDeviceText",
  "WdfPdoInitAddHardwareID",
  "WdfPdoInitAllocate",
  "WdfPdoInitAllowForwardingRequestToParent",
  "WdfPdoInitAssignContainerID",
  "WdfPdoInitAssignDeviceID",
  "WdfPdoInitAssignInstanceID",
  "WdfPdoInitAssignRawDevice",
  "WdfPdoInitRemovePowerDependencyOnParent",
  "WdfPdoInitSetDefaultLocale",
  "WdfPdoInitSetEventCallbacks",
  "WdfRegistryAssignMemory",
  "WdfRegistryAssignMultiString",
  "WdfRegistryAssignString",
  "WdfRegistryAssignULong",
  "WdfRegistryAssignUnicodeString",
  "WdfRegistryAssignValue",
  "WdfRegistryClose",
  "WdfRegistryCreateKey",
  "WdfRegistryOpenKey",
  "WdfRegistryQueryMemory",
  "WdfRegistryQueryMultiString",
  "WdfRegistryQueryString",
  "WdfRegistryQueryULong",
  "WdfRegistryQueryUnicodeString",
  "WdfRegistryQueryValue",
  "WdfRegistryRemoveKey",
  "WdfRegistryRemoveValue",
  "WdfWaitLockAcquire",
  "WdfWaitLockRelease",
  "WdfWmiInstanceCreate",
  "WdfWmiProviderCreate",
  "WdfWorkItemFlush",
];

const limits: ReadonlyMap<string, number | undefined> = new Map([
  ...atPassive.map((name) => [name, passiveLevel] as const),
  ...atMostApc.map((name) => [name, apcLevel] as const),
  ...[...atAny, ...withOwnCheck].map((name) => [name, undefined] as const),
]);

/** `api` with the documented limits checked before each function that does not check them itself. */
export function withIrqlLimits(framework: WdfFramework, api: ApiTable): ApiTable {
  return Object.fromEntries(
    Object.entries(api).map(([name, routine]) => {
      const limit = limits.has(name) ? limits.get(name) : dispatchLevel;
      if (limit === undefined) return [name, routine];
      const checked = (...args: never[]): ReturnType<typeof routine> => {
        framework.documentedIrqlAtMost(limit);
        return routine(...args);
      };
      return [name, checked];
    }),
  );
}
