// SPDX-License-Identifier: MIT
/** The routines of DMA_OPERATIONS, version 2, over the adapters of dma-adapter.ts ("DMA_OPERATIONS" of the WDK). */
import { logicalAddress } from "../base/index.ts";
import { ntStatus } from "../protocol/index.ts";
import type { DmaAdapter } from "./dma-adapter.ts";
import { type DmaRoutines, allocateChannel, allocateCommon, buildList, isTrue, offsetOf } from "./dma-calls.ts";
import type { DmaAdapters } from "./dma-operations.ts";

/** Entries of version 2 with their prototypes. */
export function dmaRoutines(adapters: DmaAdapters): DmaRoutines {
  const { memory } = adapters.parts.machine;
  const at = (routine: string, address: number) => adapters.at(routine, address >>> 0);
  return {
    PutDmaAdapter: [
      ":i",
      (address: number) => {
        const adapter = at("PutDmaAdapter", address);
        adapter.putDmaAdapter();
        adapters.forget(adapter);
      },
    ],
    AllocateCommonBuffer: [
      "i:iiii",
      (address: number, length: number, logical: number) => {
        const adapter = at("AllocateCommonBuffer", address);
        return allocateCommon(adapters, adapter, length >>> 0, logical >>> 0);
      },
    ],
    FreeCommonBuffer: [
      ":iiiii",
      (address: number, length: number, logical: number, virtual: number) =>
        at("FreeCommonBuffer", address).freeCommonBuffer(length >>> 0, logicalAddress(memory.u64(logical >>> 0)), virtual >>> 0),
    ],
    AllocateAdapterChannel: [
      "i:iiiii",
      (address: number, device: number, registers: number, callback: number, context: number) =>
        allocateChannel(adapters, at("AllocateAdapterChannel", address), { routine: "AllocateAdapterChannel", device, registers, callback, context }),
    ],
    FlushAdapterBuffers: [
      "i:iiiiii",
      (address: number, _mdl: number, token: number, _va: number, length: number, write: number) => {
        const { base } = adapters.base(token >>> 0);
        return at("FlushAdapterBuffers", address).flushAdapterBuffers(base, isTrue(write), length >>> 0) === ntStatus.STATUS_SUCCESS ? 1 : 0;
      },
    ],
    FreeAdapterChannel: [":i", (address: number) => at("FreeAdapterChannel", address).freeAdapterChannel()],
    FreeMapRegisters: [
      ":iii",
      (address: number, token: number) => {
        at("FreeMapRegisters", address).freeMapRegisters(adapters.base(token >>> 0).base);
        adapters.forgetBase(token >>> 0);
      },
    ],
    MapTransfer: [
      // The PHYSICAL_ADDRESS result goes through the hidden first pointer.
      ":iiiiiii",
      (out: number, address: number, mdl: number, token: number, va: number, length: number, write: number) => {
        const result = at("MapTransfer", address).mapTransfer({
          base: adapters.base(token >>> 0).base,
          mdl: mdl >>> 0,
          offset: offsetOf(adapters, mdl, va),
          length: memory.u32(length >>> 0),
          writeToDevice: isTrue(write),
          maximumElements: 1,
          label: "transfer (MapTransfer)",
          objectId: 0,
        });
        memory.setU32(length >>> 0, result.length);
        memory.setU64(out >>> 0, result.elements[0]?.address ?? 0n);
      },
    ],
    GetDmaAlignment: ["i:i", (address: number) => at("GetDmaAlignment", address).getDmaAlignment()],
    ReadDmaCounter: ["i:i", (address: number) => at("ReadDmaCounter", address).readDmaCounter()],
    ...listRoutines(adapters, at),
  };
}

function listRoutines(adapters: DmaAdapters, at: (routine: string, address: number) => DmaAdapter): DmaRoutines {
  const { memory } = adapters.parts.machine;
  return {
    GetScatterGatherList: [
      "i:iiiiiiii",
      (address: number, device: number, mdl: number, va: number, length: number, callback: number, context: number, write: number) =>
        buildList(adapters, at("GetScatterGatherList", address), {
          routine: "GetScatterGatherList",
          device,
          mdl,
          offset: offsetOf(adapters, mdl, va),
          length,
          callback,
          context,
          writeToDevice: isTrue(write),
        }),
    ],
    PutScatterGatherList: [
      ":iii",
      (address: number, list: number, write: number) => at("PutScatterGatherList", address).putScatterGatherList(list >>> 0, isTrue(write)),
    ],
    CalculateScatterGatherList: [
      "i:iiiiii",
      (address: number, mdl: number, va: number, length: number, size: number, registers: number) => {
        const adapter = at("CalculateScatterGatherList", address);
        const result =
          mdl === 0
            ? adapter.calculateScatterGatherListSize(length >>> 0)
            : adapter.calculateScatterGatherListSize(length >>> 0, mdl >>> 0, offsetOf(adapters, mdl, va));
        memory.setU32(size >>> 0, result.size);
        if (registers !== 0) memory.setU32(registers >>> 0, result.mapRegisters);
        return result.status;
      },
    ],
    BuildMdlFromScatterGatherList: [
      "i:iiii",
      (address: number, list: number, original: number, target: number) => {
        const answer = at("BuildMdlFromScatterGatherList", address).buildMdlFromScatterGatherList(list >>> 0, original >>> 0);
        if (answer === ntStatus.STATUS_SUCCESS) memory.setU32(target >>> 0, original);
        return answer;
      },
    ],
    BuildScatterGatherList: [
      "i:iiiiiiiiii",
      (
        address: number,
        device: number,
        mdl: number,
        va: number,
        length: number,
        callback: number,
        context: number,
        write: number,
        buffer: number,
        bytes: number,
      ) =>
        buildList(adapters, at("BuildScatterGatherList", address), {
          routine: "BuildScatterGatherList",
          device,
          mdl,
          offset: offsetOf(adapters, mdl, va),
          length,
          callback,
          context,
          writeToDevice: isTrue(write),
          buffer: { address: buffer >>> 0, length: bytes >>> 0 },
        }),
    ],
  };
}
