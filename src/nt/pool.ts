// SPDX-License-Identifier: MIT
/** Kernel pool. */
import { AssertionFailure } from "../base/index.ts";
import type { Machine } from "../machine/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";

export interface PoolOptions {
  readonly paged?: boolean;
  /** Default true; false leaves the pattern of uninitialised pool. */
  readonly zero?: boolean;
}

export interface PoolBlock {
  readonly address: number;
  readonly bytes: number;
  readonly tag: number;
  readonly label: string | undefined;
  readonly paged: boolean;
}

/** Four-character tag as a ULONG: `poolTag("WdfC")`. */
export function poolTag(text: string): number {
  return Array.from(text).reduce((tag, character, i) => tag | (character.charCodeAt(0) << (8 * i)), 0) >>> 0;
}

/** A ULONG tag as its four characters. */
export function tagText(tag: number): string {
  return Array.from({ length: 4 }, (_, i) => String.fromCharCode((tag >>> (8 * i)) & 0xff)).join("");
}

export class Pool {
  constructor(_machine: Machine, _checks: Checks) {
    // Nothing to set up yet.
  }

  /** Allocates `bytes`; 0 when the machine is out of memory. The block belongs to the driver unless `label` says it is the host's. */
  allocate(_bytes: number, _tag: number, _label?: string, _options?: PoolOptions): number {
    throw new AssertionFailure("not written yet");
  }

  /** Frees a block; a wrong address, a second free or a wrong tag bug-checks as BAD_POOL_CALLER. */
  free(_address: number, _tag?: number): void {
    throw new AssertionFailure("not written yet");
  }

  /** Live blocks that the driver allocated itself, for leak reports. */
  get driverBlocks(): readonly PoolBlock[] {
    throw new AssertionFailure("not written yet");
  }

  api(): ApiTable {
    return {};
  }
}
