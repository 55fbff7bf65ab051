// SPDX-License-Identifier: MIT
/** What a bus driver says about a child device before it is created, and what the bus keeps of it (wdfpdo.h; kmdf fxpkgpdo.cpp). */
import { struct } from "../base/index.ts";
import type { ChildEntry } from "./child-list.ts";
import type { WdfDevice } from "./device.ts";

/** Callbacks of WDF_PDO_EVENT_CALLBACKS in structure order. */
export const pdoCallbackNames = [
  "EvtDeviceResourcesQuery",
  "EvtDeviceResourceRequirementsQuery",
  "EvtDeviceEject",
  "EvtDeviceSetLock",
  "EvtDeviceEnableWakeAtBus",
  "EvtDeviceDisableWakeAtBus",
  "EvtDeviceReportedMissing",
] as const;
export type PdoCallback = (typeof pdoCallbackNames)[number];

export const WDF_PDO_EVENT_CALLBACKS = struct("WDF_PDO_EVENT_CALLBACKS", {
  Size: "u32",
  EvtDeviceResourcesQuery: "ptr",
  EvtDeviceResourceRequirementsQuery: "ptr",
  EvtDeviceEject: "ptr",
  EvtDeviceSetLock: "ptr",
  EvtDeviceEnableWakeAtBus: "ptr",
  EvtDeviceDisableWakeAtBus: "ptr",
  EvtDeviceReportedMissing: "ptr",
});

/** Bytes of the structure before KMDF 1.11: EvtDeviceReportedMissing is missing. */
export const pdoCallbackBytesBefore111 = WDF_PDO_EVENT_CALLBACKS.fields.EvtDeviceReportedMissing.offset;

export interface DeviceText {
  readonly description: string;
  readonly location: string;
  readonly locale: number;
}

/** The PDO part of a WDFDEVICE_INIT, kept by the device. */
export class PdoInfo {
  readonly parent: WdfDevice;
  /** WdfPdoInitAllocate, not a child list. */
  readonly isStatic: boolean;
  /** Where the child list has it; set for dynamic children at once, for static ones by WdfFdoAddStaticChild. */
  entry: ChildEntry | undefined;
  deviceId: string | undefined;
  instanceId: string | undefined;
  readonly hardwareIds: string[] = [];
  readonly compatibleIds: string[] = [];
  containerId: string | undefined;
  readonly texts: DeviceText[] = [];
  defaultLocale = 0;
  /** Device class of a device that works without function driver. */
  rawClass: string | undefined;
  forwardsToParent = false;
  dependsOnParentPower = true;
  readonly callbacks = new Map<PdoCallback, number>();
  /** DEVICE_OBJECT addresses that are ejected with it. */
  readonly ejectionRelations = new Set<number>();

  constructor(parent: WdfDevice, isStatic: boolean, entry?: ChildEntry) {
    this.parent = parent;
    this.isStatic = isStatic;
    this.entry = entry;
  }

  /** Text in the default locale, else the first; for views. */
  get text(): DeviceText | undefined {
    return this.texts.find(({ locale }) => locale === this.defaultLocale) ?? this.texts[0];
  }
}
