// SPDX-License-Identifier: MIT
/**
 * The registry as far as a driver sees it: its service key with Parameters, and the hardware key of its device. Values come from the launch
 * configuration; what a driver writes lives as long as the machine.
 */
import { hexToBytes } from "../base/index.ts";
import type { RegistryValue } from "../protocol/index.ts";

export const registryType = { none: 0, string: 1, expandString: 2, binary: 3, dword: 4, multiString: 7, qword: 11 } as const;

export interface RegistryData {
  readonly type: number;
  readonly bytes: Uint8Array;
}

export class RegistryKey {
  readonly path: string;
  readonly #registry: Registry;
  readonly #values = new Map<string, RegistryData & { readonly name: string }>();

  constructor(registry: Registry, path: string) {
    this.#registry = registry;
    this.path = path;
  }

  /** Value by name, case-insensitive. */
  query(name: string): RegistryData | undefined {
    return this.#values.get(name.toLowerCase());
  }
  set(name: string, data: RegistryData): void {
    this.#values.set(name.toLowerCase(), { name, type: data.type, bytes: data.bytes.slice() });
  }
  /** False when there is no such value. */
  remove(name: string): boolean {
    return this.#values.delete(name.toLowerCase());
  }
  get names(): readonly string[] {
    return Array.from(this.#values.values(), ({ name }) => name);
  }
  openSubkey(name: string): RegistryKey | undefined {
    return this.#registry.open(`${this.path}\\${name}`);
  }
  createSubkey(name: string): RegistryKey {
    return this.#registry.create(`${this.path}\\${name}`);
  }
}

export class Registry {
  readonly #keys = new Map<string, RegistryKey>();
  /** Device instance path, e.g. `PCI\\VEN_1234&…\\3&11583659&0&28`. */
  readonly instancePath: string;
  readonly serviceKey: RegistryKey;
  readonly parametersKey: RegistryKey;
  /** Key of the device (Device Parameters), PLUGPLAY_REGKEY_DEVICE. */
  readonly hardwareKey: RegistryKey;
  /** Software key of the device, PLUGPLAY_REGKEY_DRIVER. */
  readonly softwareKey: RegistryKey;

  constructor(serviceName: string, instancePath: string, values: Readonly<Record<string, RegistryValue>>) {
    this.instancePath = instancePath;
    const system = "\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001";
    this.serviceKey = this.create(`${system}\\Services\\${serviceName}`);
    this.parametersKey = this.serviceKey.createSubkey("Parameters");
    this.hardwareKey = this.create(`${system}\\Enum\\${instancePath}\\Device Parameters`);
    this.softwareKey = this.create(`${system}\\Control\\Class\\{00000000-0000-0000-0000-000000000000}\\0000`);
    for (const [name, value] of Object.entries(values)) {
      for (const key of [this.parametersKey, this.hardwareKey, this.softwareKey]) key.set(name, registryData(value));
    }
  }

  open(path: string): RegistryKey | undefined {
    return this.#keys.get(normalize(path));
  }

  /** Removes a key without subkeys. False when it has some. */
  delete(key: RegistryKey): boolean {
    const path = normalize(key.path);
    if ([...this.#keys.keys()].some((other) => other.startsWith(`${path}\\`))) return false;
    this.#keys.delete(path);
    return true;
  }

  /** Opens the key, creating it when it does not exist. */
  create(path: string): RegistryKey {
    const existing = this.open(path);
    if (existing !== undefined) return existing;
    const key = new RegistryKey(this, path);
    this.#keys.set(normalize(path), key);
    return key;
  }
}

/** A configured value as registry data: number → REG_DWORD (REG_QWORD above 32 bits), text → REG_SZ, list → REG_MULTI_SZ, hex → REG_BINARY. */
export function registryData(value: RegistryValue): RegistryData {
  if (typeof value === "number") {
    const wide = value > 0xffff_ffff || value < -0x8000_0000;
    const bytes = new Uint8Array(wide ? 8 : 4);
    const view = new DataView(bytes.buffer);
    if (wide) view.setBigInt64(0, BigInt(Math.trunc(value)), true);
    else view.setUint32(0, value, true);
    return { type: wide ? registryType.qword : registryType.dword, bytes };
  }
  if (typeof value === "string") return { type: registryType.string, bytes: wide(`${value}\0`) };
  if ("hex" in value) return { type: registryType.binary, bytes: hexToBytes(value.hex) ?? new Uint8Array() };
  return { type: registryType.multiString, bytes: wide(`${value.map((item) => `${item}\0`).join("")}\0`) };
}

function wide(text: string): Uint8Array {
  const bytes = new Uint8Array(2 * text.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), true);
  return bytes;
}

const normalize = (path: string): string => path.replace(/\\+$/, "").toLowerCase().replace("\\currentcontrolset\\", "\\controlset001\\");
