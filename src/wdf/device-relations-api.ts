// SPDX-License-Identifier: MIT
/**
 * What a driver tells the PnP manager about other devices: removal relations, and device objects that depend on this one for special files. There is
 * nothing here that would remove or page them, so that the lists are kept and shown (wdfdevice.h; kmdf fxrelateddevicelist.cpp).
 */
import type { ApiTable } from "../nt/index.ts";
import { WdfDevice } from "./device.ts";
import type { WdfFramework } from "./framework.ts";
import { status } from "./status.ts";

/** WDF_SPECIAL_FILE_TYPE: paging, hibernation, dump, boot, post-display and guest-assigned files. */
const specialFileTypes = { first: 1, last: 6 } as const;

class Relations {
  readonly removal = new Set<number>();
  readonly dependent = new Set<number>();
  readonly specialFiles = new Set<number>();
}

export function deviceRelationsApi(framework: WdfFramework): ApiTable {
  const lists = new WeakMap<WdfDevice, Relations>();
  const of = (handle: number): Relations => {
    const device = framework.resolve(handle, WdfDevice, "WDFDEVICE");
    const relations = lists.get(device) ?? new Relations();
    lists.set(device, relations);
    return relations;
  };
  const add = (list: Set<number>, device: number): number => {
    framework.requirePointer(device, "PhysicalDevice");
    if (list.has(device >>> 0)) return status.duplicateObjectId;
    list.add(device >>> 0);
    return status.success;
  };
  return {
    WdfDeviceAddRemovalRelationsPhysicalDevice: (handle: number, device: number) => add(of(handle).removal, device),
    WdfDeviceRemoveRemovalRelationsPhysicalDevice: (handle: number, device: number) => {
      of(handle).removal.delete(framework.requirePointer(device, "PhysicalDevice"));
    },
    WdfDeviceClearRemovalRelationsDevices: (handle: number) => {
      of(handle).removal.clear();
    },
    WdfDeviceAddDependentUsageDeviceObject: (handle: number, device: number) => add(of(handle).dependent, device),
    WdfDeviceRemoveDependentUsageDeviceObject: (handle: number, device: number) => {
      of(handle).dependent.delete(framework.requirePointer(device, "DependentDevice"));
    },
    WdfDeviceSetSpecialFileSupport: (handle: number, type: number, supported: number) => {
      const { specialFiles } = of(handle);
      // The framework ignores other types.
      if (type < specialFileTypes.first || type > specialFileTypes.last) return;
      if ((supported & 0xff) === 0) specialFiles.delete(type);
      else specialFiles.add(type);
    },
  };
}
