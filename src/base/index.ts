// SPDX-License-Identifier: MIT
/** Shared vocabulary of all layers; imports nothing. */
export * from "./assert.ts";
export * from "./brand.ts";
export * from "./dwarf/index.ts";
export * from "./escape-xml.ts";
export * from "./hex.ts";
export * from "./random.ts";
export * from "./source-path.ts";
export * from "./struct.ts";
export * from "./user-error.ts";
