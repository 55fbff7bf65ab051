// SPDX-License-Identifier: MIT
/** The way from a launch configuration to a driver that can run: sources, compiler, linker, instrumentation. */

import { ExitStatus, UserError, wasmCustomSections } from "../base/index.ts";
import { guestLayout } from "../protocol/index.ts";
import type { LaunchConfiguration } from "../protocol/index.ts";
import { buildDriver, expandSources, instrument, readLineInfo } from "../toolchain/index.ts";
import type { BuildRequest, CompilerBackend } from "../toolchain/index.ts";
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
  const request = await requestOf(parts, configuration);
  const result = await buildDriver(request, { embedded: parts.embedded, signal, onProgress });
  if (!result.ok) return result;
  const module = instrument(result.wasm, readLineInfo(wasmCustomSections(result.wasm)), guestLayout(configuration.machine.memoryMiB));
  const notEmulated = result.imports.map(({ name }) => name).filter((name) => !parts.emulated.has(name));
  return { ok: true, linked: result.wasm, module, imports: result.imports, notEmulated, diagnostics: result.diagnostics };
}

async function requestOf(parts: DriverBuilderParts, configuration: LaunchConfiguration): Promise<BuildRequest> {
  if (configuration.project !== undefined) throw projectError(configuration);
  const { baseDir, includePath, defines, undefines, compilerArgs, clang } = configuration;
  const { sdkInclude, runtimeSource, cacheDir, known } = parts;
  return {
    sources: await sourcesOf(configuration),
    includePath,
    defines,
    undefines,
    compilerArgs,
    baseDir,
    sdkInclude,
    runtimeSource,
    cacheDir,
    known,
    ...(clang === undefined ? {} : { clang }),
  };
}

/** Said aloud, because a build without the project's settings would be another driver. */
function projectError({ project, file }: LaunchConfiguration): UserError {
  return new UserError({
    code: "config-project-unsupported",
    message: `Attribute 'project' cannot be used yet: '${project}' is not read`,
    hint: "Name the driver's files with 'sources', and its settings with 'includePath' and 'defines'",
    exitStatus: ExitStatus.badConfiguration,
    ...(file === undefined ? {} : { location: { file } }),
  });
}

/** The expanded sources; an error names the file of the configuration. */
async function sourcesOf({ sources, baseDir, file }: LaunchConfiguration): Promise<string[]> {
  try {
    return await expandSources(sources, baseDir);
  } catch (error) {
    if (!(error instanceof UserError) || error.location !== undefined || file === undefined) throw error;
    const { code, message, hint, exitStatus } = error;
    throw new UserError({ code, message, location: { file }, exitStatus, ...(hint === undefined ? {} : { hint }) });
  }
}
