// SPDX-License-Identifier: MIT
/** Values of a WDFKEY: queries and assignments by type (wdfregistry.h; kmdf fxregistryapi.cpp). PASSIVE_LEVEL. */
import { passiveLevel } from "../machine/index.ts";
import { type ApiTable, type RegistryData, registryType } from "../nt/index.ts";
import { parentRules, readAttributes } from "./attributes.ts";
import { WdfCollection } from "./collection.ts";
import { UNICODE_STRING } from "./device-structs.ts";
import type { WdfFramework } from "./framework.ts";
import { WDFMEMORY_OFFSET } from "./io-target-structs.ts";
import { WdfMemory } from "./memory.ts";
import { WdfKey } from "./registry-key.ts";
import { isSuccess, status } from "./status.ts";
import { WdfString } from "./string.ts";
import { StructView } from "./struct-view.ts";
import { readUnicodeString, utf16 } from "./unicode-string.ts";

export function registryValueApi(framework: WdfFramework): ApiTable {
  const { memory } = framework.machine;
  /** Resolves key and value name, then calls `action`; the order of the KMDF source. */
  const withValue = (handle: number, nameAddress: number, action: (key: WdfKey, name: string) => number): number => {
    const key = framework.resolve(handle, WdfKey, "WDFKEY");
    const address = framework.requirePointer(nameAddress, "ValueName");
    if (!framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
    return action(key, readUnicodeString(memory, address));
  };
  const assign = (handle: number, name: number, data: () => RegistryData): number =>
    withValue(handle, name, (key, text) => {
      key.key.set(text, data());
      return status.success;
    });
  return {
    WdfRegistryQueryULong: (handle: number, name: number, value: number) =>
      withValue(handle, name, ({ key }, text) => {
        framework.requirePointer(value, "Value");
        const data = key.query(text);
        if (data === undefined) return status.objectNameNotFound;
        if (data.type !== registryType.dword || data.bytes.length !== 4) return status.objectTypeMismatch;
        memory.write(value >>> 0, data.bytes);
        return status.success;
      }),
    WdfRegistryQueryValue: (handle: number, name: number, length: number, value: number, queried: number, type: number) =>
      withValue(handle, name, ({ key }, text) => queryValue(framework, key.query(text), length >>> 0, value >>> 0, queried >>> 0, type >>> 0)),
    WdfRegistryQueryMemory: (handle: number, name: number, poolType: number, attributes: number, out: number, type: number) =>
      withValue(handle, name, ({ key }, text) => queryMemory(framework, key.query(text), poolType, attributes, out, type >>> 0)),
    WdfRegistryQueryUnicodeString: (handle: number, name: number, byteLength: number, value: number) =>
      withValue(handle, name, ({ key }, text) => queryUnicodeString(framework, key.query(text), byteLength >>> 0, value >>> 0)),
    WdfRegistryQueryString: (handle: number, name: number, string: number) =>
      withValue(handle, name, ({ key }, text) => {
        const target = framework.resolve(string, WdfString, "WDFSTRING");
        const data = key.query(text);
        if (data === undefined) return status.objectNameNotFound;
        return data.type === registryType.string ? target.assign(textOf(data)) : status.objectTypeMismatch;
      }),
    WdfRegistryQueryMultiString: (handle: number, name: number, attributes: number, collection: number) =>
      withValue(handle, name, ({ key }, text) =>
        queryMultiString(framework, key.query(text), attributes, framework.resolve(collection, WdfCollection, "WDFCOLLECTION")),
      ),
    WdfRegistryAssignULong: (handle: number, name: number, value: number) =>
      assign(handle, name, () => {
        const bytes = new Uint8Array(4);
        new DataView(bytes.buffer).setUint32(0, value, true);
        return { type: registryType.dword, bytes };
      }),
    WdfRegistryAssignValue: (handle: number, name: number, type: number, length: number, value: number) =>
      assign(handle, name, () => ({ type, bytes: memory.read(framework.requirePointer(value, "Value"), length >>> 0) })),
    WdfRegistryAssignUnicodeString: (handle: number, name: number, value: number) =>
      assign(handle, name, () => ({ type: registryType.string, bytes: utf16(readUnicodeString(memory, framework.requirePointer(value, "Value")), true) })),
    WdfRegistryAssignString: (handle: number, name: number, string: number) =>
      assign(handle, name, () => ({ type: registryType.string, bytes: utf16(framework.resolve(string, WdfString, "WDFSTRING").text, true) })),
    WdfRegistryAssignMultiString: (handle: number, name: number, collection: number) =>
      withValue(handle, name, (key, text) => {
        const { items } = framework.resolve(collection, WdfCollection, "WDFCOLLECTION");
        if (!items.every((item) => item instanceof WdfString)) return status.objectTypeMismatch;
        const list = items.map((item) => (item instanceof WdfString ? `${item.text}\0` : "")).join("");
        key.key.set(text, { type: registryType.multiString, bytes: utf16(`${list}\0`) });
        return status.success;
      }),
    WdfRegistryAssignMemory: (handle: number, name: number, type: number, memoryHandle: number, offsets: number) =>
      withValue(handle, name, ({ key }, text) => {
        const source = framework.resolve(memoryHandle, WdfMemory, "WDFMEMORY");
        const part = offsets === 0 ? undefined : new StructView(memory, WDFMEMORY_OFFSET, offsets);
        const offset = part?.get("BufferOffset") ?? 0;
        const length = part === undefined ? source.size : part.get("BufferLength");
        if (offset + length > source.size) return status.invalidParameter;
        key.set(text, { type: type >>> 0, bytes: memory.read(source.buffer + offset, length) });
        return status.success;
      }),
    WdfRegistryRemoveValue: (handle: number, name: number) =>
      withValue(handle, name, ({ key }, text) => (key.remove(text) ? status.success : status.objectNameNotFound)),
  };
}

/** Text of a REG_SZ or REG_MULTI_SZ value without its last terminator. */
function textOf({ bytes }: RegistryData): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let text = "";
  for (let i = 0; i + 1 < bytes.length; i += 2) text += String.fromCharCode(view.getUint16(i, true));
  return text.endsWith("\0") ? text.slice(0, -1) : text;
}

