// SPDX-License-Identifier: MIT
/** From a driver project to an instrumented module: projects, compiler, linker, cache, instrumentation. */
export { instrument } from "./instrument.ts";
export { hookImportsSource } from "./instrument-hooks-source.ts";
export { readLineInfo, type LineInfo, type Subprogram } from "./wasm-dwarf.ts";
