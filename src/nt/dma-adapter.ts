// SPDX-License-Identifier: MIT
/**
 * A DMA adapter: the operations of DMA_OPERATIONS, versions 2 and 3, at TypeScript level ("Adapter Objects and DMA" and the reference pages of the WDK).
 * Map registers are accounted even where nothing is copied, so that a driver meets waiting and splitting; copies happen only at map and flush.
 */
import { type LogicalAddress, hex } from "../base/index.ts";
import { type Machine, type Mapping, type MemorySegment, dispatchLevel, passiveLevel } from "../machine/index.ts";
import { ntStatus, ntStatusValue, pageSize } from "../protocol/index.ts";
import type { Checks } from "./checks.ts";
import { CommonBuffers } from "./common-buffers.ts";
import { DmaMapper, elementsOf } from "./dma-mapper.ts";
import type {
  ChannelRequest,
  CommonBufferMemory,
  DmaTransferContext,
  DmaTransferInfo,
  MapRegisterBase,
  MapTransferRequest,
  MapTransferResult,
  ScatterGatherRequest,
} from "./dma-types.ts";
import { MapRegisters } from "./map-registers.ts";
import type { Mdls } from "./mdl.ts";
import { pagesSpanned } from "./mdl-layout.ts";
import type { Pool } from "./pool.ts";
import { ScatterGatherLists, listBytes } from "./scatter-gather-lists.ts";

export interface AdapterParts {
  readonly machine: Machine;
  readonly checks: Checks;
  readonly mdls: Mdls;
  readonly pool: Pool;
}

export interface AdapterLimits {
  readonly version: 1 | 2 | 3;
  readonly addressBits: number;
  readonly scatterGather: boolean;
  /** Map registers of one transfer. */
  readonly mapRegisters: number;
  /** Map registers of all transfers together; Infinity = no shortage. */
  readonly capacity: number;
}

interface ActiveBase {
  readonly base: MapRegisterBase;
  readonly label: string;
  readonly mappings: Mapping[];
}

export class DmaAdapter {
  /** Object id of the owner (DMA enabler). */
  readonly objectId: number;
  readonly version: 1 | 2 | 3;
  /** Address bits of the device. */
  readonly addressBits: number;
  readonly scatterGather: boolean;
  /** Map registers one transfer can have. */
  readonly mapRegisters: number;
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #mdls: Mdls;
  readonly #registers: MapRegisters;
  readonly #mapper: DmaMapper;
  readonly #common: CommonBuffers;
  readonly #lists: ScatterGatherLists;
  readonly #bases = new Map<number, ActiveBase>();
  #channel: ActiveBase | undefined;
  #nextBase = 1;
  #isPut = false;

  constructor(parts: AdapterParts, limits: AdapterLimits, objectId: number) {
    this.objectId = objectId;
    this.version = limits.version;
    this.addressBits = limits.addressBits;
    this.scatterGather = limits.scatterGather;
    this.mapRegisters = limits.mapRegisters;
    this.#machine = parts.machine;
    this.#checks = parts.checks;
    this.#mdls = parts.mdls;
    this.#registers = new MapRegisters(limits.mapRegisters, limits.capacity);
    this.#mapper = new DmaMapper(parts.machine, limits);
    this.#lists = new ScatterGatherLists(parts.machine, parts.pool, this.#mapper);
    this.#common = new CommonBuffers(parts.machine, parts.checks, limits.addressBits);
  }

