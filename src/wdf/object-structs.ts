// SPDX-License-Identifier: MIT
/** Layouts of wdfobject.h and wdfdriver.h, 32-bit. */
import { struct } from "../base/index.ts";

export const WDF_OBJECT_ATTRIBUTES = struct("WDF_OBJECT_ATTRIBUTES", {
  Size: "u32",
  EvtCleanupCallback: "ptr",
  EvtDestroyCallback: "ptr",
  ExecutionLevel: "i32",
  SynchronizationScope: "i32",
  ParentObject: "ptr",
  ContextSizeOverride: "u32",
  ContextTypeInfo: "ptr",
});

export const WDF_OBJECT_CONTEXT_TYPE_INFO = struct("WDF_OBJECT_CONTEXT_TYPE_INFO", {
  Size: "u32",
  ContextName: "ptr",
  ContextSize: "u32",
  UniqueType: "ptr",
  EvtDriverGetUniqueContextType: "ptr",
});

export const WDF_DRIVER_CONFIG = struct("WDF_DRIVER_CONFIG", {
  Size: "u32",
  EvtDriverDeviceAdd: "ptr",
  EvtDriverUnload: "ptr",
  DriverInitFlags: "u32",
  DriverPoolTag: "u32",
});

export const WDF_DRIVER_VERSION_AVAILABLE_PARAMS = struct("WDF_DRIVER_VERSION_AVAILABLE_PARAMS", {
  Size: "u32",
  MajorVersion: "u32",
  MinorVersion: "u32",
});

export const WDF_DRIVER_GLOBALS = struct("WDF_DRIVER_GLOBALS", {
  Driver: "ptr",
  DriverFlags: "u32",
  DriverTag: "u32",
  DriverName: ["u8", 32],
  DisplaceDriverUnload: "u8",
});

export const executionLevel = { inherit: 1, passive: 2, dispatch: 3 } as const;
export const synchronizationScope = { inherit: 1, device: 2, queue: 3, none: 4 } as const;
/** WDF_TRI_STATE. */
export const triState = { false: 0, true: 1, useDefault: 2 } as const;
