// SPDX-License-Identifier: MIT
/** The I/O manager. */
import { AssertionFailure } from "../base/index.ts";
import type { ApiTable } from "./api-table.ts";
import { type DeviceObject, type FileObject } from "./device-object.ts";
import type { Irp, IrpResult, MajorFunction } from "./irp.ts";

export interface IrpRequest {
  readonly major: MajorFunction;
  /** Bytes to write, or IOCTL input. */
  readonly data?: Uint8Array;
  /** Bytes to read; ignored for writes. */
  readonly length?: number;
  readonly offset?: bigint;
  readonly key?: number;
  readonly ioctlCode?: number;
  readonly outputLength?: number;
  readonly requestorMode?: "user" | "kernel";
}

export class IoManager {
  /** IoCreateDevice; `pdo` absent for a physical device object. */
  createDevice(_name: string, _pdo?: DeviceObject): DeviceObject {
    throw new AssertionFailure("not written yet");
  }
  deleteDevice(_device: DeviceObject): void {
    throw new AssertionFailure("not written yet");
  }
  /** A file object for `device`; IRP_MJ_CREATE is sent by the caller as an IRP. */
  open(_device: DeviceObject, _fileName?: string): FileObject {
    throw new AssertionFailure("not written yet");
  }
  /** Allocates the requester's buffers and, as the device's I/O type or the IOCTL's method says, system buffer or locked MDL. */
  createIrp(_file: FileObject, _request: IrpRequest): Irp {
    throw new AssertionFailure("not written yet");
  }
  /** Sends `irp` to its device; `onComplete` is called once, on the stack of the completion. */
  submit(_irp: Irp, _onComplete: (result: IrpResult) => void): void {
    throw new AssertionFailure("not written yet");
  }
  /** IoCompleteRequest. */
  complete(_irp: Irp, _status: number, _information: number, _boost?: number): void {
    throw new AssertionFailure("not written yet");
  }
  /** IoCancelIrp: true when a cancel routine was called. */
  cancel(_irp: Irp): boolean {
    throw new AssertionFailure("not written yet");
  }
  api(): ApiTable {
    return {};
  }
}
