// SPDX-License-Identifier: MIT
/** The function table: one line for each family of functions. */
import type { ApiTable } from "../nt/index.ts";
import { dmaApi } from "./dma-api.ts";
import type { WdfFramework } from "./framework.ts";
import { objectApi } from "./object-api.ts";

/** All families in one table. */
export function collectApi(framework: WdfFramework): ApiTable {
  return {
    ...objectApi(framework),
    ...dmaApi(framework),
  };
}
