// SPDX-License-Identifier: MIT
/**
 * What packet and system transactions share (kmdf fxdmatransactionpacket.cpp): an adapter channel that is held from Execute to the end of the transaction, and the
 * staging loop. DmaCompleted* inside EvtProgramDma does not nest: it notes "rerun staging", and the outer loop calls EvtProgramDma again.
 */
import { dispatchLevel } from "../machine/index.ts";
import type { AllocationAction, DmaAdapter, MapRegisterBase, MapTransferRequest } from "../nt/index.ts";
import { type FieldView, pageSize } from "../protocol/index.ts";
import { advanceInChain, mapRegisterNeed } from "./dma-map-registers.ts";
import { type ListBlock, writeList } from "./dma-scatter-gather-list.ts";
import type { WdfDmaTransaction } from "./dma-transaction.ts";
import type { TransferStager } from "./dma-transfer-stager.ts";
import { isSuccess, status, statusText } from "./status.ts";

/** A reservation asked for by WdfDmaTransactionAllocateResources. */
export interface Reservation {
  readonly mapRegisters: number;
  /** EvtReserveDma. */
  readonly callback: number;
  readonly context: number;
}

export abstract class ChannelStager implements TransferStager {
  protected readonly transaction: WdfDmaTransaction;
  #base: MapRegisterBase | undefined;
  #reservation: Reservation | undefined;
  #isStaging = false;
  #rerun = false;
  #generation = 0;

  constructor(transaction: WdfDmaTransaction) {
    this.transaction = transaction;
  }

  /** What AdapterControl returns when the channel is kept. */
  protected abstract readonly keepAction: AllocationAction;
  /** Before the channel is asked for. NTSTATUS. */
  protected abstract enter(): number;
  /** The channel was refused, or the transaction lets go of it. */
  protected abstract leave(): void;
  /** Map registers to ask for without reservation. */
  protected abstract registersForStart(length: number): number;
  /** Map registers of WdfDmaTransactionAllocateResources with count 0. */
  abstract registersToReserve(): number;
  /** Where the list of the next transfer goes. */
  protected abstract list(): ListBlock | undefined;
  /** Called before each mapping: an NTSTATUS that ends the staging, or "map", or "over" when the driver has ended the transaction itself. */
  protected abstract beforeMapping(offset: number, length: number): number | "map" | "over";
  protected abstract mapOptions(list: ListBlock): Pick<MapTransferRequest, "maximumElements" | "deviceOffset" | "onComplete">;
  /** After EvtProgramDma. */
  protected abstract programmed(list: ListBlock): void;
  /** At the end of each turn of the staging loop. */
  protected abstract turnEnds(): void;
  /** The first transfer could not be staged; Execute has returned success, or will. */
  protected abstract firstFailed(result: number): void;
  protected abstract free(adapter: DmaAdapter | undefined, base: MapRegisterBase): void;
  abstract prepare(): number;
  abstract dispose(): void;

  get reservedMapRegisters(): number {
    return this.#reservation?.mapRegisters ?? 0;
  }
  protected get isStaging(): boolean {
    return this.#isStaging;
  }

  start(): number {
    const { transaction } = this;
    const { framework, progress } = transaction;
    const entered = this.enter();
    if (!isSuccess(entered)) return entered;
    if (this.#reservation !== undefined && this.#base !== undefined) {
      const { cpu } = framework.machine;
      const irql = cpu.raise(dispatchLevel);
      this.#control(this.#base);
      cpu.lower(irql);
      return status.success;
    }
    return this.#allocate(this.registersForStart(Math.min(progress.remaining, transaction.maximumFragmentLength)));
  }

  /** AllocateResources: asks for the channel; EvtReserveDma tells when it is there. */
  reserve(reservation: Reservation): number {
    this.#reservation = reservation;
    const result = this.#allocate(reservation.mapRegisters);
    if (!isSuccess(result)) this.#reservation = undefined;
    return result;
  }

