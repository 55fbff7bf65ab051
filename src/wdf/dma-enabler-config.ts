// SPDX-License-Identifier: MIT
/** WDF_DMA_ENABLER_CONFIG: reading, and the checks that need no adapter (kmdf fxdmaenablerapi.cpp, fxdmaenabler.cpp). */
import type { DeviceDescription } from "../nt/index.ts";
import { type DmaProfile, dmaProfiles } from "./dma-profile.ts";
import { WDF_DMA_ENABLER_CONFIG, enablerConfigBytesBefore111, enablerFlags } from "./dma-structs.ts";
import type { WdfFramework } from "./framework.ts";
import { status } from "./status.ts";
import { StructView } from "./struct-view.ts";

/** Callbacks of an enabler by what they do; 0 = none. */
export interface EnablerCallbacks {
  readonly fill: number;
  readonly flush: number;
  readonly disable: number;
  readonly enable: number;
  readonly selfManagedIoStart: number;
  readonly selfManagedIoStop: number;
}

export interface EnablerConfig {
  readonly profile: DmaProfile;
  /** Largest single transfer of the device, bytes. */
  readonly maximumLength: number;
  readonly callbacks: EnablerCallbacks;
  readonly addressWidthOverride: number;
  readonly versionOverride: number;
  readonly flags: number;
}

function breakConfig(framework: WdfFramework, rule: string, what: string): void {
  framework.breakpoint({
    rule,
    message: `WdfDmaEnablerCreate: WDF_DMA_ENABLER_CONFIG.${what}`,
    explanation: "Initialize the structure with WDF_DMA_ENABLER_CONFIG_INIT, a profile of WDF_DMA_PROFILE and the longest transfer of the device.",
  });
}

/** The configuration at `address`, or the NTSTATUS that refuses it. */
export function readEnablerConfig(framework: WdfFramework, address: number): EnablerConfig | number {
  const view = new StructView(framework.machine.memory, WDF_DMA_ENABLER_CONFIG, address);
  const hasOverrides = framework.isVersionAtLeast(11);
  const size = hasOverrides ? WDF_DMA_ENABLER_CONFIG.size : enablerConfigBytesBefore111;
  if (view.get("Size") !== size) {
    breakConfig(framework, "en-config-size", `Size is ${view.get("Size")} instead of ${size}`);
    return status.infoLengthMismatch;
  }
  const value = view.get("Profile");
  const profile = dmaProfiles.find((candidate) => candidate.value === value);
  if (profile === undefined) {
    breakConfig(framework, "en-profile-invalid", `Profile is ${value}`);
    return status.invalidParameter;
  }
  const maximumLength = view.get("MaximumLength");
  if (maximumLength === 0) {
    breakConfig(framework, "en-maxlen-zero", "MaximumLength is 0");
    return status.invalidParameter;
  }
  return {
    profile,
    maximumLength,
    callbacks: {
      fill: view.get("EvtDmaEnablerFill"),
      flush: view.get("EvtDmaEnablerFlush"),
      disable: view.get("EvtDmaEnablerDisable"),
      enable: view.get("EvtDmaEnablerEnable"),
      selfManagedIoStart: view.get("EvtDmaEnablerSelfManagedIoStart"),
      selfManagedIoStop: view.get("EvtDmaEnablerSelfManagedIoStop"),
    },
    addressWidthOverride: hasOverrides ? view.get("AddressWidthOverride") : 0,
    versionOverride: hasOverrides ? view.get("WdmDmaVersionOverride") : 0,
    flags: hasOverrides ? view.get("Flags") : 0,
  };
}

/** DEVICE_DESCRIPTION for `config`, or STATUS_INVALID_PARAMETER after the break that tells why. */
export function describeDevice(framework: WdfFramework, config: EnablerConfig): DeviceDescription | number {
  const { profile, addressWidthOverride, versionOverride, flags } = config;
  const refuse = (rule: string, message: string, explanation: string) => {
    framework.breakpoint({ rule, message: `WdfDmaEnablerCreate: ${message}`, explanation });
    return status.invalidParameter;
  };
  let version: number = profile.version;
  let width = 0;
  if (addressWidthOverride !== 0) {
    if (profile.kind === "system" || (!profile.dma64 && addressWidthOverride > 32)) {
      return refuse(
        "en-addrwidth-override-invalid",
        `AddressWidthOverride ${addressWidthOverride} does not fit ${profile.name}`,
        "An override needs a bus-master profile, and a 64-bit profile when it is above 32.",
      );
    }
    version = 3;
    width = addressWidthOverride;
  }
  if (versionOverride !== 0) {
    if (versionOverride < version) {
      return refuse(
        "en-dma-version-override",
        `WdmDmaVersionOverride ${versionOverride} is below ${version}, which the profile or AddressWidthOverride requires`,
        "An override can only raise the DMA version.",
      );
    }
    version = versionOverride;
  }
  if (version >= 3 && width === 0) width = profile.dma64 ? 64 : profile.dma32 ? 32 : 24;
  if ((flags & enablerFlags.requireSingleTransfer) !== 0 && (!framework.isVersionAtLeast(19) || version !== 3)) {
    return refuse(
      "en-single-transfer-unsupported",
      `WDF_DMA_ENABLER_CONFIG_REQUIRE_SINGLE_TRANSFER with DMA version ${version} in a driver for KMDF 1.${framework.options.version.minor}`,
      "Single-transfer transactions need KMDF 1.19 and DMA version 3 (WdmDmaVersionOverride = 3).",
    );
  }
  // A version above 3 goes to the HAL as it is, which refuses it.
  if (version !== 2 && version !== 3) return status.unsuccessful;
  return {
    version,
    master: profile.kind !== "system",
    scatterGather: profile.kind === "scatterGather",
    dma32BitAddresses: profile.dma32,
    dma64BitAddresses: profile.dma64,
    dmaAddressWidth: width,
    maximumLength: config.maximumLength,
  };
}
