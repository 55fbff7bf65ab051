// SPDX-License-Identifier: MIT
/** What a launch configuration asks of the build: files of `project` and `sources` with their settings, and the headers that WPP would generate. */
import { UserError } from "../base/index.ts";
import type { LaunchConfiguration } from "../protocol/index.ts";
import {
  type BuildRequest,
  type Diagnostic,
  expandSources,
  readDriverProject,
  type SourceOptions,
  synthesizeTmh,
  type WppSettings,
} from "../toolchain/index.ts";

/** The parts of a request that come from the host. */
export type RequestBasis = Pick<BuildRequest, "sdkInclude" | "runtimeSource" | "cacheDir" | "known">;

export interface DriverRequest {
  readonly request: BuildRequest;
  /** What was not understood in projects and WPP configuration. */
  readonly diagnostics: readonly Diagnostic[];
}

interface SourceSettings {
  readonly options: SourceOptions;
  /** Undefined for files that no project names. */
  readonly wpp: WppSettings | undefined;
}

/** Throws UserError for a project that cannot be used and for sources that are not there. */
export async function driverRequest(basis: RequestBasis, configuration: LaunchConfiguration): Promise<DriverRequest> {
  const { baseDir, clang } = configuration;
  const sources = new Map<string, SourceSettings>();
  const diagnostics: Diagnostic[] = [];
  if (configuration.project !== undefined) {
    const project = readDriverProject(configuration.project, configuration);
    diagnostics.push(...project.diagnostics);
    for (const { path, options, wpp } of project.sources) sources.set(path, { options: combined(configuration, options), wpp });
  }
  for (const path of await listedSources(configuration)) {
    if (!sources.has(path)) sources.set(path, { options: combined(configuration, {}), wpp: undefined });
  }
  const request: BuildRequest = {
    ...basis,
    sources: [...sources.keys()],
    sourceOptions: new Map([...sources].map(([path, { options }]) => [path, options])),
    // Everything stands with the sources, so that the order of project and configuration is the same for all of it.
    includePath: [],
    defines: [],
    undefines: [],
    compilerArgs: [],
    baseDir,
    ...(clang === undefined ? {} : { clang }),
  };
  const wpp = new Map([...sources].flatMap(([path, settings]) => (settings.wpp === undefined ? [] : [[path, settings.wpp] as const])));
  const tmh = await synthesizeTmh(request, wpp);
  return { request: { ...request, generated: tmh.generated }, diagnostics: [...diagnostics, ...tmh.diagnostics] };
}

/** Folders of the configuration are searched before those of the project, and its macros have the last word. */
function combined({ includePath, defines, undefines, compilerArgs }: LaunchConfiguration, project: SourceOptions): SourceOptions {
  return {
    ...project,
    includePath: [...includePath, ...(project.includePath ?? [])],
    defines: [...(project.defines ?? []), ...defines],
    undefines: [...(project.undefines ?? []), ...undefines],
    compilerArgs: [...(project.compilerArgs ?? []), ...compilerArgs],
  };
}

/** The expanded `sources`; an error names the file of the configuration. */
async function listedSources({ sources, baseDir, file }: LaunchConfiguration): Promise<string[]> {
  try {
    return await expandSources(sources, baseDir);
  } catch (error) {
    if (!(error instanceof UserError) || error.location !== undefined || file === undefined) throw error;
    const { code, message, hint, exitStatus } = error;
    throw new UserError({ code, message, location: { file }, exitStatus, ...(hint === undefined ? {} : { hint }) });
  }
}
