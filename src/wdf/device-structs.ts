// SPDX-License-Identifier: MIT
/** Layouts of wdfdevice.h, 32-bit. */
import { struct } from "../base/index.ts";

/** Callbacks of WDF_PNPPOWER_EVENT_CALLBACKS in structure order. */
export const pnpPowerCallbackNames = [
  "EvtDeviceD0Entry",
  "EvtDeviceD0EntryPostInterruptsEnabled",
  "EvtDeviceD0Exit",
  "EvtDeviceD0ExitPreInterruptsDisabled",
  "EvtDevicePrepareHardware",
  "EvtDeviceReleaseHardware",
  "EvtDeviceSelfManagedIoCleanup",
  "EvtDeviceSelfManagedIoFlush",
  "EvtDeviceSelfManagedIoInit",
  "EvtDeviceSelfManagedIoSuspend",
  "EvtDeviceSelfManagedIoRestart",
  "EvtDeviceSurpriseRemoval",
  "EvtDeviceQueryRemove",
  "EvtDeviceQueryStop",
  "EvtDeviceUsageNotification",
  "EvtDeviceRelationsQuery",
  "EvtDeviceUsageNotificationEx",
] as const;
export type PnpPowerCallback = (typeof pnpPowerCallbackNames)[number];

export const WDF_PNPPOWER_EVENT_CALLBACKS = struct("WDF_PNPPOWER_EVENT_CALLBACKS", {
  Size: "u32",
  EvtDeviceD0Entry: "ptr",
  EvtDeviceD0EntryPostInterruptsEnabled: "ptr",
  EvtDeviceD0Exit: "ptr",
  EvtDeviceD0ExitPreInterruptsDisabled: "ptr",
  EvtDevicePrepareHardware: "ptr",
  EvtDeviceReleaseHardware: "ptr",
  EvtDeviceSelfManagedIoCleanup: "ptr",
  EvtDeviceSelfManagedIoFlush: "ptr",
  EvtDeviceSelfManagedIoInit: "ptr",
  EvtDeviceSelfManagedIoSuspend: "ptr",
  EvtDeviceSelfManagedIoRestart: "ptr",
  EvtDeviceSurpriseRemoval: "ptr",
  EvtDeviceQueryRemove: "ptr",
  EvtDeviceQueryStop: "ptr",
  EvtDeviceUsageNotification: "ptr",
  EvtDeviceRelationsQuery: "ptr",
  EvtDeviceUsageNotificationEx: "ptr",
});

/** Callbacks of WDF_POWER_POLICY_EVENT_CALLBACKS in structure order. */
export const powerPolicyCallbackNames = [
  "EvtDeviceArmWakeFromS0",
  "EvtDeviceDisarmWakeFromS0",
  "EvtDeviceWakeFromS0Triggered",
  "EvtDeviceArmWakeFromSx",
  "EvtDeviceDisarmWakeFromSx",
  "EvtDeviceWakeFromSxTriggered",
  "EvtDeviceArmWakeFromSxWithReason",
] as const;
export type PowerPolicyCallback = (typeof powerPolicyCallbackNames)[number];

export const WDF_POWER_POLICY_EVENT_CALLBACKS = struct("WDF_POWER_POLICY_EVENT_CALLBACKS", {
  Size: "u32",
  EvtDeviceArmWakeFromS0: "ptr",
  EvtDeviceDisarmWakeFromS0: "ptr",
  EvtDeviceWakeFromS0Triggered: "ptr",
  EvtDeviceArmWakeFromSx: "ptr",
  EvtDeviceDisarmWakeFromSx: "ptr",
  EvtDeviceWakeFromSxTriggered: "ptr",
  EvtDeviceArmWakeFromSxWithReason: "ptr",
});

export const WDF_IO_TYPE_CONFIG = struct("WDF_IO_TYPE_CONFIG", {
  Size: "u32",
  ReadWriteIoType: "i32",
  DeviceControlIoType: "i32",
  DirectTransferThreshold: "u32",
});

export const WDF_FILEOBJECT_CONFIG = struct("WDF_FILEOBJECT_CONFIG", {
  Size: "u32",
  EvtDeviceFileCreate: "ptr",
  EvtFileClose: "ptr",
  EvtFileCleanup: "ptr",
  AutoForwardCleanupClose: "i32",
  FileObjectClass: "i32",
});

export const WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS = struct("WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS", {
  Size: "u32",
  IdleCaps: "i32",
  DxState: "i32",
  IdleTimeout: "u32",
  UserControlOfIdleSettings: "i32",
  Enabled: "i32",
  PowerUpIdleDeviceOnSystemWake: "i32",
  IdleTimeoutType: "i32",
  ExcludeD3Cold: "i32",
});

export const WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS = struct("WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS", {
  Size: "u32",
  DxState: "i32",
  UserControlOfWakeSettings: "i32",
  Enabled: "i32",
  ArmForWakeIfChildrenAreArmedForWake: "u8",
  IndicateChildWakeOnParentWake: "u8",
});

export const WDF_DEVICE_PNP_CAPABILITIES = struct("WDF_DEVICE_PNP_CAPABILITIES", {
  Size: "u32",
  LockSupported: "i32",
  EjectSupported: "i32",
  Removable: "i32",
  DockDevice: "i32",
  UniqueID: "i32",
  SilentInstall: "i32",
  SurpriseRemovalOK: "i32",
  HardwareDisabled: "i32",
  NoDisplayInUI: "i32",
  Address: "u32",
  UINumber: "u32",
});

export const WDF_DEVICE_STATE = struct("WDF_DEVICE_STATE", {
  Size: "u32",
  Disabled: "i32",
  DontDisplayInUI: "i32",
  Failed: "i32",
  NotDisableable: "i32",
  Removed: "i32",
  ResourcesChanged: "i32",
  AssignedToGuest: "i32",
});

export const DEVPROPKEY = struct("DEVPROPKEY", { fmtid: ["u8", 16], pid: "u32" });

export const WDF_DEVICE_PROPERTY_DATA = struct("WDF_DEVICE_PROPERTY_DATA", {
  Size: "u32",
  PropertyKey: "ptr",
  Lcid: "u32",
  Flags: "u32",
});

export const UNICODE_STRING = struct("UNICODE_STRING", { Length: "u16", MaximumLength: "u16", Buffer: "ptr" });

/** WDF_DEVICE_IO_TYPE. */
export const ioType = { undefined: 0, neither: 1, buffered: 2, direct: 3, bufferedOrDirect: 4 } as const;
/** WDF_POWER_DEVICE_STATE. */
export const powerDeviceState = { invalid: 0, D0: 1, D1: 2, D2: 3, D3: 4, D3Final: 5, prepareForHibernation: 6 } as const;

/** Callbacks of WDF_FDO_EVENT_CALLBACKS in structure order. */
export const fdoCallbackNames = [
  "EvtDeviceFilterAddResourceRequirements",
  "EvtDeviceFilterRemoveResourceRequirements",
  "EvtDeviceRemoveAddedResources",
] as const;
export type FdoCallback = (typeof fdoCallbackNames)[number];

export const WDF_FDO_EVENT_CALLBACKS = struct("WDF_FDO_EVENT_CALLBACKS", {
  Size: "u32",
  EvtDeviceFilterAddResourceRequirements: "ptr",
  EvtDeviceFilterRemoveResourceRequirements: "ptr",
  EvtDeviceRemoveAddedResources: "ptr",
});
