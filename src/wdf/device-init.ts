// SPDX-License-Identifier: MIT
/** WDFDEVICE_INIT: what the driver decides before its device exists. Opaque to the driver, so it is a number without memory behind it. */
import { hex } from "../base/index.ts";
import { handleBase } from "../protocol/index.ts";
import type { DeviceObject } from "../nt/index.ts";
import { type ObjectAttributes, noAttributes } from "./attributes.ts";
import { type PnpPowerCallback, type PowerPolicyCallback, ioType } from "./device-structs.ts";
import type { WdfFramework } from "./framework.ts";

/** A notification of the state machine called `machine`. */
export interface StateCallback {
  readonly machine: "pnp" | "power" | "powerPolicy";
  readonly state: number;
  readonly callback: number;
  /** WDF_STATE_NOTIFICATION_TYPE bits. */
  readonly types: number;
}

export interface FileObjectConfig {
  readonly create: number;
  readonly close: number;
  readonly cleanup: number;
  readonly fileObjectClass: number;
  readonly attributes: ObjectAttributes;
}

export class DeviceInit {
  readonly id: number;
  readonly pdo: DeviceObject;
  readonly pnpPower = new Map<PnpPowerCallback, number>();
  readonly powerPolicy = new Map<PowerPolicyCallback, number>();
  readonly stateCallbacks: StateCallback[] = [];
  readWriteType: number = ioType.buffered;
  ioctlType: number = ioType.buffered;
  /** FILE_DEVICE_UNKNOWN. */
  deviceType = 0x22;
  /** FILE_DEVICE_SECURE_OPEN. */
  characteristics = 0x100;
  isExclusive = false;
  isFilter = false;
  /** Function drivers own power policy unless they say otherwise. */
  isPowerPolicyOwner = true;
  isPowerPageable = true;
  /** The device draws inrush current: the system powers such devices up one at a time. */
  isPowerInrush = false;
  name: string | undefined;
  sddl: string | undefined;
  deviceClass: string | undefined;
  fileObject: FileObjectConfig | undefined;
  requestAttributes: ObjectAttributes = noAttributes;
  ioInCallerContext = 0;
  /** WDF_RELEASE_HARDWARE_ORDER_ON_FAILURE: 1 early, 2 after descendants. */
  releaseHardwareOrder = 1;
  /** WdfDeviceCreate took it over, or it was freed: why it must not be used any more. */
  end: string | undefined;

  constructor(id: number, pdo: DeviceObject) {
    this.id = id;
    this.pdo = pdo;
  }
}

/** First id; above every handle, below 4 GiB. */
const idBase = handleBase + 0x1800_0000;
const idStep = 16;

export class DeviceInits {
  readonly #framework: WdfFramework;
  readonly #inits = new Map<number, DeviceInit>();

  constructor(framework: WdfFramework) {
    this.#framework = framework;
  }

  create(pdo: DeviceObject): DeviceInit {
    const init = new DeviceInit(idBase + idStep * this.#inits.size, pdo);
    this.#inits.set(init.id, init);
    return init;
  }

  /** The structure a PWDFDEVICE_INIT names. NULL is bug check 4; one that has ended, or never was one, is reported and gives undefined. */
  resolve(pointer: number): DeviceInit | undefined {
    const id = this.#framework.requirePointer(pointer, "DeviceInit");
    const init = this.#inits.get(id);
    if (init !== undefined && init.end === undefined) return init;
    this.#framework.violation({
      rule: "setup-device-init-api",
      message: `${this.#framework.apiName()} was given the PWDFDEVICE_INIT ${hex(id, 8)}, ${init === undefined ? "which the framework never gave out" : `which must not be used any more: ${init.end}`}`,
      explanation:
        "A WDFDEVICE_INIT is valid in EvtDriverDeviceAdd until WdfDeviceCreate succeeds or WdfDeviceInitFree is called. Call every WdfDeviceInit function before WdfDeviceCreate.",
    });
    return undefined;
  }
}
