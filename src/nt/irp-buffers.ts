// SPDX-License-Identifier: MIT
/**
 * Buffers of I/O requests as the I/O manager prepares them ("Methods for Accessing Data Buffers" of the WDK): a system buffer for buffered I/O, a
 * locked MDL for direct I/O, plain addresses for neither; and the IRP structure in driver memory that shows them.
 */
import { assert } from "../base/index.ts";
import type { Machine } from "../machine/index.ts";
import { isNtSuccess } from "../protocol/index.ts";
import type { Checks } from "./checks.ts";
import type { FileObject } from "./device-object.ts";
import type { IrpRequest } from "./io.ts";
import { Irp, type IrpParameters, ioMethod } from "./irp.ts";
import { deviceControlParameters, ioStackLocation, ioType, irpLayout, irpTail, majorNumber, readWriteParameters } from "./irp-layout.ts";
import type { Mdls } from "./mdl.ts";
import { mdlFlag } from "./mdl-layout.ts";
import { requireMemory } from "./out-of-memory.ts";
import type { Pool } from "./pool.ts";
import { poolTag } from "./pool-heap.ts";
import type { UserMemory } from "./user-memory.ts";

const at = irpLayout.fields;
const irpTag = poolTag("Irp ");
const ioTag = poolTag("Io  ");

/** What the requester owns. */
interface Ownership {
  /** User buffers: input, output; 0 = none. */
  readonly input: number;
  readonly output: number;
  /** Pool blocks to free with the request. */
  readonly blocks: number[];
  mdl: number;
}

/** Stack locations of a request: function driver and bus driver. */
const stackCount = 2;

export class IrpBuffers {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #pool: Pool;
  readonly #mdls: Mdls;
  readonly #user: UserMemory;
  readonly #owned = new Map<Irp, Ownership>();
  readonly #byAddress = new Map<number, Irp>();

  constructor(machine: Machine, checks: Checks, pool: Pool, mdls: Mdls, user: UserMemory) {
    this.#machine = machine;
    this.#checks = checks;
    this.#pool = pool;
    this.#mdls = mdls;
    this.#user = user;
  }

  irpAt(address: number): Irp | undefined {
    return this.#byAddress.get(address);
  }

  create(id: number, file: FileObject, request: IrpRequest): Irp {
    const data = request.data ?? new Uint8Array();
    const isIoctl = request.major === "deviceControl" || request.major === "internalDeviceControl";
    const parameters: IrpParameters = {
      major: request.major,
      length: request.major === "write" ? data.length : request.major === "read" ? (request.length ?? 0) : 0,
      offset: request.offset ?? 0n,
      key: request.key ?? 0,
      ioctlCode: isIoctl ? (request.ioctlCode ?? 0) >>> 0 : 0,
      inputLength: isIoctl ? data.length : 0,
      outputLength: isIoctl ? (request.outputLength ?? 0) : 0,
    };
    const address = this.#block(irpLayout.size + stackCount * ioStackLocation.size, irpTag, `IRP of ${request.major} request ${id}`);
    const irp = new Irp(id, address, file.device, file, parameters, request.requestorMode ?? "user");
    const label = (what: string) => `${what} of ${irp.major} request ${irp.id}`;
    const outputLength = irp.major === "read" ? irp.length : irp.outputLength;
    const owned: Ownership = {
      input: data.length > 0 ? this.#userBuffer(data.length, label(isIoctl ? "input buffer" : "data buffer"), request.pageOffset) : 0,
      output: outputLength > 0 ? this.#userBuffer(outputLength, label(isIoctl ? "output buffer" : "data buffer"), request.pageOffset) : 0,
      blocks: [address],
      mdl: 0,
    };
    if (owned.input !== 0) this.#machine.memory.place(owned.input, data);
    this.#owned.set(irp, owned);
    this.#byAddress.set(address, irp);
    if (isIoctl) this.#prepareIoctl(irp, owned, data);
    else if (irp.major === "read" || irp.major === "write") this.#prepareReadWrite(irp, owned, data);
    this.#writeStructure(irp);
    return irp;
  }

