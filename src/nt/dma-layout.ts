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