  /** Map registers in use, and the transfers that wait for some; for views. */
  get state(): {
    readonly registersInUse: number;
    readonly waiting: readonly string[];
    readonly lists: number;
    readonly commonBuffers: readonly CommonBufferMemory[];
  } {
    return { registersInUse: this.#registers.inUse, waiting: this.#registers.waiting, lists: this.#lists.count, commonBuffers: this.#common.live };
  }

  /** Zeroed memory that CPU and device share; undefined when there is none. PASSIVE_LEVEL. */
  allocateCommonBuffer(length: number, label: string, objectId: number): CommonBufferMemory | undefined {
    this.#enter("AllocateCommonBuffer", passiveLevel);
    if (this.#machine.injectedFault("AllocateCommonBuffer") !== undefined || length === 0) return undefined;
    return this.#common.allocate(length, label, objectId);
  }

  /** PASSIVE_LEVEL. Takes what `allocateCommonBuffer` returned. */
  freeCommonBuffer(length: number, logical: LogicalAddress, address: number): void {
    this.#enter("FreeCommonBuffer", passiveLevel);
    this.#common.free(length, logical, address);
  }

  /** Alignment the device's buffers need for the sake of the platform, bytes. 1: a PC has coherent caches. */
  getDmaAlignment(): number {
    this.#enter("GetDmaAlignment", dispatchLevel);
    return 1;
  }

  /** CalculateScatterGatherList. Without `mdl`: for a page-aligned buffer of `length` bytes. `size` in bytes. */
  calculateScatterGatherListSize(length: number, mdl?: number, offset = 0): { readonly status: number; readonly size: number; readonly mapRegisters: number } {
    this.#enter("CalculateScatterGatherList", dispatchLevel);
    const pages = mdl === undefined ? Math.ceil(length / pageSize) : this.#mdls.segments(mdl, offset, length)?.length;
    if (pages === undefined) return { status: ntStatus.STATUS_BUFFER_TOO_SMALL, size: 0, mapRegisters: 0 };
    if (pages > this.mapRegisters) return { status: ntStatus.STATUS_INSUFFICIENT_RESOURCES, size: 0, mapRegisters: 0 };
    return { status: ntStatus.STATUS_SUCCESS, size: listBytes(pages), mapRegisters: pages };
  }

  /**
   * BuildScatterGatherList(Ex) with `buffer`, GetScatterGatherList(Ex) without. DISPATCH_LEVEL. Calls back before it returns, or later when map registers
   * are free. Returns an NTSTATUS; success says that the callback has come or will come.
   */
  buildScatterGatherList(request: ScatterGatherRequest): number {
    const routine = `${request.buffer === undefined ? "Get" : "Build"}ScatterGatherList${this.version === 3 ? "Ex" : ""}`;
    this.#enterAtDispatch(routine);
    const fault = this.#fault(routine);
    if (fault !== undefined) return fault;
    const segments = this.#segments(routine, request.mdl, request.offset, request.length);
    if (typeof segments === "number") return segments;
    const { buffer } = request;
    if (buffer !== undefined && buffer.length < listBytes(segments.length)) return ntStatus.STATUS_BUFFER_TOO_SMALL;
    return this.#registers.request({
      count: segments.length,
      needsChannel: false,
      context: request.context,
      immediate: request.flags?.synchronousCallback ?? false,
      label: request.label,
      grant: () => this.#atDispatch(() => request.run(this.#lists.build(request, segments))),
    });
  }

