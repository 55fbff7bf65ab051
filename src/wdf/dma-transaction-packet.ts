// SPDX-License-Identifier: MIT
/**
 * Packet transactions (kmdf fxdmatransactionpacket.cpp): the map registers are held from Execute to the end, each transfer is one contiguous
 * element, and DmaCompleted* inside EvtProgramDma does not nest: it notes "rerun staging", and the outer loop calls EvtProgramDma again.
 */
import { hex } from "../base/index.ts";
import { dispatchLevel } from "../machine/index.ts";
import type { MapRegisterBase } from "../nt/index.ts";
import { scatterGatherListBytes } from "../nt/index.ts";
import { type FieldView, pageSize } from "../protocol/index.ts";
import { advanceInChain, mapRegisterNeed, pagesSpanned } from "./dma-map-registers.ts";
import type { PacketGates } from "./dma-packet-gate.ts";
import { ListBlock, writeList } from "./dma-scatter-gather-list.ts";
import type { WdfDmaTransaction } from "./dma-transaction.ts";
import type { TransferStager } from "./dma-transfer-stager.ts";
import { isSuccess, status } from "./status.ts";

/** A reservation asked for by WdfDmaTransactionAllocateResources. */
export interface Reservation {
  readonly mapRegisters: number;
  /** EvtReserveDma. */
  readonly callback: number;
  readonly context: number;
}

export class PacketStager implements TransferStager {
  readonly #transaction: WdfDmaTransaction;
  readonly #gates: PacketGates;
  /** The SCATTER_GATHER_LIST of the framework's stack: valid inside EvtProgramDma only. */
  #block: ListBlock | undefined;
  #base: MapRegisterBase | undefined;
  #reservation: Reservation | undefined;
  #isStaging = false;
  #rerun = false;
  #generation = 0;

  constructor(transaction: WdfDmaTransaction, gates: PacketGates) {
    this.#transaction = transaction;
    this.#gates = gates;
  }

