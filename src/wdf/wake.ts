// SPDX-License-Identifier: MIT
/**
 * Wake of a power policy owner: the wait/wake request and the Arm, Disarm and WakeTriggered callbacks around a Dx from which the device may wake
 * itself (S0) or the system (Sx) (kmdf powerpolicystatemachine.cpp). Arming comes when the queues have stopped, disarming when the hardware runs again.
 */
import { deviceCapabilities, systemPowerState } from "../nt/index.ts";
import type { DevicePower, SystemSleep } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import type { PowerPolicyCallback } from "./device-structs.ts";
import type { WdfDevice } from "./device.ts";
import { triState } from "./object-structs.ts";
import { isSuccess, status } from "./status.ts";

export interface SxWakeSettings {
  /** Device state while the system sleeps and the device is armed. */
  readonly target: Exclude<DevicePower, "D0">;
  readonly enabled: number;
}

export type WakeSource = "S0" | "Sx";

const disarmCallback: Readonly<Record<WakeSource, PowerPolicyCallback>> = { S0: "EvtDeviceDisarmWakeFromS0", Sx: "EvtDeviceDisarmWakeFromSx" };
const triggeredCallback: Readonly<Record<WakeSource, PowerPolicyCallback>> = {
  S0: "EvtDeviceWakeFromS0Triggered",
  Sx: "EvtDeviceWakeFromSxTriggered",
};

export class WakePolicy {
  readonly #device: WdfDevice;
  #settings: SxWakeSettings | undefined;
  #armed: WakeSource | undefined;
  /** The wait/wake request has completed with success since it was sent. */
  #isTriggered = false;
  #hasRequest = false;
  /** Arming for wake from S0 has failed: the device must not stay in Dx. */
  isReturnDue = false;

  constructor(device: WdfDevice) {
    this.#device = device;
  }

  /** WdfDeviceAssignSxWakeSettings. */
  assign(settings: SxWakeSettings): void {
    this.#settings = settings;
  }

  get isTriggered(): boolean {
    return this.#isTriggered;
  }

  get armed(): WakeSource | undefined {
    return this.#armed;
  }

  /** The Dx to wake the system from `state`; undefined when the device is not enabled for that or cannot. */
  dxForSleep(state: SystemSleep): Exclude<DevicePower, "D0"> | undefined {
    const settings = this.#settings;
    if (settings === undefined || settings.enabled === triState.false) return undefined;
    const { SystemWake } = deviceCapabilities(this.#device.framework.machine);
    return systemPowerState[state] <= SystemWake ? settings.target : undefined;
  }

  /** In a power-down, when the queues have stopped: sends the wait/wake request, then lets the driver arm its device. */
  arm(source: WakeSource): void {
    const { framework } = this.#device;
    const { SystemWake } = deviceCapabilities(framework.machine);
    this.#isTriggered = false;
    this.isReturnDue = false;
    // For Sx the deepest state is asked for, so that a change from S3 to S4 needs no new request.
    const sent = framework.nt.pnp.waitWake.send(source === "S0" ? systemPowerState.S0 : SystemWake, (result) => this.#completed(result));
    this.#hasRequest = sent === status.pending;
    const { powerPolicy } = this.#device;
    if (this.#hasRequest) powerPolicy.arming();
    const armed = this.#hasRequest ? this.#callArm(source) : sent;
    if (this.#hasRequest && isSuccess(armed)) {
      this.#armed = source;
      powerPolicy.machine.settle();
      return;
    }
    if (this.#hasRequest && source === "Sx") {
      powerPolicy.reverting();
      this.#call(disarmCallback.Sx);
    }
    this.cancel();
    powerPolicy.armFailed();
    this.isReturnDue = source === "S0";
  }

  /** Cancels the wait/wake request: before a power-up for another reason than wake, and when the device goes away. */
  cancel(): void {
    if (this.#hasRequest) this.#device.framework.nt.pnp.waitWake.cancel();
    this.#hasRequest = false;
  }

  /** In a power-up, when the hardware runs and before the queues do: tells the driver what woke the device, and disarms. */
  disarm(): void {
    this.cancel();
    const armed = this.#armed;
    this.#armed = undefined;
    this.isReturnDue = false;
    const isTriggered = this.#isTriggered;
    this.#isTriggered = false;
    this.#device.powerPolicy.hardwareStarted(
      () => {
        if (armed !== undefined && isTriggered) this.#call(triggeredCallback[armed]);
      },
      () => {
        if (armed !== undefined) this.#call(disarmCallback[armed]);
      },
    );
  }

  /** The device goes away in Dx. */
  forget(): void {
    this.cancel();
    this.#armed = undefined;
    this.#isTriggered = false;
  }

  #completed(result: number): void {
    this.#hasRequest = false;
    if (!isSuccess(result)) return;
    this.#isTriggered = true;
    if (this.#armed === "Sx") this.#device.powerPolicy.wokeSystem();
    else this.#device.idle.woken();
  }

  #callArm(source: WakeSource): number {
    if (source === "S0") return this.#call("EvtDeviceArmWakeFromS0");
    const withReason: PowerPolicyCallback = "EvtDeviceArmWakeFromSxWithReason";
    // The device itself is enabled; it has no children that could be.
    return (this.#device.init.powerPolicy.get(withReason) ?? 0) === 0 ? this.#call("EvtDeviceArmWakeFromSx") : this.#call(withReason, 1, 0);
  }

  /** Calls a power policy callback, if the driver has it. Returns its NTSTATUS; success without callback. */
  #call(name: PowerPolicyCallback, ...args: number[]): number {
    const device = this.#device;
    const target = device.init.powerPolicy.get(name) ?? 0;
    if (target === 0) return status.success;
    const { powerStep } = device;
    device.powerStep = `${powerStep?.split(":")[0] ?? "wake"}: ${name}`;
    const result = device.framework.callback(name, target, [device.handle, ...args], { kind: "kernel", label: "wake", objectId: device.id });
    device.powerStep = powerStep;
    return name.startsWith("EvtDeviceArm") ? result : status.success;
  }

  fields(): FieldView[] {
    const settings = this.#settings;
    const fields: FieldView[] = [];
    if (settings !== undefined) fields.push({ name: "Sx wake", value: settings.enabled === triState.false ? "disabled" : settings.target });
    if (this.#armed !== undefined) fields.push({ name: "Armed for wake", value: `from ${this.#armed}${this.#isTriggered ? ", triggered" : ""}` });
    return fields;
  }
}
