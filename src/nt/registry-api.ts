// SPDX-License-Identifier: MIT
/** Registry routines at handle level: Zw…Key, IoOpenDeviceRegistryKey and the Rtl shortcuts, over the keys of registry.ts. */
import { type Machine, passiveLevel } from "../machine/index.ts";
import { ntStatus } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";
import type { KernelHandles } from "./kernel-handles.ts";
import { unicodeString } from "./irp-layout.ts";
import type { RegistryQuery } from "./registry-query.ts";
import type { Registry, RegistryKey } from "./registry.ts";

/** OBJECT_ATTRIBUTES: Length, RootDirectory, ObjectName. */
const objectAttributes = { RootDirectory: 4, ObjectName: 8 } as const;
/** KEY_VALUE_INFORMATION_CLASS. */
const valueClass = { basic: 0, full: 1, partial: 2 } as const;
const plugPlayKey = { device: 1, driver: 2 } as const;
const relative = { absolute: 0, services: 1, control: 2, handle: 0x4000_0000 } as const;
const system = "\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001";

export class RegistryApi {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #registry: Registry;
  readonly #tables: RegistryQuery;
  readonly #handles: KernelHandles;
  /** Keys of open handles. */
  readonly #keys = new Map<number, RegistryKey>();

  constructor(machine: Machine, checks: Checks, registry: Registry, tables: RegistryQuery, handles: KernelHandles) {
    this.#handles = handles;
    this.#machine = machine;
    this.#checks = checks;
    this.#registry = registry;
    this.#tables = tables;
  }

  /** Handles that are open: the paths of their keys. */
  get openKeys(): readonly string[] {
    return Array.from(this.#keys.values(), ({ path }) => path);
  }

  api(): ApiTable {
    const { memory } = this.#machine;
    return {
      ZwOpenKey: (handle: number, _access: number, attributes: number) => this.#open("ZwOpenKey", handle >>> 0, attributes >>> 0, false).status,
      ZwCreateKey: (handle: number, _access: number, attributes: number, _index: number, _class: number, _options: number, disposition: number) => {
        const { status, isNew } = this.#open("ZwCreateKey", handle >>> 0, attributes >>> 0, true);
        if (disposition !== 0) memory.setU32(disposition >>> 0, isNew ? 1 : 2);
        return status;
      },
      ZwQueryValueKey: (handle: number, name: number, kind: number, buffer: number, length: number, result: number) =>
        this.#query(handle >>> 0, this.#text(name >>> 0), kind, buffer >>> 0, length >>> 0, result >>> 0),
      ZwSetValueKey: (handle: number, name: number, _index: number, type: number, data: number, bytes: number) =>
        this.#withKey("ZwSetValueKey", handle, (key) => {
          key.set(this.#text(name >>> 0), { type, bytes: bytes === 0 ? new Uint8Array() : memory.read(data >>> 0, bytes >>> 0) });
          return ntStatus.STATUS_SUCCESS;
        }),
      ZwDeleteValueKey: (handle: number, name: number) =>
        this.#withKey("ZwDeleteValueKey", handle, (key) =>
          key.remove(this.#text(name >>> 0)) ? ntStatus.STATUS_SUCCESS : ntStatus.STATUS_OBJECT_NAME_NOT_FOUND,
        ),
      IoOpenDeviceRegistryKey: (_device: number, kind: number, _access: number, handle: number) => {
        this.#checks.irqlAtMost("IoOpenDeviceRegistryKey", passiveLevel);
        const type = kind & 3;
        if (type !== plugPlayKey.device && type !== plugPlayKey.driver) return ntStatus.STATUS_INVALID_PARAMETER;
        memory.setU32(handle >>> 0, this.#add(type === plugPlayKey.device ? this.#registry.hardwareKey : this.#registry.softwareKey));
        return ntStatus.STATUS_SUCCESS;
      },
      RtlCheckRegistryKey: (to: number, path: number) =>
        this.#relative("RtlCheckRegistryKey", to >>> 0, path >>> 0, false) === undefined ? ntStatus.STATUS_OBJECT_NAME_NOT_FOUND : ntStatus.STATUS_SUCCESS,
      RtlCreateRegistryKey: (to: number, path: number) =>
        this.#relative("RtlCreateRegistryKey", to >>> 0, path >>> 0, true) === undefined ? ntStatus.STATUS_INVALID_PARAMETER : ntStatus.STATUS_SUCCESS,
      RtlQueryRegistryValues: (to: number, path: number, table: number, context: number) => {
        const key = this.#relative("RtlQueryRegistryValues", to >>> 0, path >>> 0, false);
        return key === undefined ? ntStatus.STATUS_OBJECT_NAME_NOT_FOUND : this.#tables.run(key, table >>> 0, context);
      },
      RtlWriteRegistryValue: (to: number, path: number, name: number, type: number, data: number, bytes: number) => {
        const key = this.#relative("RtlWriteRegistryValue", to >>> 0, path >>> 0, true);
        if (key === undefined) return ntStatus.STATUS_INVALID_PARAMETER;
        key.set(memory.wideString(name >>> 0), { type, bytes: memory.read(data >>> 0, bytes >>> 0) });
        return ntStatus.STATUS_SUCCESS;
      },
      RtlDeleteRegistryValue: (to: number, path: number, name: number) =>
        this.#relative("RtlDeleteRegistryValue", to >>> 0, path >>> 0, false)?.remove(memory.wideString(name >>> 0)) === true
          ? ntStatus.STATUS_SUCCESS
          : ntStatus.STATUS_OBJECT_NAME_NOT_FOUND,
    };
  }

  #text(address: number): string {
    const { memory } = this.#machine;
    const length = memory.u16(address + unicodeString.fields.Length.offset) >> 1;
    return length === 0 ? "" : memory.wideString(memory.u32(address + unicodeString.fields.Buffer.offset), length);
  }

