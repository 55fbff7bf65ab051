// SPDX-License-Identifier: MIT
/** WDFMEMORY: pool memory of its own, memory the driver lent, an entry of a lookaside list, or the buffer of a request (wdfmemory.h). */
import { hex } from "../base/index.ts";
import type { ApiTable } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import { type ObjectAttributes, noAttributes, parentRules, readAttributes } from "./attributes.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfObject } from "./object.ts";
import type { WdfRequest } from "./request.ts";
import { status } from "./status.ts";

export type MemoryKind = "pool" | "preallocated" | "lookaside" | "request";

export class WdfMemory extends WdfObject {
  readonly kind: MemoryKind;
  readonly size: number;
  buffer: number;
  readonly #request: WdfRequest | undefined;
  readonly #freeBuffer: () => void;

  constructor(
    framework: WdfFramework,
    parent: WdfObject | undefined,
    attributes: ObjectAttributes,
    kind: MemoryKind,
    buffer: number,
    size: number,
    freeBuffer: () => void,
    request?: WdfRequest,
  ) {
    super(framework, "WDFMEMORY", parent, attributes);
    this.kind = kind;
    this.buffer = buffer;
    this.size = size;
    this.#freeBuffer = freeBuffer;
    this.#request = request;
    if (request !== undefined) this.undeletable = "the memory belongs to its request";
  }

  /** The memory object of a request's buffer; a reference to it keeps the request's IRP, which must not be completed meanwhile. */
  static ofRequest(request: WdfRequest, address: number, length: number): WdfMemory {
    return new WdfMemory(request.framework, request, noAttributes, "request", address, length, () => undefined, request);
  }

  override reference(): void {
    super.reference();
    if (this.#request !== undefined) this.#request.irp.references++;
  }

  override dereference(): void {
    if (this.#request !== undefined && this.references > 1) this.#request.irp.references--;
    super.dereference();
  }

  override label(): string {
    return `${this.size} bytes, ${this.kind}`;
  }

  override fields(): FieldView[] {
    return [
      { name: "Buffer", value: hex(this.buffer, 8), memoryReference: hex(this.buffer) },
      { name: "Size", value: String(this.size) },
      { name: "Kind", value: this.kind },
    ];
  }

  protected override destroyed(): void {
    this.#freeBuffer();
  }
}

export function memoryApi(framework: WdfFramework): ApiTable {
  const { memory } = framework.machine;
  const memoryOf = (handle: number): WdfMemory => framework.resolve(handle, WdfMemory, "WDFMEMORY");
  return {
    WdfMemoryCreate: (attributes: number, poolType: number, tag: number, size: number, out: number, buffer: number) =>
      createMemory(framework, attributes, { poolType, tag: tag >>> 0, size: size >>> 0 }, out, buffer),
    WdfMemoryCreatePreallocated: (attributesAddress: number, buffer: number, size: number, out: number) => {
      framework.requirePointer(buffer, "Buffer");
      framework.requirePointer(out, "Memory");
      if (size === 0) return status.invalidParameter;
      const attributes = readAttributes(framework, attributesAddress, parentRules);
      if (typeof attributes === "number") return attributes;
      return framework.finishCreate(
        new WdfMemory(framework, framework.parentFor(attributes), attributes, "preallocated", buffer >>> 0, size >>> 0, () => undefined),
        out,
      );
    },
    WdfMemoryAssignBuffer: (handle: number, buffer: number, size: number) => {
      const object = memoryOf(handle);
      framework.requirePointer(buffer, "Buffer");
      if (object.kind !== "preallocated" || size === 0) return status.invalidParameter;
      object.buffer = buffer >>> 0;
      return status.success;
    },
    WdfMemoryGetBuffer: (handle: number, size: number) => {
      const object = memoryOf(handle);
      if (size !== 0) memory.setU32(size >>> 0, object.size);
      return object.buffer;
    },
    WdfMemoryCopyToBuffer: (handle: number, offset: number, buffer: number, bytes: number) => {
      const object = memoryOf(handle);
      framework.requirePointer(buffer, "Buffer");
      const refusal = checkRange(object, offset >>> 0, bytes >>> 0);
      if (refusal !== undefined) return refusal;
      memory.write(buffer >>> 0, memory.read(object.buffer + (offset >>> 0), bytes >>> 0));
      return status.success;
    },
    WdfMemoryCopyFromBuffer: (handle: number, offset: number, buffer: number, bytes: number) => {
      const object = memoryOf(handle);
      framework.requirePointer(buffer, "Buffer");
      const refusal = checkRange(object, offset >>> 0, bytes >>> 0);
      if (refusal !== undefined) return refusal;
      memory.write(object.buffer + (offset >>> 0), memory.read(buffer >>> 0, bytes >>> 0));
      return status.success;
    },
  };
}

/** Refuses empty copies and copies beyond the memory object (fxmemoryobject.cpp). */
function checkRange(object: WdfMemory, offset: number, bytes: number): number | undefined {
  if (bytes === 0) return status.invalidParameter;
  return offset + bytes > object.size ? status.bufferTooSmall : undefined;
}

function createMemory(
  framework: WdfFramework,
  attributesAddress: number,
  request: { poolType: number; tag: number; size: number },
  out: number,
  bufferOut: number,
): number {
  framework.requirePointer(out, "Memory");
  const { tag, size } = request;
  if (size === 0) return status.invalidParameter;
  const attributes = readAttributes(framework, attributesAddress, parentRules);
  if (typeof attributes === "number") return attributes;
  const effectiveTag = tag === 0 ? framework.poolTag : tag;
  const buffer = framework.nt.pool.allocate(size, effectiveTag, "WDFMEMORY", { paged: (request.poolType & 1) !== 0, zero: false });
  if (buffer === 0) return status.insufficientResources;
  const object = new WdfMemory(framework, framework.parentFor(attributes), attributes, "pool", buffer, size, () =>
    framework.nt.pool.free(buffer, effectiveTag),
  );
  const result = framework.finishCreate(object, out);
  if (result === status.success && bufferOut !== 0) framework.machine.memory.setU32(bufferOut >>> 0, buffer);
  return result;
}
