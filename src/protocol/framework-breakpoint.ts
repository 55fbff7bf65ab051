// SPDX-License-Identifier: MIT
/** Breakpoints on events of framework, kernel and device: as exception filters of the same names, or with `kmdf/setFrameworkBreakpoints`. */

export type FrameworkEvent =
  | "transactionState"
  | "transfer"
  | "objectCreated"
  | "objectDeleted"
  | "interrupt"
  | "registerWrite"
  | "registerRead"
  | "requestCompleted"
  | "requestFailed"
  | "deviceRead"
  | "deviceWrite";

/** Everything but `event` narrows down; what does not fit the event is refused with the reason. */
export interface FrameworkBreakpointRequest {
  readonly event: FrameworkEvent;
  /** Ordinal: of a transfer in its transaction, of other events among those of their kind; from 1. */
  readonly n?: number;
  /** objectCreated, objectDeleted: e.g. `WDFREQUEST`. */
  readonly type?: string;
  /** transactionState: names such as `Transfer`. */
  readonly from?: string;
  readonly to?: string;
  /** registerRead, registerWrite; without `value`, any bit of `mask` that is 1. */
  readonly bar?: number;
  readonly offset?: number;
  readonly mask?: number;
  readonly value?: number;
  /** deviceRead, deviceWrite: logical addresses that the access touches; `length` 1 when left out. */
  readonly address?: number | string;
  readonly length?: number;
  /** C expression; the event's values are `$` names. */
  readonly condition?: string;
  readonly hitCondition?: string;
  readonly logMessage?: string;
  /** Id of a breakpoint that has to be hit first. */
  readonly triggeredBy?: number;
}
