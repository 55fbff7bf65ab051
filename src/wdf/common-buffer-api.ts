// SPDX-License-Identifier: MIT
/** The functions of wdfcommonbuffer.h (kmdf fxcommonbufferapi.cpp). */
import { passiveLevel } from "../machine/index.ts";
import type { ApiTable } from "../nt/index.ts";
import { plainRules, readAttributes } from "./attributes.ts";
import { WdfCommonBuffer } from "./common-buffer.ts";
import { WdfDmaEnabler } from "./dma-enabler.ts";
import { WDF_COMMON_BUFFER_CONFIG } from "./dma-structs.ts";
import type { WdfFramework } from "./framework.ts";
import { isSuccess, status } from "./status.ts";
import { StructView } from "./struct-view.ts";

export function commonBufferApi(framework: WdfFramework): ApiTable {
  const { memory } = framework.machine;
  const resolveEnabler = (handle: number) => framework.resolve(handle, WdfDmaEnabler, "WDFDMAENABLER");
  const resolve = (handle: number): WdfCommonBuffer => framework.resolve(handle, WdfCommonBuffer, "WDFCOMMONBUFFER");
  return {
    WdfCommonBufferCreate: (handle: number, length: number, attributes: number, out: number) => {
      const enabler = resolveEnabler(handle);
      return createCommonBuffer(framework, enabler, length >>> 0, enabler.commonBufferAlignment, attributes, out);
    },
    WdfCommonBufferCreateWithConfig: (handle: number, length: number, config: number, attributes: number, out: number) => {
      const enabler = resolveEnabler(handle);
      const view = new StructView(memory, WDF_COMMON_BUFFER_CONFIG, framework.requirePointer(config, "Config"));
      if (view.get("Size") !== WDF_COMMON_BUFFER_CONFIG.size) return status.infoLengthMismatch;
      return createCommonBuffer(framework, enabler, length >>> 0, view.get("AlignmentRequirement"), attributes, out);
    },
    WdfCommonBufferGetAlignedVirtualAddress: (handle: number) => resolve(handle).alignedAddress,
    WdfCommonBufferGetAlignedLogicalAddress: (result: number, handle: number) => {
      memory.setU64(result >>> 0, resolve(handle).alignedLogical);
    },
    WdfCommonBufferGetLength: (handle: number) => resolve(handle).length,
  };
}

function createCommonBuffer(
  framework: WdfFramework,
  enabler: WdfDmaEnabler,
  length: number,
  alignment: number,
  attributesAddress: number,
  out: number,
): number {
  framework.machine.memory.setU32(framework.requirePointer(out, "CommonBuffer"), 0);
  if (!framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
  if (length === 0) return status.invalidParameter;
  const attributes = readAttributes(framework, attributesAddress, plainRules);
  if (typeof attributes === "number") return attributes;
  if ((alignment & (alignment + 1)) !== 0) {
    framework.violation({
      rule: "cb-alignment-not-mask",
      message: `${framework.apiName()} was given the alignment ${alignment}, which is no mask`,
      explanation:
        "AlignmentRequirement is a mask of the form 2^n - 1 (FILE_xxx_ALIGNMENT), e.g. 4095 for pages; with another value the address is not aligned.",
      objectId: enabler.id,
    });
  }
  const adapter = enabler.adapterFor(false);
  if (adapter === undefined) {
    return framework.machine.stop.bugCheck({
      rule: "en-system-unconfigured",
      message: `${framework.apiName()} was called for ${framework.name(enabler)}, which has no adapter: the framework reads through a NULL pointer`,
      explanation: "A common buffer of a system-profile enabler needs WdfDmaEnablerConfigureSystemProfile for the read direction first.",
      bugCheck: { code: 0x7e, name: "SYSTEM_THREAD_EXCEPTION_NOT_HANDLED", parameters: [0xc000_0005, 0, 0, 0] },
      objectId: enabler.id,
    });
  }
  const buffer = new WdfCommonBuffer(framework, enabler, attributes, length, alignment);
  const committed = buffer.commit();
  if (!isSuccess(committed)) return committed;
  const result = buffer.allocate(adapter);
  if (isSuccess(result)) framework.machine.memory.setU32(out >>> 0, buffer.handle);
  else buffer.discard();
  return result;
}
