// SPDX-License-Identifier: MIT
/** What a power policy owner does with its device when the system sleeps and resumes (kmdf powerpolicystatemachine.cpp, the Sleeping and SystemWake states). */
import type { DevicePower, PnpSequence, SystemSleep } from "../nt/index.ts";
import type { WdfDevice } from "./device.ts";
import { enterD0, exitD0 } from "./power-sequence.ts";
import { isSuccess, status } from "./status.ts";

/** POWER_ACTION. */
export const powerAction = { none: 0, sleep: 2, hibernate: 3 } as const;

export function* sleepDevice(device: WdfDevice, state: SystemSleep): PnpSequence {
  const { pnp } = device.framework.nt;
  device.systemPowerAction = state === "S4" ? powerAction.hibernate : powerAction.sleep;
  const armedTarget = device.init.isPowerPolicyOwner ? device.wake.dxForSleep(state) : undefined;
  if (device.powerState !== "D0") {
    // An idle device stays where it is, unless it must be disarmed from S0 or armed for Sx; both need D0.
    if (armedTarget === undefined && device.wake.armed === undefined) {
      device.powerPolicy.sleepingInDx();
      return status.success;
    }
    device.powerPolicy.risingForSleep();
    const up = yield* powerUpDevice(device);
    if (!isSuccess(up)) return up;
  }
  const target: Exclude<DevicePower, "D0"> = armedTarget ?? "D3";
  device.powerPolicy.sleeping(armedTarget !== undefined);
  const result = yield* exitD0(device, target, true, armedTarget === undefined ? undefined : () => device.wake.arm("Sx"));
  pnp.setBusPower(target);
  device.powerPolicy.poweredDown();
  return result;
}

export function* resumeDevice(device: WdfDevice): PnpSequence {
  device.systemPowerAction = powerAction.none;
  if (device.powerState === "D0") return status.success;
  const staysDown = device.wake.armed === undefined && device.idle.staysDownOnResume;
  device.powerPolicy.resuming(staysDown);
  if (staysDown) {
    device.idle.resumedInDx();
    return status.success;
  }
  return yield* powerUpDevice(device);
}

/** From Dx to D0, with the bus driver's part. */
export function* powerUpDevice(device: WdfDevice): PnpSequence {
  device.wake.cancel();
  device.framework.nt.pnp.setBusPower("D0");
  return yield* enterD0(device, device.powerState);
}
