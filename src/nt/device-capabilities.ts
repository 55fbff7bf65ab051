// SPDX-License-Identifier: MIT
/** What the PCI bus driver answers to IRP_MN_QUERY_CAPABILITIES about power (DEVICE_CAPABILITIES of the WDK), from the function's power-management capability. */
import type { Machine } from "../machine/index.ts";
import type { PmeState } from "../protocol/index.ts";

/** SYSTEM_POWER_STATE. */
export const systemPowerState = { unspecified: 0, S0: 1, S1: 2, S2: 3, S3: 4, S4: 5 } as const;
/** DEVICE_POWER_STATE. */
export const devicePowerState = { unspecified: 0, D0: 1, D1: 2, D2: 3, D3: 4 } as const;

export interface DeviceCapabilities {
  readonly DeviceD1: boolean;
  readonly DeviceD2: boolean;
  readonly WakeFromD0: boolean;
  readonly WakeFromD1: boolean;
  readonly WakeFromD2: boolean;
  readonly WakeFromD3: boolean;
  /** Lowest-powered system state from which the device can wake the system; unspecified = none, not even the device itself in S0. */
  readonly SystemWake: number;
  /** Lowest-powered device state from which it can signal. */
  readonly DeviceWake: number;
  /** Highest-powered device state by SYSTEM_POWER_STATE, from unspecified to S4. */
  readonly DeviceState: readonly number[];
}

export function deviceCapabilities(machine: Machine): DeviceCapabilities {
  const { powerManagement } = machine.device.definition.pci;
  const states = powerManagement?.states ?? [];
  const pme = powerManagement?.pme ?? [];
  const wakes = (...from: PmeState[]) => from.some((state) => pme.includes(state));
  const WakeFromD3 = wakes("D3hot", "D3cold");
  const deepest = WakeFromD3 ? "D3" : (["D2", "D1", "D0"] as const).find((state) => wakes(state));
  return {
    DeviceD1: states.includes("D1"),
    DeviceD2: states.includes("D2"),
    WakeFromD0: wakes("D0"),
    WakeFromD1: wakes("D1"),
    WakeFromD2: wakes("D2"),
    WakeFromD3,
    SystemWake: systemWake(deepest !== undefined, wakes("D3cold")),
    DeviceWake: devicePowerState[deepest ?? "unspecified"],
    // Slots keep their power in S0 only as far as Windows is concerned: every other system state takes the device to D3.
    DeviceState: [devicePowerState.unspecified, devicePowerState.D0, ...Array<number>(4).fill(devicePowerState.D3)],
  };
}

/** Slots keep main power in S1 and S2; from S3 on only a function that can signal from D3cold (auxiliary power) can wake the system. */
function systemWake(canSignal: boolean, fromCold: boolean): number {
  if (!canSignal) return systemPowerState.unspecified;
  return fromCold ? systemPowerState.S4 : systemPowerState.S2;
}

/** CM_POWER_DATA: the capabilities as DEVPKEY_Device_PowerData has them. */
export function powerData(machine: Machine): Uint8Array {
  const capabilities = deviceCapabilities(machine);
  const { DeviceD1, DeviceD2, WakeFromD0, WakeFromD1, WakeFromD2, WakeFromD3 } = capabilities;
  const flags = [true, DeviceD1, DeviceD2, true, WakeFromD0, WakeFromD1, WakeFromD2, WakeFromD3].reduce((bits, has, i) => bits | (has ? 1 << i : 0), 0);
  const state = devicePowerState[machine.device.power];
  const latencies = [0, 0, 0];
  const words = [0, state, flags, ...latencies, ...capabilities.DeviceState, devicePowerState.D3, capabilities.SystemWake];
  words[0] = 4 * words.length;
  return new Uint8Array(Uint32Array.from(words).buffer);
}
