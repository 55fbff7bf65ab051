// SPDX-License-Identifier: MIT
/** WDFDEVICE_INIT: what the driver decides before its device exists. Opaque to the driver, so it is a number without memory behind it. */
import { hex } from "../base/index.ts";
import { handleBase } from "../protocol/index.ts";
import type { DeviceObject } from "../nt/index.ts";
import { type ObjectAttributes, noAttributes } from "./attributes.ts";
import { type FdoCallback, type PnpPowerCallback, type PowerPolicyCallback, ioType } from "./device-structs.ts";
import type { ChildEntry } from "./child-list.ts";
import type { ChildListConfig } from "./child-list-config.ts";
import type { WdfDevice } from "./device.ts";
import type { WdfFramework } from "./framework.ts";
import { PdoInfo } from "./pdo.ts";

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

/** `fdo`: a function or filter device on the PCI function; `pdo`: a child of a bus; `control`: a device without hardware. */
export type DeviceKind = "fdo" | "pdo" | "control";

export class DeviceInit {
  readonly id: number;
  /** Physical device object below; a PDO is its own, a control device has none. */
  readonly lower: DeviceObject | undefined;
  /** Present for the child of a bus. */
  readonly pdo: PdoInfo | undefined;
  /** The device that was made of it. */
  device: WdfDevice | undefined;
  /** Default child list of a bus. */
  childList: { readonly config: ChildListConfig; readonly attributes: ObjectAttributes } | undefined;
  readonly fdoCallbacks = new Map<FdoCallback, number>();
  /** EvtDeviceShutdownNotification with WDF_DEVICE_SHUTDOWN_FLAGS. */
  shutdown: { readonly callback: number; readonly flags: number } | undefined;
  readonly stateCallbacks: StateCallback[] = [];
  readonly pnpPower = new Map<PnpPowerCallback, number>();
  readonly powerPolicy = new Map<PowerPolicyCallback, number>();
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

  constructor(id: number, lower: DeviceObject | undefined, pdo?: PdoInfo) {
    this.id = id;
    this.lower = lower;
    this.pdo = pdo;
    if (this.kind !== "fdo") this.isPowerPolicyOwner = false;
  }

  get kind(): DeviceKind {
    if (this.pdo !== undefined) return "pdo";
    return this.lower === undefined ? "control" : "fdo";
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
    return this.#add(new DeviceInit(this.#nextId, pdo));
  }

  /** For a child of `parent`: of its child list, or static. */
  createPdo(parent: WdfDevice, isStatic: boolean, entry?: ChildEntry): DeviceInit {
    return this.#add(new DeviceInit(this.#nextId, undefined, new PdoInfo(parent, isStatic, entry)));
  }

  createControl(): DeviceInit {
    return this.#add(new DeviceInit(this.#nextId, undefined));
  }

  get #nextId(): number {
    return idBase + idStep * this.#inits.size;
  }

  #add(init: DeviceInit): DeviceInit {
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
