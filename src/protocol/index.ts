// SPDX-License-Identifier: MIT
/** Plain types that cross a boundary: toolchain → runtime → session → adapter → views. */
export * from "./guest-layout.ts";
export * from "./instrumented-module.ts";
