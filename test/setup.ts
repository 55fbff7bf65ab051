// SPDX-License-Identifier: MIT
/**
 * For every test process. A process that starts hundreds of machines, one worker each, meets a race of V8's collector of WebAssembly code
 * (Node.js 24: "Check failed: jit_page_->allocations_.erase(addr) == 1"), so code is kept here until the process ends.
 */
import v8 from "node:v8";

v8.setFlagsFromString("--no-wasm-code-gc");
