// SPDX-License-Identifier: MIT
/** Which frame of the stack a stack address belongs to. */

import type { RawFrame } from "../protocol/index.ts";

export type DriverFrame = Extract<RawFrame, { kind: "driver" }>;

/** Frames grow down: the frame of an address is the one with the highest base that is not above it. */
export function frameAt(address: number, frames: readonly RawFrame[]): DriverFrame | undefined {
  let owner: DriverFrame | undefined;
  for (const frame of frames) {
    if (frame.kind === "driver" && frame.frameBase <= address && frame.frameBase >= (owner?.frameBase ?? 0)) owner = frame;
  }
  return owner;
}
