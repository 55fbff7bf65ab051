// SPDX-License-Identifier: MIT
/** The routines that DMA_OPERATIONS, version 3, adds ("DMA_OPERATIONS" of the WDK). */
import { ntStatus } from "../protocol/index.ts";
import type { DmaAdapter } from "./dma-adapter.ts";
import { type DmaRoutines, allocateChannel, allocateCommon, buildList, completionOf, isTrue, writeList } from "./dma-calls.ts";
import { dmaAdapterInfoV1, scatterGatherElement, scatterGatherList } from "./dma-layout.ts";
import type { DmaAdapters } from "./dma-operations.ts";

/** IO_ALLOCATION_ACTION DeallocateObjectKeepRegisters. */
const deallocateObjectKeepRegisters = 3;
/** ADAPTER_INFO_SYNCHRONOUS_CALLBACK. */
const infoSynchronousCallback = 1;

/** Entries that version 3 adds, with their prototypes. */
export function extendedDmaRoutines(adapters: DmaAdapters): DmaRoutines {
  const { memory } = adapters.parts.machine;
  const at = (routine: string, address: number) => adapters.at(routine, address >>> 0);
  return {
    GetDmaAdapterInfo: [
      "i:ii",
      (address: number, info: number) => {
        const adapter = at("GetDmaAdapterInfo", address);
        const { fields } = dmaAdapterInfoV1;
        if (memory.u32((info >>> 0) + fields.Version.offset) !== 1) return ntStatus.STATUS_NOT_SUPPORTED;
        const set = (name: keyof typeof fields, value: number) => memory.setU32((info >>> 0) + fields[name].offset, value);
        set("ReadDmaCounterAvailable", adapter.system === undefined ? 0 : 1);
        set("ScatterGatherLimit", adapter.mapRegisters);
        set("DmaAddressWidth", adapter.addressBits);
        set("Flags", infoSynchronousCallback);
        set("MinimumTransferUnit", 1);
        return ntStatus.STATUS_SUCCESS;
      },
    ],
    GetDmaTransferInfo: [
      "i:iiliii",
      (address: number, mdl: number, offset: bigint, length: number, write: number, info: number) => {
        const adapter = at("GetDmaTransferInfo", address);
        const version = memory.u32(info >>> 0);
        if (version !== 1 && version !== 2) return ntStatus.STATUS_NOT_SUPPORTED;
        const result = adapter.getDmaTransferInfo(mdl >>> 0, Number(BigInt.asUintN(32, offset)), length >>> 0, isTrue(write));
        if (result.status !== ntStatus.STATUS_SUCCESS) return result.status;
        const values = [result.mapRegisterCount, result.scatterGatherElementCount, result.scatterGatherListSize, result.mapRegisterCount];
        for (const [i, value] of values.slice(0, version === 1 ? 3 : 4).entries()) memory.setU32((info >>> 0) + 4 * (i + 1), value);
        return result.status;
      },
    ],
    InitializeDmaTransferContext: [
      "i:ii",
      (address: number, context: number) => {
        at("InitializeDmaTransferContext", address);
        adapters.initializeContext(context >>> 0);
        return ntStatus.STATUS_SUCCESS;
      },
    ],
    AllocateCommonBufferEx: [
      "i:iiiiii",
      (address: number, maximum: number, length: number, logical: number) => {
        const adapter = at("AllocateCommonBufferEx", address);
        return allocateCommon(adapters, adapter, length >>> 0, logical >>> 0, maximum === 0 ? undefined : memory.u64(maximum >>> 0));
      },
    ],
    CancelAdapterChannel: [
      "i:iii",
      (address: number, _device: number, context: number) =>
        at("CancelAdapterChannel", address).cancelAdapterChannel(adapters.context("CancelAdapterChannel", context >>> 0)) ? 1 : 0,
    ],
    CancelMappedTransfer: [
      "i:ii",
      (address: number, context: number) =>
        at("CancelMappedTransfer", address).cancelMappedTransfer(adapters.context("CancelMappedTransfer", context >>> 0))
          ? ntStatus.STATUS_SUCCESS
          : ntStatus.STATUS_UNSUCCESSFUL,
    ],
    // Custom functions are those of a controller's own HAL extension; the machine's controller has none.
    ConfigureAdapterChannel: [
      "i:iii",
      (address: number) => {
        at("ConfigureAdapterChannel", address);
        return ntStatus.STATUS_NOT_IMPLEMENTED;
      },
    ],
    ...transferRoutines(adapters, at),
  };
}

