// SPDX-License-Identifier: MIT
/**
 * The I/O manager: device and file objects, requests with their buffers (buffered, direct, neither), cancellation and completion. Requests go to
 * `DeviceObject.dispatch` at PASSIVE_LEVEL; what comes back to the requester is copied at completion, `Information` bytes of it.
 */
import { assert } from "../base/index.ts";
import { type Machine, dispatchLevel } from "../machine/index.ts";
import { isNtSuccess, ntStatus } from "../protocol/index.ts";
import type { Checks } from "./checks.ts";
import { DeviceObject, FileObject } from "./device-object.ts";
import type { Irp, IrpResult, MajorFunction } from "./irp.ts";
import type { IrpBuffers } from "./irp-buffers.ts";
import type { ObjectIds } from "./object-ids.ts";
import type { ObjectMemory } from "./object-memory.ts";

export interface IrpRequest {
  readonly major: MajorFunction;
  /** Bytes to write, or IOCTL input. */
  readonly data?: Uint8Array;
  /** Bytes to read; the length of a write is that of `data`. */
  readonly length?: number;
  readonly offset?: bigint;
  readonly key?: number;
  readonly ioctlCode?: number;
  readonly outputLength?: number;
  /** Default `user`. */
  readonly requestorMode?: "user" | "kernel";
  /** Where in its first page the requester's buffer starts; default 0. */
  readonly pageOffset?: number;
}

/** Told what happens to requests, for reports. */
export interface IoObserver {
  completed(irp: Irp, result: IrpResult): void;
}

export class IoManager {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #ids: ObjectIds;
  readonly #objects: ObjectMemory;
  readonly #buffers: IrpBuffers;
  readonly #devices: DeviceObject[] = [];
  readonly #files = new Set<FileObject>();
  readonly #inFlight = new Map<Irp, (result: IrpResult) => void>();
  /** Address of the DRIVER_OBJECT that owns new devices. */
  driverAddress = 0;
  observer: IoObserver | undefined;

  constructor(machine: Machine, checks: Checks, ids: ObjectIds, objects: ObjectMemory, buffers: IrpBuffers) {
    this.#machine = machine;
    this.#checks = checks;
    this.#ids = ids;
    this.#objects = objects;
    this.#buffers = buffers;
  }

