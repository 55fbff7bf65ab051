// SPDX-License-Identifier: MIT
/** Nominal numbers: values of two brands never mix by accident. */

declare const brand: unique symbol;

/** `T` that only code naming the brand `B` can produce. */
export type Brand<T, B extends string> = T & { readonly [brand]: B };

/** Address on the physical memory bus, in bytes. */
export type PhysicalAddress = Brand<bigint, "PhysicalAddress">;

/** Address as a bus-master device emits it (DMA logical address), in bytes; valid only while mapped. */
export type LogicalAddress = Brand<bigint, "LogicalAddress">;

export const physicalAddress = (value: bigint): PhysicalAddress => value as PhysicalAddress;
export const logicalAddress = (value: bigint): LogicalAddress => value as LogicalAddress;
