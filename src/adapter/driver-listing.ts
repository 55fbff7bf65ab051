// SPDX-License-Identifier: MIT
/** The instructions of the driver that was launched, disassembled once. */

import { disassemble } from "../toolchain/index.ts";
import type { DisassembledInstruction } from "../toolchain/index.ts";
import type { AdapterState } from "./adapter-state.ts";

export class DriverListing {
  #linked: Uint8Array | undefined;
  #instructions: readonly DisassembledInstruction[] = [];

  of({ launched }: AdapterState): readonly DisassembledInstruction[] {
    const linked = launched?.linked;
    if (this.#linked !== linked) this.#instructions = linked === undefined ? [] : disassemble(linked);
    this.#linked = linked;
    return this.#instructions;
  }
}

/** Index of the instruction at or before code offset `offset`. */
export function indexAt(all: readonly DisassembledInstruction[], offset: number): number {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((all[middle]?.offset ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
