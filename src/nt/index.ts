// SPDX-License-Identifier: MIT
/** ntoskrnl, HAL and RTL as drivers see them. */
export * from "./api-table.ts";
export * from "./bug-check-table.ts";
export * from "./checks.ts";
export * from "./device-object.ts";
export * from "./dma-adapter.ts";
export * from "./dma-layout.ts";
export * from "./dma-types.ts";
export * from "./dpc.ts";
export * from "./hal.ts";
export * from "./io.ts";
export * from "./irp.ts";
export * from "./irp-layout.ts";
export * from "./kernel.ts";
export * from "./mdl.ts";
export * from "./mdl-layout.ts";
export * from "./object-ids.ts";
export * from "./pnp-stack.ts";
export * from "./pnp.ts";
export { poolTag, tagText } from "./pool-heap.ts";
export * from "./pool.ts";
export type { DebugPrintSource } from "./print-api.ts";
export * from "./printf.ts";
export * from "./registry.ts";
export * from "./resources.ts";
export * from "./system-time.ts";
export * from "./timer.ts";
export type { Waits } from "./waits.ts";
