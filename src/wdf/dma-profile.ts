// SPDX-License-Identifier: MIT
/** What each WDF_DMA_PROFILE means for the device description and for the class of its transactions (kmdf fxdmaenabler.cpp). */

export interface DmaProfile {
  /** Value of WDF_DMA_PROFILE. */
  readonly value: number;
  readonly name: string;
  readonly kind: "packet" | "scatterGather" | "system";
  readonly dma32: boolean;
  readonly dma64: boolean;
  readonly isDuplex: boolean;
  /** DEVICE_DESCRIPTION.Version without overrides (x86 and x64). */
  readonly version: 2 | 3;
}

const profile = (value: number, name: string, kind: DmaProfile["kind"], dma64: boolean, isDuplex: boolean): DmaProfile => ({
  value,
  name,
  kind,
  dma32: kind !== "system",
  dma64,
  isDuplex,
  version: kind === "system" ? 3 : 2,
});

export const dmaProfiles: readonly DmaProfile[] = [
  profile(1, "WdfDmaProfilePacket", "packet", false, false),
  profile(2, "WdfDmaProfileScatterGather", "scatterGather", false, false),
  profile(3, "WdfDmaProfilePacket64", "packet", true, false),
  profile(4, "WdfDmaProfileScatterGather64", "scatterGather", true, false),
  profile(5, "WdfDmaProfileScatterGatherDuplex", "scatterGather", false, true),
  profile(6, "WdfDmaProfileScatterGather64Duplex", "scatterGather", true, true),
  profile(7, "WdfDmaProfileSystem", "system", false, false),
  profile(8, "WdfDmaProfileSystemDuplex", "system", false, true),
];
