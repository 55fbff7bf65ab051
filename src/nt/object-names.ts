// SPDX-License-Identifier: MIT
/** The object manager's names that lead to devices: `\Device\…`, and symbolic links in `\DosDevices` ("NT Device Names" and "MS-DOS Device Names" of the WDK). */
import type { DeviceObject } from "./device-object.ts";

/** Where MS-DOS device names are: `\??\X`, `\DosDevices\X`, `\DosDevices\Global\X`, `\GLOBAL??\X`, and `\\.\X` for programs. */
const dosPrefix = /^(?:\\\?\?\\|\\DosDevices\\(?:Global\\)?|\\GLOBAL\?\?\\|\\\\[.?]\\(?:GLOBALROOT\\\?\?\\)?)/i;

/** One spelling for each name: case does not matter, and all MS-DOS names are in `\??`. */
function normal(name: string): string {
  return name.replace(dosPrefix, "\\??\\").toLowerCase();
}

export class ObjectNames {
  readonly #devices = new Map<string, DeviceObject>();

  /** IoCreateDevice with a name. False when the name exists. */
  add(name: string, device: DeviceObject): boolean {
    const key = normal(name);
    if (this.#devices.has(key)) return false;
    this.#devices.set(key, device);
    return true;
  }

  /** IoCreateSymbolicLink. False when the name exists. */
  link(name: string, device: DeviceObject): boolean {
    return this.add(name, device);
  }

  /** IoDeleteSymbolicLink. False when there is no such name. */
  remove(name: string): boolean {
    return this.#devices.delete(normal(name));
  }

  /** The device is deleted: its names go. */
  forget(device: DeviceObject): void {
    for (const [name, owner] of this.#devices) if (owner === device) this.#devices.delete(name);
  }

  /** Names of a device, for views. */
  of(device: DeviceObject): readonly string[] {
    return [...this.#devices].filter(([, owner]) => owner === device).map(([name]) => name);
  }

  /** The device with an enabled interface of a class, `{…}`; the first when there are several. */
  findInterface(guid: string): DeviceObject | undefined {
    const wanted = `#${guid.toLowerCase()}`;
    for (const [name, device] of this.#devices) if (name.includes(wanted)) return device;
    return undefined;
  }

  /** The device that a path leads to, and what is left of the path behind its name; the longest name wins. */
  find(path: string): { readonly device: DeviceObject; readonly rest: string } | undefined {
    const wanted = normal(path);
    const prefix = wanted.length - path.length;
    let best: { readonly device: DeviceObject; readonly length: number } | undefined;
    for (const [name, device] of this.#devices) {
      const isMatch = wanted === name || wanted.startsWith(`${name}\\`);
      if (isMatch && name.length > (best?.length ?? 0)) best = { device, length: name.length };
    }
    return best === undefined ? undefined : { device: best.device, rest: path.slice(best.length - prefix) };
  }
}
