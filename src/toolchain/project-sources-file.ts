// SPDX-License-Identifier: MIT
/** `sources` files of WDK 7 and before ("Build Utility Reference" of that kit): macros with continuations, conditions, RUN_WPP. */
import { dirname, extname, join } from "node:path";
import type { ProjectChoice, ProjectSource } from "./driver-project.ts";
import { badProject, readProjectFile } from "./project-evaluate.ts";
import { defineText, emptyOptions, readMsvcOptions, splitCommandLine } from "./project-msvc-options.ts";
import { isFile, isFolder, isInKit, kitMark, realPath } from "./project-paths.ts";
import { CaselessMap, type ProjectPlace, type ProjectProblems } from "./project-properties.ts";
import { evaluateNmake, logicalLines, NmakeConditions } from "./project-nmake.ts";
import { decodeProject } from "./project-xml.ts";
import { readWppFunctions, splitTopLevel } from "./wpp-configuration.ts";
import type { WppSettings } from "./wpp-synthesis.ts";

/** Throws UserError when the file cannot be read. */
export function readSourcesFile(file: string, choice: ProjectChoice, problems: ProjectProblems): ProjectSource[] {
  const reader = new SourcesReader(file, choice, problems);
  reader.read(file);
  return reader.sources();
}

const kitMacros = /^(?:\w+_INC_PATH|\w+_LIB_PATH|\w+_INC_ROOT|BASEDIR|NTMAKEENV|DDK_\w+|SDK_\w+|CRT_\w+|WPPCONFIG_PATH|BASE_\w+)$/i;
const deepestInclude = 16;

class SourcesReader {
  readonly #file: string;
  readonly #problems: ProjectProblems;
  readonly #macros: CaselessMap<string>;
  readonly #places = new CaselessMap<ProjectPlace>();
  #depth = 0;

