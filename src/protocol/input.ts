// SPDX-License-Identifier: MIT
/** What comes to the machine from outside while it runs. With the configuration these are all that a re-execution needs. */
import type { UserRequest } from "./debug-port.ts";
import type { AddressSpace } from "./memory-view.ts";

/** Applied again at the same place of the history. */
export type Input =
  | { readonly kind: "poke"; readonly address: number; readonly bytes: Uint8Array }
  /** Bytes at an address of another space; a BAR is written as the driver would. */
  | { readonly kind: "space"; readonly space: AddressSpace; readonly address: bigint; readonly bytes: Uint8Array }
  | { readonly kind: "register"; readonly bar: number; readonly offset: number; readonly size: number; readonly value: number }
  /** A function of the driver, called from the debugger; index in the function table of the instrumented module. */
  | { readonly kind: "call"; readonly functionIndex: number; readonly arguments: readonly (number | bigint)[] }
  /** Only this thread of the driver has turns (0: the code on the processor's own stack), until the next such input; left out: all. */
  | { readonly kind: "hold"; readonly thread?: number }
  /** A message of a logpoint: changes nothing but the trace. */
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "request"; readonly id: number; readonly request: UserRequest };

export interface LoggedInput {
  readonly input: Input;
  /** Statement number before which it happened; undefined: the target was idle for the `idle`th time. */
  readonly position: number | undefined;
  readonly idle: number | undefined;
}

/** The history up to where the target is. */
export interface Past {
  readonly inputs: readonly LoggedInput[];
  readonly position: number;
  /** The statement at `position` - 1 is not over, or no statement runs. */
  readonly isMidStatement: boolean;
}
