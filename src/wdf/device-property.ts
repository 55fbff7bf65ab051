// SPDX-License-Identifier: MIT
/** Device properties: DEVICE_REGISTRY_PROPERTY of the PCI function, and DEVPROPKEY properties as far as the bus driver or the driver set them. */
import type { ApiTable } from "../nt/index.ts";
import { readAttributes, parentRules } from "./attributes.ts";
import { WdfDevice } from "./device.ts";
import { guidText } from "./device-init-api.ts";
import { DEVPROPKEY, WDF_DEVICE_PROPERTY_DATA } from "./device-structs.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfMemory } from "./memory.ts";
import { isSuccess, status } from "./status.ts";
import { StructView } from "./struct-view.ts";
import { utf16 } from "./unicode-string.ts";

/** A property value; `type` is a DEVPROPTYPE. */
export interface PropertyValue {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** DEVPROP_TYPE_UINT32 and DEVPROP_TYPE_STRING. */
const propertyType = { uint32: 0x07, string: 0x12 } as const;

const ulong = (value: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
};

/** Values of DEVICE_REGISTRY_PROPERTY that the PCI bus driver provides, by number (wdm.h). */
function legacyProperties(framework: WdfFramework): ReadonlyMap<number, Uint8Array> {
  const { definition } = framework.machine.device;
  const { pci } = definition;
  const id = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, "0");
  const device = `PCI\\VEN_${id(pci.vendorId, 4)}&DEV_${id(pci.deviceId, 4)}`;
  const subsystem = `SUBSYS_${id(pci.subsystemId ?? pci.deviceId, 4)}${id(pci.subsystemVendorId ?? pci.vendorId, 4)}`;
  const hardwareIds = [
    `${device}&${subsystem}&REV_${id(pci.revision, 2)}`,
    `${device}&${subsystem}`,
    `${device}&CC_${id(pci.classCode, 6)}`,
    `${device}&CC_${id(pci.classCode >>> 8, 4)}`,
  ];
  const multi = (list: readonly string[]) => utf16(`${list.map((text) => `${text}\0`).join("")}\0`);
  return new Map([
    [0, utf16(definition.name, true)],
    [1, multi(hardwareIds)],
    [2, multi([`${device}&REV_${id(pci.revision, 2)}`, device, `PCI\\CC_${id(pci.classCode, 6)}`])],
    [8, utf16("kmdf-dma-debug", true)],
    [9, utf16(definition.name, true)],
    [10, utf16("PCI bus 0, device 5, function 0", true)],
    [11, utf16(framework.nt.pnp.pdo.name, true)],
    [13, ulong(5)],
    [14, ulong(0)],
    [15, utf16("PCI", true)],
    // Device number in the high word, function number in the low one.
    [16, ulong(0x0005_0000)],
    [17, ulong(0)],
    [18, ulong(0)],
  ]);
}

/** Copies a property to the driver: STATUS_BUFFER_TOO_SMALL with the needed length when it does not fit. */
function answer(framework: WdfFramework, bytes: Uint8Array | undefined, length: number, buffer: number, resultLength: number): number {
  const { memory } = framework.machine;
  framework.requirePointer(resultLength, "ResultLength");
  if (bytes === undefined) {
    memory.setU32(resultLength >>> 0, 0);
    return status.objectNameNotFound;
  }
  memory.setU32(resultLength >>> 0, bytes.length);
  if (length >>> 0 < bytes.length || buffer === 0) return status.bufferTooSmall;
  memory.write(buffer >>> 0, bytes);
  return status.success;
}

export function queryLegacyProperty(framework: WdfFramework, property: number, length: number, buffer: number, resultLength: number): number {
  return answer(framework, legacyProperties(framework).get(property), length, buffer, resultLength);
}

/** The property as a new WDFMEMORY. */
export function allocLegacyProperty(framework: WdfFramework, property: number, poolType: number, attributes: number, out: number): number {
  return toMemory(framework, legacyProperties(framework).get(property), poolType, attributes, out);
}

