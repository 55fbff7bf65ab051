// SPDX-License-Identifier: MIT
/** Layouts and constants of wdfdmaenabler.h, wdfdmatransaction.h and wdfcommonbuffer.h, 32-bit. */
import { struct } from "../base/index.ts";

export const WDF_DMA_ENABLER_CONFIG = struct("WDF_DMA_ENABLER_CONFIG", {
  Size: "u32",
  Profile: "i32",
  MaximumLength: "u32",
  EvtDmaEnablerFill: "ptr",
  EvtDmaEnablerFlush: "ptr",
  EvtDmaEnablerDisable: "ptr",
  EvtDmaEnablerEnable: "ptr",
  EvtDmaEnablerSelfManagedIoStart: "ptr",
  EvtDmaEnablerSelfManagedIoStop: "ptr",
  AddressWidthOverride: "u32",
  WdmDmaVersionOverride: "u32",
  Flags: "u32",
});

/** Bytes of the structure before KMDF 1.11: the last three members are missing. */
export const enablerConfigBytesBefore111 = WDF_DMA_ENABLER_CONFIG.fields.AddressWidthOverride.offset;

export const WDF_DMA_SYSTEM_PROFILE_CONFIG = struct("WDF_DMA_SYSTEM_PROFILE_CONFIG", {
  Size: "u32",
  DemandMode: "u8",
  LoopedTransfer: "u8",
  DmaWidth: "i32",
  DeviceAddress: "i64",
  DmaDescriptor: "ptr",
});

export const WDF_COMMON_BUFFER_CONFIG = struct("WDF_COMMON_BUFFER_CONFIG", { Size: "u32", AlignmentRequirement: "u32" });

/** WDF_DMA_DIRECTION; the number is also the HAL's WriteToDevice. */
export const dmaDirection = { readFromDevice: 0, writeToDevice: 1 } as const;

/** WDF_DMA_ENABLER_CONFIG_FLAGS. */
export const enablerFlags = { noSgListPreallocation: 0x1, requireSingleTransfer: 0x2 } as const;

/** WDF_DMA_ENABLER_UNLIMITED_FRAGMENTS. */
export const unlimitedFragments = 0xffff_ffff;

/** DMA_TRANSFER_CONTEXT_SIZE_V1. */
export const transferContextBytes = 128;
