// SPDX-License-Identifier: MIT
/** The buffers of a request by I/O type and IOCTL method (kmdf fxrequest.cpp: GetMdl, GetSystemBuffer, GetDeviceControlOutputMdl …). */
import { type Irp, ioMethod } from "../nt/index.ts";
import { WdfMemory } from "./memory.ts";
import type { WdfRequest } from "./request.ts";
import { status } from "./status.ts";

export type BufferSide = "input" | "output";

/** A buffer as the driver sees it: address and full length. */
export interface RequestBuffer {
  readonly address: number;
  readonly length: number;
}

export class RequestBuffers {
  readonly #request: WdfRequest;
  /** MDL over the system buffer; whichever call comes first fixes its size. */
  #systemMdl = 0;
  #memories = new Map<BufferSide, WdfMemory>();

  constructor(request: WdfRequest) {
    this.#request = request;
  }

  /** Virtual buffer of `side`, or the NTSTATUS. Maps direct buffers into system space. */
  buffer(side: BufferSide): RequestBuffer | number {
    const { irp } = this.#request;
    const length = sideLength(irp, side);
    if (length === undefined || this.#isNeither(side)) return this.#unsuitable(side);
    if (length === 0) return status.bufferTooSmall;
    if (!isDirect(irp, side)) return irp.systemBuffer === 0 ? status.bufferTooSmall : { address: irp.systemBuffer, length };
    if (irp.mdlAddress === 0) return status.bufferTooSmall;
    const address = this.#request.framework.nt.mdl.systemAddress(irp.mdlAddress);
    return address === 0 ? status.insufficientResources : { address, length };
  }

  /** MDL of `side`, or the NTSTATUS. */
  mdl(side: BufferSide): { readonly mdl: number } | number {
    const { irp } = this.#request;
    const length = sideLength(irp, side);
    if (length === undefined || this.#isNeither(side)) return this.#unsuitable(side);
    if (isDirect(irp, side)) return irp.mdlAddress === 0 ? status.bufferTooSmall : { mdl: irp.mdlAddress };
    if (irp.systemBuffer === 0 || length === 0) return status.bufferTooSmall;
    return this.#systemBufferMdl(length);
  }

  /**
   * The MDL a DMA transaction uses (FxRequest::GetMdl): read and write by I/O type; METHOD_BUFFERED over the system buffer with the input
   * length, the direct methods the MDL of the output buffer.
   */
  transferMdl(): { readonly mdl: number } | number {
    const { irp } = this.#request;
    if (irp.major === "read") return this.mdl("output");
    if (irp.major === "write") return this.mdl("input");
    return this.mdl(irp.method === ioMethod.buffered ? "input" : "output");
  }

  /** WDFMEMORY over the buffer of `side`; the same object each time. */
  memory(side: BufferSide): WdfMemory | number {
    const existing = this.#memories.get(side);
    if (existing !== undefined) return existing;
    const buffer = this.buffer(side);
    if (typeof buffer === "number") return buffer;
    const memory = WdfMemory.ofRequest(this.#request, buffer.address, buffer.length);
    this.#memories.set(side, memory);
    return memory;
  }

  /** At completion: the cached MDL goes. */
  release(): void {
    if (this.#systemMdl !== 0) this.#request.framework.nt.mdl.free(this.#systemMdl);
    this.#systemMdl = 0;
  }

  #systemBufferMdl(length: number): { readonly mdl: number } | number {
    const { framework, irp } = this.#request;
    if (this.#systemMdl !== 0) return { mdl: this.#systemMdl };
    const mdl = framework.nt.mdl.allocate(irp.systemBuffer, length, `MDL over the system buffer of request ${irp.id}`);
    if (mdl === 0) return status.insufficientResources;
    framework.nt.mdl.buildForNonPagedPool(mdl);
    this.#systemMdl = mdl;
    return { mdl };
  }

  #isNeither(side: BufferSide): boolean {
    const { irp } = this.#request;
    if (irp.major === "read" || irp.major === "write") return irp.device.readWriteType === "neither" && sideLength(irp, side) !== undefined;
    return irp.method === ioMethod.neither;
  }

  #unsuitable(side: BufferSide): number {
    const { framework, description } = this.#request;
    const isWrongSide = sideLength(this.#request.irp, side) === undefined;
    framework.breakpoint({
      rule: isWrongSide ? "req-buffer-api-wrong" : "req-neither-io",
      message: `${framework.apiName()}: a ${description} request has no ${isWrongSide ? "" : "buffered or locked "}${side} buffer (STATUS_INVALID_DEVICE_REQUEST)`,
      explanation: isWrongSide
        ? "A read has an output buffer only, a write an input buffer only."
        : "For METHOD_NEITHER and the I/O type Neither use WdfRequestRetrieveUnsafeUserInputBuffer or …OutputBuffer in EvtIoInCallerContext, then probe and lock the buffer.",
      objectId: this.#request.id,
    });
    return status.invalidDeviceRequest;
  }
}

/** Length of a side, undefined when the request has no such side. */
function sideLength(irp: Irp, side: BufferSide): number | undefined {
  switch (irp.major) {
    case "read":
      return side === "output" ? irp.length : undefined;
    case "write":
      return side === "input" ? irp.length : undefined;
    case "deviceControl":
    case "internalDeviceControl":
      return side === "input" ? irp.inputLength : irp.outputLength;
    default:
      return undefined;
  }
}

/** Whether the side is an MDL of the requester's pages. */
function isDirect(irp: Irp, side: BufferSide): boolean {
  if (irp.major === "read" || irp.major === "write") return irp.device.readWriteType === "direct";
  return side === "output" && (irp.method === ioMethod.inDirect || irp.method === ioMethod.outDirect);
}
