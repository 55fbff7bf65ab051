// SPDX-License-Identifier: MIT
/** An I/O request packet as the I/O manager and the framework see it: parameters, buffers, cancellation and completion state. */
import type { DeviceObject, FileObject } from "./device-object.ts";

export type MajorFunction = "create" | "cleanup" | "close" | "read" | "write" | "deviceControl" | "internalDeviceControl";

/** Transfer type of an IOCTL: its two low bits (CTL_CODE of the WDK). */
export const ioMethod = { buffered: 0, inDirect: 1, outDirect: 2, neither: 3 } as const;

export interface IrpParameters {
  readonly major: MajorFunction;
  /** Parameters.Read/Write.Length, bytes. */
  readonly length: number;
  /** Parameters.Read/Write.ByteOffset. */
  readonly offset: bigint;
  readonly key: number;
  readonly ioctlCode: number;
  readonly inputLength: number;
  readonly outputLength: number;
}

/** Result of a request, as the requester gets it. */
export interface IrpResult {
  /** NTSTATUS, unsigned. */
  readonly status: number;
  readonly information: number;
  /** Bytes that came back (reads and IOCTL output). */
  readonly bytes: Uint8Array;
}

export class Irp {
  /** Object id of the trace. */
  readonly id: number;
  /** Address of the IRP structure in driver memory. */
  readonly address: number;
  readonly major: MajorFunction;
  readonly length: number;
  readonly offset: bigint;
  readonly key: number;
  readonly ioctlCode: number;
  readonly inputLength: number;
  readonly outputLength: number;
  readonly device: DeviceObject;
  readonly file: FileObject;
  readonly requestorMode: "user" | "kernel";
  /** METHOD_NEITHER input pointer of the requester; 0 = none. */
  type3InputBuffer = 0;
  /** AssociatedIrp.SystemBuffer; 0 = none. */
  systemBuffer = 0;
  /** Locked MDL of direct I/O; 0 = none. */
  mdlAddress = 0;
  /** UserBuffer: the requester's output buffer; 0 = none. */
  userBuffer = 0;
  /** IoStatus.Status once completed. */
  status = 0;
  /** IoStatus.Information once completed. */
  information = 0;
  isCancelled = false;
  isCompleted = false;
  /** The dispatch routine has marked it pending (STATUS_PENDING was returned to the requester). */
  isPending = false;
  /** Extra references that keep the IRP in memory after completion (attached DMA transactions). */
  references = 0;
  /** Trace span `requestArrived`. */
  span = 0;
  #cancelRoutine: (() => void) | undefined;

  constructor(id: number, address: number, device: DeviceObject, file: FileObject, parameters: IrpParameters, requestorMode: "user" | "kernel") {
    this.id = id;
    this.address = address;
    this.device = device;
    this.file = file;
    this.major = parameters.major;
    this.length = parameters.length;
    this.offset = parameters.offset;
    this.key = parameters.key;
    this.ioctlCode = parameters.ioctlCode;
    this.inputLength = parameters.inputLength;
    this.outputLength = parameters.outputLength;
    this.requestorMode = requestorMode;
  }

  /** Transfer type of the IOCTL (`ioMethod`). */
  get method(): number {
    return this.ioctlCode & 3;
  }

  get cancelRoutine(): (() => void) | undefined {
    return this.#cancelRoutine;
  }

  /** IoSetCancelRoutine: sets or clears the routine and returns the previous one. Check `isCancelled` afterwards. */
  setCancelRoutine(routine: (() => void) | undefined): (() => void) | undefined {
    const previous = this.#cancelRoutine;
    this.#cancelRoutine = routine;
    return previous;
  }
}
