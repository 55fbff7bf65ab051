// SPDX-License-Identifier: MIT
/** Recording, reading and exporting traces. */
export * from "./recorder.ts";