function queryValue(framework: WdfFramework, data: RegistryData | undefined, length: number, value: number, queried: number, type: number): number {
  const { memory } = framework.machine;
  if (data === undefined) return status.objectNameNotFound;
  if (queried !== 0) memory.setU32(queried, data.bytes.length);
  if (type !== 0) memory.setU32(type, data.type);
  if (length < data.bytes.length || value === 0) return status.bufferOverflow;
  memory.write(value, data.bytes);
  return status.success;
}

function queryMemory(framework: WdfFramework, data: RegistryData | undefined, poolType: number, attributesAddress: number, out: number, type: number): number {
  framework.requirePointer(out, "Memory");
  const attributes = readAttributes(framework, attributesAddress, parentRules);
  if (typeof attributes === "number") return attributes;
  if (data === undefined) return status.objectNameNotFound;
  const size = Math.max(1, data.bytes.length);
  const buffer = framework.nt.pool.allocate(size, framework.poolTag, "registry value", { paged: (poolType & 1) !== 0 });
  if (buffer === 0) return status.insufficientResources;
  const object = new WdfMemory(framework, framework.parentFor(attributes), attributes, "pool", buffer, data.bytes.length, () =>
    framework.nt.pool.free(buffer, framework.poolTag),
  );
  const result = framework.finishCreate(object, out);
  if (!isSuccess(result)) return result;
  framework.machine.memory.write(buffer, data.bytes);
  if (type !== 0) framework.machine.memory.setU32(type, data.type);
  return result;
}

function queryUnicodeString(framework: WdfFramework, data: RegistryData | undefined, byteLength: number, value: number): number {
  const { memory } = framework.machine;
  if (data === undefined) return status.objectNameNotFound;
  if (data.type !== registryType.string) return status.objectTypeMismatch;
  if (byteLength !== 0) memory.setU16(byteLength, data.bytes.length);
  if (value === 0) return status.success;
  const view = new StructView(memory, UNICODE_STRING, value);
  const text = utf16(textOf(data));
  if (view.get("MaximumLength") < data.bytes.length) return status.bufferOverflow;
  memory.write(view.get("Buffer"), data.bytes);
  view.set("Length", text.length);
  return status.success;
}

function queryMultiString(framework: WdfFramework, data: RegistryData | undefined, attributesAddress: number, collection: WdfCollection): number {
  const attributes = readAttributes(framework, attributesAddress, parentRules);
  if (typeof attributes === "number") return attributes;
  if (data === undefined) return status.objectNameNotFound;
  if (data.type !== registryType.multiString) return status.objectTypeMismatch;
  for (const text of textOf(data)
    .split("\0")
    .filter((item) => item !== "")) {
    const string = new WdfString(framework, attributes.parent === 0 ? collection : framework.parentFor(attributes), attributes);
    const committed = string.commit();
    const result = isSuccess(committed) ? string.assign(text) : committed;
    if (!isSuccess(result)) return result;
    collection.add(string);
  }
  return status.success;
}
