// SPDX-License-Identifier: MIT
/** Dispatcher objects, DPCs and timers (wdm.h, 32-bit layout). */
import { struct } from "../base/index.ts";
import { listEntry } from "./irp-layout.ts";

export const dispatcherHeader = struct("DISPATCHER_HEADER", {
  Type: "u8",
  Signalling: "u8",
  Size: "u8",
  Reserved1: "u8",
  SignalState: "i32",
  WaitListHead: listEntry,
});
export const keventLayout = struct("KEVENT", { Header: dispatcherHeader });
export const ksemaphoreLayout = struct("KSEMAPHORE", { Header: dispatcherHeader, Limit: "i32" });
export const kmutantLayout = struct("KMUTANT", {
  Header: dispatcherHeader,
  MutantListEntry: listEntry,
  OwnerThread: "ptr",
  MutantFlags: "u8",
  ApcDisable: "u8",
});
export const kdpcLayout = struct("KDPC", {
  Type: "u8",
  Importance: "u8",
  Number: "u16",
  DpcListEntry: "ptr",
  ProcessorHistory: "u32",
  DeferredRoutine: "ptr",
  DeferredContext: "ptr",
  SystemArgument1: "ptr",
  SystemArgument2: "ptr",
  DpcData: "ptr",
});
export const ktimerLayout = struct("KTIMER", { Header: dispatcherHeader, DueTime: "u64", TimerListEntry: listEntry, Dpc: "ptr", Period: "u32" });

/** A KTHREAD begins with a dispatcher header; what follows is opaque to drivers, so its size is ours. */
export const kthreadBytes = 64;

/** DISPATCHER_HEADER.Type (KOBJECTS). */
export const objectType = {
  notificationEvent: 0,
  synchronizationEvent: 1,
  mutant: 2,
  semaphore: 5,
  thread: 6,
  notificationTimer: 8,
  synchronizationTimer: 9,
} as const;
/** KDPC.Type: DpcObject, ThreadedDpcObject. */
export const dpcType = { normal: 0x13, threaded: 0x18 } as const;
