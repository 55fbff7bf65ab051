// SPDX-License-Identifier: MIT
/** What the routines of DMA_OPERATIONS share: calls into the driver's list and channel routines, and lists written to its memory (dma-routines*.ts). */
import type { HostSignature } from "../machine/index.ts";
import type { DmaAdapter } from "./dma-adapter.ts";
import { type DmaOperationName, scatterGatherElement, scatterGatherList, scatterGatherListBytes } from "./dma-layout.ts";
import type { DmaAdapters } from "./dma-operations.ts";
import { type AllocationAction, type DmaCompletionStatus, type DmaTransferContext, type MapTransferResult, dmaCompletionStatus } from "./dma-types.ts";

export type DmaRoutine = readonly [signature: HostSignature, body: (...args: never[]) => number | bigint | void];
export type DmaRoutines = Readonly<Partial<Record<DmaOperationName, DmaRoutine>>>;

/** IO_ALLOCATION_ACTION. */
const allocationAction: Readonly<Record<number, AllocationAction>> = { 1: "keepObject", 2: "deallocateObject", 3: "deallocateObjectKeepRegisters" };
/** DMA_SYNCHRONOUS_CALLBACK. */
const synchronousCallback = 1;
export const isTrue = (value: number): boolean => (value & 0xff) !== 0;

/** A list to build, whichever of the four routines asks for it. */
interface ListCall {
  readonly routine: string;
  readonly device: number;
  readonly mdl: number;
  readonly offset: number;
  readonly length: number;
  readonly callback: number;
  readonly context: number;
  readonly writeToDevice: boolean;
  readonly buffer?: { readonly address: number; readonly length: number };
  readonly transfer?: DmaTransferContext;
  readonly flags?: number;
  /** Where to put the list's address; 0 = nowhere. */
  readonly out?: number;
  readonly onComplete?: (status: DmaCompletionStatus) => void;
}

/** Offset of `currentVa` in the chain that starts at `mdl`: drivers count from MmGetMdlVirtualAddress of the first MDL. */
export function offsetOf(adapters: DmaAdapters, mdl: number, currentVa: number): number {
  return ((currentVa >>> 0) - adapters.parts.mdls.virtualAddress(mdl >>> 0)) >>> 0;
}

function callDriver(adapters: DmaAdapters, name: string, target: number, args: readonly number[], routine: string): number {
  return adapters.parts.machine.guest.call(name, target, args, { kind: "kernel", label: routine });
}

/** The driver's DMA_COMPLETION_ROUTINE, as the member of a request; nothing when it gives none. */
export function completionOf(
  adapters: DmaAdapters,
  routine: string,
  adapter: number,
  device: number,
  target: number,
  context: number,
): { readonly onComplete?: (status: DmaCompletionStatus) => void } {
  if (target === 0) return {};
  return {
    onComplete: (status) => {
      callDriver(adapters, "DmaCompletionRoutine", target >>> 0, [adapter, device, context, dmaCompletionStatus[status]], routine);
    },
  };
}

export function buildList(adapters: DmaAdapters, adapter: DmaAdapter, call: ListCall): number {
  const { machine } = adapters.parts;
  return adapter.buildScatterGatherList({
    mdl: call.mdl >>> 0,
    offset: call.offset,
    length: call.length >>> 0,
    writeToDevice: call.writeToDevice,
    ...(call.buffer === undefined ? {} : { buffer: call.buffer }),
    ...(call.transfer === undefined ? {} : { context: call.transfer }),
    ...(call.onComplete === undefined ? {} : { onComplete: call.onComplete }),
    flags: { synchronousCallback: ((call.flags ?? 0) & synchronousCallback) !== 0 },
    label: `${call.writeToDevice ? "write" : "read"} transfer of ${call.length >>> 0} bytes (${call.routine})`,
    objectId: adapter.objectId,
    run: (list) => {
      if ((call.out ?? 0) !== 0) machine.memory.setU32((call.out ?? 0) >>> 0, list);
      if (call.callback !== 0) callDriver(adapters, "AdapterListControl", call.callback >>> 0, [call.device, 0, list, call.context], call.routine);
    },
  });
}

export function allocateChannel(
  adapters: DmaAdapters,
  adapter: DmaAdapter,
  call: { routine: string; device: number; registers: number; callback: number; context: number; transfer?: DmaTransferContext; flags?: number; out?: number },
): number {
  return adapter.allocateAdapterChannel({
    mapRegisters: call.registers >>> 0,
    ...(call.transfer === undefined ? {} : { context: call.transfer }),
    flags: { synchronousCallback: ((call.flags ?? 0) & synchronousCallback) !== 0 },
    label: `channel with ${call.registers >>> 0} map registers (${call.routine})`,
    objectId: adapter.objectId,
    run: (base) => {
      const token = adapters.addBase(adapter, base, call.transfer);
      if ((call.out ?? 0) !== 0) adapters.parts.machine.memory.setU32((call.out ?? 0) >>> 0, token);
      if (call.callback === 0) return "keepObject";
      const action = callDriver(adapters, "AdapterControl", call.callback >>> 0, [call.device, 0, token, call.context], call.routine);
      return allocationAction[action] ?? "deallocateObject";
    },
  });
}

export function writeList(adapters: DmaAdapters, list: number, result: MapTransferResult): void {
  const { memory } = adapters.parts.machine;
  memory.setU32(list + scatterGatherList.fields.NumberOfElements.offset, result.elements.length);
  result.elements.forEach(({ address, length }, i) => {
    const element = list + scatterGatherListBytes(i);
    memory.setU64(element + scatterGatherElement.fields.Address.offset, address);
    memory.setU32(element + scatterGatherElement.fields.Length.offset, length);
    memory.setU32(element + scatterGatherElement.fields.Reserved.offset, 0);
  });
}

export function allocateCommon(adapters: DmaAdapters, adapter: DmaAdapter, length: number, logicalOut: number, maximum?: bigint): number {
  const buffer = adapter.allocateCommonBuffer(length, "common buffer of the driver's own adapter", adapter.objectId);
  if (buffer === undefined) return 0;
  if (maximum !== undefined && buffer.logical + BigInt(length) - 1n > maximum) {
    adapter.freeCommonBuffer(length, buffer.logical, buffer.address);
    return 0;
  }
  adapters.parts.machine.memory.setU64(logicalOut, buffer.logical);
  return buffer.address;
}
