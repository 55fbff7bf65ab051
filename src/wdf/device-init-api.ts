// SPDX-License-Identifier: MIT
/** WdfDeviceInit* and WdfFdoInit* (wdfdevice.h, wdffdo.h); all PASSIVE_LEVEL, in EvtDriverDeviceAdd. */
import type { StructLayout } from "../base/index.ts";
import type { ApiTable } from "../nt/index.ts";
import { noAttributes, readAttributes } from "./attributes.ts";
import type { DeviceInit } from "./device-init.ts";
import { allocLegacyProperty, allocProperty, queryLegacyProperty, queryProperty } from "./device-property.ts";
import { readChildListConfig } from "./child-list-config.ts";
import {
  WDF_FDO_EVENT_CALLBACKS,
  WDF_FILEOBJECT_CONFIG,
  WDF_IO_TYPE_CONFIG,
  WDF_PNPPOWER_EVENT_CALLBACKS,
  WDF_POWER_POLICY_EVENT_CALLBACKS,
  fdoCallbackNames,
  ioType,
  pnpPowerCallbackNames,
  powerPolicyCallbackNames,
} from "./device-structs.ts";
import type { WdfFramework } from "./framework.ts";
import { openDeviceKey } from "./registry-key.ts";
import { status, statusText } from "./status.ts";
import { StructView } from "./struct-view.ts";
import { readUnicodeString } from "./unicode-string.ts";