  /** False when there is no memory. */
  preallocate(): boolean {
    const { framework } = this.#transaction;
    this.#block = ListBlock.allocate(
      framework,
      scatterGatherListBytes(1),
      `SCATTER_GATHER_LIST of ${framework.name(this.#transaction)}, which lies on the framework's stack and is valid inside EvtProgramDma only`,
    );
    return this.#block !== undefined;
  }

  get reservedMapRegisters(): number {
    return this.#reservation?.mapRegisters ?? 0;
  }

  prepare(): number {
    return status.success;
  }

  start(): number {
    const transaction = this.#transaction;
    const { framework, progress, enabler } = transaction;
    if (!enabler.usesDmaV3 && !this.#gates.take(enabler.device, transaction)) {
      const holder = this.#gates.holder(enabler.device);
      framework.breakpoint({
        rule: "txn-busy-second-packet",
        message: `${framework.apiName()}: ${framework.name(transaction)} finds ${holder === undefined ? "another transaction" : framework.name(holder)} active on the device (STATUS_WDF_BUSY)`,
        explanation:
          "A device can have one packet transaction at a time with DMA version 2. Use a sequential queue, or DMA version 3 (WdmDmaVersionOverride = 3).",
        objectId: transaction.id,
      });
      return status.wdfBusy;
    }
    if (this.#reservation !== undefined && this.#base !== undefined) {
      const { cpu } = framework.machine;
      const irql = cpu.raise(dispatchLevel);
      this.#control(this.#base);
      cpu.lower(irql);
      return status.success;
    }
    const length = Math.min(progress.remaining, transaction.maximumFragmentLength);
    const { mdl, offset } = transaction.start;
    // A transfer that is not the only one may start anywhere in a page; a chain is mapped MDL by MDL.
    const pageOffset = length === progress.remaining ? (framework.nt.mdl.virtualAddress(mdl) + offset) % pageSize : pageSize - 1;
    return this.#allocate(pagesSpanned(pageOffset, length));
  }

  /** AllocateResources: asks for the channel; EvtReserveDma tells when it is there. */
  reserve(reservation: Reservation): number {
    this.#reservation = reservation;
    const result = this.#allocate(reservation.mapRegisters);
    if (!isSuccess(result)) this.#reservation = undefined;
    return result;
  }

  #allocate(mapRegisters: number): number {
    const transaction = this.#transaction;
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
          return "deallocateObjectKeepRegisters";
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
    if (!isSuccess(result)) this.#gates.release(enabler.device, transaction);
    cpu.lower(irql);
    return result;
  }

  /** The adapter-control routine, at DISPATCH_LEVEL. */
  #control(base: MapRegisterBase): void {
    const transaction = this.#transaction;
    this.#base = base;
    if (transaction.stateName === "Reserved" && this.#reservation !== undefined) {
      const { callback, context } = this.#reservation;
      transaction.framework.callback("EvtReserveDma", callback, [transaction.handle, context], { objectId: transaction.id });
      return;
    }
    const result = this.stageNext();
    if (!isSuccess(result)) this.#reportLostFailure(result);
  }

  #reportLostFailure(result: number): void {
    const { framework } = this.#transaction;
    framework.violation({
      rule: "program-no-go",
      message: `The first transfer of ${framework.name(this.#transaction)} could not be mapped (${hex(result, 8)}); EvtProgramDma is not called`,
      explanation:
        "The adapter-control routine cannot give this status to WdfDmaTransactionExecute, which has succeeded: the transaction stays in state Transfer. WdfDmaTransactionCancel before Execute leads here.",
      objectId: this.#transaction.id,
    });
  }

  /** The staging loop. Inside itself it only notes that it has to run again. */
  stageNext(): number {
    if (this.#isStaging) {
      this.#rerun = true;
      return status.success;
    }
    const transaction = this.#transaction;
    this.#isStaging = true;
    transaction.reference();
    let result: number;
    do {
      this.#rerun = false;
      result = this.#stageOnce();
    } while (this.#rerun);
    this.#isStaging = false;
    transaction.dereference();
    return result;
  }

  #stageOnce(): number {
    const transaction = this.#transaction;
    const { framework, progress, start, adapterInfo, writeToDevice } = transaction;
    const base = this.#base;
    if (adapterInfo === undefined || base === undefined || this.#block === undefined) return status.internalError;
    const offset = start.offset + progress.transferred;
    transaction.position = { mdl: start.mdl, offset };
    const length = this.#limitToReservation(Math.min(progress.remaining, transaction.maximumFragmentLength), offset);
    progress.begin(length);
    const mapped = adapterInfo.adapter.mapTransfer({
      base,
      mdl: start.mdl,
      offset,
      length,
      writeToDevice,
      maximumElements: 1,
      ...(transaction.transferContext === undefined ? {} : { context: transaction.transferContext }),
      label: `${writeToDevice ? "write" : "read"} transfer of ${length} bytes of ${framework.name(transaction)}`,
      objectId: transaction.id,
    });
    if (!isSuccess(mapped.status)) {
      progress.abandon();
      return mapped.status;
    }
    progress.shrink(mapped.length);
    const block = this.#block;
    block.open();
    writeList(framework.machine.memory, block.address, mapped.elements);
    transaction.callProgramDma(block.address);
    if (transaction.stateName !== "Deleted") block.close();
    return status.success;
  }

  /** What a reservation can map from the current page offset. */
  #limitToReservation(length: number, offset: number): number {
    const { framework, start, requiresSingleTransfer } = this.#transaction;
    if (requiresSingleTransfer || this.#reservation === undefined) return length;
    const { mdl: mdls } = framework.nt;
    const place = advanceInChain(mdls, start.mdl, 0, offset);
    const reserved = this.#reservation.mapRegisters;
    if (mapRegisterNeed(mdls, place.mdl, place.offset, length, reserved).required <= reserved) return length;
    return Math.min(length, reserved * pageSize - ((mdls.virtualAddress(place.mdl) + place.offset) % pageSize));
  }

  finishTransfer(): number {
    const { adapterInfo, writeToDevice, progress } = this.#transaction;
    if (this.#base !== undefined) adapterInfo?.adapter.flushAdapterBuffers(this.#base, writeToDevice, progress.current);
    return status.success;
  }

  release(force: boolean): void {
    const transaction = this.#transaction;
    const { framework, adapterInfo, enabler } = transaction;
    if (this.#reservation !== undefined && !force) return;
    this.#generation++;
    this.#reservation = undefined;
    const base = this.#base;
    this.#base = undefined;
    transaction.adapterInfo = undefined;
    this.#gates.release(enabler.device, transaction);
    if (base === undefined) return;
    const { cpu } = framework.machine;
    const irql = cpu.raise(dispatchLevel);
    adapterInfo?.adapter.freeMapRegisters(base);
    cpu.lower(irql);
  }

  dispose(): void {
    this.#block?.free();
    this.#block = undefined;
  }

  fields(): FieldView[] {
    return [
      { name: "Map registers reserved", value: String(this.reservedMapRegisters) },
      { name: "Map registers held", value: this.#base === undefined ? "none" : String(this.#base.count) },
      { name: "Staging", value: this.#isStaging ? (this.#rerun ? "in progress, rerun requested" : "in progress") : "no" },
    ];
  }
}