  /** PutScatterGatherList: flushes, unmaps, frees the registers and the list. DISPATCH_LEVEL. May call back waiting requests. */
  putScatterGatherList(list: number, writeToDevice: boolean): void {
    this.#enterAtDispatch("PutScatterGatherList");
    const active = this.#lists.find(list);
    if (active === undefined) {
      this.#checks.violation({
        rule: "ad-put-sglist-unknown",
        message: `PutScatterGatherList: ${this.#checks.whatIsAt(list)} is not a scatter/gather list of this adapter, or it was put already`,
        explanation: "Each list is put once, through the adapter that built it.",
        address: list,
        objectId: this.objectId,
      });
      return;
    }
    if (active.writeToDevice !== writeToDevice) {
      this.#checks.violation({
        rule: "ad-direction-mismatch",
        message: `PutScatterGatherList: WriteToDevice is ${writeToDevice ? "TRUE" : "FALSE"}, but the ${active.label} was mapped with ${active.writeToDevice ? "TRUE" : "FALSE"}`,
        explanation: "The direction decides what is copied out of map registers; it must be the one the list was built with.",
        objectId: this.objectId,
      });
    }
    this.#lists.put(list, active);
    this.#atDispatch(() => this.#registers.release(active.registers));
  }

  /** AllocateAdapterChannel(Ex). DISPATCH_LEVEL. Calls back before it returns, or later. NTSTATUS. */
  allocateAdapterChannel(request: ChannelRequest): number {
    const routine = `AllocateAdapterChannel${this.version === 3 ? "Ex" : ""}`;
    this.#enterAtDispatch(routine);
    const fault = this.#fault(routine);
    if (fault !== undefined) return fault;
    return this.#registers.request({
      count: request.mapRegisters,
      needsChannel: true,
      context: request.context,
      immediate: request.flags?.synchronousCallback ?? false,
      label: request.label,
      grant: () => this.#grantChannel(request),
    });
  }

  /** MapTransfer(Ex). <= DISPATCH_LEVEL. May map less than asked: what is contiguous, what the registers and the list hold, one MDL for a one-element list. */
  mapTransfer(request: MapTransferRequest): MapTransferResult {
    const routine = `MapTransfer${this.version === 3 ? "Ex" : ""}`;
    this.#enter(routine, dispatchLevel);
    const failed = (status: number): MapTransferResult => ({ status, length: 0, elements: [] });
    const fault = this.#fault(routine);
    if (fault !== undefined) return failed(fault);
    if (request.context?.isCancelled === true) return failed(ntStatus.STATUS_CANCELLED);
    const active = this.#base(routine, request.base);
    if (active === undefined) return failed(ntStatus.STATUS_INVALID_PARAMETER);
    const isSingle = !this.scatterGather || request.maximumElements === 1;
    const length = isSingle ? Math.min(request.length, this.#mdls.bytesFrom(request.mdl, request.offset)) : request.length;
    const segments = this.#segments(routine, request.mdl, request.offset, length);
    if (typeof segments === "number") return failed(segments);
    const used = active.mappings.flatMap((mapping) => mapping.segments).reduce((pages, segment) => pages + pagesSpanned(segment.address, segment.length), 0);
    const free = segments.slice(0, Math.max(0, request.base.count - used));
    const runs = this.#mapper.runs(free).slice(0, Math.max(1, request.maximumElements));
    if (runs.length === 0) return failed(ntStatus.STATUS_INSUFFICIENT_RESOURCES);
    const mappings = this.#mapper.map(runs, request.writeToDevice, request);
    active.mappings.push(...mappings);
    return { status: ntStatus.STATUS_SUCCESS, length: runs.reduce((sum, run) => sum + run.length, 0), elements: elementsOf(mappings) };
  }

  /**
   * FlushAdapterBuffers(Ex): ends the mappings of `base`; the first `length` bytes from the device (default: all) are copied out of map registers.
   * <= DISPATCH_LEVEL.
   */
  flushAdapterBuffers(base: MapRegisterBase, writeToDevice: boolean, length = Number.POSITIVE_INFINITY): void {
    this.#enter("FlushAdapterBuffers", dispatchLevel);
    const active = this.#base("FlushAdapterBuffers", base);
    if (active === undefined) return;
    const other = active.mappings.find(({ direction }) => (direction === "toDevice") !== writeToDevice);
    if (other !== undefined) {
      this.#checks.violation({
        rule: "ad-direction-mismatch",
        message: `FlushAdapterBuffers: WriteToDevice is ${writeToDevice ? "TRUE" : "FALSE"}, but the ${active.label} was mapped with ${writeToDevice ? "FALSE" : "TRUE"}`,
        explanation: "The direction of the flush must be that of MapTransfer.",
        objectId: this.objectId,
      });
    }
    this.#mapper.flush(active.mappings.splice(0), length);
  }

  /** FreeMapRegisters. DISPATCH_LEVEL. May call back waiting requests. */
  freeMapRegisters(base: MapRegisterBase): void {
    this.#enterAtDispatch("FreeMapRegisters");
    const active = this.#base("FreeMapRegisters", base);
    if (active !== undefined) this.#releaseBase("FreeMapRegisters", active);
  }

  /**
   * FreeAdapterChannel and FreeAdapterObject: releases a channel kept with `keepObject`, with its registers unless they are kept for FreeMapRegisters.
   * DISPATCH_LEVEL.
   */
  freeAdapterChannel(routine = "FreeAdapterChannel", keepsRegisters = false): void {
    this.#enterAtDispatch(routine);
    const held = this.#channel;
    if (held === undefined) {
      this.#checks.violation({
        rule: "ad-channel-not-held",
        message: `${routine}: the adapter channel is not allocated`,
        explanation: "FreeAdapterChannel and FreeAdapterObject are the counterpart of an AdapterControl routine that returned KeepObject.",
        objectId: this.objectId,
      });
      return;
    }
    this.#channel = undefined;
    this.#atDispatch(() => {
      if (!keepsRegisters) this.#releaseBase(routine, held);
      this.#registers.releaseChannel();
    });
  }

  /** CancelAdapterChannel: true when the request of `context` was still queued and is gone now. <= DISPATCH_LEVEL. */
  cancelAdapterChannel(context: DmaTransferContext): boolean {
    this.#enter("CancelAdapterChannel", dispatchLevel);
    const wasQueued = this.#atDispatch(() => this.#registers.cancel(context));
    if (wasQueued) context.isCancelled = true;
    return wasQueued;
  }

  /** GetDmaTransferInfo. <= DISPATCH_LEVEL. */
  getDmaTransferInfo(mdl: number, offset: number, length: number, _writeToDevice: boolean): DmaTransferInfo {
    this.#enter("GetDmaTransferInfo", dispatchLevel);
    const segments = this.#segments("GetDmaTransferInfo", mdl, offset, length);
    if (typeof segments === "number") return { status: segments, mapRegisterCount: 0, scatterGatherElementCount: 0, scatterGatherListSize: 0 };
    return {
      status: ntStatus.STATUS_SUCCESS,
      mapRegisterCount: segments.length,
      scatterGatherElementCount: this.#mapper.runs(segments).length,
      scatterGatherListSize: listBytes(segments.length),
    };
  }

  /** PutDmaAdapter: gives the adapter back; what it still holds is a violation. PASSIVE_LEVEL. */
  putDmaAdapter(): void {
    this.#enter("PutDmaAdapter", passiveLevel);
    const leak = (rule: string, count: number, what: string, counterpart: string) => {
      if (count === 0) return;
      this.#checks.violation({
        rule,
        message: `PutDmaAdapter: the adapter still has ${count} ${what}`,
        explanation: `Release everything that was allocated through an adapter (${counterpart}) before the adapter itself; bug check 0xE6 under DMA verification.`,
        objectId: this.objectId,
      });
    };
    leak("cb-leak-at-put", this.#common.live.length, "common buffers", "FreeCommonBuffer");
    leak("ad-put-with-channels", this.#channel === undefined ? 0 : 1, "allocated channel", "FreeAdapterChannel");
    leak("ad-put-with-sglists", this.#lists.count, "scatter/gather lists", "PutScatterGatherList");
    leak("ad-put-with-mapregs", this.#bases.size - (this.#channel === undefined ? 0 : 1), "sets of map registers", "FreeMapRegisters");
    this.#isPut = true;
  }

  #enter(routine: string, limit: number): void {
    if (this.#isPut) {
      this.#checks.bugCheck(0xe6, [0x1e, 0, 0, 0], {
        rule: "ad-use-after-put",
        message: `${routine} was called on a DMA adapter that PutDmaAdapter has released`,
        explanation: "After PutDmaAdapter the adapter may not be used; obtain a new one with IoGetDmaAdapter.",
        objectId: this.objectId,
      });
    }
    this.#checks.irqlAtMost(routine, limit, "ad-irql");
  }

  #enterAtDispatch(routine: string): void {
    this.#enter(routine, dispatchLevel);
    this.#checks.irqlAtLeast(routine, dispatchLevel, "ad-irql");
  }

  /** Runs `action` at DISPATCH_LEVEL: waiting requests are called back there. */
  #atDispatch<T>(action: () => T): T {
    const { cpu } = this.#machine;
    const old = cpu.irql;
    if (old < dispatchLevel) cpu.raise(dispatchLevel);
    const result = action();
    if (old < dispatchLevel) cpu.lower(old);
    return result;
  }

  #fault(routine: string): number | undefined {
    const name = this.#machine.injectedFault(routine);
    return name === undefined ? undefined : (ntStatusValue(name) ?? ntStatus.STATUS_INSUFFICIENT_RESOURCES);
  }

  #segments(routine: string, mdl: number, offset: number, length: number): readonly MemorySegment[] | number {
    if (length === 0) return ntStatus.STATUS_INVALID_PARAMETER;
    for (
      let current = mdl, skipped = 0;
      current !== 0 && skipped < offset + length;
      skipped += this.#mdls.byteCount(current), current = this.#mdls.next(current)
    ) {
      if (this.#mdls.describesPages(current)) continue;
      this.#checks.violation({
        rule: "mdl-lifecycle",
        message: `${routine}: the MDL at ${hex(current, 8)} describes no pages: it was neither locked nor built`,
        explanation: "Lock the pages with MmProbeAndLockPages, or call MmBuildMdlForNonPagedPool for nonpaged memory, before the MDL is given to DMA.",
        address: current,
        objectId: this.objectId,
      });
      return ntStatus.STATUS_INVALID_PARAMETER;
    }
    return this.#mdls.segments(mdl, offset, length) ?? ntStatus.STATUS_BUFFER_TOO_SMALL;
  }

  #grantChannel(request: ChannelRequest): void {
    const base: MapRegisterBase = { id: this.#nextBase++, count: request.mapRegisters };
    const active: ActiveBase = { base, label: request.label, mappings: [] };
    this.#bases.set(base.id, active);
    const action = this.#atDispatch(() => request.run(base));
    if (action === "deallocateObject") this.#releaseBase("AdapterControl", active);
    else if (action === "keepObject" && this.#bases.has(base.id)) {
      this.#channel = active;
      this.#registers.holdChannel();
    }
  }

  #base(routine: string, base: MapRegisterBase): ActiveBase | undefined {
    const active = this.#bases.get(base.id);
    if (active === undefined) {
      this.#checks.violation({
        rule: "ad-mapregs-unknown",
        message: `${routine}: the map registers (MapRegisterBase ${base.id}) were freed already`,
        explanation: "Map registers are valid from the AdapterControl routine until FreeMapRegisters or FreeAdapterChannel.",
        objectId: this.objectId,
      });
    }
    return active;
  }

  #releaseBase(routine: string, active: ActiveBase): void {
    if (active.mappings.length > 0) {
      this.#checks.violation({
        rule: "mb-flush-iobuffers-missing",
        message: `${routine}: the ${active.label} is still mapped; FlushAdapterBuffers was not called`,
        explanation: "Without the flush, data that the device wrote to map registers never reaches the buffer.",
        objectId: this.objectId,
      });
      this.#mapper.drop(active.mappings.splice(0));
    }
    this.#bases.delete(active.base.id);
    this.#atDispatch(() => this.#registers.release(active.base.count));
  }
}
