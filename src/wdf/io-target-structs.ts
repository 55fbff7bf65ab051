// SPDX-License-Identifier: MIT
/** Layouts and enumerations of wdfiotarget.h, wdfmemory.h and the sending half of wdfrequest.h, 32-bit. */
import { struct } from "../base/index.ts";

/** The beginning of WDF_IO_TARGET_OPEN_PARAMS: what decides how a target is opened. */
export const WDF_IO_TARGET_OPEN_PARAMS = struct("WDF_IO_TARGET_OPEN_PARAMS", {
  Size: "u32",
  Type: "i32",
  EvtIoTargetQueryRemove: "ptr",
  EvtIoTargetRemoveCanceled: "ptr",
  EvtIoTargetRemoveComplete: "ptr",
  TargetDeviceObject: "ptr",
  TargetFileObject: "ptr",
  TargetDeviceName: ["u32", 2],
  DesiredAccess: "u32",
  ShareAccess: "u32",
  FileAttributes: "u32",
  CreateDisposition: "u32",
  CreateOptions: "u32",
  EaBuffer: "ptr",
  EaBufferLength: "u32",
  AllocationSize: "ptr",
  FileInformation: "u32",
  FileName: ["u32", 2],
});
export const WDF_REQUEST_SEND_OPTIONS = struct("WDF_REQUEST_SEND_OPTIONS", { Size: "u32", Flags: "u32", Timeout: "i64" });
export const WDF_REQUEST_REUSE_PARAMS = struct("WDF_REQUEST_REUSE_PARAMS", { Size: "u32", Flags: "u32", Status: "u32", NewIrp: "ptr" });
export const WDFMEMORY_OFFSET = struct("WDFMEMORY_OFFSET", { BufferOffset: "u32", BufferLength: "u32" });
/** WDF_REQUEST_COMPLETION_PARAMS as an IOCTL fills it; reads and writes use the first three words of the union. */
export const WDF_REQUEST_COMPLETION_PARAMS = struct("WDF_REQUEST_COMPLETION_PARAMS", {
  Size: "u32",
  Type: "i32",
  Status: "u32",
  Information: "u32",
  Parameters: ["u32", 6],
});

/** WDF_MEMORY_DESCRIPTOR; the two words are buffer and length, MDL and length, or WDFMEMORY and WDFMEMORY_OFFSET. */
export const WDF_MEMORY_DESCRIPTOR = struct("WDF_MEMORY_DESCRIPTOR", { Type: "i32", First: "u32", Second: "u32" });
export const memoryDescriptorType = { buffer: 1, mdl: 2, handle: 3 } as const;

/** WDF_IO_TARGET_STATE. */
export const targetState = { undefined: 0, started: 1, stopped: 2, closedForQueryRemove: 3, closed: 4, deleted: 5, purged: 6 } as const;
export type TargetState = keyof typeof targetState;
/** WDF_IO_TARGET_OPEN_TYPE. */
export const openType = { useExistingDevice: 1, byName: 2, reopen: 3, localTargetByFile: 4 } as const;
/** WDF_IO_TARGET_SENT_IO_ACTION. */
export const sentIoAction = { cancelSentIo: 1, waitForSentIoToComplete: 2, leaveSentIoPending: 3 } as const;
/** WdfIoTargetPurgeIoAndWait. */
export const purgeIoAndWait = 1;
/** WDF_REQUEST_SEND_OPTIONS_FLAGS. */
export const sendFlag = { timeout: 0x1, synchronous: 0x2, ignoreTargetState: 0x4, sendAndForget: 0x8 } as const;
/** WDF_REQUEST_REUSE_SET_NEW_IRP. */
export const reuseSetNewIrp = 1;
