// SPDX-License-Identifier: MIT
/**
 * Functions that can fail through no fault of their caller, and the failure that a driver must be able to handle: what `explore --faults` injects.
 * From the "Return value" sections of the WDK's pages. A function whose failure would always be the caller's mistake, or a normal answer such as
 * STATUS_TIMEOUT or STATUS_NO_MORE_ENTRIES, is not here.
 */

/** NTSTATUS name that is returned; `NULL` for functions that return a pointer. */
export type Failure = `STATUS_${string}` | "NULL";

const table: readonly (readonly [pattern: RegExp, failure: Failure])[] = [
  // Memory and mappings.
  [/^ExAllocatePool/, "NULL"],
  [/^ExAllocateFrom.*LookasideList/, "NULL"],
  [/^(MmMapIoSpace|MmMapIoSpaceEx|MmMapLockedPages|MmMapLockedPagesSpecifyCache|MmAllocateContiguousMemory.*|MmAllocateNonCachedMemory)$/, "NULL"],
  [/^(IoAllocateMdl|IoAllocateWorkItem|IoAllocateIrp|IoAllocateDriverObjectExtension)$/, "NULL"],
  // Objects of the framework.
  [/^WdfFdoInit(AllocAndQueryProperty|QueryProperty)/, "STATUS_INSUFFICIENT_RESOURCES"],
  [
    /^Wdf(Device|Queue|IoQueue|DmaEnabler|DmaTransaction|Interrupt|Timer|Dpc|WorkItem|SpinLock|WaitLock|Memory|LookasideList|Object|Collection|String|Request|IoTarget)Create$/,
    "STATUS_INSUFFICIENT_RESOURCES",
  ],
  [/^Wdf(MemoryCreate|DeviceCreate|CommonBufferCreate|ChildListCreate|WmiProviderCreate|WmiInstanceCreate|DriverCreate)/, "STATUS_INSUFFICIENT_RESOURCES"],
  [/^Wdf(ObjectAllocateContext|CollectionAdd|RequestAllocateTimer)$/, "STATUS_INSUFFICIENT_RESOURCES"],
  [/^WdfDeviceInitAssign/, "STATUS_INSUFFICIENT_RESOURCES"],
  [/^WdfDeviceAssignS(0Idle|xWake)Settings$/, "STATUS_POWER_STATE_INVALID"],
  [/^WdfDevice(ConfigureRequestDispatching|AddQueryInterface|AllocAndQueryProperty.*|QueryProperty.*|AssignProperty)$/, "STATUS_INSUFFICIENT_RESOURCES"],
  [/^WdfFdoQueryForInterface$/, "STATUS_NOT_SUPPORTED"],
  // DMA.
  [/^WdfDmaTransaction(Initialize.*|Execute|AllocateResources)$/, "STATUS_INSUFFICIENT_RESOURCES"],
  // Requests: a caller can send anything, and can cancel at any time.
  [/^WdfRequestRetrieve(Input|Output)(Buffer|Memory|WdmMdl)$/, "STATUS_BUFFER_TOO_SMALL"],
  [/^WdfRequestRetrieveUnsafeUser(Input|Output)Buffer$/, "STATUS_INVALID_DEVICE_REQUEST"],
  [/^WdfRequestProbeAndLockUserBufferFor/, "STATUS_ACCESS_VIOLATION"],
  [/^WdfRequestMarkCancelableEx$/, "STATUS_CANCELLED"],
  [/^WdfRequest(ForwardToIoQueue|Requeue|ForwardToParentDeviceIoQueue)$/, "STATUS_WDF_BUSY"],
  [/^WdfIoTarget(Open|Start|Send.*Synchronously|FormatRequest.*|QueryForInterface)$/, "STATUS_INSUFFICIENT_RESOURCES"],
  // Registry: values are missing on somebody's machine.
  [/^Wdf(DriverOpenParametersRegistryKey|DeviceOpenRegistryKey|RegistryOpenKey|RegistryQuery.*)$/, "STATUS_OBJECT_NAME_NOT_FOUND"],
  [/^WdfRegistry(CreateKey|Assign.*)$/, "STATUS_ACCESS_DENIED"],
  // Kernel.
  [
    /^(IoConnectInterrupt|IoConnectInterruptEx|IoCreateDevice|IoCreateSymbolicLink|IoRegisterDeviceInterface|PsCreateSystemThread)$/,
    "STATUS_INSUFFICIENT_RESOURCES",
  ],
  [/^(RtlAnsiStringToUnicodeString|RtlUnicodeStringToAnsiString|RtlStringFromGUID)$/, "STATUS_NO_MEMORY"],
];

/** How `name` fails, or undefined when it is not to be made to fail. */
export function failureOf(name: string): Failure | undefined {
  return table.find(([pattern]) => pattern.test(name))?.[1];
}
