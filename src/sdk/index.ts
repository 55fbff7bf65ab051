// SPDX-License-Identifier: MIT
/** What `import … from "kmdf-dma-debug/sdk"` gives at run time; the types are in sdk/index.d.ts. */
import { builtInDevices } from "../devices/index.ts";
import type { DeviceDefinition, ScenarioFunction } from "../protocol/index.ts";

export { defineDevice } from "../devices/index.ts";
export { pattern } from "../scenario/index.ts";

/** Marks a scenario, so that its type is known; returns it as it is. */
export const scenario = (run: ScenarioFunction): ScenarioFunction => run;

/** The built-in device model `id`, to use as it is or to start from. Throws RangeError for an unknown id. */
export function builtIn(id: string): DeviceDefinition {
  const device = builtInDevices.get(id);
  if (device === undefined) throw new RangeError(`There is no built-in device "${id}"; there are ${[...builtInDevices.keys()].join(", ")}`);
  return device;
}
