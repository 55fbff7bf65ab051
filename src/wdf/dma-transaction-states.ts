// SPDX-License-Identifier: MIT
/**
 * States of a WDFDMATRANSACTION and what each event does in each: a state to go to, or nothing, which is bug check 0x10D/8 or a break as the
 * function says. One row an event, as the KMDF source checks them (fxdmatransactionbase.cpp, fxdmatransactionpacket.cpp).
 */

/** Numbers of the KMDF source; parameter 3 of bug check 0x10D/8. */
export const transactionStateNumber = {
  Created: 1,
  Reserved: 2,
  Initialized: 3,
  Transfer: 4,
  TransferCompleted: 5,
  TransferFailed: 6,
  Released: 7,
  Deleted: 8,
} as const;

export type TransactionState = keyof typeof transactionStateNumber;

export type TransactionEvent =
  /** Any of the three Initialize forms succeeded. */
  | "initialize"
  | "initializeFailed"
  | "execute"
  /** The first transfer could not be started. */
  | "startFailed"
  /** DmaCompleted, DmaCompletedWithLength, DmaCompletedFinal. */
  | "dmaCompleted"
  | "succeeded"
  | "failed"
  | "release"
  | "delete"
  /** AllocateResources with a count of 0. */
  | "reserveForTransaction"
  /** AllocateResources with a count. */
  | "reserve"
  | "reserveFailed"
  | "freeResources"
  | "cancel"
  /** The HAL took the request for map registers back. */
  | "cancelled"
  | "getTransferInfo"
  | "setSingleTransferRequirement"
  | "setImmediateExecution"
  | "getTransferContext";

type Row = Partial<Readonly<Record<TransactionState, TransactionState>>>;

const same = (...states: readonly TransactionState[]): Row => Object.fromEntries(states.map((state) => [state, state]));
const all = (to: TransactionState, ...states: readonly TransactionState[]): Row => Object.fromEntries(states.map((state) => [state, to]));

const table: Readonly<Record<TransactionEvent, Row>> = {
  initialize: all("Initialized", "Created", "Reserved", "Released"),
  initializeFailed: all("Released", "Created", "Reserved", "Released"),
  execute: all("Transfer", "Initialized"),
  startFailed: all("TransferFailed", "Transfer"),
  dmaCompleted: same("Transfer"),
  succeeded: all("TransferCompleted", "Transfer"),
  failed: all("TransferFailed", "Transfer"),
  release: all("Released", "Created", "Reserved", "Initialized", "Transfer", "TransferCompleted", "TransferFailed", "Released"),
  delete: all("Deleted", "Created", "Reserved", "Initialized", "Transfer", "TransferCompleted", "TransferFailed", "Released"),
  reserveForTransaction: all("Reserved", "Initialized"),
  reserve: all("Reserved", "Created", "Initialized", "Released"),
  reserveFailed: all("TransferFailed", "Reserved"),
  freeResources: all("Released", "Reserved", "Initialized", "TransferCompleted", "TransferFailed", "Released"),
  cancel: same("Reserved", "Initialized", "Transfer", "TransferCompleted", "TransferFailed"),
  cancelled: all("TransferFailed", "Reserved", "Initialized", "Transfer", "TransferCompleted", "TransferFailed"),
  getTransferInfo: same("Initialized"),
  setSingleTransferRequirement: same("Created", "Reserved", "Released"),
  setImmediateExecution: same("Created", "Initialized", "Released"),
  getTransferContext: same("Reserved", "Initialized", "Transfer", "TransferCompleted", "TransferFailed"),
};

/** Events that a driver may cause in state Transfer only without the KMDF verifier. */
const fatalWithVerifier: ReadonlySet<TransactionEvent> = new Set(["release", "delete"]);

/** State after `event` in `state`; undefined when the event is not allowed there. */
export function nextTransactionState(state: TransactionState, event: TransactionEvent, verifier: boolean): TransactionState | undefined {
  if (verifier && state === "Transfer" && fatalWithVerifier.has(event)) return undefined;
  return table[event][state];
}
