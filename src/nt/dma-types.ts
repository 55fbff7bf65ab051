// SPDX-License-Identifier: MIT
/** Types of the DMA adapter interface (IoGetDmaAdapter and DMA_OPERATIONS of the WDK) at TypeScript level. */
import type { LogicalAddress } from "../base/index.ts";

/** The members of DEVICE_DESCRIPTION that a device without bus mastering has for the system DMA controller. */
export interface SubordinateDescription {
  readonly channel: number;
  /** Version 3; undefined = any request line of the channel. */
  readonly requestLine: number | undefined;
  readonly demandMode: boolean;
  /** The channel starts again by itself (looped transfers). */
  readonly autoInitialize: boolean;
  /** Data port of the device. */
  readonly deviceAddress: bigint;
}

/** The members of DEVICE_DESCRIPTION that decide on an adapter. */
export interface DeviceDescription {
  /** 2, or 3 for the extended operations. */
  readonly version: 1 | 2 | 3;
  /** Bus master. */
  readonly master: boolean;
  readonly scatterGather: boolean;
  readonly dma32BitAddresses: boolean;
  readonly dma64BitAddresses: boolean;
  /** Version 3: address bits of the device, 0 = as the two flags say. */
  readonly dmaAddressWidth?: number;
  /** Longest transfer, bytes. */
  readonly maximumLength: number;
  /** Present when the device is no bus master. */
  readonly subordinate?: SubordinateDescription;
}

/** DMA_COMPLETION_STATUS. */
export const dmaCompletionStatus = { complete: 0, aborted: 1, error: 2, cancelled: 3 } as const;
export type DmaCompletionStatus = keyof typeof dmaCompletionStatus;

/** Flags of the Ex routines. */
export interface DmaFlags {
  /** DMA_SYNCHRONOUS_CALLBACK: fail instead of waiting for map registers. */
  readonly synchronousCallback?: boolean;
}

/** DMA_TRANSFER_CONTEXT: identifies one request for map registers, for cancellation. Compare by identity. */
export class DmaTransferContext {
  /** CancelAdapterChannel came before the request: the next mapping fails with STATUS_CANCELLED. */
  isCancelled = false;
  /** For messages, e.g. `WDFDMATRANSACTION 0xE0000100`. */
  readonly label: string;

  constructor(label: string) {
    this.label = label;
  }
}

export interface ScatterGatherRequest {
  /** First MDL. */
  readonly mdl: number;
  /** Offset of the transfer in the chain that starts at `mdl`, bytes. */
  readonly offset: number;
  readonly length: number;
  /** True: memory → device. */
  readonly writeToDevice: boolean;
  /** Guest memory for the SCATTER_GATHER_LIST (Build…); absent: the HAL allocates it (Get…). */
  readonly buffer?: { readonly address: number; readonly length: number };
  /** The driver's list-control routine; called at DISPATCH_LEVEL with the address of the SCATTER_GATHER_LIST. */
  readonly run: (list: number) => void;
  readonly context?: DmaTransferContext;
  /** System DMA: as for MapTransferRequest. */
  readonly onComplete?: (status: DmaCompletionStatus) => void;
  readonly flags?: DmaFlags;
  /** For messages, e.g. `read transfer of 4096 bytes`. */
  readonly label: string;
  /** Object id of the transaction. */
  readonly objectId: number;
  /** Trace event that caused it. */
  readonly cause?: number;
}

/** What an adapter-control routine returns (IO_ALLOCATION_ACTION). */
export type AllocationAction = "keepObject" | "deallocateObject" | "deallocateObjectKeepRegisters";

/** Map registers granted by AllocateAdapterChannel; the token that MapRegisterBase stands for. */
export interface MapRegisterBase {
  readonly id: number;
  readonly count: number;
}

export interface ChannelRequest {
  readonly mapRegisters: number;
  /** The adapter-control routine; called at DISPATCH_LEVEL when the registers are granted. */
  readonly run: (base: MapRegisterBase) => AllocationAction;
  readonly context?: DmaTransferContext;
  readonly flags?: DmaFlags;
  readonly label: string;
  readonly objectId: number;
}

export interface MapTransferRequest {
  readonly base: MapRegisterBase;
  readonly mdl: number;
  /** Offset in the chain that starts at `mdl`, bytes. */
  readonly offset: number;
  readonly length: number;
  readonly writeToDevice: boolean;
  /** Elements the list can hold; 1 for MapTransfer. */
  readonly maximumElements: number;
  readonly context?: DmaTransferContext;
  /** System DMA: offset from the device address of the description, bytes. */
  readonly deviceOffset?: number;
  /** System DMA: called at DISPATCH_LEVEL when the controller is done or the transfer is canceled. */
  readonly onComplete?: (status: DmaCompletionStatus) => void;
  readonly label: string;
  readonly objectId: number;
}

export interface MappedElement {
  readonly address: LogicalAddress;
  readonly length: number;
}

export type MapTransferResult = { readonly status: number; readonly length: number; readonly elements: readonly MappedElement[] };

export interface DmaTransferInfo {
  readonly status: number;
  readonly mapRegisterCount: number;
  readonly scatterGatherElementCount: number;
  /** Bytes. */
  readonly scatterGatherListSize: number;
}

export interface CommonBufferMemory {
  /** Virtual address, page aligned. */
  readonly address: number;
  readonly logical: LogicalAddress;
  readonly length: number;
}
