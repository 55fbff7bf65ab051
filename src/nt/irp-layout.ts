// SPDX-License-Identifier: MIT
/** IRP, IO_STACK_LOCATION and the objects around them (wdm.h, 32-bit layout). */
import { struct } from "../base/index.ts";

export const unicodeString = struct("UNICODE_STRING", { Length: "u16", MaximumLength: "u16", Buffer: "ptr" });
export const listEntry = struct("LIST_ENTRY", { Flink: "ptr", Blink: "ptr" });
export const ioStatusBlock = struct("IO_STATUS_BLOCK", { Status: "u32", Information: "u32" });

export const irpLayout = struct("IRP", {
  Type: "i16",
  Size: "u16",
  MdlAddress: "ptr",
  Flags: "u32",
  AssociatedIrp: "ptr",
  ThreadListEntry: listEntry,
  IoStatus: ioStatusBlock,
  RequestorMode: "u8",
  PendingReturned: "u8",
  StackCount: "u8",
  CurrentLocation: "u8",
  Cancel: "u8",
  CancelIrql: "u8",
  ApcEnvironment: "u8",
  AllocationFlags: "u8",
  UserIosb: "ptr",
  UserEvent: "ptr",
  Overlay: "u64",
  CancelRoutine: "ptr",
  UserBuffer: "ptr",
  Tail: ["u32", 12],
});
/** Offsets in Tail.Overlay. */
export const irpTail = { DriverContext: 0, Thread: 16, AuxiliaryBuffer: 20, ListEntry: 24, CurrentStackLocation: 32, OriginalFileObject: 36 } as const;

/** Packed to 4 bytes in wdm.h; Parameters holds the union. */
export const ioStackLocation = struct("IO_STACK_LOCATION", {
  MajorFunction: "u8",
  MinorFunction: "u8",
  Flags: "u8",
  Control: "u8",
  Parameters: ["u32", 4],
  DeviceObject: "ptr",
  FileObject: "ptr",
  CompletionRoutine: "ptr",
  Context: "ptr",
});
/** Offsets in Parameters. */
export const readWriteParameters = { Length: 0, Key: 4, ByteOffset: 8 } as const;
export const deviceControlParameters = { OutputBufferLength: 0, InputBufferLength: 4, IoControlCode: 8, Type3InputBuffer: 12 } as const;

const dispatcherHeader = struct("DISPATCHER_HEADER", {
  Type: "u8",
  Signalling: "u8",
  Size: "u8",
  Reserved1: "u8",
  SignalState: "i32",
  WaitListHead: listEntry,
});

export const deviceObjectLayout = struct("DEVICE_OBJECT", {
  Type: "i16",
  Size: "u16",
  ReferenceCount: "i32",
  DriverObject: "ptr",
  NextDevice: "ptr",
  AttachedDevice: "ptr",
  CurrentIrp: "ptr",
  Timer: "ptr",
  Flags: "u32",
  Characteristics: "u32",
  Vpb: "ptr",
  DeviceExtension: "ptr",
  DeviceType: "u32",
  StackSize: "u8",
  Queue: ["u32", 10],
  AlignmentRequirement: "u32",
  DeviceQueue: ["u32", 5],
  Dpc: ["u32", 8],
  ActiveThreadCount: "u32",
  SecurityDescriptor: "ptr",
  DeviceLock: dispatcherHeader,
  SectorSize: "u16",
  Spare1: "u16",
  DeviceObjectExtension: "ptr",
  Reserved: "ptr",
});
/** DEVICE_OBJECT.Flags. */
export const deviceFlag = { bufferedIo: 0x0004, directIo: 0x0010, deviceInitializing: 0x0080, powerPagable: 0x2000 } as const;

export const driverExtension = struct("DRIVER_EXTENSION", { DriverObject: "ptr", AddDevice: "ptr", Count: "u32", ServiceKeyName: unicodeString });

export const driverObjectLayout = struct("DRIVER_OBJECT", {
  Type: "i16",
  Size: "i16",
  DeviceObject: "ptr",
  Flags: "u32",
  DriverStart: "ptr",
  DriverSize: "u32",
  DriverSection: "ptr",
  DriverExtension: "ptr",
  DriverName: unicodeString,
  HardwareDatabase: "ptr",
  FastIoDispatch: "ptr",
  DriverInit: "ptr",
  DriverStartIo: "ptr",
  DriverUnload: "ptr",
  MajorFunction: ["ptr", 28],
});

export const fileObjectLayout = struct("FILE_OBJECT", {
  Type: "i16",
  Size: "i16",
  DeviceObject: "ptr",
  Vpb: "ptr",
  FsContext: "ptr",
  FsContext2: "ptr",
  SectionObjectPointer: "ptr",
  PrivateCacheMap: "ptr",
  FinalStatus: "i32",
  RelatedFileObject: "ptr",
  LockOperation: "u8",
  DeletePending: "u8",
  ReadAccess: "u8",
  WriteAccess: "u8",
  DeleteAccess: "u8",
  SharedRead: "u8",
  SharedWrite: "u8",
  SharedDelete: "u8",
  Flags: "u32",
  FileName: unicodeString,
  CurrentByteOffset: "i64",
  Waiters: "u32",
  Busy: "u32",
  LastLock: "ptr",
  Lock: dispatcherHeader,
  Event: dispatcherHeader,
  CompletionContext: "ptr",
  IrpListLock: "u32",
  IrpList: listEntry,
  FileObjectExtension: "ptr",
});

/** Type members of I/O structures. */
export const ioType = { device: 3, driver: 4, file: 5, irp: 6 } as const;

/** IRP_MJ_… numbers. */
export const majorNumber = { create: 0x00, close: 0x02, read: 0x03, write: 0x04, deviceControl: 0x0e, internalDeviceControl: 0x0f, cleanup: 0x12 } as const;
