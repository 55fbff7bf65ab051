// SPDX-License-Identifier: MIT
/** Messages between the build and the worker threads in which the embedded clang runs. */
import type { ToolName } from "./compiler-backend.ts";

export interface ClangWorkerData {
  /** URL or package name of the module that exports clang; default `@yowasp/clang`. */
  readonly clangModule: string;
}

export interface ClangRequest {
  readonly tool: ToolName;
  readonly args: readonly string[];
  /** Absolute POSIX paths and contents of the whole file tree. */
  readonly files: readonly (readonly [path: string, bytes: Uint8Array])[];
  readonly outputs: readonly string[];
}

export interface ClangReply {
  readonly exitCode: number;
  readonly stderr: string;
  readonly outputs: readonly (readonly [path: string, bytes: Uint8Array])[];
  readonly crash?: string;
}
