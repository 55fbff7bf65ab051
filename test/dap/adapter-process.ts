// SPDX-License-Identifier: MIT
/**
 * What a client of the tests starts: `kmdf-dma dap`, from source, or from the bundle when KMDF_DMA_TEST_BUNDLE is set. A client can name a
 * program but no arguments for it.
 */

process.argv.push("dap");
await import(process.env["KMDF_DMA_TEST_BUNDLE"] === undefined ? "../../src/cli/main.ts" : new URL("../../dist/cli.js", import.meta.url).href);
