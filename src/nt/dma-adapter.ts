// SPDX-License-Identifier: MIT
/** A DMA adapter: the operations of DMA_OPERATIONS at TypeScript level. */
import { AssertionFailure, type LogicalAddress } from "../base/index.ts";
import type { ChannelRequest, CommonBufferMemory, DmaTransferContext, DmaTransferInfo, MapRegisterBase, MapTransferRequest, MapTransferResult, ScatterGatherRequest } from "./dma-types.ts";

export class DmaAdapter {
  /** Object id of the owner (DMA enabler). */
  readonly objectId: number;
  readonly version: 1 | 2 | 3;
  /** Address bits of the device. */
  readonly addressBits: number;
  /** Map registers the adapter can hold at a time. */
  readonly mapRegisters: number;

  constructor(objectId: number, version: 1 | 2 | 3, addressBits: number, mapRegisters: number) {
    this.objectId = objectId;
    this.version = version;
    this.addressBits = addressBits;
    this.mapRegisters = mapRegisters;
  }

  /** Zeroed? No: filled with a pattern, as drivers must not rely on zeros. Undefined when out of memory. PASSIVE_LEVEL. */
  allocateCommonBuffer(_length: number, _label: string, _objectId: number): CommonBufferMemory | undefined {
    throw new AssertionFailure("not written yet");
  }
  /** PASSIVE_LEVEL. */
  freeCommonBuffer(_length: number, _logical: LogicalAddress, _address: number): void {
    throw new AssertionFailure("not written yet");
  }
  /** Bytes, 1 or more. */
  getDmaAlignment(): number {
    throw new AssertionFailure("not written yet");
  }
  /** CalculateScatterGatherList; without `mdl` for any buffer of `length` bytes that starts `pageOffset` into a page. */
  calculateScatterGatherListSize(_length: number, _mdl?: number, _offset?: number): { readonly status: number; readonly size: number; readonly mapRegisters: number } {
    throw new AssertionFailure("not written yet");
  }
  /** BuildScatterGatherList(Ex) with `buffer`, GetScatterGatherList(Ex) without. DISPATCH_LEVEL. Calls back before it returns, or later when map registers are free. */
  buildScatterGatherList(_request: ScatterGatherRequest): number {
    throw new AssertionFailure("not written yet");
  }
  /** PutScatterGatherList: flushes, unmaps, frees the registers and the list. DISPATCH_LEVEL. */
  putScatterGatherList(_list: number, _writeToDevice: boolean): void {
    throw new AssertionFailure("not written yet");
  }
  /** AllocateAdapterChannel(Ex). DISPATCH_LEVEL. NTSTATUS. */
  allocateAdapterChannel(_request: ChannelRequest): number {
    throw new AssertionFailure("not written yet");
  }
  /** MapTransfer(Ex). <= DISPATCH_LEVEL. */
  mapTransfer(_request: MapTransferRequest): MapTransferResult {
    throw new AssertionFailure("not written yet");
  }
  /** FlushAdapterBuffers(Ex): ends the mappings of the last MapTransfer of `base`; copies bounced data of reads. */
  flushAdapterBuffers(_base: MapRegisterBase, _writeToDevice: boolean): void {
    throw new AssertionFailure("not written yet");
  }
  freeMapRegisters(_base: MapRegisterBase): void {
    throw new AssertionFailure("not written yet");
  }
  /** Releases a channel kept with `keepObject`, with its registers. */
  freeAdapterChannel(): void {
    throw new AssertionFailure("not written yet");
  }
  /** True when the request of `context` was still queued and is gone now. */
  cancelAdapterChannel(_context: DmaTransferContext): boolean {
    throw new AssertionFailure("not written yet");
  }
  getDmaTransferInfo(_mdl: number, _offset: number, _length: number, _writeToDevice: boolean): DmaTransferInfo {
    throw new AssertionFailure("not written yet");
  }
  /** PutDmaAdapter: gives the adapter back; what it still holds is a violation. */
  putDmaAdapter(): void {
    throw new AssertionFailure("not written yet");
  }
}
