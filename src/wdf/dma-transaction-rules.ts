// SPDX-License-Identifier: MIT
/** What to tell a driver that calls a transaction function in the wrong state: rule id and explanation for each event. */
import type { TransactionEvent, TransactionState } from "./dma-transaction-states.ts";

export interface StateRule {
  readonly rule: string;
  readonly explanation: string;
}

const initialize: StateRule = {
  rule: "txn-init-bad-state",
  explanation:
    "A transaction is initialized once, executed once, completed, and must be released with WdfDmaTransactionRelease before it is initialized again.",
};

const rules: Readonly<Partial<Record<TransactionEvent, StateRule>>> = {
  initialize,
  execute: {
    rule: "txn-exec-twice",
    explanation:
      "WdfDmaTransactionExecute follows one successful Initialize, once. (The reference page promises STATUS_INVALID_DEVICE_REQUEST; the framework bug-checks.)",
  },
  dmaCompleted: {
    rule: "txn-done-idle",
    explanation:
      "Only a transaction that was executed and has not ended can complete a transfer. A spurious or second interrupt, or a race with the cancel path, leads here: claim the transfer under a lock first.",
  },
  release: {
    rule: "txn-release-in-transfer",
    explanation:
      "The device may still be moving data. End the transfer first: stop the device and call WdfDmaTransactionDmaCompletedFinal, or WdfDmaTransactionCancel.",
  },
  delete: {
    rule: "txn-delete-in-transfer",
    explanation: "The device may still be moving data. End the transfer first: stop the device and call WdfDmaTransactionDmaCompletedFinal.",
  },
  reserveForTransaction: {
    rule: "txn-reserve-zero-uninit",
    explanation: "With RequiredMapRegisters 0 the framework derives the count from the transaction, which must be initialized for that.",
  },
  reserve: { rule: "txn-reserve-bad-state", explanation: "Map registers are reserved before Execute: in state Created, Initialized or Released." },
  freeResources: {
    rule: "txn-freeres-bad-state",
    explanation: "There is nothing to free before AllocateResources, and nothing may be freed during a transfer.",
  },
  cancel: {
    rule: "txn-cancel-bad-state",
    explanation: "WdfDmaTransactionCancel takes back a request for map registers: it needs a transaction that was initialized and not released.",
  },
  getTransferInfo: { rule: "txn-getinfo-bad-state", explanation: "WdfDmaTransactionGetTransferInfo answers between Initialize and Execute only." },
  setSingleTransferRequirement: {
    rule: "txn-setsingle-after-init",
    explanation: "The requirement is a part of the initialization: set it before Initialize. The call is ignored.",
  },
  setImmediateExecution: {
    rule: "txn-setimmediate-bad-state",
    explanation: "Set it before Execute, in state Created, Initialized or Released. The flag is changed nevertheless.",
  },
  getTransferContext: {
    rule: "txn-getcontext-bad-state",
    explanation: "The transfer context is valid from Initialize or AllocateResources to Release. NULL is returned.",
  },
};

/** What happened to a transaction before, as far as it tells one mistake from another. */
export interface TransactionHistory {
  /** Execute failed. */
  readonly startFailed: boolean;
  /** The last Initialize failed. */
  readonly initializeFailed: boolean;
  /** Cancel returned FALSE for this execution. */
  readonly cancelRefused: boolean;
  /** The transaction ended in the DPC that is running. */
  readonly endedByThisDpc: boolean;
}

/** Rule for `event` in `state`. */
export function stateRule(event: TransactionEvent, state: TransactionState, history: TransactionHistory): StateRule {
  if (event === "dmaCompleted" && history.endedByThisDpc) {
    return {
      rule: "done-double",
      explanation:
        "The same DPC has completed the last transfer already, and the transaction is over: complete each transfer once, under a lock or an interlocked flag.",
    };
  }
  if ((event === "release" || event === "delete") && history.cancelRefused) {
    return {
      rule: "txn-cancel-after-program",
      explanation:
        "WdfDmaTransactionCancel had returned FALSE: EvtProgramDma has run or will run, and the device may be moving data. Stop the device and call WdfDmaTransactionDmaCompletedFinal instead.",
    };
  }
  if (event === "initialize" && state === "TransferFailed" && history.startFailed) {
    return {
      rule: "txn-exec-failed-no-release",
      explanation: "After a failed Execute the transaction is in state TransferFailed: call WdfDmaTransactionRelease before the next Initialize.",
    };
  }
  if (event === "initialize" && (state === "TransferCompleted" || state === "TransferFailed")) {
    return {
      rule: "txn-init-completed-no-release",
      explanation: "A finished transaction must be released with WdfDmaTransactionRelease before it is initialized again.",
    };
  }
  if (event === "execute" && (state === "Created" || state === "Reserved" || state === "Released")) {
    return history.initializeFailed
      ? {
          rule: "txn-exec-after-failed-init",
          explanation: "Initialize failed and put the transaction back to state Released: test its status and complete the request with it.",
        }
      : {
          rule: "txn-exec-uninit",
          explanation:
            "Initialize the transaction before WdfDmaTransactionExecute. (The reference page promises STATUS_INVALID_DEVICE_REQUEST; the framework bug-checks.)",
        };
  }
  return rules[event] ?? initialize;
}
