// SPDX-License-Identifier: MIT
/** Layouts and enumerations of wdfio.h, 32-bit. */
import { struct } from "../base/index.ts";

export const WDF_IO_QUEUE_CONFIG = struct("WDF_IO_QUEUE_CONFIG", {
  Size: "u32",
  DispatchType: "i32",
  PowerManaged: "i32",
  AllowZeroLengthRequests: "u8",
  DefaultQueue: "u8",
  EvtIoDefault: "ptr",
  EvtIoRead: "ptr",
  EvtIoWrite: "ptr",
  EvtIoDeviceControl: "ptr",
  EvtIoInternalDeviceControl: "ptr",
  EvtIoStop: "ptr",
  EvtIoResume: "ptr",
  EvtIoCanceledOnQueue: "ptr",
  /** Settings.Parallel.NumberOfPresentedRequests. */
  NumberOfPresentedRequests: "u32",
  Driver: "ptr",
});

/** Data behind parameter 2 of bug check 0x10D/0xA. */
export const WDF_QUEUE_FATAL_ERROR_DATA = struct("WDF_QUEUE_FATAL_ERROR_DATA", { Queue: "ptr", Request: "ptr", Status: "u32" });

/** WDF_IO_QUEUE_DISPATCH_TYPE. */
export const dispatchType = { sequential: 1, parallel: 2, manual: 3 } as const;

/** WDF_IO_QUEUE_STATE. */
export const queueState = { acceptRequests: 1, dispatchRequests: 2, noRequests: 4, driverNoRequests: 8, pnpHeld: 0x10 } as const;

/** Callbacks of a queue by member name; 0 = none. */
export interface QueueCallbacks {
  readonly EvtIoDefault: number;
  readonly EvtIoRead: number;
  readonly EvtIoWrite: number;
  readonly EvtIoDeviceControl: number;
  readonly EvtIoInternalDeviceControl: number;
  readonly EvtIoStop: number;
  readonly EvtIoResume: number;
  readonly EvtIoCanceledOnQueue: number;
}

export interface QueueConfig {
  readonly dispatchType: number;
  readonly isPowerManaged: boolean;
  readonly allowsZeroLength: boolean;
  /** Sequential and manual queues: 1 and unlimited are fixed. */
  readonly presentedLimit: number;
  readonly callbacks: QueueCallbacks;
}