export function deviceInitApi(framework: WdfFramework): ApiTable {
  const { memory } = framework.machine;
  /** Runs `action` with the structure; functions without result ignore a bad one. */
  const withInit = (pointer: number, action: (init: DeviceInit) => void): void => {
    const init = framework.deviceInits.resolve(pointer);
    if (init !== undefined) action(init);
  };
  const withStatus = (pointer: number, action: (init: DeviceInit) => number): number => {
    const init = framework.deviceInits.resolve(pointer);
    return init === undefined ? status.invalidParameter : action(init);
  };
  return {
    WdfDeviceInitFree: (pointer: number) =>
      withInit(pointer, (init) => {
        init.end = "it was freed with WdfDeviceInitFree";
      }),
    WdfDeviceInitSetPnpPowerEventCallbacks: (pointer: number, callbacks: number) =>
      withInit(pointer, (init) => {
        const view = sized(framework, WDF_PNPPOWER_EVENT_CALLBACKS, callbacks, "PnpPowerEventCallbacks");
        if (view !== undefined) for (const name of pnpPowerCallbackNames) init.pnpPower.set(name, view.get(name));
      }),
    WdfDeviceInitSetPowerPolicyEventCallbacks: (pointer: number, callbacks: number) =>
      withInit(pointer, (init) => {
        const view = sized(framework, WDF_POWER_POLICY_EVENT_CALLBACKS, callbacks, "PowerPolicyEventCallbacks");
        if (view !== undefined) for (const name of powerPolicyCallbackNames) init.powerPolicy.set(name, view.get(name));
      }),
    WdfDeviceInitSetIoType: (pointer: number, type: number) =>
      withInit(pointer, (init) => {
        init.readWriteType = type;
      }),
    WdfDeviceInitSetIoTypeEx: (pointer: number, config: number) => withInit(pointer, (init) => setIoTypeEx(framework, init, config)),
    WdfDeviceInitSetFileObjectConfig: (pointer: number, config: number, attributes: number) =>
      withInit(pointer, (init) => setFileObjectConfig(framework, init, config, attributes)),
    WdfDeviceInitSetRequestAttributes: (pointer: number, attributes: number) =>
      withInit(pointer, (init) => {
        const result = readAttributes(framework, framework.requirePointer(attributes, "RequestAttributes"), { parent: false, level: false, scope: false });
        if (typeof result === "number") return framework.reportBadAttributes(result);
        init.requestAttributes = result;
      }),
    WdfDeviceInitSetIoInCallerContextCallback: (pointer: number, callback: number) =>
      withInit(pointer, (init) => {
        init.ioInCallerContext = framework.requirePointer(callback, "EvtIoInCallerContext");
      }),
    WdfDeviceInitAssignSDDLString: (pointer: number, sddl: number) =>
      withStatus(pointer, (init) => {
        init.sddl = sddl === 0 ? undefined : readUnicodeString(memory, sddl);
        return status.success;
      }),
    WdfDeviceInitAssignName: (pointer: number, name: number) =>
      withStatus(pointer, (init) => {
        init.name = name === 0 ? undefined : readUnicodeString(memory, name);
        return status.success;
      }),
    WdfDeviceInitSetDeviceType: (pointer: number, type: number) =>
      withInit(pointer, (init) => {
        init.deviceType = type >>> 0;
      }),
    WdfDeviceInitSetCharacteristics: (pointer: number, characteristics: number, orInValues: number) =>
      withInit(pointer, (init) => {
        init.characteristics = (orInValues & 0xff) === 0 ? characteristics >>> 0 : (init.characteristics | characteristics) >>> 0;
      }),
    WdfDeviceInitSetExclusive: (pointer: number, exclusive: number) =>
      withInit(pointer, (init) => {
        init.isExclusive = (exclusive & 0xff) !== 0;
      }),
    WdfDeviceInitSetDeviceClass: (pointer: number, guid: number) =>
      withInit(pointer, (init) => {
        init.deviceClass = guidText(memory.read(framework.requirePointer(guid, "DeviceClassGuid"), 16));
      }),
    WdfDeviceInitSetPowerPolicyOwnership: (pointer: number, owner: number) =>
      withInit(pointer, (init) => {
        init.isPowerPolicyOwner = (owner & 0xff) !== 0;
      }),
    WdfDeviceInitSetPowerPageable: (pointer: number) =>
      withInit(pointer, (init) => {
        init.isPowerPageable = true;
      }),
    WdfDeviceInitSetPowerNotPageable: (pointer: number) =>
      withInit(pointer, (init) => {
        init.isPowerPageable = false;
      }),
    WdfDeviceInitSetReleaseHardwareOrderOnFailure: (pointer: number, order: number) =>
      withInit(pointer, (init) => {
        init.releaseHardwareOrder = order;
      }),
    WdfDeviceInitSetPowerInrush: (pointer: number) =>
      withInit(pointer, (init) => {
        init.isPowerInrush = true;
      }),
    WdfFdoInitSetFilter: (pointer: number) =>
      withInit(pointer, (init) => {
        init.isFilter = true;
        init.isPowerPolicyOwner = false;
      }),
    WdfFdoInitSetDefaultChildListConfig: (pointer: number, config: number, attributes: number) =>
      withInit(pointer, (init) => setDefaultChildList(framework, init, config, attributes)),
    WdfFdoInitSetEventCallbacks: (pointer: number, callbacks: number) =>
      withInit(pointer, (init) => {
        const view = sized(framework, WDF_FDO_EVENT_CALLBACKS, callbacks, "FdoEventCallbacks");
        if (view !== undefined) for (const name of fdoCallbackNames) init.fdoCallbacks.set(name, view.get(name));
      }),
    WdfFdoInitWdmGetPhysicalDevice: (pointer: number) => framework.deviceInits.resolve(pointer)?.lower?.address ?? 0,
    WdfFdoInitOpenRegistryKey: (pointer: number, type: number, access: number, attributes: number, key: number) =>
      withStatus(pointer, () => openDeviceKey(framework, framework.driver, type, access, attributes, key)),
    WdfFdoInitQueryProperty: (pointer: number, property: number, length: number, buffer: number, resultLength: number) =>
      withStatus(pointer, () => queryLegacyProperty(framework, property, length, buffer, resultLength)),
    WdfFdoInitAllocAndQueryProperty: (pointer: number, property: number, poolType: number, attributes: number, memoryOut: number) =>
      withStatus(pointer, () => allocLegacyProperty(framework, property, poolType, attributes, memoryOut)),
    WdfFdoInitQueryPropertyEx: (pointer: number, data: number, length: number, buffer: number, resultLength: number, type: number) =>
      withStatus(pointer, () => queryProperty(framework, undefined, data, length, buffer, resultLength, type)),
    WdfFdoInitAllocAndQueryPropertyEx: (pointer: number, data: number, poolType: number, attributes: number, memoryOut: number, type: number) =>
      withStatus(pointer, () => allocProperty(framework, undefined, data, poolType, attributes, memoryOut, type)),
  };
}

