// SPDX-License-Identifier: MIT
/** KMDF on the emulated kernel. */
export { type FrameworkOptions, WdfFramework } from "./framework.ts";
