// SPDX-License-Identifier: MIT
/** The functions of wdfdmatransaction.h that only system-profile transactions have (kmdf fxdmatransactionapi.cpp). */
import type { ApiTable } from "../nt/index.ts";
import type { WdfDmaTransaction } from "./dma-transaction.ts";
import { type DriverRoutine, SystemStager } from "./dma-transaction-system.ts";
import type { WdfFramework } from "./framework.ts";

export function systemTransactionApi(framework: WdfFramework, resolve: (handle: number) => WdfDmaTransaction): ApiTable {
  /** Runs `action` for a system-profile transaction; any other breaks, and the call is ignored. */
  const withSystem = (handle: number, action: (stager: SystemStager, transaction: WdfDmaTransaction) => void): void => {
    const transaction = resolve(handle);
    if (transaction.stager instanceof SystemStager) {
      action(transaction.stager, transaction);
      return;
    }
    framework.breakpoint({
      rule: "txn-system-api-wrong-profile",
      message: `${framework.apiName()} was called for ${framework.name(transaction)} of ${transaction.enabler.config.profile.name}`,
      explanation: "The function is for WdfDmaProfileSystem and WdfDmaProfileSystemDuplex. The call is ignored.",
      objectId: transaction.id,
    });
  };
  const routine = (target: number, context: number): DriverRoutine | undefined => (target === 0 ? undefined : { target: target >>> 0, context: context >>> 0 });
  return {
    WdfDmaTransactionSetChannelConfigurationCallback: (handle: number, callback: number, context: number) =>
      withSystem(handle, (stager) => {
        stager.channelConfiguration = routine(callback, context);
      }),
    WdfDmaTransactionSetTransferCompleteCallback: (handle: number, callback: number, context: number) =>
      withSystem(handle, (stager) => {
        stager.transferComplete = routine(callback, context);
      }),
    WdfDmaTransactionSetDeviceAddressOffset: (handle: number, offset: number) =>
      withSystem(handle, (stager) => {
        stager.deviceAddressOffset = offset >>> 0;
      }),
    WdfDmaTransactionStopSystemTransfer: (handle: number) =>
      withSystem(handle, (stager, transaction) => {
        // The HAL has nothing to cancel: the check of the verifier came with KMDF 1.11.
        if (!stager.stop() && framework.options.verifier && framework.isVersionAtLeast(11)) {
          transaction.badState("cancel", {
            rule: "txn-stop-nothing",
            explanation:
              "WdfDmaTransactionStopSystemTransfer needs a transfer that the controller works on: call it between EvtProgramDma and the end of the transfer, and not after the transfer-complete callback was called.",
          });
        }
      }),
  };
}
