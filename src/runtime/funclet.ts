// SPDX-License-Identifier: MIT
/** What the dispatcher of exceptions asks of the guest: to run a piece of a function that contains `__try` (docs/seh.md). */
import type { CallReason } from "../machine/index.ts";

/** A filter or termination block to be run. */
export interface Funclet {
  readonly functionIndex: number;
  /** Record of the function in whose frame it runs. */
  readonly owner: number;
  /** See `sehCode`. */
  readonly code: number;
  readonly name: string;
  readonly reason: CallReason;
  readonly isTermination: boolean;
}
