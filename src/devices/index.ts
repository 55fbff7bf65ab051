// SPDX-License-Identifier: MIT
/** Built-in device models by the id that the `device` attribute names. */
import type { DeviceDefinition } from "../protocol/index.ts";
import { edu } from "./edu.ts";
import { i82559 } from "./i82559.ts";
import { pci9656 } from "./pci9656.ts";
import { sgDuplex } from "./sg-duplex.ts";

export { defineDevice } from "./define-device.ts";

export const builtInDevices: ReadonlyMap<string, DeviceDefinition> = new Map([
  ["edu", edu],
  ["sg-duplex", sgDuplex],
  ["pci9656", pci9656],
  ["i82559", i82559],
]);