  #add(key: RegistryKey): number {
    const handle: number = this.#handles.add({ type: "Key", object: 0, onClose: () => void this.#keys.delete(handle) });
    this.#keys.set(handle, key);
    return handle;
  }

  #open(routine: string, handle: number, attributes: number, create: boolean): { readonly status: number; readonly isNew: boolean } {
    this.#checks.irqlAtMost(routine, passiveLevel);
    const { memory } = this.#machine;
    const root = memory.u32(attributes + objectAttributes.RootDirectory);
    const name = this.#text(memory.u32(attributes + objectAttributes.ObjectName));
    const parent = root === 0 ? undefined : this.#keys.get(root);
    if (root !== 0 && parent === undefined) return { status: ntStatus.STATUS_INVALID_HANDLE, isNew: false };
    const path = parent === undefined ? name : name === "" ? parent.path : `${parent.path}\\${name}`;
    const existing = this.#registry.open(path);
    if (existing === undefined && !create) return { status: ntStatus.STATUS_OBJECT_NAME_NOT_FOUND, isNew: false };
    memory.setU32(handle, this.#add(existing ?? this.#registry.create(path)));
    return { status: ntStatus.STATUS_SUCCESS, isNew: existing === undefined };
  }

  #withKey(routine: string, handle: number, action: (key: RegistryKey) => number): number {
    this.#checks.irqlAtMost(routine, passiveLevel);
    const key = this.#keys.get(handle >>> 0);
    return key === undefined ? ntStatus.STATUS_INVALID_HANDLE : action(key);
  }

  /** KEY_VALUE_BASIC, FULL or PARTIAL_INFORMATION. */
  #query(handle: number, name: string, kind: number, buffer: number, length: number, result: number): number {
    return this.#withKey("ZwQueryValueKey", handle, (key) => {
      const value = key.query(name);
      if (value === undefined) return ntStatus.STATUS_OBJECT_NAME_NOT_FOUND;
      const { memory } = this.#machine;
      const nameBytes = 2 * name.length;
      const fixed = kind === valueClass.full ? 20 : 12;
      const dataOffset = kind === valueClass.full ? Math.ceil((fixed + nameBytes) / 8) * 8 : fixed;
      const total = kind === valueClass.basic ? fixed + nameBytes : dataOffset + value.bytes.length;
      memory.setU32(result, total);
      if (length < fixed) return ntStatus.STATUS_BUFFER_TOO_SMALL;
      const bytes = new Uint8Array(total);
      const view = new DataView(bytes.buffer);
      view.setUint32(4, value.type, true);
      if (kind === valueClass.partial) view.setUint32(8, value.bytes.length, true);
      else {
        for (let i = 0; i < name.length; i++) view.setUint16(fixed + 2 * i, name.charCodeAt(i), true);
        view.setUint32(kind === valueClass.full ? 16 : 8, nameBytes, true);
      }
      if (kind === valueClass.full) {
        view.setUint32(8, dataOffset, true);
        view.setUint32(12, value.bytes.length, true);
      }
      if (kind !== valueClass.basic) bytes.set(value.bytes, dataOffset);
      memory.write(buffer, bytes.subarray(0, length));
      return length < total ? ntStatus.STATUS_BUFFER_OVERFLOW : ntStatus.STATUS_SUCCESS;
    });
  }

  #relative(routine: string, to: number, path: number, create: boolean): RegistryKey | undefined {
    this.#checks.irqlAtMost(routine, passiveLevel);
    if ((to & relative.handle) !== 0) return this.#keys.get(path);
    const text = this.#machine.memory.wideString(path);
    const full = to === relative.services ? `${system}\\Services\\${text}` : to === relative.control ? `${system}\\Control\\${text}` : text;
    return create ? this.#registry.create(full) : this.#registry.open(full);
  }
}