  #allocate(mapRegisters: number): number {
    const { transaction } = this;
    const { framework, adapterInfo, enabler } = transaction;
    if (adapterInfo === undefined) return status.internalError;
    const generation = this.#generation;
    const { cpu } = framework.machine;
    const irql = cpu.raise(dispatchLevel);
    const result = adapterInfo.adapter.allocateAdapterChannel({
      mapRegisters,
      run: (base) => {
        if (generation === this.#generation) {
          this.#control(base);
          return this.keepAction;
        }
        transaction.reportLateGrant();
        return "deallocateObject";
      },
      ...(enabler.usesDmaV3 && transaction.transferContext !== undefined
        ? { context: transaction.transferContext, flags: { synchronousCallback: transaction.immediateExecution } }
        : {}),
      label: framework.name(transaction),
      objectId: transaction.id,
    });
    if (!isSuccess(result)) this.leave();
    cpu.lower(irql);
    return result;
  }

  /** The adapter-control routine, at DISPATCH_LEVEL. */
  #control(base: MapRegisterBase): void {
    const { transaction } = this;
    this.#base = base;
    if (transaction.stateName === "Reserved" && this.#reservation !== undefined) {
      const { callback, context } = this.#reservation;
      transaction.framework.callback("EvtReserveDma", callback, [transaction.handle, context], { objectId: transaction.id });
      return;
    }
    const result = this.stageNext();
    if (!isSuccess(result)) this.firstFailed(result);
  }

  /** The staging loop. Inside itself it only notes that it has to run again. */
  stageNext(): number {
    if (this.#isStaging) {
      this.#rerun = true;
      return status.success;
    }
    const { transaction } = this;
    this.#isStaging = true;
    transaction.reference();
    let result: number;
    do {
      this.#rerun = false;
      result = this.#stageOnce();
      this.turnEnds();
    } while (this.#rerun);
    this.#isStaging = false;
    transaction.dereference();
    return result;
  }

  #stageOnce(): number {
    const { transaction } = this;
    const { framework, progress, start, adapterInfo, writeToDevice } = transaction;
    const base = this.#base;
    const block = this.list();
    if (adapterInfo === undefined || base === undefined || block === undefined) return status.internalError;
    const offset = start.offset + progress.transferred;
    transaction.position = { mdl: start.mdl, offset };
    const length = this.#limitToReservation(Math.min(progress.remaining, transaction.maximumFragmentLength), offset);
    progress.begin(length);
    const decision = this.beforeMapping(offset, length);
    if (decision === "over") return status.success;
    if (decision !== "map") {
      progress.abandon();
      return decision;
    }
    const mapped = adapterInfo.adapter.mapTransfer({
      base,
      mdl: start.mdl,
      offset,
      length,
      writeToDevice,
      ...this.mapOptions(block),
      ...(transaction.transferContext === undefined ? {} : { context: transaction.transferContext }),
      label: `${writeToDevice ? "write" : "read"} transfer of ${length} bytes of ${framework.name(transaction)}`,
      objectId: transaction.id,
    });
    if (!isSuccess(mapped.status)) {
      progress.abandon();
      return mapped.status;
    }
    progress.shrink(mapped.length);
    block.open();
    writeList(framework.machine.memory, block.address, mapped.elements);
    transaction.callProgramDma(block.address);
    this.programmed(block);
    return status.success;
  }

  /** What a reservation can map from the current page offset. */
  #limitToReservation(length: number, offset: number): number {
    const { framework, start, requiresSingleTransfer } = this.transaction;
    if (requiresSingleTransfer || this.#reservation === undefined) return length;
    const { mdl: mdls } = framework.nt;
    const place = advanceInChain(mdls, start.mdl, 0, offset);
    const reserved = this.#reservation.mapRegisters;
    if (mapRegisterNeed(mdls, place.mdl, place.offset, length, reserved).required <= reserved) return length;
    return Math.min(length, reserved * pageSize - ((mdls.virtualAddress(place.mdl) + place.offset) % pageSize));
  }

  finishTransfer(): number {
    const { adapterInfo, framework, writeToDevice, progress } = this.transaction;
    const base = this.#base;
    if (base === undefined || adapterInfo === undefined) return status.success;
    const result = adapterInfo.adapter.flushAdapterBuffers(base, writeToDevice, progress.current);
    if (!isSuccess(result)) {
      framework.breakpoint({
        rule: "done-flush-failed",
        message: `${framework.apiName()}: the HAL could not flush the transfer of ${framework.name(this.transaction)} (${statusText(result)})`,
        explanation: "The data of the transfer may not have arrived. The transaction ends with TRUE and this status.",
        objectId: this.transaction.id,
      });
    }
    return result;
  }

  release(force: boolean): void {
    const { transaction } = this;
    const { framework, adapterInfo } = transaction;
    if (this.#reservation !== undefined && !force) return;
    this.#generation++;
    this.#reservation = undefined;
    const base = this.#base;
    this.#base = undefined;
    transaction.adapterInfo = undefined;
    this.leave();
    if (base === undefined) return;
    const { cpu } = framework.machine;
    const irql = cpu.raise(dispatchLevel);
    this.free(adapterInfo?.adapter, base);
    cpu.lower(irql);
  }

  fields(): FieldView[] {
    return [
      { name: "Map registers reserved", value: String(this.reservedMapRegisters) },
      { name: "Map registers held", value: this.#base === undefined ? "none" : String(this.#base.count) },
      { name: "Staging", value: this.#isStaging ? (this.#rerun ? "in progress, rerun requested" : "in progress") : "no" },
    ];
  }
}
