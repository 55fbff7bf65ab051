// SPDX-License-Identifier: MIT
/**
 * System-profile transactions (kmdf fxdmatransactionsystem.cpp): the platform's DMA controller moves the data. The channel is held from Execute to the end, the
 * list is the enabler's, and the driver can be told when the controller is done (EvtDmaTransactionDmaTransferComplete).
 */
import { hex } from "../base/index.ts";
import type { DmaAdapter, DmaCompletionStatus, MapTransferRequest } from "../nt/index.ts";
import { dmaCompletionStatus, scatterGatherElement, scatterGatherList } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import type { ListBlock } from "./dma-scatter-gather-list.ts";
import { dmaDirection } from "./dma-structs.ts";
import { ChannelStager } from "./dma-transaction-channel.ts";
import { status } from "./status.ts";

/** A callback of the driver with its context. */
export interface DriverRoutine {
  readonly target: number;
  readonly context: number;
}

export class SystemStager extends ChannelStager {
  protected override readonly keepAction = "keepObject";
  /** EvtDmaTransactionConfigureDmaChannel; survives Release. */
  channelConfiguration: DriverRoutine | undefined;
  /** EvtDmaTransactionDmaTransferComplete; survives Release. */
  transferComplete: DriverRoutine | undefined;
  /** Added to the device address; back to 0 at each Initialize. */
  deviceAddressOffset = 0;
  #isCancelled = false;
  /** The controller was done while EvtProgramDma was still running. */
  #deferred: DmaCompletionStatus | undefined;

  get isStopped(): boolean {
    return this.#isCancelled;
  }

  /** Last step of Initialize. */
  override prepare(): number {
    this.deviceAddressOffset = 0;
    this.#isCancelled = false;
    this.#deferred = undefined;
    return status.success;
  }

  /** WdfDmaTransactionStopSystemTransfer: no further transfer is staged. True when the HAL had one to cancel. */
  stop(): boolean {
    const { adapterInfo, transferContext } = this.transaction;
    this.#isCancelled = true;
    return adapterInfo !== undefined && transferContext !== undefined && adapterInfo.adapter.cancelMappedTransfer(transferContext);
  }

  protected override enter(): number {
    return status.success;
  }

  protected override leave(): void {}

  protected override registersForStart(): number {
    return this.registersToReserve();
  }

  override registersToReserve(): number {
    return this.transaction.adapterInfo?.mapRegisters ?? 0;
  }

  protected override list(): ListBlock | undefined {
    return this.transaction.enabler.systemList(this.transaction.writeToDevice);
  }

  protected override beforeMapping(offset: number, length: number): number | "map" | "over" {
    const { transaction, channelConfiguration } = this;
    if (this.#isCancelled) return status.cancelled;
    if (channelConfiguration === undefined) return "map";
    const { framework, enabler, start } = transaction;
    const args = [transaction.handle, enabler.device.handle, channelConfiguration.context, start.mdl, offset, length];
    const goesOn = framework.callback("EvtDmaTransactionConfigureDmaChannel", channelConfiguration.target, args, { objectId: transaction.id });
    if ((goesOn & 0xff) !== 0) return "map";
    if (transaction.isInTransfer) {
      framework.violation({
        rule: "program-false-no-final",
        message: `EvtDmaTransactionConfigureDmaChannel returned FALSE for ${framework.name(transaction)} and left it in state Transfer`,
        explanation:
          "FALSE says that the driver has ended the transaction: call WdfDmaTransactionDmaCompletedFinal before returning it. The framework stages nothing more.",
        objectId: transaction.id,
      });
    }
    return "over";
  }

  protected override mapOptions(list: ListBlock): Pick<MapTransferRequest, "maximumElements" | "deviceOffset" | "onComplete"> {
    const maximumElements = Math.floor((list.bytes - scatterGatherList.size) / scatterGatherElement.size);
    const options = { maximumElements, deviceOffset: this.deviceAddressOffset };
    return this.transferComplete === undefined ? options : { ...options, onComplete: (result) => this.#controllerDone(result) };
  }

  protected override programmed(): void {}

  override finishTransfer(): number {
    const result = super.finishTransfer();
    this.list()?.close();
    return result;
  }

  #controllerDone(result: DmaCompletionStatus): void {
    if (this.isStaging) this.#deferred = result;
    else this.#callComplete(result);
  }

  protected override turnEnds(): void {
    const deferred = this.#deferred;
    this.#deferred = undefined;
    if (deferred !== undefined) this.#callComplete(deferred);
  }

  protected override firstFailed(result: number): void {
    this.#callComplete(result === status.cancelled ? "cancelled" : "error");
  }

  #callComplete(result: DmaCompletionStatus): void {
    const { transaction, transferComplete } = this;
    if (transferComplete === undefined) return;
    const { framework, enabler, writeToDevice } = transaction;
    const direction = writeToDevice ? dmaDirection.writeToDevice : dmaDirection.readFromDevice;
    framework.callback(
      "EvtDmaTransactionDmaTransferComplete",
      transferComplete.target,
      [transaction.handle, enabler.device.handle, transferComplete.context, direction, dmaCompletionStatus[result]],
      { label: "DMA controller", objectId: transaction.id },
    );
  }

  protected override free(adapter: DmaAdapter | undefined): void {
    adapter?.freeAdapterChannel();
  }

  override dispose(): void {}

  override fields(): FieldView[] {
    const routine = (name: string, value: DriverRoutine | undefined): FieldView[] => (value === undefined ? [] : [{ name, value: hex(value.target) }]);
    return [
      ...super.fields(),
      { name: "DeviceAddressOffset", value: hex(this.deviceAddressOffset) },
      { name: "Canceled", value: this.#isCancelled ? "yes" : "no" },
      ...routine("EvtDmaTransactionConfigureDmaChannel", this.channelConfiguration),
      ...routine("EvtDmaTransactionDmaTransferComplete", this.transferComplete),
    ];
  }
}
