// SPDX-License-Identifier: MIT
/**
 * How many map registers a piece of an MDL chain needs, and how much of it a number of registers can map: the calculation of the KMDF
 * source (fxdmatransactionbase.cpp), page offsets, whole MDLs and the tolerance for a short chain included.
 */
import { pageSize } from "../protocol/index.ts";
import { status } from "./status.ts";

/** What the calculation reads of an MDL; `Mdls` of nt is one. */
export interface MdlReader {
  byteCount(mdl: number): number;
  /** MmGetMdlVirtualAddress. */
  virtualAddress(mdl: number): number;
  /** 0 = last. */
  next(mdl: number): number;
}

export interface MapRegisterNeed {
  /** STATUS_BUFFER_TOO_SMALL when the chain is more than the tolerated rest of a page too short. */
  readonly status: number;
  /** Registers for the whole length. */
  readonly required: number;
  /** Longest run of whole MDLs, or the whole length, that the available registers can map, bytes. */
  readonly possible: number;
}

/** Pages that `bytes` bytes span, starting `pageOffset` into a page. */
export const pagesSpanned = (pageOffset: number, bytes: number): number => Math.ceil((pageOffset + bytes) / pageSize);

/** Registers for `length` bytes that start `offset` bytes into `mdl`, when `available` can be had. */
export function mapRegisterNeed(mdls: MdlReader, mdl: number, offset: number, length: number, available: number): MapRegisterNeed {
  let current = mdl;
  let bytes = mdls.byteCount(current) - offset;
  let pageOffset = (mdls.virtualAddress(current) + offset) % pageSize;
  let gathered = bytes;
  let required = 0;
  let possible = 0;
  for (let next = mdls.next(current); gathered < length && next !== 0; next = mdls.next(current)) {
    required += pagesSpanned(pageOffset, bytes);
    if (required <= available) possible = gathered;
    current = next;
    bytes = mdls.byteCount(current);
    pageOffset = mdls.virtualAddress(current) % pageSize;
    gathered += bytes;
  }
  if (gathered + pageSize < length + pageOffset) return { status: status.bufferTooSmall, required, possible };
  required += pagesSpanned(pageOffset, length - (gathered - bytes));
  if (required <= available) possible = length;
  return { status: status.success, required, possible };
}

/** The MDL and the offset in it, `distance` bytes after `offset` in `mdl`. Stays in the last MDL when the chain ends. */
export function advanceInChain(mdls: MdlReader, mdl: number, offset: number, distance: number): { readonly mdl: number; readonly offset: number } {
  let current = mdl;
  let position = offset + distance;
  for (let next = mdls.next(current); position >= mdls.byteCount(current) && next !== 0; next = mdls.next(current)) {
    position -= mdls.byteCount(current);
    current = next;
  }
  return { mdl: current, offset: position };
}
