// SPDX-License-Identifier: MIT
/** From a driver project to an instrumented module: projects, compiler, linker, cache, instrumentation. */
export { instrument } from "./instrument.ts";
export { hookImportsSource } from "./instrument-hooks-source.ts";
export { readLineInfo, type LineInfo, type Subprogram } from "./wasm-dwarf.ts";
export * from "./build-request.ts";
export { buildDriver } from "./build-driver.ts";
export type { ClangPoolOptions } from "./clang-pool.ts";
export { languageOf, type Language } from "./compile-flags.ts";
export type { CompilerBackend } from "./compiler-backend.ts";
export * from "./diagnostic.ts";
export { disassemble, type DisassembledInstruction } from "./disassemble.ts";
export { type MissingName, missingNames } from "./missing-names.ts";
export { type DriverProject, type ProjectChoice, type ProjectSource, readDriverProject } from "./driver-project.ts";
export { EmbeddedClang } from "./embedded-clang.ts";
export { expandSources } from "./expand-sources.ts";
export { defaultCacheDir } from "./object-cache.ts";
export type { SymbolUse } from "./object-summary.ts";
export { outlineProject, type ProjectOutline } from "./project-outline.ts";
export { statementFlow, type StatementFlow } from "./statement-flow.ts";
export { synthesizeTmh, type TmhFiles, type WppSettings } from "./wpp-synthesis.ts";