export function devicePropertyApi(framework: WdfFramework): ApiTable {
  const { memory } = framework.machine;
  const deviceOf = (handle: number): WdfDevice => framework.resolve(handle, WdfDevice, "WDFDEVICE");
  return {
    WdfDeviceQueryProperty: (handle: number, property: number, length: number, buffer: number, resultLength: number) => {
      deviceOf(handle);
      return queryLegacyProperty(framework, property, length, buffer, resultLength);
    },
    WdfDeviceAllocAndQueryProperty: (handle: number, property: number, poolType: number, attributes: number, out: number) => {
      deviceOf(handle);
      return allocLegacyProperty(framework, property, poolType, attributes, out);
    },
    WdfDeviceQueryPropertyEx: (handle: number, data: number, length: number, buffer: number, required: number, type: number) => {
      const value = findProperty(framework, deviceOf(handle), data);
      if (typeof value === "number") return value;
      framework.requirePointer(type, "Type");
      const result = answer(framework, value.bytes, length, buffer, required);
      memory.setU32(type >>> 0, value.type);
      return result;
    },
    WdfDeviceAllocAndQueryPropertyEx: (handle: number, data: number, poolType: number, attributes: number, out: number, type: number) => {
      const value = findProperty(framework, deviceOf(handle), data);
      if (typeof value === "number") return value;
      memory.setU32(framework.requirePointer(type, "Type"), value.type);
      return toMemory(framework, value.bytes, poolType, attributes, out);
    },
    WdfDeviceAssignProperty: (handle: number, data: number, type: number, size: number, buffer: number) => {
      const device = deviceOf(handle);
      const key = readKey(framework, data);
      if (key === undefined) return status.infoLengthMismatch;
      if (buffer === 0) device.properties.delete(key);
      else device.properties.set(key, { type, bytes: memory.read(buffer >>> 0, size >>> 0) });
      return status.success;
    },
  };
}

/** `{fmtid} pid` of the property a WDF_DEVICE_PROPERTY_DATA names; undefined when its Size is wrong. */
function readKey(framework: WdfFramework, data: number): string | undefined {
  const { memory } = framework.machine;
  const view = new StructView(memory, WDF_DEVICE_PROPERTY_DATA, framework.requirePointer(data, "DeviceProperty"));
  if (view.get("Size") !== WDF_DEVICE_PROPERTY_DATA.size) return undefined;
  const key = new StructView(memory, DEVPROPKEY, framework.requirePointer(view.get("PropertyKey"), "PropertyKey"));
  return `${guidText(memory.read(key.address, 16))} ${key.get("pid")}`;
}

function findProperty(framework: WdfFramework, device: WdfDevice, data: number): PropertyValue | number {
  const key = readKey(framework, data);
  if (key === undefined) return status.infoLengthMismatch;
  return device.properties.get(key) ?? busProperty(framework, key) ?? status.objectNameNotFound;
}

/** Properties of devpkey.h that the bus driver sets: they repeat DEVICE_REGISTRY_PROPERTY values. */
function busProperty(framework: WdfFramework, key: string): PropertyValue | undefined {
  const sources: Readonly<Record<string, readonly [property: number, type: number]>> = {
    "{A45C254E-DF1C-4EFD-8020-67D146A850E0} 2": [0, propertyType.string],
    "{A45C254E-DF1C-4EFD-8020-67D146A850E0} 13": [8, propertyType.string],
    "{A45C254E-DF1C-4EFD-8020-67D146A850E0} 14": [9, propertyType.string],
    "{A45C254E-DF1C-4EFD-8020-67D146A850E0} 15": [10, propertyType.string],
    "{A45C254E-DF1C-4EFD-8020-67D146A850E0} 23": [14, propertyType.uint32],
    "{A45C254E-DF1C-4EFD-8020-67D146A850E0} 24": [15, propertyType.string],
    "{A45C254E-DF1C-4EFD-8020-67D146A850E0} 30": [16, propertyType.uint32],
  };
  const [property, type] = sources[key] ?? [];
  const bytes = property === undefined ? undefined : legacyProperties(framework).get(property);
  return bytes === undefined || type === undefined ? undefined : { type, bytes };
}

function toMemory(framework: WdfFramework, bytes: Uint8Array | undefined, poolType: number, attributesAddress: number, out: number): number {
  framework.requirePointer(out, "PropertyMemory");
  if (bytes === undefined) return status.objectNameNotFound;
  const attributes = readAttributes(framework, attributesAddress, parentRules);
  if (typeof attributes === "number") return attributes;
  const buffer = framework.nt.pool.allocate(bytes.length, framework.poolTag, "device property", { paged: (poolType & 1) !== 0 });
  if (buffer === 0) return status.insufficientResources;
  const memory = new WdfMemory(framework, framework.parentFor(attributes), attributes, "pool", buffer, bytes.length, () =>
    framework.nt.pool.free(buffer, framework.poolTag),
  );
  const result = framework.finishCreate(memory, out);
  if (isSuccess(result)) framework.machine.memory.write(buffer, bytes);
  return result;
}
