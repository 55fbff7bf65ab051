// SPDX-License-Identifier: MIT
/** All DMA functions of KMDF 1.33: WDFDMAENABLER, WDFDMATRANSACTION and WDFCOMMONBUFFER. */
import type { ApiTable } from "../nt/index.ts";
import { commonBufferApi } from "./common-buffer-api.ts";
import { dmaEnablerApi } from "./dma-enabler-api.ts";
import { PacketGates } from "./dma-packet-gate.ts";
import { checkRequestBuffers } from "./dma-request-guard.ts";
import { dmaTransactionApi } from "./dma-transaction-api.ts";
import { TransactionLog } from "./dma-transaction-log.ts";
import type { WdfFramework } from "./framework.ts";

/** The functions, and the source of `transactionsReport`. */
export function dmaApi(framework: WdfFramework): ApiTable {
  const family = { gates: new PacketGates(), log: new TransactionLog() };
  framework.onRequestCompletion(checkRequestBuffers);
  framework.onTransactionsReport(() => family.log.reports());
  return { ...dmaEnablerApi(framework), ...dmaTransactionApi(framework, family), ...commonBufferApi(framework) };
}
