// SPDX-License-Identifier: MIT
/** Device, file and driver objects: the host's side, with the address of the structure the driver may hold. */
import type { Irp } from "./irp.ts";

export type IoType = "neither" | "buffered" | "direct";

export class DeviceObject {
  readonly id: number;
  /** Address of the DEVICE_OBJECT in driver memory. */
  readonly address: number;
  readonly name: string;
  /** Physical device object below; undefined for the PDO itself. */
  readonly pdo: DeviceObject | undefined;
  /** How the I/O manager passes the buffers of read and write requests (DO_BUFFERED_IO, DO_DIRECT_IO). */
  readWriteType: IoType = "neither";
  /** Gets every IRP sent to the device. */
  dispatch: ((irp: Irp) => void) | undefined;
  /** Alignment of direct I/O buffers as a mask (FILE_xxx_ALIGNMENT). */
  alignmentRequirement = 0;
  /** No new handles, no I/O: the device is going away. */
  isDeletePending = false;

  constructor(id: number, address: number, name: string, pdo: DeviceObject | undefined) {
    this.id = id;
    this.address = address;
    this.name = name;
    this.pdo = pdo;
  }
}

export class FileObject {
  readonly id: number;
  /** Address of the FILE_OBJECT in driver memory. */
  readonly address: number;
  readonly device: DeviceObject;
  /** Part of the name behind the device, e.g. `\channel0`; empty for the device itself. */
  readonly fileName: string;
  /** IRP_MJ_CLEANUP was sent. */
  isCleanedUp = false;
  isClosed = false;
  /** Requests in flight on this file object. */
  readonly pending = new Set<Irp>();

  constructor(id: number, address: number, device: DeviceObject, fileName: string) {
    this.id = id;
    this.address = address;
    this.device = device;
    this.fileName = fileName;
  }
}

export class DriverObject {
  /** Address of the DRIVER_OBJECT in driver memory. */
  readonly address: number;
  readonly serviceName: string;
  /** `\REGISTRY\MACHINE\SYSTEM\ControlSet001\Services\…`. */
  readonly registryPath: string;
  /** Called for the PDO after DriverEntry; returns an NTSTATUS. */
  addDevice: ((pdo: DeviceObject) => number) | undefined;
  /** Called when DriverEntry has failed. */
  loadFailed: (() => void) | undefined;
  /** Called when the driver is unloaded. */
  unload: (() => void) | undefined;

  constructor(address: number, serviceName: string, registryPath: string) {
    this.address = address;
    this.serviceName = serviceName;
    this.registryPath = registryPath;
  }
}
