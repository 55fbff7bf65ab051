// SPDX-License-Identifier: MIT
/** Structures of the DMA interface with the 32-bit WDK layout (wdm.h). */
import { struct } from "../base/index.ts";

export const scatterGatherElement = struct("SCATTER_GATHER_ELEMENT", { Address: "i64", Length: "u32", Reserved: "u32" });

/** Header; the elements follow at `size`. */
export const scatterGatherList = struct("SCATTER_GATHER_LIST", { NumberOfElements: "u32", Reserved: "u32" });

export const dmaTransferInfoV1 = struct("DMA_TRANSFER_INFO_V1", { MapRegisterCount: "u32", ScatterGatherElementCount: "u32", ScatterGatherListSize: "u32" });

/** DEVICE_DESCRIPTION up to version 3. */
export const deviceDescription = struct("DEVICE_DESCRIPTION", {
  Version: "u32",
  Master: "u8",
  ScatterGather: "u8",
  DemandMode: "u8",
  AutoInitialize: "u8",
  Dma32BitAddresses: "u8",
  IgnoreCount: "u8",
  Reserved1: "u8",
  Dma64BitAddresses: "u8",
  BusNumber: "u32",
  DmaChannel: "u32",
  InterfaceType: "u32",
  DmaWidth: "u32",
  DmaSpeed: "u32",
  MaximumLength: "u32",
  DmaPort: "u32",
  DmaAddressWidth: "u32",
  DmaControllerInstance: "u32",
  DmaRequestLine: "u32",
  DeviceAddress: "i64",
});

/** Bytes of a SCATTER_GATHER_LIST with `elements` elements. */
export const scatterGatherListBytes = (elements: number): number => scatterGatherList.size + elements * scatterGatherElement.size;

export const dmaAdapterLayout = struct("DMA_ADAPTER", { Version: "u16", Size: "u16", DmaOperations: "ptr" });

/** Entries of DMA_OPERATIONS behind Size, in order; `dmaOperationCount` says how many each version has. */
export const dmaOperationNames = [
  "PutDmaAdapter",
  "AllocateCommonBuffer",
  "FreeCommonBuffer",
  "AllocateAdapterChannel",
  "FlushAdapterBuffers",
  "FreeAdapterChannel",
  "FreeMapRegisters",
  "MapTransfer",
  "GetDmaAlignment",
  "ReadDmaCounter",
  "GetScatterGatherList",
  "PutScatterGatherList",
  "CalculateScatterGatherList",
  "BuildScatterGatherList",
  "BuildMdlFromScatterGatherList",
  "GetDmaAdapterInfo",
  "GetDmaTransferInfo",
  "InitializeDmaTransferContext",
  "AllocateCommonBufferEx",
  "AllocateAdapterChannelEx",
  "ConfigureAdapterChannel",
  "CancelAdapterChannel",
  "MapTransferEx",
  "GetScatterGatherListEx",
  "BuildScatterGatherListEx",
  "FlushAdapterBuffersEx",
  "FreeAdapterObject",
  "CancelMappedTransfer",
] as const;
export type DmaOperationName = (typeof dmaOperationNames)[number];

/** Entries of the table by version of the adapter. */
export const dmaOperationCount = { 1: 15, 2: 15, 3: 28 } as const;

/** DMA_ADAPTER_INFO with its version 1 member. */
export const dmaAdapterInfoV1 = struct("DMA_ADAPTER_INFO", {
  Version: "u32",
  ReadDmaCounterAvailable: "u32",
  ScatterGatherLimit: "u32",
  DmaAddressWidth: "u32",
  Flags: "u32",
  MinimumTransferUnit: "u32",
});
