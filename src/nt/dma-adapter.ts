// SPDX-License-Identifier: MIT
/**
 * A DMA adapter: the operations of DMA_OPERATIONS, versions 2 and 3, at TypeScript level ("Adapter Objects and DMA" and the reference pages of the WDK).
 * Map registers are accounted even where nothing is copied, so that a driver meets waiting and splitting; copies happen only at map and flush.
 */
import type { LogicalAddress } from "../base/index.ts";
import { type Machine, type Mapping, type MemorySegment, dispatchLevel, passiveLevel } from "../machine/index.ts";
import { ntStatus, ntStatusValue, pageSize } from "../protocol/index.ts";
import type { Checks } from "./checks.ts";
import { CommonBuffers } from "./common-buffers.ts";
import {
  type CheckedAdapter,
  chainSegments,
  reportChannelNotHeld,
  reportDirection,
  reportLeak,
  reportMissingFlush,
  reportUnknownBase,
  reportUnknownList,
} from "./dma-adapter-checks.ts";
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
import type { SystemChannel } from "./system-channel.ts";
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
  /** The controller's channel for a device that is no bus master. */
  readonly system: SystemChannel | undefined;
  #channel: ActiveBase | undefined;
  #nextBase = 1;
  #isPut = false;

  constructor(parts: AdapterParts, limits: AdapterLimits, objectId: number, system?: SystemChannel) {
    this.objectId = objectId;
    this.system = system;
    this.version = limits.version;
    this.addressBits = limits.addressBits;
    this.scatterGather = limits.scatterGather;
    this.mapRegisters = limits.mapRegisters;
    this.#machine = parts.machine;
    this.#checks = parts.checks;
    this.#mdls = parts.mdls;
    this.#registers = new MapRegisters(limits.mapRegisters, limits.capacity, system?.gate);
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
    /** Since the adapter was got. */
    readonly registersGranted: number;
  } {
    return {
      registersInUse: this.#registers.inUse,
      waiting: this.#registers.waiting,
      lists: this.#lists.count,
      commonBuffers: this.#common.live,
      registersGranted: this.#registers.granted,
    };
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
      needsChannel: this.system !== undefined,
      context: request.context,
      immediate: request.flags?.synchronousCallback ?? false,
      label: request.label,
      grant: () => this.#atDispatch(() => this.#grantList(request, segments)),
    });
  }

  /** PutScatterGatherList: flushes, unmaps, frees the registers and the list. DISPATCH_LEVEL. May call back waiting requests. */
  putScatterGatherList(list: number, writeToDevice: boolean): void {
    this.#enterAtDispatch("PutScatterGatherList");
    const active = this.#lists.find(list);
    if (active === undefined) {
      reportUnknownList(this.#checked, list);
      return;
    }
    if (active.writeToDevice !== writeToDevice) reportDirection(this.#checked, "PutScatterGatherList", writeToDevice, active.label);
    this.system?.stop();
    this.#lists.put(list, active);
    this.#atDispatch(() => {
      this.#registers.release(active.registers);
      if (this.system !== undefined) this.#registers.releaseChannel();
    });
  }

  /**
   * BuildMdlFromScatterGatherList: the MDL of a list that was built without map registers is the original one. Map registers are no memory that an
   * MDL of the driver could describe. NTSTATUS.
   */
  buildMdlFromScatterGatherList(list: number, original: number): number {
    this.#enter("BuildMdlFromScatterGatherList", dispatchLevel);
    const active = this.#lists.find(list);
    if (active === undefined || original === 0) return ntStatus.STATUS_INVALID_PARAMETER;
    return active.mappings.some(({ bounce }) => bounce) ? ntStatus.STATUS_NOT_SUPPORTED : ntStatus.STATUS_SUCCESS;
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
    this.#startSystem(mappings, request);
    return { status: ntStatus.STATUS_SUCCESS, length: runs.reduce((sum, run) => sum + run.length, 0), elements: elementsOf(mappings) };
  }

  /**
   * FlushAdapterBuffers(Ex): ends the mappings of `base`; the first `length` bytes from the device (default: all) are copied out of map registers.
   * <= DISPATCH_LEVEL. Returns an NTSTATUS; it fails when the configuration injects a fault, and then nothing is copied.
   */
  flushAdapterBuffers(base: MapRegisterBase, writeToDevice: boolean, length = Number.POSITIVE_INFINITY): number {
    const routine = `FlushAdapterBuffers${this.version === 3 ? "Ex" : ""}`;
    this.#enter(routine, dispatchLevel);
    const active = this.#base(routine, base);
    if (active === undefined) return ntStatus.STATUS_INVALID_PARAMETER;
    const other = active.mappings.find(({ direction }) => (direction === "toDevice") !== writeToDevice);
    if (other !== undefined) reportDirection(this.#checked, routine, writeToDevice, active.label);
    this.system?.stop();
    const fault = this.#fault(routine);
    if (fault === undefined) this.#mapper.flush(active.mappings.splice(0), length);
    else this.#mapper.drop(active.mappings.splice(0));
    // Version 2 has a BOOLEAN only.
    return fault === undefined ? ntStatus.STATUS_SUCCESS : this.version === 3 ? fault : ntStatus.STATUS_UNSUCCESSFUL;
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
      reportChannelNotHeld(this.#checked, routine);
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

  /** CancelMappedTransfer: true when a transfer of `context` was stopped. Its completion routine is called, or its next mapping fails. <= DISPATCH_LEVEL. */
  cancelMappedTransfer(context: DmaTransferContext): boolean {
    this.#enter("CancelMappedTransfer", dispatchLevel);
    return this.system?.cancel(context) ?? false;
  }

  /** ReadDmaCounter: bytes that the controller has not moved; a bus master counts itself. <= DISPATCH_LEVEL. */
  readDmaCounter(): number {
    this.#enter("ReadDmaCounter", dispatchLevel);
    return this.system?.counter ?? 0;
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
    const leak = (rule: string, count: number, what: string, counterpart: string) => reportLeak(this.#checked, rule, count, what, counterpart);
    leak("cb-leak-at-put", this.#common.live.length, "common buffers", "FreeCommonBuffer");
    leak("ad-put-with-channels", this.#channel === undefined ? 0 : 1, "allocated channel", "FreeAdapterChannel");
    leak("ad-put-with-sglists", this.#lists.count, "scatter/gather lists", "PutScatterGatherList");
    leak("ad-put-with-mapregs", this.#bases.size - (this.#channel === undefined ? 0 : 1), "sets of map registers", "FreeMapRegisters");
    this.#registers.leave();
    this.#isPut = true;
  }

  get #checked(): CheckedAdapter {
    return { checks: this.#checks, mdls: this.#mdls, objectId: this.objectId };
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
    return chainSegments(this.#checked, routine, mdl, offset, length);
  }

  #grantList(request: ScatterGatherRequest, segments: readonly MemorySegment[]): void {
    const list = this.#lists.build(request, segments);
    if (this.system !== undefined) {
      this.#registers.holdChannel();
      this.#startSystem(this.#lists.find(list)?.mappings ?? [], request);
    }
    request.run(list);
  }

  /** The controller starts as soon as a transfer is mapped; the device's request line decides when data moves. */
  #startSystem(mappings: readonly Mapping[], request: MapTransferRequest | ScatterGatherRequest): void {
    const { writeToDevice, context, onComplete, objectId } = request;
    const deviceOffset = "deviceOffset" in request ? (request.deviceOffset ?? 0) : 0;
    this.system?.start({ mappings, writeToDevice, deviceOffset, context, onComplete, objectId });
  }

  #grantChannel(request: ChannelRequest): void {
    const base: MapRegisterBase = { id: this.#nextBase++, count: request.mapRegisters };
    const active: ActiveBase = { base, label: request.label, mappings: [] };
    this.#bases.set(base.id, active);
    // A controller has one channel: it belongs to the request already while its AdapterControl routine runs.
    if (this.system !== undefined) this.#hold(active);
    const action = this.#atDispatch(() => request.run(base));
    if (!this.#bases.has(base.id)) return;
    if (action === "keepObject") this.#hold(active);
    else if (this.#channel === active) {
      this.#channel = undefined;
      this.#registers.releaseChannel();
    }
    if (action === "deallocateObject") this.#releaseBase("AdapterControl", active);
  }

  #hold(active: ActiveBase): void {
    this.#channel = active;
    this.#registers.holdChannel();
  }

  #base(routine: string, base: MapRegisterBase): ActiveBase | undefined {
    const active = this.#bases.get(base.id);
    if (active === undefined) reportUnknownBase(this.#checked, routine, base.id);
    return active;
  }

  #releaseBase(routine: string, active: ActiveBase): void {
    if (active.mappings.length > 0) {
      reportMissingFlush(this.#checked, routine, active.label);
      this.system?.stop();
      this.#mapper.drop(active.mappings.splice(0));
    }
    this.#bases.delete(active.base.id);
    this.#atDispatch(() => this.#registers.release(active.base.count));
  }
}
