// SPDX-License-Identifier: MIT
/** RtlQueryRegistryValues: a table of values to fetch, directly or through the driver's query routines (reference page of the WDK). */
import { struct } from "../base/index.ts";
import type { Machine } from "../machine/index.ts";
import { isNtSuccess, ntStatus } from "../protocol/index.ts";
import type { ObjectMemory } from "./object-memory.ts";
import type { Pool } from "./pool.ts";
import { poolTag } from "./pool-heap.ts";
import { type RegistryData, type RegistryKey, registryType } from "./registry.ts";
import { unicodeString } from "./irp-layout.ts";

export const queryTableLayout = struct("RTL_QUERY_REGISTRY_TABLE", {
  QueryRoutine: "ptr",
  Flags: "u32",
  Name: "ptr",
  EntryContext: "ptr",
  DefaultType: "u32",
  DefaultData: "ptr",
  DefaultLength: "u32",
});

const flag = { subkey: 0x1, topkey: 0x2, required: 0x4, noValue: 0x8, noExpand: 0x10, direct: 0x20, delete: 0x40, typeCheck: 0x100 } as const;
/** Expected type of a typed direct query, in the top byte of DefaultType. */
const typeShift = 24;
const registryTag = poolTag("RqrV");

type Entry = Readonly<Record<keyof typeof queryTableLayout.fields, number>>;

export class RegistryQuery {
  readonly #machine: Machine;
  readonly #pool: Pool;
  readonly #objects: ObjectMemory;

  constructor(machine: Machine, pool: Pool, objects: ObjectMemory) {
    this.#machine = machine;
    this.#pool = pool;
    this.#objects = objects;
  }

  /** Works through the table at `table`; stops at the first failure, whose status is returned. */
  run(top: RegistryKey, table: number, context: number): number {
    let current = top;
    for (let address = table; ; address += queryTableLayout.size) {
      const entry = this.#entry(address);
      if (entry.QueryRoutine === 0 && (entry.Flags & (flag.subkey | flag.direct)) === 0) return ntStatus.STATUS_SUCCESS;
      if ((entry.Flags & (flag.topkey | flag.subkey)) !== 0) current = top;
      if ((entry.Flags & flag.subkey) !== 0) {
        if (entry.Name === 0) return ntStatus.STATUS_INVALID_PARAMETER;
        const subkey = current.openSubkey(this.#machine.memory.wideString(entry.Name));
        if (subkey === undefined) return ntStatus.STATUS_OBJECT_NAME_NOT_FOUND;
        current = subkey;
      }
      const status = this.#value(current, entry, context);
      if (!isNtSuccess(status)) return status;
    }
  }

  #entry(address: number): Entry {
    const { memory } = this.#machine;
    const values = Object.entries(queryTableLayout.fields).map(([name, { offset }]) => [name, memory.u32(address + offset)]);
    return Object.fromEntries(values) as Entry;
  }

