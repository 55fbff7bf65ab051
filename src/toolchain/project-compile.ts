// SPDX-License-Identifier: MIT
/** Settings of one ClCompile item as the build understands them. */
import { basename, dirname, extname } from "node:path";
import type { SourceOptions } from "./build-request.ts";
import type { ProjectSource } from "./driver-project.ts";
import type { EvaluatedProject } from "./project-evaluate.ts";
import type { ProjectItem } from "./project-items.ts";
import { defineText, disabledWarnings, emptyOptions, type MsvcOptions, readMsvcOptions, splitCommandLine, standardArgument } from "./project-msvc-options.ts";
import { isFile, isFolder, isInKit, realPath } from "./project-paths.ts";
import { listElements, type ProjectPlace, type ProjectProblems, unescapeMsBuild } from "./project-properties.ts";
import { readWppFunctions, type WppFunction } from "./wpp-configuration.ts";
import type { WppSettings } from "./wpp-synthesis.ts";

/** Settings of `item`, or undefined for a file that is neither C nor C++. */
export function compileSettings(item: ProjectItem, project: EvaluatedProject, problems: ProjectProblems): ProjectSource | undefined {
  const reader = new CompileReader(item, project, problems);
  return reader.read();
}

class CompileReader {
  readonly #item: ProjectItem;
  readonly #project: EvaluatedProject;
  readonly #problems: ProjectProblems;
  readonly #folder: string;

  constructor(item: ProjectItem, project: EvaluatedProject, problems: ProjectProblems) {
    this.#item = item;
    this.#project = project;
    this.#problems = problems;
    this.#folder = dirname(project.identity.file);
  }

