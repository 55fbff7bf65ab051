// SPDX-License-Identifier: MIT
/** Layouts of wdfrequest.h, 32-bit, and WDF_REQUEST_TYPE. */
import { type StructLayout, struct } from "../base/index.ts";
import type { Irp, MajorFunction } from "../nt/index.ts";

const header = { Size: "u16", MinorFunction: "u8", Type: "i32" } as const;

/** WDF_REQUEST_PARAMETERS as a read or write fills it. The union starts at offset 8. */
export const WDF_REQUEST_PARAMETERS_READ_WRITE = struct("WDF_REQUEST_PARAMETERS", { ...header, Length: "u32", Key: "u32", DeviceOffset: "i64" });
/** WDF_REQUEST_PARAMETERS as an IOCTL fills it. */
export const WDF_REQUEST_PARAMETERS_IOCTL = struct("WDF_REQUEST_PARAMETERS", {
  ...header,
  OutputBufferLength: "u32",
  InputBufferLength: "u32",
  IoControlCode: "u32",
  Type3InputBuffer: "ptr",
});
/** Size of the structure; the 64-bit member of Read decides it. */
export const requestParametersSize: number = (WDF_REQUEST_PARAMETERS_READ_WRITE satisfies StructLayout).size;

/** WDF_REQUEST_TYPE: the IRP_MJ_ number. */
export const requestType = { create: 0x0, close: 0x2, read: 0x3, write: 0x4, deviceControl: 0xe, internalDeviceControl: 0xf, cleanup: 0x12 } as const;

/** WDF_REQUEST_TYPE of an IRP. */
export const requestTypeOf = (irp: Irp): number => requestType[irp.major satisfies MajorFunction];

/** WDF_REQUEST_STOP_ACTION_FLAGS. */
export const stopAction = { suspend: 0x1, purge: 0x2, requestCancelable: 0x1000_0000 } as const;