  #value(key: RegistryKey, entry: Entry, context: number): number {
    const isSubkey = (entry.Flags & flag.subkey) !== 0;
    if (isSubkey || entry.Name === 0) {
      if (entry.QueryRoutine === 0) return ntStatus.STATUS_SUCCESS;
      if (!isSubkey && (entry.Flags & flag.noValue) !== 0) return this.#call(entry, context, undefined, { type: registryType.none, bytes: new Uint8Array() });
      return this.#all(key, entry, context);
    }
    const name = this.#machine.memory.wideString(entry.Name);
    const value = key.query(name);
    if (value === undefined && (entry.Flags & flag.required) !== 0) return ntStatus.STATUS_OBJECT_NAME_NOT_FOUND;
    const data = value ?? this.#defaultOf(entry);
    if (data === undefined) return ntStatus.STATUS_SUCCESS;
    const status = this.#deliver(entry, context, name, data);
    if (isNtSuccess(status) && value !== undefined && (entry.Flags & flag.delete) !== 0) key.remove(name);
    return status;
  }

  #all(key: RegistryKey, entry: Entry, context: number): number {
    for (const name of key.names) {
      const data = key.query(name);
      const status = data === undefined ? ntStatus.STATUS_SUCCESS : this.#deliver(entry, context, name, data);
      if (!isNtSuccess(status)) return status;
    }
    return ntStatus.STATUS_SUCCESS;
  }

  #defaultOf(entry: Entry): RegistryData | undefined {
    const type = entry.DefaultType & 0xff_ffff;
    if (type === registryType.none) return undefined;
    const { memory } = this.#machine;
    const isText = type === registryType.string || type === registryType.expandString;
    const length = entry.DefaultLength === 0 && isText ? 2 * (memory.wideString(entry.DefaultData).length + 1) : entry.DefaultLength;
    return { type, bytes: memory.read(entry.DefaultData, length) };
  }

  #deliver(entry: Entry, context: number, name: string, data: RegistryData): number {
    if ((entry.Flags & flag.direct) !== 0) return this.#direct(entry, data);
    if (data.type !== registryType.multiString || (entry.Flags & flag.noExpand) !== 0) {
      const type = data.type === registryType.expandString && (entry.Flags & flag.noExpand) === 0 ? registryType.string : data.type;
      return this.#call(entry, context, name, { type, bytes: data.bytes });
    }
    for (const bytes of stringsOf(data.bytes)) {
      const status = this.#call(entry, context, name, { type: registryType.string, bytes });
      if (!isNtSuccess(status)) return status;
    }
    return ntStatus.STATUS_SUCCESS;
  }

  #direct(entry: Entry, data: RegistryData): number {
    const { memory } = this.#machine;
    const expected = entry.DefaultType >>> typeShift;
    if ((entry.Flags & flag.typeCheck) !== 0 && expected !== registryType.none && expected !== data.type) return ntStatus.STATUS_OBJECT_TYPE_MISMATCH;
    const target = entry.EntryContext;
    const isText = data.type === registryType.string || data.type === registryType.expandString || data.type === registryType.multiString;
    if (isText) return this.#directText(target, data.bytes);
    if (data.bytes.length <= 4) {
      memory.write(target, data.bytes);
      return ntStatus.STATUS_SUCCESS;
    }
    const room = memory.u32(target) | 0;
    if (room < 0) {
      if (-room < data.bytes.length) return ntStatus.STATUS_BUFFER_TOO_SMALL;
      memory.write(target, data.bytes);
      return ntStatus.STATUS_SUCCESS;
    }
    if (room < data.bytes.length + 8) return ntStatus.STATUS_BUFFER_TOO_SMALL;
    memory.setU32(target, data.bytes.length);
    memory.setU32(target + 4, data.type);
    memory.write(target + 8, data.bytes);
    return ntStatus.STATUS_SUCCESS;
  }

  /** Into a UNICODE_STRING, which gets a buffer when it has none. */
  #directText(target: number, bytes: Uint8Array): number {
    const { memory } = this.#machine;
    const at = unicodeString.fields;
    const buffer = memory.u32(target + at.Buffer.offset);
    if (buffer === 0) {
      this.#objects.setUnicodeString(target, new TextDecoder("utf-16le").decode(bytes).replace(/\0$/, ""), "registry value");
      return ntStatus.STATUS_SUCCESS;
    }
    if (memory.u16(target + at.MaximumLength.offset) < bytes.length) return ntStatus.STATUS_BUFFER_TOO_SMALL;
    memory.write(buffer, bytes);
    memory.setU16(target + at.Length.offset, Math.max(0, bytes.length - 2));
    return ntStatus.STATUS_SUCCESS;
  }

  /** QueryRoutine(ValueName, ValueType, ValueData, ValueLength, Context, EntryContext); STATUS_BUFFER_TOO_SMALL of it is ignored. */
  #call(entry: Entry, context: number, name: string | undefined, data: RegistryData): number {
    const { guest } = this.#machine;
    const nameAddress = name === undefined ? 0 : this.#copy(wide(name));
    const dataAddress = data.bytes.length === 0 ? 0 : this.#copy(data.bytes);
    const args = [nameAddress, data.type, dataAddress, data.bytes.length, context, entry.EntryContext];
    const status = guest.call("QueryRoutine", entry.QueryRoutine, args, { kind: "kernel", label: "RtlQueryRegistryValues" }) >>> 0;
    for (const address of [nameAddress, dataAddress]) if (address !== 0) this.#pool.free(address);
    return status === ntStatus.STATUS_BUFFER_TOO_SMALL ? ntStatus.STATUS_SUCCESS : status;
  }

  #copy(bytes: Uint8Array): number {
    const address = this.#pool.allocate(bytes.length, registryTag, "registry value for a query routine");
    if (address !== 0) this.#machine.memory.write(address, bytes);
    return address;
  }
}

/** The strings of a REG_MULTI_SZ, each with its terminator. */
function stringsOf(bytes: Uint8Array): readonly Uint8Array[] {
  const text = new TextDecoder("utf-16le").decode(bytes);
  return text
    .split("\0")
    .filter((part) => part !== "")
    .map(wide);
}

function wide(text: string): Uint8Array {
  const bytes = new Uint8Array(2 * text.length + 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), true);
  return bytes;
}
