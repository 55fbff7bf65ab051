// SPDX-License-Identifier: MIT
/** Structures of wdfchildlist.h, 32-bit, and the checks of WDF_CHILD_LIST_CONFIG (kmdf fxchildlist.cpp). */
import { struct } from "../base/index.ts";
import type { WdfFramework } from "./framework.ts";
import { status } from "./status.ts";
import { StructView } from "./struct-view.ts";

export const WDF_CHILD_LIST_CONFIG = struct("WDF_CHILD_LIST_CONFIG", {
  Size: "u32",
  IdentificationDescriptionSize: "u32",
  AddressDescriptionSize: "u32",
  EvtChildListCreateDevice: "ptr",
  EvtChildListScanForChildren: "ptr",
  EvtChildListIdentificationDescriptionCopy: "ptr",
  EvtChildListIdentificationDescriptionDuplicate: "ptr",
  EvtChildListIdentificationDescriptionCleanup: "ptr",
  EvtChildListIdentificationDescriptionCompare: "ptr",
  EvtChildListAddressDescriptionCopy: "ptr",
  EvtChildListAddressDescriptionDuplicate: "ptr",
  EvtChildListAddressDescriptionCleanup: "ptr",
  EvtChildListDeviceReenumerated: "ptr",
});

export const WDF_CHILD_RETRIEVE_INFO = struct("WDF_CHILD_RETRIEVE_INFO", {
  Size: "u32",
  IdentificationDescription: "ptr",
  AddressDescription: "ptr",
  Status: "i32",
  EvtChildListIdentificationDescriptionCompare: "ptr",
});

export const WDF_CHILD_LIST_ITERATOR = struct("WDF_CHILD_LIST_ITERATOR", { Size: "u32", Flags: "u32", Reserved: ["u32", 4] });

/** WDF_CHILD_LIST_RETRIEVE_DEVICE_STATUS. */
export const retrieveStatus = { success: 1, notYetCreated: 2, noSuchDevice: 3 } as const;
/** WDF_RETRIEVE_CHILD_FLAGS. */
export const retrieveFlag = { present: 1, missing: 2, pending: 4, all: 7 } as const;

/** Function pointers, 0 = none; sizes in bytes. */
export interface ChildListConfig {
  readonly identificationSize: number;
  /** 0 = no address descriptions. */
  readonly addressSize: number;
  readonly createDevice: number;
  readonly scanForChildren: number;
  readonly copy: number;
  readonly duplicate: number;
  readonly cleanup: number;
  readonly compare: number;
  readonly addressCopy: number;
  readonly addressDuplicate: number;
  readonly addressCleanup: number;
  readonly reenumerated: number;
}

/** The list of statically enumerated children: no descriptions, no callbacks. Its descriptions are one word, so that each child has a place of its own. */
export const staticListConfig: ChildListConfig = {
  identificationSize: 4,
  addressSize: 0,
  createDevice: 0,
  scanForChildren: 0,
  copy: 0,
  duplicate: 0,
  cleanup: 0,
  compare: 0,
  addressCopy: 0,
  addressDuplicate: 0,
  addressCleanup: 0,
  reenumerated: 0,
};

/** The configuration at `address`, or the NTSTATUS that refuses it. Identification callbacks come in groups, as do those for addresses. */
export function readChildListConfig(framework: WdfFramework, address: number): ChildListConfig | number {
  const view = new StructView(framework.machine.memory, WDF_CHILD_LIST_CONFIG, address);
  if (view.get("Size") !== WDF_CHILD_LIST_CONFIG.size) return status.infoLengthMismatch;
  const config: ChildListConfig = {
    identificationSize: view.get("IdentificationDescriptionSize"),
    addressSize: view.get("AddressDescriptionSize"),
    createDevice: view.get("EvtChildListCreateDevice"),
    scanForChildren: view.get("EvtChildListScanForChildren"),
    copy: view.get("EvtChildListIdentificationDescriptionCopy"),
    duplicate: view.get("EvtChildListIdentificationDescriptionDuplicate"),
    cleanup: view.get("EvtChildListIdentificationDescriptionCleanup"),
    compare: view.get("EvtChildListIdentificationDescriptionCompare"),
    addressCopy: view.get("EvtChildListAddressDescriptionCopy"),
    addressDuplicate: view.get("EvtChildListAddressDescriptionDuplicate"),
    addressCleanup: view.get("EvtChildListAddressDescriptionCleanup"),
    reenumerated: view.get("EvtChildListDeviceReenumerated"),
  };
  const hasAddressCallbacks = config.addressCopy + config.addressDuplicate + config.addressCleanup !== 0;
  if (config.identificationSize < 4 || config.createDevice === 0) return status.invalidParameter;
  if (config.addressSize !== 0 && config.addressSize < 4) return status.invalidParameter;
  if (config.addressSize === 0 && hasAddressCallbacks) return status.invalidParameter;
  return config;
}
