// SPDX-License-Identifier: MIT
/**
 * Ports through which symbols reach a stopped target: its memory, one frame of its stack, and the two kinds of numbers a driver
 * stores that are not addresses (function pointers, WDF handles). The session implements them; nothing here runs target code.
 */

import type { ListRecord } from "./list-walk.ts";

/** The driver's 32-bit address space, looked at without side effects (device registers are peeked). */
export interface TargetMemory {
  /** Exactly `length` bytes at `address`, or undefined when any of them cannot be read. */
  read(address: number, length: number): Uint8Array | undefined;
  /** Whether all of `bytes` were stored at `address`. */
  write(address: number, bytes: Uint8Array): boolean;
}

/** One frame of the stopped stack. */
export interface FrameContext {
  /** Code offset (DWARF address) of the statement or call in progress. */
  readonly offset: number;
  /** Value of the frame base (`DW_AT_frame_base`); undefined before the prologue has set it. */
  readonly frameBase: number | undefined;
  /** Value of a WebAssembly local: i32, f32 and f64 as number, i64 as bigint; undefined when it was not saved. */
  local(index: number): number | bigint | undefined;
  /** Stores into a WebAssembly local; false, or absent, when that cannot be done. */
  setLocal?(index: number, value: number | bigint): boolean;
  /** Value of a WebAssembly global; absent or undefined when unknown. */
  global?(index: number): number | bigint | undefined;
}

/** Function pointers of the driver: indexes in its WebAssembly function table. */
export interface FunctionPointerResolver {
  /** Source name of the function at `tableIndex`. */
  functionAt(tableIndex: number): string | undefined;
  /** Inverse of `functionAt`. */
  tableIndexOf(name: string): number | undefined;
}

/** Text for a WDF handle, such as `WDFDMATRANSACTION 0xE0000048 (Transfer, 4096 of 10000 bytes)`; undefined for no live handle. */
export type HandleDescriber = (handle: number) => string | undefined;

/** Memory that was allocated in one piece. */
export interface MemoryBlock {
  readonly start: number;
  readonly length: number;
}

/** What values are read with and explained by. */
export interface TargetContext {
  readonly memory: TargetMemory;
  readonly functionPointers?: FunctionPointerResolver | undefined;
  readonly handles?: HandleDescriber | undefined;
  /** The block that an address is in; undefined when it is in none, or not known yet. */
  readonly blockAt?: ((address: number) => MemoryBlock | undefined) | undefined;
  /** Structs that entries of lists may be members of. */
  readonly listRecords?: readonly ListRecord[] | undefined;
}
