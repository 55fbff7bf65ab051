// SPDX-License-Identifier: MIT
/** Reads the project of a driver, whatever build system it belongs to. */
import { basename } from "node:path";
import { ExitStatus, UserError } from "../base/index.ts";
import type { SourceOptions } from "./build-request.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { readCompileCommands } from "./project-compile-commands.ts";
import { ProjectProblems } from "./project-properties.ts";
import { readSourcesFile } from "./project-sources-file.ts";
import { readVcxproj } from "./project-vcxproj.ts";
import type { WppSettings } from "./wpp-synthesis.ts";

/** One source with its settings. */
export interface ProjectSource {
  /** Absolute. */
  readonly path: string;
  readonly options: SourceOptions;
  readonly wpp: WppSettings;
}

export interface DriverProject {
  /** In the order of the project; those of static libraries follow. */
  readonly sources: readonly ProjectSource[];
  /** What was not understood, with file and line. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface ProjectChoice {
  /** For `.vcxproj`: `Debug`, `Release` or a name of the project's own; absent: Debug, or what comes nearest. */
  readonly configuration?: string;
  /** For `.vcxproj`: `x64`, `Win32`, …; absent: x64, or what the project has. */
  readonly platform?: string;
}

/**
 * The sources of the `.vcxproj`, WDK 7 `sources` file or `compile_commands.json` at `path` (absolute). Throws UserError when it cannot be
 * read, has no such configuration, or names no source.
 */
export function readDriverProject(path: string, choice: ProjectChoice): DriverProject {
  const problems = new ProjectProblems();
  const sources = read(path, choice, problems);
  if (sources.length === 0)
    throw unusable(path, "The project names no C or C++ source", "add ClCompile items, or name the files in 'sources' of the configuration");
  const unique = new Map<string, ProjectSource>();
  for (const source of sources) if (!unique.has(source.path)) unique.set(source.path, source);
  return { sources: [...unique.values()], diagnostics: problems.diagnostics };
}

function read(path: string, choice: ProjectChoice, problems: ProjectProblems): ProjectSource[] {
  const name = basename(path).toLowerCase();
  if (name.endsWith(".vcxproj")) return readVcxproj(path, choice, problems);
  if (name === "sources" || name.startsWith("sources.")) return readSourcesFile(path, choice, problems);
  if (name === "compile_commands.json") return readCompileCommands(path, problems);
  const hint = "'project' is a .vcxproj, a WDK 7 'sources' file, or the compile_commands.json that CMake writes with CMAKE_EXPORT_COMPILE_COMMANDS";
  throw unusable(
    path,
    `'${basename(path)}' is no project that can be read`,
    name.endsWith(".sln") ? "name the .vcxproj of the driver instead of the solution" : hint,
  );
}

function unusable(file: string, message: string, hint: string): UserError {
  return new UserError({ code: "project-unusable", message, location: { file }, hint, exitStatus: ExitStatus.badConfiguration });
}
