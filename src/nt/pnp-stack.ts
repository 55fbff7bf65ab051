// SPDX-License-Identifier: MIT
/** What the PnP manager drives: implemented by the framework for its device. */
import type { Wait, WaitResult } from "../machine/index.ts";
import type { AssignedResources } from "./resources.ts";

/** A PnP or power step that may wait; returns an NTSTATUS. */
export type PnpSequence = Generator<Wait, number, WaitResult>;

export type DevicePower = "D0" | "D1" | "D2" | "D3";

export interface PnpDriverStack {
  /** IRP_MN_START_DEVICE, up to and including D0 entry. */
  start(resources: AssignedResources): PnpSequence;
  /** Out of D0 to `target`. */
  powerDown(target: Exclude<DevicePower, "D0">): PnpSequence;
  powerUp(): PnpSequence;
  queryRemove(): PnpSequence;
  /** IRP_MN_REMOVE_DEVICE. */
  remove(): PnpSequence;
  surpriseRemove(): PnpSequence;
  /** IRP_MN_STOP_DEVICE (resource rebalance). */
  stop(): PnpSequence;
}

/** `deviceFailed`: the driver reported its device as failed; it is removed although the hardware is still there. */
export type PnpRequest = "start" | DevicePower | "remove" | "surpriseRemove" | "rebalance" | "deviceFailed";
