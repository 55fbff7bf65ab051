// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { type TransactionEvent, type TransactionState, nextTransactionState, transactionStateNumber } from "./dma-transaction-states.ts";

const states: readonly TransactionState[] = ["Created", "Reserved", "Initialized", "Transfer", "TransferCompleted", "TransferFailed", "Released"];

/** Next state by number for states 1 to 7; 0 = not allowed. */
const matrix: Readonly<Record<TransactionEvent, readonly number[]>> = {
  initialize: [3, 3, 0, 0, 0, 0, 3],
  initializeFailed: [7, 7, 0, 0, 0, 0, 7],
  execute: [0, 0, 4, 0, 0, 0, 0],
  startFailed: [0, 0, 0, 6, 0, 0, 0],
  dmaCompleted: [0, 0, 0, 4, 0, 0, 0],
  succeeded: [0, 0, 0, 5, 0, 0, 0],
  failed: [0, 0, 0, 6, 0, 0, 0],
  release: [7, 7, 7, 7, 7, 7, 7],
  delete: [8, 8, 8, 8, 8, 8, 8],
  reserveForTransaction: [0, 0, 2, 0, 0, 0, 0],
  reserve: [2, 0, 2, 0, 0, 0, 2],
  reserveFailed: [0, 6, 0, 0, 0, 0, 0],
  freeResources: [0, 7, 7, 0, 7, 7, 7],
  cancel: [0, 2, 3, 4, 5, 6, 0],
  cancelled: [0, 6, 6, 6, 6, 6, 0],
  getTransferInfo: [0, 0, 3, 0, 0, 0, 0],
  setSingleTransferRequirement: [1, 2, 0, 0, 0, 0, 7],
  setImmediateExecution: [1, 0, 3, 0, 0, 0, 7],
  getTransferContext: [0, 2, 3, 4, 5, 6, 0],
};

describe("nextTransactionState", () => {
  for (const event of Object.keys(matrix) as TransactionEvent[]) {
    it(`follows the matrix for ${event}`, () => {
      const next = states.map((state) => {
        const to = nextTransactionState(state, event, false);
        return to === undefined ? 0 : transactionStateNumber[to];
      });
      assert.deepEqual(next, matrix[event]);
    });
  }

  it("refuses Release and deletion in state Transfer with the verifier only", () => {
    for (const event of ["release", "delete"] as const) {
      assert.equal(nextTransactionState("Transfer", event, true), undefined);
      for (const state of states) if (state !== "Transfer") assert.equal(nextTransactionState(state, event, true), nextTransactionState(state, event, false));
    }
  });

  it("allows nothing in state Deleted", () => {
    for (const event of Object.keys(matrix) as TransactionEvent[]) assert.equal(nextTransactionState("Deleted", event, false), undefined);
  });
});
