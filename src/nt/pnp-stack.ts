// SPDX-License-Identifier: MIT
/** What the PnP manager drives: implemented by the framework for its device. */
import type { Wait, WaitResult } from "../machine/index.ts";
import type { AssignedResources } from "./resources.ts";

/** A PnP or power step that may wait; returns an NTSTATUS. */
export type PnpSequence = Generator<Wait, number, WaitResult>;

export type DevicePower = "D0" | "D1" | "D2" | "D3";

/** S1 to S3: asleep; S4: hibernating. */
export type SystemSleep = "S1" | "S2" | "S3" | "S4";
export type SystemPower = "S0" | SystemSleep;

/** Who wants a device power state: the driver's own idle policy, or somebody from outside. */
export type PowerCause = "idle" | "explicit";

export interface PnpDriverStack {
  /** IRP_MN_START_DEVICE, up to and including D0 entry. */
  start(resources: AssignedResources): PnpSequence;
  /** Out of D0 to `target`. */
  powerDown(target: Exclude<DevicePower, "D0">, cause: PowerCause): PnpSequence;
  powerUp(): PnpSequence;
  /** IRP_MN_SET_POWER for a system sleep state: the power policy owner takes the device to the Dx it wants, through `PnpManager.setBusPower`. */
  sleep(state: SystemSleep): PnpSequence;
  /** IRP_MN_SET_POWER for S0. */
  resume(): PnpSequence;
  queryRemove(): PnpSequence;
  /** IRP_MN_REMOVE_DEVICE. */
  remove(): PnpSequence;
  surpriseRemove(): PnpSequence;
  /** IRP_MN_STOP_DEVICE (resource rebalance). */
  stop(): PnpSequence;
}

/** `deviceFailed`: the driver reported its device as failed; it is removed although the hardware is still there. */
export type PnpRequest = "start" | DevicePower | SystemPower | "remove" | "surpriseRemove" | "rebalance" | "deviceFailed";
