// SPDX-License-Identifier: MIT
/** Properties that MSBuild, Visual C++ and the WDK give to a driver project, as far as projects refer to them. */
import { basename, dirname, extname, join } from "node:path";
import { CaselessMap } from "./project-properties.ts";
import { findSolution } from "./find-solution.ts";
import { kitMark, windowsSlashes } from "./project-paths.ts";

export interface ProjectIdentity {
  /** Absolute path of the project file. */
  readonly file: string;
  readonly configuration: string;
  readonly platform: string;
  /** The project whose solution gives `$(SolutionDir)`, when it is built for another one; absent: this one. */
  readonly builtFor?: string;
}

/** Folders of kits, which are not here: `$(DDK_INC_PATH)`, `$(VCTargetsPath)` and their like. */
const kitFolder =
  /^(?:VCTargets\w*Path\w*|UserRootDir|VC\w*InstallDir|VSInstallDir|DevEnvDir|VC_\w+|\w+_(?:INC|LIB|BIN|TOOL)_(?:PATH|ROOT|DIRS?)\w*|\w+_IncludePath\w*|\w+_LibraryPath\w*|WindowsS[Dd][Kk]_?Dir\w*|WDKContentRoot|WDK\w*(?:Root|Dir|Path|Folder)|WindowsKitsRoot\w*|UniversalCRT\w*|NETFXKits\w*|MSBuild(?:Extensions|Tools|Bin)Path\w*|MSBuildFrameworkToolsPath\w*|NuGetPackageRoot|BUILD_ALT_DIR_ROOT)$/i;

/** A kit's folder, or undefined when `name` is no property of that kind. */
export const kitProperty = (name: string): string | undefined => (kitFolder.test(name) ? `${kitMark}\\${name}` : undefined);

/** Properties that are there before the first line of the project. */
export function builtInProperties({ file, configuration, platform, builtFor }: ProjectIdentity): CaselessMap<string> {
  const folder = dirname(file);
  const name = basename(file, extname(file));
  const solution = findSolution(builtFor ?? file) ?? { folder, name: "" };
  const asFolder = (path: string): string => `${windowsSlashes(path).replace(/\\$/, "")}\\`;
  const shortPlatform = /^win32$/i.test(platform) ? "x86" : platform;
  // Visual C++ puts Win32 beside, every other platform into a folder of its own.
  const output = /^win32$/i.test(platform) ? `${configuration}\\` : `${platform}\\${configuration}\\`;
  return new CaselessMap([
    ["MSBuildProjectDirectory", windowsSlashes(folder)],
    ["MSBuildProjectFile", basename(file)],
    ["MSBuildProjectName", name],
    ["MSBuildProjectExtension", extname(file)],
    ["MSBuildProjectFullPath", windowsSlashes(file)],
    ["MSBuildStartupDirectory", windowsSlashes(folder)],
    ["MSBuildToolsVersion", "Current"],
    ["MSBuildVersion", "17.0"],
    ["VisualStudioVersion", "17.0"],
    ["OS", "Windows_NT"],
    ["ProjectDir", asFolder(folder)],
    ["ProjectName", name],
    ["ProjectFileName", basename(file)],
    ["ProjectPath", windowsSlashes(file)],
    ["ProjectExt", extname(file)],
    ["SolutionDir", asFolder(solution.folder)],
    ["SolutionName", basename(solution.name, extname(solution.name))],
    ["SolutionFileName", solution.name],
    ["SolutionPath", windowsSlashes(join(solution.folder, solution.name))],
    ["ConfigurationName", configuration],
    ["PlatformName", platform],
    ["PlatformShortName", shortPlatform],
    ["PlatformTarget", shortPlatform],
    ["PlatformArchitecture", platform.endsWith("64") ? "64" : "32"],
    ["DDKPlatform", shortPlatform],
    ["IntDir", output],
    ["OutDir", `${asFolder(solution.folder)}${output}`],
    ["TargetName", name],
    ["TargetExt", ".sys"],
    ["IsKernelModeToolset", "true"],
    ["IsUserModeToolset", "false"],
    ["_NT_TARGET_VERSION", "0xA00"],
    ["_NT_TARGET_VERSION_VISTA", "0x600"],
    ["_NT_TARGET_VERSION_WIN7", "0x601"],
    ["_NT_TARGET_VERSION_WIN8", "0x602"],
    ["_NT_TARGET_VERSION_WINBLUE", "0x603"],
    ["_NT_TARGET_VERSION_WIN10", "0xA00"],
  ]);
}
