// SPDX-License-Identifier: MIT
/**
 * Where things lie in the driver's 32-bit address space and in the WebAssembly memory behind it. The instrumentation bakes these
 * constants into code, the machine obeys them, the session reads memory by them.
 *
 *     0x0000_0000  null guard, 64 KiB, never accessible (Windows keeps the first 64 KiB free too)
 *     0x0001_0000  driver image: data and bss, then kernel stacks, pool, common buffers, I/O buffers … up to ramEnd
 *     ramEnd       shadow: one byte for 8 bytes of the whole 4 GiB address space; 0 = take the slow path, 1 = accessible
 *     …            statement table: one byte a statement, 0 = off, 0xFF = armed
 *     …            shadow call stack, grows down; behind it one for each further stack (threads)
 *     0xD000_0000  window in which device memory (BARs) is mapped: no memory behind it, its shadow is 0
 *     0xE000_0000  WDF handles: no memory behind them either, so that dereferencing one is caught
 *
 * What lies above ramEnd is out of the driver's reach because its own shadow is 0.
 */

export const pageSize = 4096;
export const nullGuardEnd = 0x0001_0000;
export const imageBase = nullGuardEnd;
export const shadowGranule = 8;
export const shadowAccessible = 1;
export const shadowBytes = 0x1_0000_0000 / shadowGranule;
export const maxStatements = 1 << 20;
export const callStackBytes = 1 << 20;
/** Stacks besides the first, and the size of their shadow call stacks. */
export const maxThreadStacks = 64;
export const threadCallStackBytes = 1 << 17;
/** Fixed part of a shadow call-stack record; spilled parameters follow, 8 bytes each. */
export const callRecordBytes = 16;
export const deviceWindowBase = 0xd000_0000;
export const deviceWindowEnd = 0xe000_0000;
export const handleBase = 0xe000_0000;

/** Offsets in a shadow call-stack record (u32 each). */
export const callRecord = {
  /** Index in the function table of the instrumented module. */
  functionIndex: 0,
  /** Frame base: value of the DW_AT_frame_base local. */
  frameBase: 4,
  /** Original code offset of the call or slow access in progress. */
  callSite: 8,
  /** What the function returned, when that is an i32; written as the record is popped. */
  result: 12,
  /** First spilled parameter. */
  spills: 16,
} as const;

export interface GuestLayout {
  readonly ramEnd: number;
  readonly shadow: number;
  readonly statements: number;
  readonly callStackLimit: number;
  readonly callStackTop: number;
  /** Size of the WebAssembly memory, in 64 KiB pages. */
  readonly wasmPages: number;
}

export const minMemoryMiB = 8;
export const maxMemoryMiB = 1024;

/** Layout for a machine with `memoryMiB` MiB of RAM (8 to 1024). */
export function guestLayout(memoryMiB: number): GuestLayout {
  const ramEnd = memoryMiB * 0x10_0000;
  const shadow = ramEnd;
  const statements = shadow + shadowBytes;
  const callStackLimit = statements + maxStatements;
  const callStackTop = callStackLimit + callStackBytes;
  return { ramEnd, shadow, statements, callStackLimit, callStackTop, wasmPages: (callStackTop + maxThreadStacks * threadCallStackBytes) / 0x1_0000 };
}

/** Upper end of the shadow call stack of stack `index`: 0 for the first stack, 1 to `maxThreadStacks` for the others. */
export function callStackTopOf({ callStackTop }: GuestLayout, index: number): number {
  return callStackTop + index * threadCallStackBytes;
}

/** Inverse: the stack on which a call record at `pointer` lies. */
export function callStackIndexOf({ callStackTop }: GuestLayout, pointer: number): number {
  return pointer <= callStackTop ? 0 : Math.ceil((pointer - callStackTop) / threadCallStackBytes);
}