  read(): ProjectSource | undefined {
    const options = emptyOptions();
    readMsvcOptions(splitCommandLine(this.#text("AdditionalOptions").replace(/%\(\w+\)/g, "")), options);
    for (const unknown of options.unknown) this.#warn("AdditionalOptions", "project-option", `The compiler option '${unknown}' is not known and is left out`);
    const language = this.#language(options);
    if (language === undefined && !/^\.(?:c|cpp|cxx|cc|c\+\+)$/i.test(extname(this.#item.path))) {
      this.#problems.warn(this.#item.place, "project-source", `'${basename(this.#item.path)}' is neither C nor C++ and is left out`);
      return undefined;
    }
    return { path: this.#item.path, options: this.#options(options, language), wpp: this.#wpp() };
  }

  #options(options: MsvcOptions, language: "c" | "c++" | undefined): SourceOptions {
    const standards = [standardArgument(this.#text("LanguageStandard")), standardArgument(this.#text("LanguageStandard_C"))];
    return {
      includePath: [...this.#folders(options), ...this.#precompiledFolder(options)],
      defines: [...this.#defines("PreprocessorDefinitions"), ...options.defines],
      undefines: [...listElements(this.#raw("UndefinePreprocessorDefinitions")), ...options.undefines],
      compilerArgs: [
        ...versionArguments(this.#project),
        ...standards.filter((argument) => argument !== undefined),
        ...disabledWarnings(listElements(this.#raw("DisableSpecificWarnings"))),
        ...(/^(?:true|yes)$/i.test(this.#text("UndefineAllPreprocessorDefinitions")) ? ["-undef"] : []),
        ...options.compilerArgs,
      ],
      forcedIncludes: [...listElements(this.#raw("ForcedIncludeFiles")), ...options.forcedIncludes].map((name) => name.replaceAll("\\", "/")),
      ...(language === undefined ? {} : { language }),
    };
  }

  #language({ language }: MsvcOptions): "c" | "c++" | undefined {
    const compileAs = this.#text("CompileAs").toLowerCase();
    if (compileAs === "compileasc") return "c";
    if (compileAs === "compileascpp") return "c++";
    if (compileAs !== "" && compileAs !== "default") this.#warn("CompileAs", "project-option", `CompileAs '${this.#text("CompileAs")}' is not known`);
    return language;
  }

  /** Folders of the item, then those of the project's VC++ directories. Output folders and kits are not there and not missed. */
  #folders(options: MsvcOptions): string[] {
    const output = ["IntDir", "OutDir"].map((name) => realPath(this.#project.property(name), this.#folder));
    const written = [...listElements(this.#raw("AdditionalIncludeDirectories")), ...options.includePath];
    const general = [...listElements(this.#project.property("IncludePath")), ...listElements(this.#project.property("ExternalIncludePath"))];
    return [...written, ...general].flatMap((folder) => {
      const plain = folder.replace(/^"(.*)"$/, "$1");
      if (isInKit(plain) || plain === "") return [];
      const full = realPath(plain, this.#folder);
      if (isFolder(full)) return [full];
      if (!output.includes(full)) this.#warn("AdditionalIncludeDirectories", "include-path-missing", `The include folder '${plain}' does not exist`);
      return [];
    });
  }

  /** With a precompiled header the compiler never looks for it from the source: the folder where the one that creates it finds it goes last. */
  #precompiledFolder(options: MsvcOptions): string[] {
    const header = this.#text("PreCompiledHeaderFile");
    if (!/^use/i.test(this.#text("PreCompiledHeader")) || header === "") return [];
    const creators = this.#project.items("ClCompile").filter((item) => /^create$/i.test(item.metadata.get("PreCompiledHeader")?.value.trim() ?? ""));
    const places = [...creators.map(({ path }) => dirname(path)), this.#folder, ...this.#folders(options)];
    const found = places.map((folder) => realPath(header, folder)).find(isFile);
    return found === undefined ? [] : [dirname(found)];
  }

  #defines(name: string): string[] {
    return listElements(this.#raw(name)).flatMap((part) => {
      const define = defineText(part);
      if (/^[A-Za-z_$][\w$]*(?:\([^)]*\))?(?:=|$)/.test(define)) return [define];
      this.#warn(name, "project-define", `'${part}' in ${name} is not a macro definition and is left out`);
      return [];
    });
  }

  #wpp(): WppSettings {
    const options = splitCommandLine(this.#text("WppAdditionalOptions").replaceAll("\\\n", " "));
    const optionsOf = (name: string): string[] =>
      options.filter((option) => option.toLowerCase().startsWith(`-${name}:`)).map((option) => option.slice(name.length + 2));
    const functions: WppFunction[] = [];
    for (const text of [this.#text("WppTraceFunction"), ...optionsOf("func")]) {
      const read = readWppFunctions(text);
      functions.push(...read.functions);
      for (const problem of read.problems) this.#warn("WppTraceFunction", "project-wpp", problem);
    }
    const scanned = [...listElements(this.#raw("WppScanConfigurationData")), ...optionsOf("scan")].filter((path) => !isInKit(path));
    const recorder = this.#text("WppRecorderEnabled").trim().toLowerCase() === "true" ? ["ENABLE_WPP_RECORDER=1"] : [];
    const defines = [...recorder, ...this.#defines("WppPreprocessorDefinitions")];
    return { functions, scanned: scanned.map((path) => realPath(path, this.#folder)), defines };
  }

  #raw(name: string): string {
    return this.#item.metadata.get(name)?.value.trim() ?? "";
  }

  #text(name: string): string {
    return unescapeMsBuild(this.#raw(name));
  }

  #warn(metadata: string, code: string, message: string): void {
    const place: ProjectPlace = this.#item.metadata.get(metadata)?.place ?? this.#item.place;
    this.#problems.warn(place, code, message);
  }
}

/** What TargetVersion means for _WIN32_WINNT; the build's own value is that of Windows 10 and later. */
const targetVersions: Readonly<Record<string, string>> = {
  vista: "0x0600",
  windowsvista: "0x0600",
  win7: "0x0601",
  windows7: "0x0601",
  win8: "0x0602",
  windows8: "0x0602",
  "windowsv6.3": "0x0603",
  winv6_3: "0x0603",
};

/** Macros that the WDK's build files make of properties: the framework's version, the oldest Windows, and DBG. */
function versionArguments({ property, identity }: EvaluatedProject): string[] {
  const major = property("KMDF_VERSION_MAJOR");
  const minor = property("KMDF_VERSION_MINOR");
  const version = targetVersions[property("TargetVersion").toLowerCase()];
  const isDebug = property("UseDebugLibraries") === "" ? !/release|free|fre$/i.test(identity.configuration) : /^true$/i.test(property("UseDebugLibraries"));
  return [
    ...(/^\d+$/.test(major) ? redefine("KMDF_VERSION_MAJOR", major) : []),
    ...(/^\d+$/.test(minor) ? redefine("KMDF_VERSION_MINOR", minor) : []),
    ...(version === undefined ? [] : [...redefine("_WIN32_WINNT", version), ...redefine("WINVER", version), ...redefine("NTDDI_VERSION", `${version}0000`)]),
    ...(isDebug ? [] : ["-UDBG"]),
  ];
}

/** Takes the build's own definition away first, so that nothing is said of two. */
const redefine = (name: string, value: string): string[] => [`-U${name}`, `-D${name}=${value}`];
