// SPDX-License-Identifier: MIT
/** WDFCOMMONBUFFER: memory that driver and device share for as long as the object lives (kmdf fxcommonbuffer.cpp). */
import { type LogicalAddress, assert, hex, logicalAddress } from "../base/index.ts";
import { passiveLevel } from "../machine/index.ts";
import type { CommonBufferMemory } from "../nt/index.ts";
import { type FieldView, pageSize } from "../protocol/index.ts";
import type { ObjectAttributes } from "./attributes.ts";
import type { AdapterInfo } from "./dma-adapter-info.ts";
import type { WdfDmaEnabler } from "./dma-enabler.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfObject } from "./object.ts";
import { status } from "./status.ts";

export class WdfCommonBuffer extends WdfObject {
  readonly enabler: WdfDmaEnabler;
  /** As the driver asked for, bytes. */
  readonly length: number;
  /** Alignment as a mask. */
  readonly alignment: number;
  #adapter: AdapterInfo | undefined;
  #raw: CommonBufferMemory | undefined;

  constructor(framework: WdfFramework, enabler: WdfDmaEnabler, attributes: ObjectAttributes, length: number, alignment: number) {
    super(framework, "WDFCOMMONBUFFER", enabler, attributes);
    this.enabler = enabler;
    this.length = length;
    this.alignment = alignment;
  }

  /** AllocateCommonBuffer of the read adapter, with room for the alignment where pages do not give it. Returns an NTSTATUS. */
  allocate(adapter: AdapterInfo): number {
    const needsRoom = this.alignment > pageSize - 1 || !this.framework.isVersionAtLeast(11);
    const rawLength = this.length + (needsRoom ? this.alignment : 0);
    if (rawLength > 0xffff_ffff) {
      this.framework.breakpoint({
        rule: "cb-length-overflow",
        message: `${this.framework.apiName()}: ${this.length} bytes and the alignment mask ${hex(this.alignment)} are more than 4 GiB`,
        explanation: "STATUS_INTEGER_OVERFLOW is returned. Check the computed length before the call.",
        objectId: this.id,
      });
      return status.integerOverflow;
    }
    const raw = adapter.adapter.allocateCommonBuffer(rawLength, `common buffer ${hex(this.handle, 8)}`, this.id);
    if (raw === undefined) return status.insufficientResources;
    this.#adapter = adapter;
    this.#raw = raw;
    return status.success;
  }

  get #memory(): CommonBufferMemory {
    assert(this.#raw !== undefined, "a common buffer has memory until it is disposed");
    return this.#raw;
  }

  /** Only the logical address is aligned; the virtual address keeps the same distance from the raw one. */
  get alignedLogical(): LogicalAddress {
    const mask = BigInt(this.alignment);
    return logicalAddress((this.#memory.logical + mask) & ~mask);
  }

  get alignedAddress(): number {
    const { address, logical } = this.#memory;
    return address + Number(this.alignedLogical - logical);
  }

  protected override dispose(): void {
    const { cpu } = this.framework.machine;
    const raw = this.#raw;
    if (raw === undefined) return;
    if (cpu.irql > passiveLevel) {
      this.framework.violation({
        rule: "cb-delete-at-dispatch",
        message: `${this.framework.name(this)} is deleted above PASSIVE_LEVEL`,
        explanation: "FreeCommonBuffer may be called at PASSIVE_LEVEL only, and KMDF does not defer the deletion of a common buffer.",
        objectId: this.id,
      });
    }
    this.#adapter?.adapter.freeCommonBuffer(raw.length, raw.logical, raw.address);
    this.#raw = undefined;
  }

  override label(): string {
    return `${this.attributes.context?.name ?? "common buffer"}, ${this.length} bytes`;
  }

  override fields(): FieldView[] {
    const raw = this.#raw;
    const fields: FieldView[] = [
      { name: "Enabler", value: this.framework.name(this.enabler), objectId: this.enabler.id },
      { name: "Length", value: `${this.length} bytes` },
      { name: "Alignment mask", value: hex(this.alignment) },
    ];
    if (raw === undefined) return fields;
    const address = hex(this.alignedAddress, 8);
    return [
      ...fields,
      { name: "Aligned virtual address", value: address, memoryReference: address },
      { name: "Aligned logical address", value: hex(this.alignedLogical) },
      { name: "Raw length", value: `${raw.length} bytes` },
      { name: "Raw virtual address", value: hex(raw.address, 8), memoryReference: hex(raw.address, 8) },
      { name: "Raw logical address", value: hex(raw.logical) },
    ];
  }
}
