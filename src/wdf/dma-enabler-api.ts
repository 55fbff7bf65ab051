// SPDX-License-Identifier: MIT
/** The functions of wdfdmaenabler.h (kmdf fxdmaenablerapi.cpp). */
import { passiveLevel } from "../machine/index.ts";
import { type ApiTable, dmaResource, partialResourceDescriptor } from "../nt/index.ts";
import { parentRules, readAttributes } from "./attributes.ts";
import { WdfDevice } from "./device.ts";
import { WdfDmaEnabler } from "./dma-enabler.ts";
import { readEnablerConfig } from "./dma-enabler-config.ts";
import { WDF_DMA_SYSTEM_PROFILE_CONFIG, dmaDirection } from "./dma-structs.ts";
import { isDirection } from "./dma-transaction-initialize.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfObject } from "./object.ts";
import { isSuccess, status } from "./status.ts";
import { StructView } from "./struct-view.ts";

export function dmaEnablerApi(framework: WdfFramework): ApiTable {
  const resolve = (handle: number): WdfDmaEnabler => framework.resolve(handle, WdfDmaEnabler, "WDFDMAENABLER");
  return {
    WdfDmaEnablerCreate: (device: number, config: number, attributes: number, out: number) => createEnabler(framework, device, config, attributes, out),
    WdfDmaEnablerConfigureSystemProfile: (handle: number, config: number, direction: number) => configureSystemProfile(framework, handle, config, direction),
    WdfDmaEnablerGetMaximumLength: (handle: number) => resolve(handle).maximumLength,
    WdfDmaEnablerGetFragmentLength: (handle: number, direction: number) => {
      const enabler = resolve(handle);
      if (!isDirection(direction)) return breakDirection(framework, enabler, direction);
      return enabler.adapterFor(direction === dmaDirection.writeToDevice)?.maximumFragmentLength ?? 0;
    },
    WdfDmaEnablerWdmGetDmaAdapter: (handle: number, direction: number) => {
      const enabler = resolve(handle);
      if (!isDirection(direction)) return breakDirection(framework, enabler, direction);
      const info = enabler.adapterFor(direction === dmaDirection.writeToDevice);
      return info === undefined ? 0 : framework.nt.dmaAdapters.expose(info.adapter);
    },
    WdfDmaEnablerGetMaximumScatterGatherElements: (handle: number) => resolve(handle).maximumScatterGatherElements,
    WdfDmaEnablerSetMaximumScatterGatherElements: (handle: number, count: number) => {
      const enabler = framework.resolve(handle, WdfDmaEnabler, "WDFDMAENABLER");
      if (!framework.verifierIrqlAtMost(passiveLevel)) return;
      if (count !== 0) {
        enabler.maximumScatterGatherElements = count >>> 0;
        return;
      }
      framework.violation({
        rule: "en-sgmax-zero",
        message: `WdfDmaEnablerSetMaximumScatterGatherElements was called with 0 for ${framework.name(enabler)}`,
        explanation: "The framework only traces this and ignores the call: the limit stays as it was.",
        objectId: enabler.id,
      });
    },
  };
}

function breakDirection(framework: WdfFramework, enabler: WdfDmaEnabler, direction: number): 0 {
  framework.breakpoint({
    rule: "en-direction-invalid",
    message: `${framework.apiName()} was given direction ${direction} for ${framework.name(enabler)}`,
    explanation: "The direction is WdfDmaDirectionReadFromDevice (0) or WdfDmaDirectionWriteToDevice (1); 0 is returned.",
    objectId: enabler.id,
  });
  return 0;
}

function createEnabler(framework: WdfFramework, deviceHandle: number, configAddress: number, attributesAddress: number, out: number): number {
  const device = framework.resolve(deviceHandle, WdfDevice, "WDFDEVICE");
  if (!framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
  framework.requirePointer(out, "DmaEnabler");
  framework.requirePointer(configAddress, "Config");
  framework.machine.memory.setU32(out >>> 0, 0);
  const attributes = readAttributes(framework, attributesAddress, parentRules);
  if (typeof attributes === "number") return attributes;
  const parent = attributes.parent === 0 ? device : chooseParent(framework, device, attributes.parent);
  if (typeof parent === "number") return parent;
  const config = readEnablerConfig(framework, configAddress >>> 0);
  if (typeof config === "number") return config;
  const enabler = new WdfDmaEnabler(framework, device, parent, attributes, config);
  const committed = enabler.commit();
  if (!isSuccess(committed)) return committed;
  const result = enabler.initialize();
  if (isSuccess(result)) framework.machine.memory.setU32(out >>> 0, enabler.handle);
  else enabler.discard();
  return result;
}

/** A parent must descend from the same device; drivers for KMDF before 1.11 always get the device. */
function chooseParent(framework: WdfFramework, device: WdfDevice, handle: number): WdfObject | number {
  const parent = framework.resolve(handle, WdfObject, "WDFOBJECT");
  if (!framework.isVersionAtLeast(11)) return device;
  return parent.ancestor(WdfDevice) === device ? parent : status.wdfObjectAttributesInvalid;
}

function configureSystemProfile(framework: WdfFramework, handle: number, configAddress: number, direction: number): number {
  const enabler = framework.resolve(handle, WdfDmaEnabler, "WDFDMAENABLER");
  if (!framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
  const refuse = (message: string, result: number): number => {
    framework.breakpoint({
      rule: "en-system-config",
      message: `WdfDmaEnablerConfigureSystemProfile: ${message} (${framework.name(enabler)})`,
      explanation:
        "Fill WDF_DMA_SYSTEM_PROFILE_CONFIG with its INIT function, give it the descriptor of a DMA resource, and configure each direction of a system-profile enabler once.",
      objectId: enabler.id,
    });
    return result;
  };
  if (configAddress === 0) return refuse("ProfileConfig is NULL", status.invalidParameter);
  const view = new StructView(framework.machine.memory, WDF_DMA_SYSTEM_PROFILE_CONFIG, configAddress);
  if (view.get("Size") !== WDF_DMA_SYSTEM_PROFILE_CONFIG.size) return refuse(`ProfileConfig.Size is ${view.get("Size")}`, status.infoLengthMismatch);
  if (view.get("DmaDescriptor") === 0) return refuse("DmaDescriptor is NULL", status.invalidParameter);
  if (!isDirection(direction)) return status.invalidParameter;
  if (enabler.adapterFor(direction === dmaDirection.writeToDevice) !== undefined) return refuse("the direction is configured already", status.invalidParameter);
  const { description } = enabler;
  const descriptor = view.get("DmaDescriptor") + partialResourceDescriptor.fields.u.offset;
  const { memory } = framework.machine;
  if (description === undefined) return status.unsuccessful;
  return enabler.configure(
    {
      ...description,
      subordinate: {
        channel: memory.u32(descriptor + dmaResource.Channel),
        requestLine: memory.u32(descriptor + dmaResource.RequestLine),
        demandMode: view.get("DemandMode") !== 0,
        autoInitialize: view.get("LoopedTransfer") !== 0,
        deviceAddress: view.get64("DeviceAddress"),
      },
    },
    direction === dmaDirection.writeToDevice,
  );
}
