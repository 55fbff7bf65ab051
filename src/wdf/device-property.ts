// SPDX-License-Identifier: MIT
/** Device properties: DEVICE_REGISTRY_PROPERTY of the PCI function, and DEVPROPKEY properties as far as the bus driver or the driver set them. */
import { type ApiTable, devicePropertyBytes, isResourceProperty, powerData } from "../nt/index.ts";
import { readAttributes, parentRules } from "./attributes.ts";
import { WdfDevice } from "./device.ts";
import { guidText } from "./device-init-api.ts";
import { DEVPROPKEY, WDF_DEVICE_PROPERTY_DATA } from "./device-structs.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfMemory } from "./memory.ts";
import { isSuccess, status } from "./status.ts";
import { StructView } from "./struct-view.ts";

/** A property value; `type` is a DEVPROPTYPE. */
export interface PropertyValue {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** DEVPROP_TYPE_UINT32, _STRING, _BINARY and _STRING_LIST. */
const propertyType = { uint32: 0x07, string: 0x12, binary: 0x1003, stringList: 0x2012 } as const;
/** DEVPKEY_Device_PowerData. */
const powerDataKey = "{A45C254E-DF1C-4EFD-8020-67D146A850E0} 32";

/** Value of a DEVICE_REGISTRY_PROPERTY; undefined when the device does not have it. */
function legacyProperty(framework: WdfFramework, property: number): Uint8Array | undefined {
  if (isResourceProperty(property)) framework.nt.checks.notEmulated(`${framework.apiName()} for property ${property}`);
  return devicePropertyBytes(framework.machine, property);
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
  return answer(framework, legacyProperty(framework, property), length, buffer, resultLength);
}

/** The property as a new WDFMEMORY. */
export function allocLegacyProperty(framework: WdfFramework, property: number, poolType: number, attributes: number, out: number): number {
  return toMemory(framework, legacyProperty(framework, property), poolType, attributes, out);
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
    WdfDeviceQueryPropertyEx: (handle: number, data: number, length: number, buffer: number, required: number, type: number) =>
      queryProperty(framework, deviceOf(handle), data, length, buffer, required, type),
    WdfDeviceAllocAndQueryPropertyEx: (handle: number, data: number, poolType: number, attributes: number, out: number, type: number) =>
      allocProperty(framework, deviceOf(handle), data, poolType, attributes, out, type),
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

/** WdfDeviceQueryPropertyEx and WdfFdoInitQueryPropertyEx. */
export function queryProperty(
  framework: WdfFramework,
  device: WdfDevice | undefined,
  data: number,
  length: number,
  buffer: number,
  required: number,
  type: number,
): number {
  const value = findProperty(framework, device, data);
  if (typeof value === "number") return value;
  framework.requirePointer(type, "Type");
  const result = answer(framework, value.bytes, length, buffer, required);
  framework.machine.memory.setU32(type >>> 0, value.type);
  return result;
}

/** The same with the value as a new WDFMEMORY. */
export function allocProperty(
  framework: WdfFramework,
  device: WdfDevice | undefined,
  data: number,
  poolType: number,
  attributes: number,
  out: number,
  type: number,
): number {
  const value = findProperty(framework, device, data);
  if (typeof value === "number") return value;
  framework.machine.memory.setU32(framework.requirePointer(type, "Type"), value.type);
  return toMemory(framework, value.bytes, poolType, attributes, out);
}

/** `{fmtid} pid` of the property a WDF_DEVICE_PROPERTY_DATA names; undefined when its Size is wrong. */
function readKey(framework: WdfFramework, data: number): string | undefined {
  const { memory } = framework.machine;
  const view = new StructView(memory, WDF_DEVICE_PROPERTY_DATA, framework.requirePointer(data, "DeviceProperty"));
  if (view.get("Size") !== WDF_DEVICE_PROPERTY_DATA.size) return undefined;
  return propertyKey(framework, view.get("PropertyKey"));
}

/** `{fmtid} pid` of the DEVPROPKEY at `address`. */
export function propertyKey(framework: WdfFramework, address: number): string {
  const { memory } = framework.machine;
  const key = new StructView(memory, DEVPROPKEY, framework.requirePointer(address, "PropertyKey"));
  return `${guidText(memory.read(key.address, 16))} ${key.get("pid")}`;
}

/** A DEVPROPKEY property; `device` is undefined before the driver has created it. */
function findProperty(framework: WdfFramework, device: WdfDevice | undefined, data: number): PropertyValue | number {
  const key = readKey(framework, data);
  if (key === undefined) return status.infoLengthMismatch;
  return device?.properties.get(key) ?? busProperty(framework, key) ?? status.objectNameNotFound;
}

/** Properties of devpkey.h that the bus driver sets: they repeat DEVICE_REGISTRY_PROPERTY values. */
function busProperty(framework: WdfFramework, key: string): PropertyValue | undefined {
  const sources: Readonly<Record<string, readonly [property: number, type: number]>> = {
    "{A45C254E-DF1C-4EFD-8020-67D146A850E0} 2": [0, propertyType.string],
    "{A45C254E-DF1C-4EFD-8020-67D146A850E0} 3": [1, propertyType.stringList],
    "{A45C254E-DF1C-4EFD-8020-67D146A850E0} 4": [2, propertyType.stringList],
    "{A45C254E-DF1C-4EFD-8020-67D146A850E0} 13": [8, propertyType.string],
    "{A45C254E-DF1C-4EFD-8020-67D146A850E0} 14": [9, propertyType.string],
    "{A45C254E-DF1C-4EFD-8020-67D146A850E0} 15": [10, propertyType.string],
    "{A45C254E-DF1C-4EFD-8020-67D146A850E0} 23": [14, propertyType.uint32],
    "{A45C254E-DF1C-4EFD-8020-67D146A850E0} 24": [15, propertyType.string],
    "{A45C254E-DF1C-4EFD-8020-67D146A850E0} 30": [16, propertyType.uint32],
  };
  if (key === powerDataKey) return { type: propertyType.binary, bytes: powerData(framework.machine) };
  const pci = pciProperty(framework, key);
  if (pci !== undefined) return { type: propertyType.uint32, bytes: pci };
  const [property, type] = sources[key] ?? [];
  const bytes = property === undefined ? undefined : legacyProperty(framework, property);
  return bytes === undefined || type === undefined ? undefined : { type, bytes };
}

/** DEVPKEY_PciDevice_… of pciprop.h that a conventional PCI function has. */
function pciProperty(framework: WdfFramework, key: string): Uint8Array | undefined {
  const { definition, usesMessages } = framework.machine.device;
  const { classCode } = definition.pci;
  const messages = definition.interrupts.messages ?? 0;
  const hasLine = definition.interrupts.line ?? messages === 0;
  const values: readonly (number | undefined)[] = [
    undefined,
    0, // DeviceType: conventional PCI
    undefined,
    (classCode >> 16) & 0xff,
    (classCode >> 8) & 0xff,
    classCode & 0xff,
    ...Array.from({ length: 8 }, () => undefined),
    (hasLine ? 1 : 0) | (messages > 0 ? 2 : 0), // InterruptSupport: line based, MSI
    usesMessages ? messages : 1, // InterruptMessageMaximum
  ];
  const [format, pid] = key.split(" ");
  const value = format === "{3AB22E31-8264-4B4E-9AF5-A8D2D8E33E62}" ? values[Number(pid)] : undefined;
  return value === undefined ? undefined : Uint8Array.of(value, 0, 0, 0);
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
