// SPDX-License-Identifier: MIT
/** Children of a bus after their creation, and the static ones of a function device (wdfpdo.h, wdffdo.h; kmdf fxdevicepdoapi.cpp, fxdevicefdoapi.cpp). */
import type { ApiTable } from "../nt/index.ts";
import { noAttributes } from "./attributes.ts";
import { type ChildEntry, WdfChildList } from "./child-list.ts";
import { retrieveFlag, staticListConfig } from "./child-list-config.ts";
import { hasSizes } from "./child-list-api.ts";
import { WdfDevice } from "./device.ts";
import type { WdfFramework } from "./framework.ts";
import type { PdoInfo } from "./pdo.ts";
import { status } from "./status.ts";

export function pdoApi(framework: WdfFramework): ApiTable {
  /** The PDO part of a device; undefined, after a report, for any other. */
  const pdoOf = (handle: number): { readonly device: WdfDevice; readonly pdo: PdoInfo } | undefined => {
    const device = framework.resolve(handle, WdfDevice, "WDFDEVICE");
    const { pdo } = device;
    if (pdo !== undefined) return { device, pdo };
    framework.breakpoint({
      rule: "pdo-required",
      message: `${framework.apiName()}: ${framework.name(device)} is not a child device of a bus`,
      explanation: "The function is for devices that a bus driver has created from the PWDFDEVICE_INIT of EvtChildListCreateDevice or WdfPdoInitAllocate.",
      objectId: device.id,
    });
    return undefined;
  };
  const relate = (handle: number, physicalDevice: number, change: (relations: Set<number>, address: number) => void): number => {
    const found = pdoOf(handle);
    const address = framework.requirePointer(physicalDevice, "PhysicalDevice");
    if (found === undefined) return status.invalidParameter;
    change(found.pdo.ejectionRelations, address);
    return status.success;
  };
  return {
    WdfPdoGetParent: (handle: number) => pdoOf(handle)?.pdo.parent.handle ?? 0,
    WdfPdoMarkMissing: (handle: number) => {
      const found = pdoOf(handle);
      if (found === undefined) return status.invalidParameter;
      const { entry } = found.pdo;
      if (entry === undefined) return status.noSuchDevice;
      entry.list.leave(entry);
      return status.success;
    },
    WdfPdoRequestEject: (handle: number) => pdoOf(handle)?.device.requestEject(),
    WdfPdoRetrieveIdentificationDescription: (handle: number, to: number) => {
      const entry = dynamicEntry(pdoOf(handle)?.pdo);
      const target = framework.requirePointer(to, "IdentificationDescription");
      if (entry === undefined || !hasSizes(entry.list, target, 0)) return status.invalidDeviceRequest;
      entry.list.copyIdentification(target, entry.identification);
      return status.success;
    },
    WdfPdoRetrieveAddressDescription: (handle: number, to: number) => {
      const entry = dynamicEntry(pdoOf(handle)?.pdo);
      const target = framework.requirePointer(to, "AddressDescription");
      if (entry === undefined || entry.address === 0 || !hasSizes(entry.list, 0, target)) return status.invalidDeviceRequest;
      entry.list.copyAddress(target, entry.address);
      return status.success;
    },
    WdfPdoUpdateAddressDescription: (handle: number, from: number) => {
      const entry = dynamicEntry(pdoOf(handle)?.pdo);
      const source = framework.requirePointer(from, "AddressDescription");
      if (entry === undefined || entry.address === 0 || !hasSizes(entry.list, 0, source)) return status.invalidDeviceRequest;
      entry.list.copyAddress(entry.address, source);
      return status.success;
    },
    WdfPdoAddEjectionRelationsPhysicalDevice: (handle: number, device: number) => relate(handle, device, (relations, address) => relations.add(address)),
    WdfPdoRemoveEjectionRelationsPhysicalDevice: (handle: number, device: number) =>
      void relate(handle, device, (relations, address) => relations.delete(address)),
    WdfPdoClearEjectionRelationsDevices: (handle: number) => pdoOf(handle)?.pdo.ejectionRelations.clear(),
    ...staticChildApi(framework),
  };
}

function dynamicEntry(pdo: PdoInfo | undefined): ChildEntry | undefined {
  return pdo === undefined || pdo.isStatic ? undefined : pdo.entry;
}

function staticChildApi(framework: WdfFramework): ApiTable {
  const fdoOf = (handle: number): WdfDevice => framework.resolve(handle, WdfDevice, "WDFDEVICE");
  return {
    WdfFdoGetDefaultChildList: (handle: number) => fdoOf(handle).bus.defaultList?.handle ?? 0,
    WdfFdoAddStaticChild: (handle: number, childHandle: number) => {
      const device = fdoOf(handle);
      const child = framework.resolve(childHandle, WdfDevice, "WDFDEVICE");
      const { pdo } = child;
      if (pdo === undefined || !pdo.isStatic || pdo.parent !== device || pdo.entry !== undefined) return status.invalidParameter;
      return addStatic(device, child, pdo);
    },
    WdfFdoLockStaticChildListForIteration: (handle: number) => staticListOf(fdoOf(handle)).beginIteration(),
    WdfFdoUnlockStaticChildListFromIteration: (handle: number) => staticListOf(fdoOf(handle)).endScan(),
    WdfFdoRetrieveNextStaticChild: (handle: number, previous: number, flags: number) => {
      const list = staticListOf(fdoOf(handle));
      const before = framework.handles.optional(previous, WdfDevice, "WDFDEVICE");
      if (!list.isLocked) return 0;
      const start = before === undefined ? 0 : list.entries.findIndex(({ device }) => device === before) + 1;
      const isWanted = ({ state }: ChildEntry): boolean =>
        state === "new"
          ? (flags & retrieveFlag.pending) !== 0
          : (flags & (state === "device" || state === "listed" ? retrieveFlag.present : retrieveFlag.missing)) !== 0;
      return list.entries.slice(start).find(isWanted)?.device?.handle ?? 0;
    },
  };
}

function staticListOf(device: WdfDevice): WdfChildList {
  device.bus.staticList ??= new WdfChildList(device.framework, device, noAttributes, staticListConfig);
  return device.bus.staticList;
}

/** The device exists already; the list's description is its handle. */
function addStatic(device: WdfDevice, child: WdfDevice, pdo: PdoInfo): number {
  const list = staticListOf(device);
  const result = list.addDevice(child);
  if (typeof result === "number") return result;
  pdo.entry = result;
  child.undeletable = "it is a static child of its bus: use WdfPdoMarkMissing";
  list.apply();
  return status.success;
}
