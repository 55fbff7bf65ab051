// SPDX-License-Identifier: MIT
/** A device interface: a class with a symbolic link that programs open while it is enabled (IoRegisterDeviceInterface of the WDK; wdfdevice.h). */
import type { DeviceObject, ObjectNames } from "../nt/index.ts";

export class DeviceInterface {
  /** `{…}`. */
  readonly guid: string;
  readonly reference: string;
  /** `\\??\\PCI#VEN_…#{…}\\reference`. */
  readonly symbolicLink: string;
  /** WdfDeviceSetDeviceInterfaceState(FALSE) keeps it off. */
  isDisabledByDriver = false;
  readonly #device: DeviceObject;
  readonly #names: ObjectNames;
  #isEnabled = false;

  constructor(names: ObjectNames, device: DeviceObject, instancePath: string, guid: string, reference: string) {
    this.#names = names;
    this.#device = device;
    this.guid = guid;
    this.reference = reference;
    this.symbolicLink = `\\??\\${instancePath.replaceAll("\\", "#")}#${guid.toLowerCase()}${reference === "" ? "" : `\\${reference}`}`;
  }

  get isEnabled(): boolean {
    return this.#isEnabled;
  }
  set isEnabled(value: boolean) {
    if (value === this.#isEnabled) return;
    this.#isEnabled = value;
    if (value) this.#names.link(this.symbolicLink, this.#device);
    else this.#names.remove(this.symbolicLink);
  }
}