  /** Copies what came back into the requester's buffers and returns it. */
  takeResult(irp: Irp): Uint8Array {
    const owned = this.#owned.get(irp);
    assert(owned !== undefined, "a completed request has its buffers");
    const { memory } = this.#machine;
    memory.setU32(irp.address + at.IoStatus.offset, irp.status);
    memory.setU32(irp.address + at.IoStatus.offset + 4, irp.information);
    const length = irp.major === "read" ? irp.length : irp.outputLength;
    const isData = irp.major === "read" || irp.major === "write" || irp.major === "deviceControl" || irp.major === "internalDeviceControl";
    // The I/O manager copies for success and warnings; errors bring nothing back.
    const isCopied = isNtSuccess(irp.status) || irp.status >>> 30 === 2;
    const limit = irp.major === "write" ? irp.length : length;
    if (isData && isCopied && irp.information > limit && (limit > 0 || irp.major !== "deviceControl")) this.#reportInformation(irp, limit);
    if (!isCopied || owned.output === 0) return new Uint8Array();
    const bytes = Math.min(irp.information, length);
    if (irp.systemBuffer !== 0 && this.#isOutputBuffered(irp)) memory.place(owned.output, memory.read(irp.systemBuffer, bytes));
    return memory.peek(owned.output, bytes) ?? new Uint8Array();
  }

  /** Frees buffers, MDL and IRP of a completed request. */
  free(irp: Irp): void {
    const owned = this.#owned.get(irp);
    if (owned === undefined) return;
    this.#owned.delete(irp);
    this.#byAddress.delete(irp.address);
    if (owned.mdl !== 0) {
      if ((this.#mdls.flags(owned.mdl) & mdlFlag.mappedToSystemVa) !== 0) this.#user.unmap(this.#mdls, owned.mdl);
      this.#mdls.free(owned.mdl);
    }
    for (const block of owned.blocks) this.#pool.free(block);
    if (owned.input !== 0) this.#user.free(owned.input);
    if (owned.output !== 0) this.#user.free(owned.output);
  }

  /** Sets the Cancel member of the structure. */
  markCancelled(irp: Irp): void {
    this.#machine.memory.setU8(irp.address + at.Cancel.offset, 1);
  }

  #block(bytes: number, tag: number, label: string): number {
    const address = this.#pool.allocate(bytes, tag, label);
    requireMemory(address, label);
    return address;
  }

  #userBuffer(length: number, label: string, pageOffset = 0): number {
    const address = this.#user.allocate(length, label, pageOffset);
    requireMemory(address, `${label} (${length} bytes)`);
    return address;
  }

  #prepareReadWrite(irp: Irp, owned: Ownership, data: Uint8Array): void {
    const buffer = irp.major === "read" ? owned.output : owned.input;
    irp.userBuffer = buffer;
    if (buffer === 0) return;
    if (irp.device.readWriteType === "buffered") {
      irp.systemBuffer = this.#systemBuffer(irp, owned, irp.length, data);
    } else if (irp.device.readWriteType === "direct") {
      owned.mdl = this.#lockedMdl(irp, buffer, irp.length, irp.major === "read");
      irp.mdlAddress = owned.mdl;
    } else this.#user.expose(buffer, irp.length);
  }

