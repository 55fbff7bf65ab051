// SPDX-License-Identifier: MIT
/** What the adapter needs from the program it lives in (command line, extension, test): how drivers are built and where workers are. */

import type { InstrumentedModule, LaunchConfiguration, TraceSnapshot } from "../protocol/index.ts";
import type { DebugSession, DebugSessionOptions } from "../session/index.ts";
import type { BuildProgress, Diagnostic, DriverImport } from "../toolchain/index.ts";

export type DriverBuild =
  | {
      readonly ok: true;
      /** The linked module with DWARF. */
      readonly linked: Uint8Array;
      readonly module: InstrumentedModule;
      /** Every function the driver imports, with the lines that use it. */
      readonly imports: readonly DriverImport[];
      /** Functions the driver uses that are declared but not emulated. */
      readonly notEmulated: readonly string[];
      /** Warnings. */
      readonly diagnostics: readonly Diagnostic[];
    }
  | {
      readonly ok: false;
      readonly diagnostics: readonly Diagnostic[];
      /** Sources that did not compile; empty when all did. */
      readonly failedSources: readonly string[];
      /** All sources. */
      readonly sourceCount: number;
    };

export interface DriverBuildOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: BuildProgress) => void;
}

/** Throws UserError for what is wrong with the request itself; an aborted build rejects with the signal's reason. */
export type DriverBuilder = (configuration: LaunchConfiguration, options: DriverBuildOptions) => Promise<DriverBuild>;

/** Makes a session with the host's worker; everything but the worker comes from the adapter. */
export type SessionFactory = (options: Omit<DebugSessionOptions, "workerUrl">) => DebugSession;

export interface AdapterHost {
  readonly build: DriverBuilder;
  readonly createSession: SessionFactory;
  /** Folder that relative paths of a launch configuration start from, and `${workspaceFolder}`. */
  readonly baseDir: string;
  /** Folder of the kit's headers: what is in it is none of the user's code. */
  readonly sdkInclude?: string;
  /** Writes the trace of a run that is over, as the `trace` attribute asks. */
  readonly writeTrace?: (file: string, trace: TraceSnapshot) => Promise<void>;
}
