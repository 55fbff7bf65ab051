// SPDX-License-Identifier: MIT
/** WDFKEY: opening keys of the driver and its device (wdfregistry.h; kmdf fxregkey.cpp). Values are in registry-value.ts. */
import { passiveLevel } from "../machine/index.ts";
import type { ApiTable, RegistryKey } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import { type ObjectAttributes, parentRules, readAttributes } from "./attributes.ts";
import { WdfDevice } from "./device.ts";
import { WdfDriver } from "./driver.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfObject } from "./object.ts";
import { status } from "./status.ts";
import { readUnicodeString } from "./unicode-string.ts";

/** DeviceInstanceKeyType: PLUGPLAY_REGKEY_DEVICE, or PLUGPLAY_REGKEY_DRIVER, with PLUGPLAY_REGKEY_CURRENT_HWPROFILE. */
const keyType = { device: 1, driver: 2 } as const;
/** CreateDisposition results. */
const disposition = { createdNew: 1, openedExisting: 2 } as const;

export class WdfKey extends WdfObject {
  readonly key: RegistryKey;

  constructor(framework: WdfFramework, parent: WdfObject | undefined, attributes: ObjectAttributes, key: RegistryKey) {
    super(framework, "WDFKEY", parent, attributes);
    this.key = key;
  }

  override label(): string {
    return this.key.path;
  }

  override fields(): FieldView[] {
    return [{ name: "Path", value: this.key.path }, ...this.key.names.map((name) => ({ name, value: `${this.key.query(name)?.bytes.length ?? 0} bytes` }))];
  }
}

export function registryKeyApi(framework: WdfFramework): ApiTable {
  const { memory } = framework.machine;
  const keyOf = (handle: number): WdfKey => framework.resolve(handle, WdfKey, "WDFKEY");
  return {
    WdfDriverOpenParametersRegistryKey: (driver: number, _access: number, attributes: number, out: number) => {
      const parent = framework.resolve(driver, WdfDriver, "WDFDRIVER");
      return openKey(framework, parent, framework.nt.registry.parametersKey, attributes, out);
    },
    WdfDeviceOpenRegistryKey: (device: number, type: number, access: number, attributes: number, out: number) =>
      openDeviceKey(framework, framework.resolve(device, WdfDevice, "WDFDEVICE"), type, access, attributes, out),
    WdfRegistryOpenKey: (parentKey: number, name: number, _access: number, attributes: number, out: number) => {
      const text = readUnicodeString(memory, framework.requirePointer(name, "KeyName"));
      const parent = framework.handles.optional(parentKey, WdfKey, "WDFKEY");
      return openKey(
        framework,
        parent ?? framework.driver,
        parent === undefined ? framework.nt.registry.open(text) : parent.key.openSubkey(text),
        attributes,
        out,
      );
    },
    WdfRegistryCreateKey: (parentKey: number, name: number, _access: number, _options: number, dispositionOut: number, attributes: number, out: number) => {
      const text = readUnicodeString(memory, framework.requirePointer(name, "KeyName"));
      const parent = framework.handles.optional(parentKey, WdfKey, "WDFKEY");
      const existing = parent === undefined ? framework.nt.registry.open(text) : parent.key.openSubkey(text);
      if (dispositionOut !== 0) memory.setU32(dispositionOut >>> 0, existing === undefined ? disposition.createdNew : disposition.openedExisting);
      const key = existing ?? (parent === undefined ? framework.nt.registry.create(text) : parent.key.createSubkey(text));
      return openKey(framework, parent ?? framework.driver, key, attributes, out);
    },
    WdfRegistryRemoveKey: (handle: number) => {
      const key = keyOf(handle);
      if (!framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
      if (!framework.nt.registry.delete(key.key)) return status.accessDenied;
      key.delete();
      return status.success;
    },
    WdfDriverOpenPersistentStateRegistryKey: (driver: number, _access: number, attributes: number, out: number) => {
      const parent = framework.resolve(driver, WdfDriver, "WDFDRIVER");
      const { registry } = framework.nt;
      return openKey(framework, parent, registry.create(`${registry.serviceKey.path}\\PersistentState`), attributes, out);
    },
    WdfDeviceOpenDevicemapKey: (device: number, name: number, _access: number, attributes: number, out: number) => {
      const parent = framework.resolve(device, WdfDevice, "WDFDEVICE");
      const text = readUnicodeString(memory, framework.requirePointer(name, "KeyName"));
      return openKey(framework, parent, framework.nt.registry.create(`\\REGISTRY\\MACHINE\\HARDWARE\\DEVICEMAP\\${text}`), attributes, out);
    },
    WdfRegistryClose: (handle: number) => {
      const key = keyOf(handle);
      if (framework.verifierIrqlAtMost(passiveLevel)) key.delete();
    },
  };
}

/** WdfDeviceOpenRegistryKey and WdfFdoInitOpenRegistryKey. */
export function openDeviceKey(framework: WdfFramework, parent: WdfObject | undefined, type: number, _access: number, attributes: number, out: number): number {
  const { hardwareKey, softwareKey } = framework.nt.registry;
  const key = (type & keyType.device) !== 0 ? hardwareKey : (type & keyType.driver) !== 0 ? softwareKey : undefined;
  if (key === undefined) {
    framework.requirePointer(out, "Key");
    return status.invalidParameter;
  }
  return openKey(framework, parent, key, attributes, out);
}

function openKey(framework: WdfFramework, parent: WdfObject | undefined, key: RegistryKey | undefined, attributesAddress: number, out: number): number {
  framework.requirePointer(out, "Key");
  if (!framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
  const attributes = readAttributes(framework, attributesAddress, parentRules);
  if (typeof attributes === "number") return attributes;
  if (key === undefined) return status.objectNameNotFound;
  const owner = attributes.parent === 0 ? parent : framework.parentFor(attributes);
  return framework.finishCreate(new WdfKey(framework, owner, attributes, key), out);
}