  #prepareIoctl(irp: Irp, owned: Ownership, data: Uint8Array): void {
    irp.userBuffer = owned.output;
    if (irp.method === ioMethod.neither) {
      irp.type3InputBuffer = owned.input;
      if (owned.input !== 0) this.#user.expose(owned.input, irp.inputLength);
      if (owned.output !== 0) this.#user.expose(owned.output, irp.outputLength);
      return;
    }
    const isBuffered = irp.method === ioMethod.buffered;
    const bytes = isBuffered ? Math.max(irp.inputLength, irp.outputLength) : irp.inputLength;
    if (bytes > 0) irp.systemBuffer = this.#systemBuffer(irp, owned, bytes, data);
    if (isBuffered || owned.output === 0) return;
    owned.mdl = this.#lockedMdl(irp, owned.output, irp.outputLength, irp.method === ioMethod.outDirect);
    irp.mdlAddress = owned.mdl;
  }

  #systemBuffer(irp: Irp, owned: Ownership, bytes: number, data: Uint8Array): number {
    const address = this.#pool.allocate(bytes, ioTag, `system buffer of ${irp.major} request ${irp.id}`, { zero: false });
    requireMemory(address, `system buffer of ${irp.major} request ${irp.id} (${bytes} bytes)`);
    owned.blocks.push(address);
    if (data.length > 0) this.#machine.memory.write(address, data);
    return address;
  }

  #lockedMdl(irp: Irp, buffer: number, length: number, isWritten: boolean): number {
    const mdl = this.#mdls.allocate(buffer, length, `MDL of ${irp.major} request ${irp.id}`);
    requireMemory(mdl, `MDL of ${irp.major} request ${irp.id}`);
    assert(this.#mdls.fillPages(mdl), "the pages of a requester's buffer are known");
    this.#mdls.setFlags(mdl, mdlFlag.pagesLocked | (isWritten ? mdlFlag.writeOperation : 0));
    return mdl;
  }

  #isOutputBuffered(irp: Irp): boolean {
    return irp.major === "read" || irp.method === ioMethod.buffered;
  }

  #reportInformation(irp: Irp, limit: number): void {
    this.#checks.violation({
      rule: "info-longer-than-buffer",
      message: `The ${irp.major} request ${irp.id} was completed with Information ${irp.information}, but its buffer has ${limit} bytes`,
      explanation:
        "Information is the number of bytes transferred. The I/O manager copies so many bytes to the requester; more than the buffer holds corrupts or leaks memory.",
      objectId: irp.id,
    });
  }

  #writeStructure(irp: Irp): void {
    const { memory } = this.#machine;
    const { address } = irp;
    memory.setU16(address + at.Type.offset, ioType.irp);
    memory.setU16(address + at.Size.offset, irpLayout.size + stackCount * ioStackLocation.size);
    memory.setU32(address + at.MdlAddress.offset, irp.mdlAddress);
    memory.setU32(address + at.AssociatedIrp.offset, irp.systemBuffer);
    memory.setU8(address + at.RequestorMode.offset, irp.requestorMode === "user" ? 1 : 0);
    memory.setU8(address + at.StackCount.offset, stackCount);
    memory.setU8(address + at.CurrentLocation.offset, stackCount);
    memory.setU32(address + at.UserBuffer.offset, irp.userBuffer);
    const stack = address + irpLayout.size + (stackCount - 1) * ioStackLocation.size;
    memory.setU32(address + at.Tail.offset + irpTail.CurrentStackLocation, stack);
    memory.setU32(address + at.Tail.offset + irpTail.OriginalFileObject, irp.file.address);
    const location = ioStackLocation.fields;
    const parameters = stack + location.Parameters.offset;
    memory.setU8(stack + location.MajorFunction.offset, majorNumber[irp.major]);
    memory.setU32(stack + location.DeviceObject.offset, irp.device.address);
    memory.setU32(stack + location.FileObject.offset, irp.file.address);
    if (irp.major === "read" || irp.major === "write") {
      memory.setU32(parameters + readWriteParameters.Length, irp.length);
      memory.setU32(parameters + readWriteParameters.Key, irp.key);
      memory.setU64(parameters + readWriteParameters.ByteOffset, irp.offset);
    } else if (irp.major === "deviceControl" || irp.major === "internalDeviceControl") {
      memory.setU32(parameters + deviceControlParameters.OutputBufferLength, irp.outputLength);
      memory.setU32(parameters + deviceControlParameters.InputBufferLength, irp.inputLength);
      memory.setU32(parameters + deviceControlParameters.IoControlCode, irp.ioctlCode);
      memory.setU32(parameters + deviceControlParameters.Type3InputBuffer, irp.type3InputBuffer);
    }
  }
}
