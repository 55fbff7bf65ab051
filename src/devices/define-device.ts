// SPDX-License-Identifier: MIT
/** `defineDevice` as modules of users get it: checks the types of a device model and gives it back. */
import type { DeviceDefinition } from "../protocol/index.ts";

/** Returns `definition`; its only work is to type it. */
export function defineDevice<Options = Record<string, unknown>>(definition: DeviceDefinition<Options>): DeviceDefinition<Options> {
  return definition;
}
