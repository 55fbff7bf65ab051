// SPDX-License-Identifier: MIT
/** The debug type, as in package.json and launch.json. */
export const debugType = "kmdf-dma";
