// SPDX-License-Identifier: MIT
/** WDFFILEOBJECT and the create, cleanup and close requests of a device (wdffileobject.h; kmdf fxpkggeneral.cpp). */
import { hex } from "../base/index.ts";
import type { ApiTable, FileObject, Irp } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import { noAttributes } from "./attributes.ts";
import type { WdfDevice } from "./device.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfObject } from "./object.ts";
import { WdfRequest } from "./request.ts";
import { isSuccess, status } from "./status.ts";
import { writeUnicodeString, utf16 } from "./unicode-string.ts";

/** WdfFileObjectNotRequired. */
const notRequired = 1;

export class WdfFileObject extends WdfObject {
  readonly device: WdfDevice;
  readonly file: FileObject;
  /** UNICODE_STRING with the name and its text behind; 0 until asked for. */
  nameAddress = 0;
  override undeletable: string | undefined = "a file object ends with IRP_MJ_CLOSE";

  constructor(framework: WdfFramework, device: WdfDevice, file: FileObject) {
    super(framework, "WDFFILEOBJECT", device, device.init.fileObject?.attributes ?? noAttributes, file.id);
    this.device = device;
    this.file = file;
  }

  override label(): string {
    return this.file.fileName === "" ? "open handle" : this.file.fileName;
  }

  override fields(): FieldView[] {
    return [
      { name: "FILE_OBJECT", value: hex(this.file.address, 8), memoryReference: hex(this.file.address) },
      { name: "FileName", value: this.file.fileName },
      { name: "Requests in flight", value: String(this.file.pending.size) },
    ];
  }

  protected override destroyed(): void {
    if (this.nameAddress !== 0) this.framework.nt.pool.free(this.nameAddress, this.framework.poolTag);
  }
}

export function fileObjectApi(framework: WdfFramework): ApiTable {
  const fileOf = (handle: number): WdfFileObject => framework.resolve(handle, WdfFileObject, "WDFFILEOBJECT");
  return {
    WdfFileObjectGetDevice: (handle: number) => fileOf(handle).device.handle,
    WdfFileObjectWdmGetFileObject: (handle: number) => fileOf(handle).file.address,
    WdfFileObjectGetFlags: (handle: number) => {
      fileOf(handle);
      return 0;
    },
    WdfFileObjectGetFileName: (handle: number) => {
      const object = fileOf(handle);
      if (object.nameAddress !== 0) return object.nameAddress;
      const text = utf16(object.file.fileName, true);
      const address = framework.nt.pool.allocate(8 + text.length, framework.poolTag, "name of a WDFFILEOBJECT");
      if (address === 0) return 0;
      writeUnicodeString(framework.machine.memory, address, address + 8, object.file.fileName.length);
      framework.machine.memory.write(address + 8, text);
      object.nameAddress = address;
      return address;
    },
  };
}

/** The WDFFILEOBJECT of a FILE_OBJECT, or of its address. */
export function findFileObject(device: WdfDevice, file: FileObject | number): WdfFileObject | undefined {
  const address = typeof file === "number" ? file >>> 0 : file.address;
  return device.children.find((child): child is WdfFileObject => child instanceof WdfFileObject && child.file.address === address);
}

/** IRP_MJ_CREATE, IRP_MJ_CLEANUP and IRP_MJ_CLOSE that no queue takes. */
export function dispatchFileIrp(device: WdfDevice, irp: Irp): void {
  switch (irp.major) {
    case "create":
      create(device, irp);
      break;
    case "cleanup":
      cleanup(device, irp);
      break;
    default:
      close(device, irp);
  }
}

/** Creates the file object of an IRP_MJ_CREATE when the device wants one. Returns an NTSTATUS. */
export function createFileObject(device: WdfDevice, file: FileObject): number {
  const config = device.init.fileObject;
  if (config === undefined || (config.fileObjectClass & 0xff) === notRequired) return status.success;
  return new WdfFileObject(device.framework, device, file).commit();
}

function create(device: WdfDevice, irp: Irp): void {
  const { framework } = device;
  const result = createFileObject(device, irp.file);
  const callback = device.init.fileObject?.create ?? 0;
  if (!isSuccess(result) || callback === 0) {
    framework.nt.io.complete(irp, result, 0);
    return;
  }
  irp.isPending = true;
  const request = new WdfRequest(framework, device, irp);
  const committed = request.commit();
  if (!isSuccess(committed)) {
    framework.nt.io.complete(irp, committed, 0);
    return;
  }
  request.state = "driver-owned";
  request.wasPresented = true;
  const file = findFileObject(device, irp.file);
  framework.callback("EvtDeviceFileCreate", callback, [device.handle, request.handle, file?.handle ?? 0], {
    label: "I/O dispatch",
    cause: irp.span,
    objectId: request.id,
  });
}

/** A create that failed leaves no file object behind. */
export function forgetFailedCreate(device: WdfDevice, irp: Irp): void {
  const file = findFileObject(device, irp.file);
  if (irp.major === "create" && file !== undefined) file.delete();
}

function cleanup(device: WdfDevice, irp: Irp): void {
  const { framework } = device;
  const file = findFileObject(device, irp.file);
  const callback = device.init.fileObject?.cleanup ?? 0;
  if (file !== undefined && callback !== 0)
    framework.callback("EvtFileCleanup", callback, [file.handle], { label: "I/O dispatch", cause: irp.span, objectId: file.id });
  // The framework cancels what still waits in the device's queues for this handle.
  for (const queue of device.queues) for (const request of queue.waiting.slice()) if (request.irp.file === irp.file) framework.nt.io.cancel(request.irp);
  framework.nt.io.complete(irp, status.success, 0);
}

function close(device: WdfDevice, irp: Irp): void {
  const { framework } = device;
  const file = findFileObject(device, irp.file);
  const callback = device.init.fileObject?.close ?? 0;
  if (file !== undefined && callback !== 0)
    framework.callback("EvtFileClose", callback, [file.handle], { label: "I/O dispatch", cause: irp.span, objectId: file.id });
  if (file !== undefined) file.delete();
  framework.nt.io.complete(irp, status.success, 0);
}
