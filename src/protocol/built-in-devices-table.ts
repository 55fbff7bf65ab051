// SPDX-License-Identifier: MIT
/** Built-in device models by id, for those who must know them without loading them; src/devices has the models, a test keeps both equal. */

export interface BuiltInDevice {
  readonly id: string;
  readonly name: string;
  readonly vendorId: number;
  readonly deviceId: number;
}

export const builtInDeviceTable: readonly BuiltInDevice[] = [
  { id: "edu", name: "QEMU edu", vendorId: 0x1234, deviceId: 0x11e8 },
  { id: "sg-duplex", name: "SGDX", vendorId: 0x1dda, deviceId: 0x5d01 },
  { id: "pci9656", name: "PCI 9656", vendorId: 0x10b5, deviceId: 0x9601 },
  { id: "i82559", name: "Intel 82559", vendorId: 0x8086, deviceId: 0x1229 },
];
