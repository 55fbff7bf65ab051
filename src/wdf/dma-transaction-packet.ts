// SPDX-License-Identifier: MIT
/** Packet transactions (kmdf fxdmatransactionpacket.cpp): each transfer is one contiguous element, whose list lies on the framework's stack. */
import { hex } from "../base/index.ts";
import type { DmaAdapter, MapRegisterBase } from "../nt/index.ts";
import { scatterGatherListBytes } from "../nt/index.ts";
import { pageSize } from "../protocol/index.ts";
import { mapRegisterNeed, pagesSpanned } from "./dma-map-registers.ts";
import type { PacketGates } from "./dma-packet-gate.ts";
import { ListBlock } from "./dma-scatter-gather-list.ts";
import type { WdfDmaTransaction } from "./dma-transaction.ts";
import { ChannelStager } from "./dma-transaction-channel.ts";
import { status } from "./status.ts";

export class PacketStager extends ChannelStager {
  protected override readonly keepAction = "deallocateObjectKeepRegisters";
  readonly #gates: PacketGates;
  /** The SCATTER_GATHER_LIST of the framework's stack: valid inside EvtProgramDma only. */
  #block: ListBlock | undefined;

  constructor(transaction: WdfDmaTransaction, gates: PacketGates) {
    super(transaction);
    this.#gates = gates;
  }

  /** False when there is no memory. */
  preallocate(): boolean {
    const { framework } = this.transaction;
    this.#block = ListBlock.allocate(
      framework,
      scatterGatherListBytes(1),
      `SCATTER_GATHER_LIST of ${framework.name(this.transaction)}, which lies on the framework's stack and is valid inside EvtProgramDma only`,
    );
    return this.#block !== undefined;
  }

  override prepare(): number {
    return status.success;
  }

  protected override enter(): number {
    const { transaction } = this;
    const { framework, enabler } = transaction;
    if (enabler.usesDmaV3 || this.#gates.take(enabler.device, transaction)) return status.success;
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

  protected override leave(): void {
    this.#gates.release(this.transaction.enabler.device, this.transaction);
  }

  protected override registersForStart(length: number): number {
    const { framework, progress, start } = this.transaction;
    // A transfer that is not the only one may start anywhere in a page; a chain is mapped MDL by MDL.
    const pageOffset = length === progress.remaining ? (framework.nt.mdl.virtualAddress(start.mdl) + start.offset) % pageSize : pageSize - 1;
    return pagesSpanned(pageOffset, length);
  }

  override registersToReserve(): number {
    const { framework, progress, start } = this.transaction;
    return mapRegisterNeed(framework.nt.mdl, start.mdl, start.offset, progress.total, 0).required;
  }

  protected override list(): ListBlock | undefined {
    return this.#block;
  }

  protected override beforeMapping(): "map" {
    return "map";
  }

  protected override mapOptions(): { readonly maximumElements: number } {
    return { maximumElements: 1 };
  }

  protected override programmed(list: ListBlock): void {
    if (this.transaction.stateName !== "Deleted") list.close();
  }

  protected override turnEnds(): void {}

  protected override firstFailed(result: number): void {
    const { framework } = this.transaction;
    framework.violation({
      rule: "program-no-go",
      message: `The first transfer of ${framework.name(this.transaction)} could not be mapped (${hex(result, 8)}); EvtProgramDma is not called`,
      explanation:
        "The adapter-control routine cannot give this status to WdfDmaTransactionExecute, which has succeeded: the transaction stays in state Transfer. WdfDmaTransactionCancel before Execute leads here.",
      objectId: this.transaction.id,
    });
  }

  protected override free(adapter: DmaAdapter | undefined, base: MapRegisterBase): void {
    adapter?.freeMapRegisters(base);
  }

  override dispose(): void {
    this.#block?.free();
    this.#block = undefined;
  }
}