function transferRoutines(adapters: DmaAdapters, at: (routine: string, address: number) => DmaAdapter): DmaRoutines {
  const { memory } = adapters.parts.machine;
  return {
    AllocateAdapterChannelEx: [
      "i:iiiiiiii",
      (address: number, device: number, transfer: number, registers: number, flags: number, callback: number, context: number, out: number) => {
        const routine = "AllocateAdapterChannelEx";
        return allocateChannel(adapters, at(routine, address), {
          routine,
          device,
          registers,
          callback,
          context,
          transfer: adapters.context(routine, transfer >>> 0),
          flags,
          out,
        });
      },
    ],
    MapTransferEx: [
      "i:iiiliiiiiii",
      (
        address: number,
        mdl: number,
        token: number,
        offset: bigint,
        deviceOffset: number,
        length: number,
        write: number,
        list: number,
        bytes: number,
        completion: number,
        completionContext: number,
      ) => {
        const { base, context } = adapters.base(token >>> 0);
        const result = at("MapTransferEx", address).mapTransfer({
          deviceOffset: deviceOffset >>> 0,
          ...completionOf(adapters, "MapTransferEx", address, 0, completion, completionContext),
          base,
          mdl: mdl >>> 0,
          offset: Number(BigInt.asUintN(32, offset)),
          length: memory.u32(length >>> 0),
          writeToDevice: isTrue(write),
          maximumElements: Math.floor(((bytes >>> 0) - scatterGatherList.size) / scatterGatherElement.size),
          ...(context === undefined ? {} : { context }),
          label: "transfer (MapTransferEx)",
          objectId: 0,
        });
        memory.setU32(length >>> 0, result.length);
        if (result.status === ntStatus.STATUS_SUCCESS) writeList(adapters, list >>> 0, result);
        return result.status;
      },
    ],
    GetScatterGatherListEx: [
      "i:iiiiliiiiiiii",
      (
        address: number,
        device: number,
        transfer: number,
        mdl: number,
        offset: bigint,
        length: number,
        flags: number,
        callback: number,
        context: number,
        write: number,
        completion: number,
        completionContext: number,
        out: number,
      ) => {
        const routine = "GetScatterGatherListEx";
        return buildList(adapters, at(routine, address), {
          routine,
          ...completionOf(adapters, routine, address, device, completion, completionContext),
          device,
          mdl,
          offset: Number(BigInt.asUintN(32, offset)),
          length,
          callback,
          context,
          writeToDevice: isTrue(write),
          transfer: adapters.context(routine, transfer >>> 0),
          flags,
          out,
        });
      },
    ],
    BuildScatterGatherListEx: [
      "i:iiiiliiiiiiiiii",
      (
        address: number,
        device: number,
        transfer: number,
        mdl: number,
        offset: bigint,
        length: number,
        flags: number,
        callback: number,
        context: number,
        write: number,
        buffer: number,
        bytes: number,
        completion: number,
        completionContext: number,
        out: number,
      ) => {
        const routine = "BuildScatterGatherListEx";
        return buildList(adapters, at(routine, address), {
          routine,
          ...completionOf(adapters, routine, address, device, completion, completionContext),
          device,
          mdl,
          offset: Number(BigInt.asUintN(32, offset)),
          length,
          callback,
          context,
          writeToDevice: isTrue(write),
          buffer: { address: buffer >>> 0, length: bytes >>> 0 },
          transfer: adapters.context(routine, transfer >>> 0),
          flags,
          out,
        });
      },
    ],
    FlushAdapterBuffersEx: [
      "i:iiilii",
      (address: number, _mdl: number, token: number, _offset: bigint, length: number, write: number) => {
        const { base } = adapters.base(token >>> 0);
        return at("FlushAdapterBuffersEx", address).flushAdapterBuffers(base, isTrue(write), length >>> 0);
      },
    ],
    FreeAdapterObject: [
      ":ii",
      (address: number, action: number) => at("FreeAdapterObject", address).freeAdapterChannel("FreeAdapterObject", action === deallocateObjectKeepRegisters),
    ],
  };
}