  constructor(file: string, choice: ProjectChoice, problems: ProjectProblems) {
    this.#file = file;
    this.#problems = problems;
    const isFree = /release|free|fre$/i.test(choice.configuration ?? "");
    this.#macros = new CaselessMap([
      ["DDKBUILDENV", isFree ? "fre" : "chk"],
      ["FREEBUILD", isFree ? "1" : "0"],
      ["_BUILDARCH", "x86"],
      ["_BUILDARCHNAME", "i386"],
      ["386", "1"],
      ["_NT_TARGET_VERSION_WIN7", "0x601"],
      ["O", "obj"],
    ]);
  }

  read(file: string): void {
    const conditions = new NmakeConditions((kind, text, line) => this.#test(kind, text, { file, line }));
    for (const { line, text } of logicalLines(decodeProject(readProjectFile(file)))) {
      const directive = /^!\s*(\w+)\s*(.*)$/.exec(text);
      const [, word = "", rest = ""] = directive ?? [];
      if (directive && conditions.take(word.toLowerCase(), rest, line)) continue;
      if (!conditions.isActive) continue;
      if (directive) this.#directive(word, rest, { file, line });
      else this.#assign(text, { file, line });
    }
  }

  #directive(word: string, rest: string, place: ProjectPlace): void {
    switch (word.toLowerCase()) {
      case "include":
        this.#include(rest, place);
        return;
      case "undef":
        this.#macros.delete(rest.trim());
        return;
      case "message":
      case "cmdswitches":
        return;
      case "error":
        throw badProject(place.file, place.line, `The sources file stops the build: ${this.#expand(rest)}`);
      default:
        this.#problems.warn(place, "project-sources", `The directive '!${word}' is not known and is left out`);
    }
  }

  sources(): ProjectSource[] {
    const options = emptyOptions();
    const folder = dirname(this.#file);
    const flags = [...words(this.#value("C_DEFINES")), ...words(this.#value("USER_C_FLAGS"))];
    readMsvcOptions(
      flags.flatMap((flag) => splitCommandLine(flag)),
      options,
    );
    const place = (key: string): ProjectPlace => this.#places.get(key) ?? { file: this.#file, line: 1 };
    for (const unknown of options.unknown)
      this.#problems.warn(place("USER_C_FLAGS"), "project-option", `The compiler option '${unknown}' is not known and is left out`);
    const includePath = [...splitTopLevel(this.#value("INCLUDES"), ";").flatMap(words), ...options.includePath]
      .filter((path) => path !== "" && !isInKit(path))
      .map((path) => realPath(path, folder))
      .filter((path) => isFolder(path) || this.#missingFolder(path, place("INCLUDES")));
    const wpp = this.#wpp();
    const language = /^(?:1|c\+\+)$/i.test(this.#value("COMPILE_CXX")) ? ("c++" as const) : undefined;
    return this.#files(folder, place("SOURCES")).map((path) => ({
      path,
      options: {
        includePath,
        defines: options.defines.map(defineText),
        undefines: options.undefines,
        compilerArgs: [...this.#versions(), ...options.compilerArgs],
        forcedIncludes: options.forcedIncludes,
        ...(language === undefined ? {} : { language }),
      },
      wpp,
    }));
  }

  #files(folder: string, place: ProjectPlace): string[] {
    const named = ["SOURCES", "I386_SOURCES"].flatMap((key) => words(this.#value(key)));
    const code = named.filter((name) => /^\.(?:c|cpp|cxx|cc)$/i.test(extname(name)));
    return code.map((name) => {
      const path = realPath(name, folder);
      if (!isFile(path)) throw badProject(place.file, place.line, `The source '${name}' does not exist`, `it is looked for at ${path}`);
      return path;
    });
  }

  #missingFolder(path: string, place: ProjectPlace): false {
    if (!/[\\/]obj(?:[\\/]|$)/i.test(path)) this.#problems.warn(place, "include-path-missing", `The include folder '${path}' does not exist`);
    return false;
  }

  #versions(): string[] {
    return ["KMDF_VERSION_MAJOR", "KMDF_VERSION_MINOR"].flatMap((name) => {
      const value = this.#value(name === "KMDF_VERSION_MAJOR" && this.#value(name) === "" ? "KMDF_VERSION" : name);
      return /^\d+$/.test(value) ? [`-U${name}`, `-D${name}=${value}`] : [];
    });
  }

  #wpp(): WppSettings {
    // The generated names stand in braces, functions may have blanks in theirs.
    const run = this.#value("RUN_WPP");
    const place = this.#places.get("RUN_WPP") ?? { file: this.#file, line: 1 };
    const functions = [...run.matchAll(/-func:((?:[^\s({]|\{[^}]*\}|\((?:[^()]|\([^()]*\))*\))+)/gi)].flatMap(([, text = ""]) => {
      const read = readWppFunctions(text);
      for (const problem of read.problems) this.#problems.warn(place, "project-wpp", problem);
      return read.functions;
    });
    const folder = dirname(this.#file);
    const scanned = [...run.matchAll(/-scan:"?([^\s"]+)"?/gi)].map(([, path = ""]) => path).filter((path) => !isInKit(path));
    const defines = [...run.matchAll(/(?:^|\s)-D(\S+)/g)].map(([, define = ""]) => define);
    return { functions, scanned: scanned.map((path) => realPath(path, folder)), defines };
  }

  #assign(text: string, place: ProjectPlace): void {
    const match = /^\s*([\w.]+)\s*=\s*(.*)$/s.exec(text);
    if (!match) {
      const isTarget = /^\s*\S+.*:/.test(text);
      if (text.trim() !== "" && !isTarget) this.#problems.warn(place, "project-sources", `The line '${text.trim()}' is not understood and is left out`);
      return;
    }
    const [, name = "", value = ""] = match;
    // A macro may refer to itself, so that it grows; others are expanded when they are used.
    const own = this.#macros.get(name) ?? "";
    this.#macros.set(name, value.replace(/\$\((\w+)\)/g, (whole, other: string) => (other.toLowerCase() === name.toLowerCase() ? own : whole)).trim());
    this.#places.set(name, place);
  }

  #value(name: string): string {
    return this.#expand(this.#macros.get(name) ?? "");
  }

  /** `$(NAME)` and `$(NAME:from=to)`. */
  #expand(text: string, depth = 0): string {
    if (depth > deepestInclude) return "";
    return text.replace(/\$\((\w+)(?::([^=)]*)=([^)]*))?\)/g, (_, name: string, from: string | undefined, to: string | undefined) => {
      const raw = this.#macros.get(name) ?? (kitMacros.test(name) ? `${kitMark}\\${name}` : (process.env[name] ?? ""));
      const value = this.#expand(raw, depth + 1);
      return from === undefined || from === "" ? value : value.replaceAll(from, to ?? "");
    });
  }

  #include(text: string, place: ProjectPlace): void {
    const path = this.#expand(text.trim().replace(/^["<](.*)[">]$/, "$1"));
    if (isInKit(path)) return;
    const full = realPath(path, dirname(place.file));
    if (!isFile(full)) {
      this.#problems.warn(place, "project-import", `The included file '${text.trim()}' does not exist`, "what it sets is missing from the build");
      return;
    }
    if (++this.#depth > deepestInclude) throw badProject(place.file, place.line, `Files include each other deeper than ${deepestInclude}`);
    this.read(join(full));
    this.#depth--;
  }

  #test(kind: string, text: string, place: ProjectPlace): boolean {
    if (kind !== "if") return this.#macros.has(text.trim()) === (kind === "ifdef");
    const value = evaluateNmake(
      this.#expand(text).replace(/\bdefined\s*\(?\s*(\w+)\s*\)?/gi, (_, name: string) => (this.#macros.has(name) ? "1" : "0")),
      (path) => isFile(realPath(path, dirname(place.file))),
    );
    if (value === undefined) this.#problems.warn(place, "project-condition", `The condition '${text.trim()}' cannot be read; it counts as false`);
    return value ?? false;
  }
}

const words = (text: string): string[] => text.match(/"[^"]*"|\S+/g)?.map((word) => (word.startsWith('"') ? word.slice(1, -1) : word)) ?? [];
