// SPDX-License-Identifier: MIT
/** What a DMA adapter checks of its caller: MDL chains that describe pages, and nothing left when the adapter is put (dma-adapter.ts). */
import { hex } from "../base/index.ts";
import type { MemorySegment } from "../machine/index.ts";
import { ntStatus } from "../protocol/index.ts";
import type { Checks } from "./checks.ts";
import type { Mdls } from "./mdl.ts";

export interface CheckedAdapter {
  readonly checks: Checks;
  readonly mdls: Mdls;
  /** Object id of the owner. */
  readonly objectId: number;
}

/** The memory of `length` bytes from `offset` in the chain, one page at most each; an NTSTATUS when the chain is shorter or describes no pages. */
export function chainSegments(
  { checks, mdls, objectId }: CheckedAdapter,
  routine: string,
  mdl: number,
  offset: number,
  length: number,
): readonly MemorySegment[] | number {
  if (length === 0) return ntStatus.STATUS_INVALID_PARAMETER;
  for (let current = mdl, skipped = 0; current !== 0 && skipped < offset + length; skipped += mdls.byteCount(current), current = mdls.next(current)) {
    if (mdls.describesPages(current)) continue;
    checks.violation({
      rule: "mdl-lifecycle",
      message: `${routine}: the MDL at ${hex(current, 8)} describes no pages: it was neither locked nor built`,
      explanation: "Lock the pages with MmProbeAndLockPages, or call MmBuildMdlForNonPagedPool for nonpaged memory, before the MDL is given to DMA.",
      address: current,
      objectId,
    });
    return ntStatus.STATUS_INVALID_PARAMETER;
  }
  return mdls.segments(mdl, offset, length) ?? ntStatus.STATUS_BUFFER_TOO_SMALL;
}

/** PutDmaAdapter finds `count` things that were not given back. */
export function reportLeak({ checks, objectId }: CheckedAdapter, rule: string, count: number, what: string, counterpart: string): void {
  if (count === 0) return;
  checks.violation({
    rule,
    message: `PutDmaAdapter: the adapter still has ${count} ${what}`,
    explanation: `Release everything that was allocated through an adapter (${counterpart}) before the adapter itself; bug check 0xE6 under DMA verification.`,
    objectId,
  });
}

export function reportUnknownList({ checks, objectId }: CheckedAdapter, list: number): void {
  checks.violation({
    rule: "ad-put-sglist-unknown",
    message: `PutScatterGatherList: ${checks.whatIsAt(list)} is not a scatter/gather list of this adapter, or it was put already`,
    explanation: "Each list is put once, through the adapter that built it.",
    address: list,
    objectId,
  });
}

/** `given` is not the direction that the transfer called `label` was mapped with. */
export function reportDirection({ checks, objectId }: CheckedAdapter, routine: string, given: boolean, label: string): void {
  checks.violation({
    rule: "ad-direction-mismatch",
    message: `${routine}: WriteToDevice is ${given ? "TRUE" : "FALSE"}, but the ${label} was mapped with ${given ? "FALSE" : "TRUE"}`,
    explanation: "The direction decides what is copied out of map registers; it must be the one of the mapping.",
    objectId,
  });
}

export function reportChannelNotHeld({ checks, objectId }: CheckedAdapter, routine: string): void {
  checks.violation({
    rule: "ad-channel-not-held",
    message: `${routine}: the adapter channel is not allocated`,
    explanation: "FreeAdapterChannel and FreeAdapterObject are the counterpart of an AdapterControl routine that returned KeepObject.",
    objectId,
  });
}

export function reportUnknownBase({ checks, objectId }: CheckedAdapter, routine: string, base: number): void {
  checks.violation({
    rule: "ad-mapregs-unknown",
    message: `${routine}: the map registers (MapRegisterBase ${base}) were freed already`,
    explanation: "Map registers are valid from the AdapterControl routine until FreeMapRegisters or FreeAdapterChannel.",
    objectId,
  });
}

export function reportMissingFlush({ checks, objectId }: CheckedAdapter, routine: string, label: string): void {
  checks.violation({
    rule: "mb-flush-iobuffers-missing",
    message: `${routine}: the ${label} is still mapped; FlushAdapterBuffers was not called`,
    explanation: "Without the flush, data that the device wrote to map registers never reaches the buffer.",
    objectId,
  });
}