  /** IoCreateDevice; `pdo` absent for a physical device object. */
  createDevice(name: string, pdo?: DeviceObject): DeviceObject {
    const address = this.#objects.deviceObject(this.driverAddress, pdo === undefined ? 1 : 2, 0);
    const device = new DeviceObject(this.#ids.next(), address, name, pdo);
    this.#devices.push(device);
    return device;
  }

  deleteDevice(device: DeviceObject): void {
    const index = this.#devices.indexOf(device);
    assert(index >= 0, "a device is deleted once");
    this.#devices.splice(index, 1);
    device.isDeletePending = true;
    this.#objects.free(device.address);
  }

  get devices(): readonly DeviceObject[] {
    return this.#devices;
  }

  /** The device whose DEVICE_OBJECT is at `address`. */
  deviceAt(address: number): DeviceObject | undefined {
    return this.#devices.find((device) => device.address === address >>> 0);
  }

  /** Sets how read and write buffers are passed, also in the DEVICE_OBJECT's flags. */
  setReadWriteType(device: DeviceObject, type: DeviceObject["readWriteType"]): void {
    device.readWriteType = type;
    this.#objects.setDeviceFlags(device.address, type === "buffered", type === "direct");
  }

  /** A file object for `device`. The caller sends IRP_MJ_CREATE with it, later IRP_MJ_CLEANUP and IRP_MJ_CLOSE. */
  open(device: DeviceObject, fileName = ""): FileObject {
    const file = new FileObject(this.#ids.next(), this.#objects.fileObject(device.address, fileName), device, fileName);
    this.#files.add(file);
    return file;
  }

  /** Frees a file object that was never opened by IRP_MJ_CREATE. */
  discardFile(file: FileObject): void {
    this.#close(file);
  }

  /** File objects that are not closed. */
  get openFiles(): readonly FileObject[] {
    return [...this.#files];
  }

  /** The file object whose FILE_OBJECT is at `address`. */
  fileAt(address: number): FileObject | undefined {
    return this.openFiles.find((file) => file.address === address >>> 0);
  }

  /** Requests that were sent and are not complete, oldest first. */
  get inFlight(): readonly Irp[] {
    return [...this.#inFlight.keys()];
  }

  /** The request whose IRP is at `address`, while it is in memory. */
  irpAt(address: number): Irp | undefined {
    return this.#buffers.irpAt(address >>> 0);
  }

  /** Allocates the requester's buffers and, as the device's I/O type or the IOCTL's method says, system buffer or locked MDL. */
  createIrp(file: FileObject, request: IrpRequest): Irp {
    return this.#buffers.create(this.#ids.next(), file, request);
  }

  /** Sends `irp` to its device; `onComplete` is called once, on the stack of the completion. */
  submit(irp: Irp, onComplete: (result: IrpResult) => void): void {
    assert(!irp.isCompleted && !this.#inFlight.has(irp), "a request is sent once");
    const { trace, cpu } = this.#machine;
    assert(cpu.irql <= dispatchLevel, "requests are sent at or below DISPATCH_LEVEL");
    irp.span = trace.begin("requestArrived", irp.id, 0, trace.text(irp.major), irp.length);
    this.#inFlight.set(irp, onComplete);
    irp.file.pending.add(irp);
    const { dispatch } = irp.device;
    if (dispatch === undefined || irp.device.isDeletePending) {
      // Without a driver the I/O manager's default dispatch routine answers.
      this.complete(irp, irp.device.isDeletePending ? ntStatus.STATUS_DELETE_PENDING : ntStatus.STATUS_INVALID_DEVICE_REQUEST, 0);
      return;
    }
    dispatch(irp);
    if (!irp.isCompleted) irp.isPending = true;
  }

  /** IoCompleteRequest. A second completion is bug check MULTIPLE_IRP_COMPLETE_REQUESTS. */
  complete(irp: Irp, status: number, information: number, _boost = 0): void {
    this.#checks.irqlAtMost("IoCompleteRequest", dispatchLevel);
    if (irp.isCompleted) {
      this.#checks.bugCheck(0x44, [irp.address, 0, 0, 0], {
        rule: "req-double-complete",
        message: `The ${irp.major} request ${irp.id} was completed a second time`,
        explanation: "A request is completed once; after that it belongs to the I/O manager and may be freed.",
        objectId: irp.id,
      });
    }
    irp.status = status >>> 0;
    irp.information = information >>> 0;
    irp.isCompleted = true;
    irp.setCancelRoutine(undefined);
    const { trace } = this.#machine;
    trace.instant("requestCompleted", irp.id, irp.span, irp.status, irp.information);
    const result: IrpResult = { status: irp.status, information: irp.information, bytes: this.#buffers.takeResult(irp) };
    trace.end("requestArrived", irp.span, trace.text(irp.major), irp.length);
    irp.file.pending.delete(irp);
    if (irp.major === "cleanup") irp.file.isCleanedUp = true;
    if (irp.major === "close") this.#close(irp.file);
    if (irp.major === "create" && !isNtSuccess(irp.status)) this.#close(irp.file);
    const onComplete = this.#inFlight.get(irp);
    this.#inFlight.delete(irp);
    if (irp.references === 0) this.#buffers.free(irp);
    this.observer?.completed(irp, result);
    onComplete?.(result);
  }

  /** Keeps the request's memory (buffers, MDL) after its completion, as an attached DMA transaction does. */
  reference(irp: Irp): void {
    irp.references++;
  }

  dereference(irp: Irp): void {
    assert(irp.references > 0, "references of a request must balance");
    irp.references--;
    if (irp.references === 0 && irp.isCompleted) this.#buffers.free(irp);
  }

  /** IoCancelIrp: marks the request canceled and calls its cancel routine. True when there was one. */
  cancel(irp: Irp): boolean {
    this.#checks.irqlAtMost("IoCancelIrp", dispatchLevel);
    if (irp.isCompleted) return false;
    irp.isCancelled = true;
    this.#buffers.markCancelled(irp);
    const routine = irp.setCancelRoutine(undefined);
    if (routine === undefined) return false;
    routine();
    return true;
  }

  #close(file: FileObject): void {
    file.isClosed = true;
    if (this.#files.delete(file)) this.#objects.free(file.address);
  }
}
