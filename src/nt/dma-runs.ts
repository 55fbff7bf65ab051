// SPDX-License-Identifier: MIT
/** From the pages of a buffer to the elements of a scatter/gather list: physical runs, and which of them the HAL must copy (bounce). */
import { defined } from "../base/index.ts";
import type { MemorySegment, PhysicalMap } from "../machine/index.ts";
import { pageSize } from "../protocol/index.ts";

/** Memory that becomes one element. */
export interface DmaRun {
  readonly segments: MemorySegment[];
  length: number;
  /** The device gets map registers (a copy) instead of the memory itself. */
  readonly bounce: boolean;
}

export interface RunLimits {
  /** Address bits of the device. */
  readonly addressBits: number;
  /** False: the device takes one contiguous range, so a buffer of several runs is copied as a whole. */
  readonly scatterGather: boolean;
}

/**
 * Elements for `segments` (one page at most each, in order). Neighbouring physical pages join; pages that the device cannot address are copied to map
 * registers, which are contiguous for neighbouring pages.
 */
export function dmaRuns(pages: PhysicalMap, segments: readonly MemorySegment[], limits: RunLimits): readonly DmaRun[] {
  const end = 1n << BigInt(limits.addressBits);
  const runs: DmaRun[] = [];
  let previousEnd = -1n;
  for (const segment of segments) {
    const physical = defined(pages.physicalOf(segment.address), "memory of an MDL has physical pages");
    const bounce = physical + BigInt(segment.length) > end;
    const run = runs.at(-1);
    // Map registers keep the page offset, so copies join only where one page ends and the next begins.
    const joins = bounce ? previousEnd % BigInt(pageSize) === 0n && segment.address % pageSize === 0 : previousEnd === physical;
    if (run !== undefined && run.bounce === bounce && joins) append(run, segment);
    else runs.push({ segments: [{ ...segment }], length: segment.length, bounce });
    previousEnd = physical + BigInt(segment.length);
  }
  if (limits.scatterGather || runs.length <= 1) return runs;
  const whole: DmaRun = { segments: [], length: 0, bounce: true };
  for (const run of runs) for (const segment of run.segments) append(whole, segment);
  return [whole];
}

function append(run: DmaRun, segment: MemorySegment): void {
  run.length += segment.length;
  const last = run.segments.at(-1);
  if (last === undefined || last.address + last.length !== segment.address) run.segments.push({ ...segment });
  else run.segments[run.segments.length - 1] = { address: last.address, length: last.length + segment.length };
}
