// SPDX-License-Identifier: MIT
/** The I/O client: scenarios as modules and as JSON steps. */
export * from "./expectation.ts";
export * from "./json-steps.ts";
export * from "./pattern.ts";
export * from "./scenario-engine.ts";
