// SPDX-License-Identifier: MIT
/** The MDL structure (wdm.h, 32-bit layout). The array of physical page numbers (ULONG each) follows it. */
import { struct } from "../base/index.ts";
import { pageSize } from "../protocol/index.ts";

export const mdlLayout = struct("MDL", {
  Next: "ptr",
  Size: "i16",
  MdlFlags: "i16",
  Process: "ptr",
  MappedSystemVa: "ptr",
  StartVa: "ptr",
  ByteCount: "u32",
  ByteOffset: "u32",
});

export const mdlFlag = {
  mappedToSystemVa: 0x0001,
  pagesLocked: 0x0002,
  sourceIsNonpagedPool: 0x0004,
  allocatedFixedSize: 0x0008,
  partial: 0x0010,
  partialHasBeenMapped: 0x0020,
  ioPageRead: 0x0040,
  writeOperation: 0x0080,
  ioSpace: 0x0800,
} as const;

/** Pages that [address, address + length) spans (ADDRESS_AND_SIZE_TO_SPAN_PAGES). */
export function pagesSpanned(address: number, length: number): number {
  return Math.ceil(((address % pageSize) + length) / pageSize);
}

/** Bytes of an MDL for a buffer that spans `pages` pages. */
export const mdlBytes = (pages: number): number => mdlLayout.size + 4 * pages;
