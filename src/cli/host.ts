// SPDX-License-Identifier: MIT
/** What the engine needs from the process it lives in: compiler, headers, cache and workers. */
import path from "node:path";
import { type AdapterHost, createDriverBuilder } from "../adapter/index.ts";
import { declaredFunctionNames, emulatedFunctionNames } from "../protocol/index.ts";
import { DebugSession } from "../session/index.ts";
import { EmbeddedClang, defaultCacheDir } from "../toolchain/index.ts";
import { clangWorker, packageRoot, runtimeWorker } from "./package-root.ts";
import { writeTrace } from "./trace-command.ts";

export interface Host extends AdapterHost {
  /** Ends the compiler's workers. */
  dispose(): Promise<void>;
}

export interface HostOptions {
  /** A compiler that outlives the host; without it the host has its own. */
  readonly embedded?: EmbeddedClang;
  /** Folder of compiled objects; default: that of the environment variable KMDF_DMA_CACHE, or the user's cache folder. */
  readonly cacheDir?: string;
}

export function createHost(baseDir: string, options: HostOptions = {}): Host {
  const embedded = options.embedded ?? new EmbeddedClang({ workerUrl: clangWorker() });
  return {
    baseDir,
    sdkInclude: path.join(packageRoot, "sdk/include"),
    build: createDriverBuilder({
      embedded,
      sdkInclude: path.join(packageRoot, "sdk/include"),
      runtimeSource: path.join(packageRoot, "sdk/runtime/rt.c"),
      cacheDir: options.cacheDir ?? process.env["KMDF_DMA_CACHE"] ?? defaultCacheDir(),
      known: new Set([...emulatedFunctionNames, ...declaredFunctionNames]),
      emulated: new Set(emulatedFunctionNames),
    }),
    createSession: (options) => new DebugSession({ ...options, workerUrl: runtimeWorker() }),
    writeTrace,
    dispose: async () => {
      if (options.embedded === undefined) await embedded.dispose();
    },
  };
}
