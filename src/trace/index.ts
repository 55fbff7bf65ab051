// SPDX-License-Identifier: MIT
/** Recording, reading and exporting traces. */
export * from "./chrome-json.ts";
export * from "./decode.ts";
export * from "./recorder.ts";
export * from "./trace-file.ts";