function setDefaultChildList(framework: WdfFramework, init: DeviceInit, configAddress: number, attributesAddress: number): void {
  const config = readChildListConfig(framework, framework.requirePointer(configAddress, "Config"));
  const attributes = readAttributes(framework, attributesAddress, { parent: false, level: false, scope: false });
  if (typeof attributes === "number") framework.reportBadAttributes(attributes);
  else if (typeof config !== "number") init.childList = { config, attributes };
  else {
    framework.breakpoint({
      rule: "child-list-config",
      message: `WdfFdoInitSetDefaultChildListConfig: the WDF_CHILD_LIST_CONFIG is not valid (${statusText(config)}); the call is ignored`,
      explanation: "Initialize it with WDF_CHILD_LIST_CONFIG_INIT: a size for identification descriptions and EvtChildListCreateDevice are required.",
    });
  }
}

/** View of a structure that must be there and have the right Size; reports and gives undefined when the Size is wrong. */
export function sized<Names extends string>(
  framework: WdfFramework,
  layout: StructLayout<Names | "Size">,
  address: number,
  name: string,
): StructView<Names | "Size"> | undefined {
  const view = new StructView(framework.machine.memory, layout, framework.requirePointer(address, name));
  if (view.get("Size") === layout.size) return view;
  framework.breakpoint({
    rule: "KMDF-STRUCTURE-SIZE",
    message: `${framework.apiName()}: ${layout.name}.Size is ${view.get("Size")}, expected ${layout.size}; the call is ignored`,
    explanation: `Initialize the structure with ${layout.name}_INIT before use.`,
  });
  return undefined;
}

function setIoTypeEx(framework: WdfFramework, init: DeviceInit, config: number): void {
  const view = sized(framework, WDF_IO_TYPE_CONFIG, config, "IoTypeConfig");
  if (view === undefined) return;
  init.readWriteType = view.get("ReadWriteIoType");
  init.ioctlType = view.get("DeviceControlIoType") === ioType.undefined ? init.ioctlType : view.get("DeviceControlIoType");
}

function setFileObjectConfig(framework: WdfFramework, init: DeviceInit, config: number, attributesAddress: number): void {
  const view = sized(framework, WDF_FILEOBJECT_CONFIG, config, "FileObjectConfig");
  if (view === undefined) return;
  const attributes = attributesAddress === 0 ? noAttributes : readAttributes(framework, attributesAddress, { parent: false, level: true, scope: true });
  if (typeof attributes === "number") {
    framework.reportBadAttributes(attributes);
    return;
  }
  init.fileObject = {
    create: view.get("EvtDeviceFileCreate"),
    close: view.get("EvtFileClose"),
    cleanup: view.get("EvtFileCleanup"),
    fileObjectClass: view.get("FileObjectClass"),
    attributes,
  };
}

/** `{4D36E97D-E325-11CE-BFC1-08002BE10318}` for the 16 bytes of a GUID. */
export function guidText(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const digits = (value: number, length: number) => value.toString(16).toUpperCase().padStart(length, "0");
  const tail = Array.from(bytes.subarray(8), (byte) => digits(byte, 2)).join("");
  return `{${digits(view.getUint32(0, true), 8)}-${digits(view.getUint16(4, true), 4)}-${digits(view.getUint16(6, true), 4)}-${tail.slice(0, 4)}-${tail.slice(4)}}`;
}
