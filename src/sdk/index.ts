// SPDX-License-Identifier: MIT
/** What `import … from "kmdf-dma-debug/sdk"` gives at run time; the types are in sdk/index.d.ts. */
import type { ScenarioFunction } from "../protocol/index.ts";

export { defineDevice } from "../devices/index.ts";
export { pattern } from "../scenario/index.ts";

/** Marks a scenario, so that its type is known; returns it as it is. */
export const scenario = (run: ScenarioFunction): ScenarioFunction => run;
