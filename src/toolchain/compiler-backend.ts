// SPDX-License-Identifier: MIT
/** What the build asks of a compiler: run one tool on given files. The embedded clang and a native one both answer to it. */
import type { SourceFile } from "./source-files.ts";

export type ToolName = "clang" | "clang++" | "wasm-ld";

/** One run, with paths spelled as the tool must see them. */
export interface ToolInvocation {
  readonly args: readonly string[];
  /** Additional inputs: name in the scratch folder → bytes. */
  readonly inputs: ReadonlyMap<string, Uint8Array>;
}

export interface ToolJob {
  readonly tool: ToolName;
  /** Host files the tool may read. */
  readonly sources: readonly SourceFile[];
  /** Makes the command line, given the scratch folder (no separator at the end) that holds inputs and outputs of this run. */
  readonly invocation: (scratch: string) => ToolInvocation;
  /** Names in the scratch folder of the files wanted back. */
  readonly outputs: readonly string[];
}

export interface ToolResult {
  /** 0 when all went well. */
  readonly exitCode: number;
  readonly stderr: string;
  /** Outputs that exist, by name. */
  readonly outputs: ReadonlyMap<string, Uint8Array>;
  /** Set when the tool died instead of ending: the first line of what it said. */
  readonly crash?: string;
}

export interface CompilerBackend {
  /** Names compiler and version; part of every cache key. Does not start the compiler if that can be avoided. */
  identity(signal: AbortSignal): Promise<string>;
  /** How the tools must spell the host path. */
  argumentPath(hostPath: string): string;
  /** Inverse of `argumentPath`, also for names that the tools print. */
  hostPath(argumentPath: string): string;
  /** Compiler arguments that make DWARF and `__FILE__` show compiler paths (`toCompilerPath`). */
  readonly pathArguments: readonly string[];
  /** True when the tools see only the files of the job, false when they see the disk. */
  readonly hasFileTree: boolean;
  /** True for headers that belong to the compiler itself, such as stddef.h. */
  isOwnHeader(hostPath: string): boolean;
  /** Runs a job; rejects with the signal's reason when it is aborted, and only after everything of the run is gone. */
  run(job: ToolJob, signal: AbortSignal): Promise<ToolResult>;
}
