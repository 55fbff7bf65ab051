// SPDX-License-Identifier: MIT
/**
 * S0 idle power-down of a power policy owner (kmdf powerpolicystatemachine.cpp; kmdf-dma specification 7.7): a device without power references goes to Dx
 * when the idle time-out has passed, and a request for a power-managed queue or WdfDeviceStopIdle brings it back to D0.
 */
import type { DevicePower, HostTimer } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import type { WdfDevice } from "./device.ts";
import { triState } from "./object-structs.ts";
import { isSuccess } from "./status.ts";

export interface IdleSettings {
  readonly caps: number;
  /** Device state while idle. */
  readonly target: Exclude<DevicePower, "D0">;
  /** Milliseconds; 0 = default. */
  readonly timeoutMs: number;
  readonly enabled: number;
  /** PowerUpIdleDeviceOnSystemWake: an idle device goes to D0 when the system resumes. */
  readonly isPoweredUpOnResume: boolean;
}

/** WDF_POWER_POLICY_S0_IDLE_CAPABILITIES. */
export const idleCaps = { cannotWake: 1, canWake: 2, usbSelectiveSuspend: 3 } as const;

/** `leaving` and `waking`: the transition is requested; `idle`: in Dx because of idleness, not because the system asked for it. */
type IdleState = "active" | "leaving" | "idle" | "waking";

/** IdleTimeoutDefaultValue stands for five seconds (WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS of the WDK). */
const defaultTimeoutMs = 5000;
/** KeSetTimer units in a millisecond. */
const unitsPerMs = 10_000n;

export class IdlePolicy {
  readonly #device: WdfDevice;
  readonly #timer: HostTimer;
  #settings: IdleSettings | undefined;
  #state: IdleState = "active";

  constructor(device: WdfDevice) {
    this.#device = device;
    const { timers } = device.framework.nt;
    this.#timer = timers.create(undefined, { name: "idle time-out", objectId: device.id, onExpire: () => this.#leave() });
  }

  /** WdfDeviceAssignS0IdleSettings, also again to change them. */
  assign(settings: IdleSettings): void {
    const wasSet = this.#settings !== undefined;
    this.#settings = settings;
    this.#stopTimer();
    if (wasSet || this.isEnabled) this.#device.powerPolicy.settingsChanged();
    this.update();
  }

  get isEnabled(): boolean {
    return (this.#settings?.enabled ?? triState.false) !== triState.false;
  }

  /** The device is in D0 again, for whatever reason. */
  poweredUp(): void {
    this.#state = "active";
    this.update();
  }

  /** The device arms itself for wake when it becomes idle. */
  get wakesFromS0(): boolean {
    return this.#settings?.caps === idleCaps.canWake;
  }

  /** In Dx because it was idle. */
  get isIdle(): boolean {
    return this.#state === "idle";
  }

  /** Whether a device that sleeps with the system, not armed, may stay in Dx when the system resumes: nobody needs it yet. */
  get staysDownOnResume(): boolean {
    const settings = this.#settings;
    return settings !== undefined && settings.enabled !== triState.false && !this.wakesFromS0 && !settings.isPoweredUpOnResume && !this.#isBusy;
  }

  /** The system has resumed and the device stays in Dx, as if it had become idle. */
  resumedInDx(): void {
    this.#state = "idle";
  }

  /** The device has signalled wake from S0. */
  woken(): void {
    if (this.#state === "idle") this.#wake();
  }

  /** A D0 exit begins, or the device goes away. */
  poweringDown(): void {
    this.#stopTimer();
  }

  /** Acts on a change of the power references: starts or stops the time-out, or wakes the device. */
  update(): void {
    const { enabled = triState.false } = this.#settings ?? {};
    if (this.#isBusy || enabled === triState.false) {
      this.#stopTimer();
      if (this.#state === "idle") this.#wake();
    } else if (this.#mayLeave && this.#state === "active") this.#startTimer();
  }

  /** Power references: WdfDeviceStopIdle, and one of each power-managed queue that holds a request or has one with the driver. */
  get #isBusy(): boolean {
    const { powerReferences, queues } = this.#device;
    return powerReferences > 0 || queues.some(({ config, waiting, owned }) => config.isPowerManaged && waiting.length + owned.length > 0);
  }

  get #mayLeave(): boolean {
    const { pnpState, powerState, areQueuesOn } = this.#device;
    return pnpState === "Started" && powerState === "D0" && areQueuesOn;
  }

  #startTimer(): void {
    const { timers } = this.#device.framework.nt;
    if (timers.isStarted(this.#timer)) return;
    const timeout = this.#settings?.timeoutMs || defaultTimeoutMs;
    timers.start(this.#timer, -BigInt(timeout) * unitsPerMs);
  }

  #stopTimer(): void {
    this.#device.framework.nt.timers.stop(this.#timer);
  }

  #leave(): void {
    const { target } = this.#settings ?? {};
    if (target === undefined) return;
    this.#state = "leaving";
    const done = (result: number): void => {
      this.#state = isSuccess(result) ? "idle" : "active";
      const { wake } = this.#device;
      if (this.#state === "idle" && (wake.isReturnDue || wake.isTriggered)) this.#wake();
      else this.update();
    };
    this.#device.framework.nt.pnp.requestIdle(target, done, () => !this.#isBusy && this.#mayLeave);
  }

  #wake(): void {
    this.#state = "waking";
    this.#device.powerPolicy.returning(this.#device.wake.isTriggered);
    this.#device.wake.cancel();
    const done = (result: number): void => {
      // Refused while the system itself wants the device in Dx: it wakes with the system.
      if (this.#state === "waking") this.#state = isSuccess(result) ? "active" : "idle";
    };
    this.#device.framework.nt.pnp.requestIdle("D0", done, () => this.#device.pnpState === "Started");
  }

  fields(): FieldView[] {
    const settings = this.#settings;
    if (settings === undefined) return [];
    const { timers } = this.#device.framework.nt;
    const when = timers.isStarted(this.#timer) ? `, time-out at ${(this.#timer.dueNs / 1e6).toFixed(3)} ms` : "";
    const enabled = settings.enabled === triState.false ? "disabled" : `${settings.target} after ${settings.timeoutMs || defaultTimeoutMs} ms`;
    return [{ name: "S0 idle", value: `${enabled}; ${this.#state}${when}` }];
  }
}
