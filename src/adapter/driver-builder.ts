// SPDX-License-Identifier: MIT
/** The way from a launch configuration to a driver that can run: sources, compiler, linker, instrumentation. */

import { wasmCustomSections } from "../base/index.ts";
import { guestLayout } from "../protocol/index.ts";
import type { LaunchConfiguration } from "../protocol/index.ts";
import { buildDriver, instrument, readLineInfo } from "../toolchain/index.ts";
import type { CompilerBackend } from "../toolchain/index.ts";
import { driverRequest } from "./driver-request.ts";
import type { DriverBuild, DriverBuilder, DriverBuildOptions } from "./adapter-host.ts";

export interface DriverBuilderParts {
  /** Folder of the WDK-compatible headers. */
  readonly sdkInclude: string;
  /** C source of the runtime object that is linked to every driver. */
  readonly runtimeSource: string;
  readonly cacheDir: string;
  /** Functions a driver may import. */
  readonly known: ReadonlySet<string>;
  /** Those of them that are emulated. */
  readonly emulated: ReadonlySet<string>;
  /** The compiler to use when a configuration names none; stays warm between builds. */
  readonly embedded: CompilerBackend;
}

/** A builder for `AdapterHost`; the command line uses it too. */
export function createDriverBuilder(parts: DriverBuilderParts): DriverBuilder {
  return (configuration, options) => build(parts, configuration, options);
}

async function build(parts: DriverBuilderParts, configuration: LaunchConfiguration, { signal, onProgress }: DriverBuildOptions): Promise<DriverBuild> {
  const { sdkInclude, runtimeSource, cacheDir, known } = parts;
  const asked = await driverRequest({ sdkInclude, runtimeSource, cacheDir, known }, configuration);
  const result = await buildDriver(asked.request, { embedded: parts.embedded, signal, onProgress });
  const diagnostics = [...asked.diagnostics, ...result.diagnostics];
  if (!result.ok) return { ok: false, diagnostics, failedSources: result.failedSources, sourceCount: result.sourceCount };
  const module = instrument(result.wasm, readLineInfo(wasmCustomSections(result.wasm)), guestLayout(configuration.machine.memoryMiB));
  const notEmulated = result.imports.map(({ name }) => name).filter((name) => !parts.emulated.has(name));
  return { ok: true, linked: result.wasm, module, imports: result.imports, notEmulated, diagnostics };
}
