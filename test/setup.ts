// SPDX-License-Identifier: MIT
/**
 * For every test process. A process that starts hundreds of machines, one worker each, meets a race of V8's collector of WebAssembly code
 * (Node.js 24: "Check failed: jit_page_->allocations_.erase(addr) == 1"), so code is kept here until the process ends.
 *
 * Hundreds of workers load the same modules from source: what Node.js makes of them is kept between them, and between runs.
 */
import { enableCompileCache } from "node:module";
import path from "node:path";
import v8 from "node:v8";

v8.setFlagsFromString("--no-wasm-code-gc");

const cache = path.resolve(import.meta.dirname, "../node_modules/.cache/node-compile-cache");
enableCompileCache(cache);
// Workers and programs that are started look here.
process.env["NODE_COMPILE_CACHE"] = cache;
