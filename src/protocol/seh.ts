// SPDX-License-Identifier: MIT
/**
 * What lowered `__try`, the instrumentation and the dispatcher of exceptions agree on (docs/seh.md). A function's guarded blocks are its scopes, numbered in
 * the order of their beginnings; the scope in effect is the function's level, -1 outside of all.
 */

/** File name, in debug information, of code that the lowering adds; nobody is to see it. */
export const sehAddedFile = "<seh>";

/** Imports of module `dbg` that only modules with `__try` have. The instrumentation replaces those above `unwind`; the others are called. */
export const sehImports = {
  /** (address of the scope table): the function has begun. */
  frame: "seh_frame",
  /** () → where to go on (`sehCode`); 0 = at the beginning. */
  entry: "seh_entry",
  /** (level): enters or leaves a scope. */
  level: "seh_level",
  /** (value): a filter has been evaluated. */
  filtered: "seh_filtered",
  /** (): a termination block that the host entered has ended. */
  finished: "seh_finished",
  /** (level): runs the termination blocks from the present level out to that one. */
  unwind: "seh_unwind",
  /** (code): a jump leaves a termination block that the host entered: the function goes on at `code`. */
  escape: "seh_escape",
  /** () → code of the exception being dispatched or handled. */
  code: "seh_code",
  /** () → address of its EXCEPTION_POINTERS. */
  information: "seh_info",
  /** (record) → where the function goes on; 0 when the exception is meant for another one. */
  land: "seh_land",
} as const;

/** Import of module `dbg`: the tag with which the host unwinds driver code. */
export const sehTagImport = "seh_exception";

/** Where a function goes on when it is entered or resumed. */
export const sehCode = {
  /** Filter of an `__except` scope, block of a `__finally` scope. */
  funclet: (scope: number): number => 2 * scope + 1,
  /** Handler of an `__except` scope. */
  handler: (scope: number): number => 2 * scope + 2,
  /** Jump number `jump` out of a termination block, in a function with `scopes` scopes. */
  escape: (scopes: number, jump: number): number => 2 * scopes + 1 + jump,
} as const;

/** Entries of a scope table, 4 bytes each: kind, u16 parent + 1, 0. */
export const sehScope = { size: 4, kind: 0, parent: 1, except: 1, finally: 2 } as const;

/** Offsets from `InstrumentedFunction.seh.offset` in a shadow call-stack record (u32 each). */
export const sehRecord = {
  level: 0,
  /** Address of the scope table, 0 before it is known. */
  scopes: 4,
  /** Locals that an entry from outside needs, 8 bytes each. */
  saved: 8,
} as const;

/** Mutable globals exported by modules with `__try`. */
export const sehGlobals = {
  /** i32: record of the function whose frame the next entry uses; 0 for ordinary calls. */
  owner: "__dbg_seh_owner",
  /** i32: where that entry goes (`sehCode`). */
  code: "__dbg_seh_entry",
  /** i32: value of the filter evaluated last. */
  result: "__dbg_seh_result",
} as const;
