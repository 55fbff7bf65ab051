// SPDX-License-Identifier: MIT
/**
 * The device an I/O target was opened for, where that is a device of this machine: requests become IRPs of its stack with kernel-mode buffers, and
 * what comes back is copied into the sender's memory.
 */
import type { DeviceObject, FileObject, Irp, IrpRequest } from "../nt/index.ts";
import type { WdfFramework } from "./framework.ts";
import type { RequestBuffer } from "./request-buffers.ts";
import { type SendableRequest, WdfCreatedRequest } from "./request-sending.ts";
import { isSuccess, status } from "./status.ts";

export type Completion = (result: number, information: number) => void;

/** A request as an IRP for another device: what goes there, and where the answer belongs. */
interface Translated {
  readonly request: IrpRequest;
  readonly output: RequestBuffer | undefined;
}

export class TargetDevice {
  readonly device: DeviceObject;
  readonly file: FileObject;
  readonly #framework: WdfFramework;
  /** IRP_MJ_CREATE was sent for the file object, so that cleanup and close are due. */
  readonly #isOpened: boolean;
  /** The file object is the target's own, and no driver has seen it opened. */
  readonly #isPretended: boolean;
  readonly #sent = new Map<SendableRequest, Irp>();

  private constructor(framework: WdfFramework, device: DeviceObject, file: FileObject, isOpened: boolean, isPretended: boolean) {
    this.#framework = framework;
    this.device = device;
    this.file = file;
    this.#isOpened = isOpened;
    this.#isPretended = isPretended;
  }

  /** A device object that the driver has a pointer to, with the file object it names or one that no driver sees opened. */
  static existing(framework: WdfFramework, device: DeviceObject, file: FileObject | undefined): TargetDevice {
    return new TargetDevice(framework, device, file ?? framework.nt.io.open(device), false, file === undefined);
  }

  /** Opens a name as ZwCreateFile does; an NTSTATUS when there is no such name or its driver refuses. */
  static open(framework: WdfFramework, name: string): TargetDevice | number {
    const { io, names } = framework.nt;
    const found = names.find(name);
    if (found === undefined) return status.objectNameNotFound;
    const file = io.open(found.device, found.rest);
    const result = roundTrip(framework, file, { major: "create" });
    return isSuccess(result) ? new TargetDevice(framework, found.device, file, true, false) : result;
  }

  /** Requests the device has not completed. */
  get sent(): readonly SendableRequest[] {
    return [...this.#sent.keys()];
  }

  send(request: SendableRequest, complete: Completion): void {
    const { io } = this.#framework.nt;
    const { request: parameters, output } = translate(request);
    const irp = io.createIrp(this.file, { ...parameters, requestorMode: "kernel" });
    this.#sent.set(request, irp);
    const original = request instanceof WdfCreatedRequest ? undefined : request.irp;
    original?.setCancelRoutine(() => io.cancel(irp));
    io.submit(irp, ({ status: result, information, bytes }) => {
      this.#sent.delete(request);
      original?.setCancelRoutine(undefined);
      if (output !== undefined && bytes.length > 0) this.#framework.machine.memory.write(output.address, bytes.subarray(0, output.length));
      complete(result, information);
    });
    if (original?.isCancelled === true && !irp.isCompleted) io.cancel(irp);
  }

  /** IoCancelIrp: true when the device has the request. */
  cancel(request: SendableRequest): boolean {
    const irp = this.#sent.get(request);
    if (irp === undefined) return false;
    this.#framework.nt.io.cancel(irp);
    return true;
  }

  cancelAll(): void {
    for (const request of this.sent) this.cancel(request);
  }

  /** ZwClose of the handle; what is on its way is canceled first. */
  close(): void {
    this.cancelAll();
    if (this.#isPretended && this.sent.length === 0) this.#framework.nt.io.discardFile(this.file);
    if (!this.#isOpened || this.file.isClosed) return;
    for (const major of ["cleanup", "close"] as const) roundTrip(this.#framework, this.file, { major });
  }
}

/** Sends a request and waits for its end. */
function roundTrip(framework: WdfFramework, file: FileObject, request: IrpRequest): number {
  const { io } = framework.nt;
  const irp = io.createIrp(file, { ...request, requestorMode: "kernel" });
  let result: number | undefined;
  io.submit(irp, (ended) => {
    result = ended.status;
  });
  framework.wait(`the end of a ${request.major} request to another device`, () => result !== undefined);
  return result ?? status.cancelled;
}

function translate(request: SendableRequest): Translated {
  const { format } = request.sending;
  if (format === undefined || format.kind === "current")
    return request instanceof WdfCreatedRequest ? { request: { major: "read" }, output: undefined } : forwarded(request);
  const { memory } = request.framework.machine;
  const { kind, input, output, ioctlCode, deviceOffset } = format;
  const data = input === undefined ? new Uint8Array() : memory.read(input.address, input.length);
  const length = output?.length ?? 0;
  if (kind === "read") return { request: { major: kind, length, offset: deviceOffset }, output };
  if (kind === "write") return { request: { major: kind, data, offset: deviceOffset }, output: undefined };
  return { request: { major: kind, data, ioctlCode, outputLength: length }, output };
}

/** A request that goes on as it came. */
function forwarded(request: Exclude<SendableRequest, WdfCreatedRequest>): Translated {
  const { irp, buffers, framework } = request;
  const side = (name: "input" | "output", length: number): RequestBuffer | undefined => {
    if (length === 0) return undefined;
    const buffer = buffers.buffer(name);
    return typeof buffer === "number" ? undefined : buffer;
  };
  const input = side("input", irp.major === "write" ? irp.length : irp.inputLength);
  const output = side("output", irp.major === "read" ? irp.length : irp.outputLength);
  const data = input === undefined ? new Uint8Array() : framework.machine.memory.read(input.address, input.length);
  const { major, length, offset, key, ioctlCode, outputLength } = irp;
  return { request: { major, data, length, offset, key, ioctlCode, outputLength }, output };
}
