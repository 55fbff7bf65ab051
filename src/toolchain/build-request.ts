// SPDX-License-Identifier: MIT
/** What a driver build is asked for and what it gives back. */
import type { Language } from "./compile-flags.ts";
import type { CompilerBackend } from "./compiler-backend.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { SymbolUse } from "./object-summary.ts";
import type { UserArgumentSource } from "./user-arguments.ts";

export interface BuildRequest extends UserArgumentSource {
  /** Absolute paths of the sources, C or C++ by extension, in link order. */
  readonly sources: readonly string[];
  /** Additional settings of single sources, by the path in `sources`. */
  readonly sourceOptions?: ReadonlyMap<string, SourceOptions>;
  /** Files that exist only in memory (generated headers), by absolute path; they hide files on disk. */
  readonly generated?: ReadonlyMap<string, Uint8Array>;
  /** A native clang to use instead of the embedded one. */
  readonly clang?: string;
  /** Folder of the WDK-compatible headers. */
  readonly sdkInclude: string;
  /** C source of the runtime object. */
  readonly runtimeSource: string;
  /** Folder of the build cache; see `defaultCacheDir`. */
  readonly cacheDir: string;
  /** Functions a driver may import: emulated, or declared by the headers and reported when called. */
  readonly known: ReadonlySet<string>;
}

/** What a project may set for one source; comes on top of what is set for all. */
export interface SourceOptions extends Partial<Omit<UserArgumentSource, "baseDir">> {
  /** Instead of the language that the file's extension stands for. */
  readonly language?: Language;
}

export type BuildProgress =
  /** Begins to read sources and headers. */
  | { readonly kind: "scan"; readonly total: number }
  /** `done` of `total` sources are compiled; `file` is the last of them. */
  | { readonly kind: "compile"; readonly file: string; readonly done: number; readonly total: number; readonly cached: boolean }
  | { readonly kind: "link"; readonly cached: boolean };

export interface BuildOptions {
  /** The compiler to use when the request names none; stays warm between builds, its owner disposes it. */
  readonly embedded: CompilerBackend;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BuildProgress) => void;
  /** Bound of the build cache; default 512 MiB. */
  readonly maxCacheBytes?: number;
}

/** A function the driver imports, with every line that uses it. */
export interface DriverImport {
  readonly name: string;
  readonly references: readonly SymbolUse[];
}

export interface ObjectInfo {
  readonly source: string;
  readonly cached: boolean;
  /** Headers the compiler read, absolute host paths. */
  readonly dependencies: readonly string[];
}

export interface BuildSuccess {
  readonly ok: true;
  /** Linked module with DWARF, imports memory, not yet instrumented. */
  readonly wasm: Uint8Array;
  readonly objects: readonly ObjectInfo[];
  readonly imports: readonly DriverImport[];
  /** Warnings. */
  readonly diagnostics: readonly Diagnostic[];
  /** True when the linked module came from the cache. */
  readonly cached: boolean;
}

export interface BuildFailure {
  readonly ok: false;
  /** Everything that was said about all sources; at least one error. */
  readonly diagnostics: readonly Diagnostic[];
  /** Sources that did not compile, in their order; empty when all did and the error is in what they are together. */
  readonly failedSources: readonly string[];
  /** All sources. */
  readonly sourceCount: number;
}

export type BuildResult = BuildSuccess | BuildFailure;
