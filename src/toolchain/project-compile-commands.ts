// SPDX-License-Identifier: MIT
/** Sources of a compile_commands.json ("JSON Compilation Database Format Specification" of Clang), as CMake writes it for either kind of compiler. */
import { dirname, extname } from "node:path";
import { getNodeValue, type Node, type ParseError, parseTree } from "jsonc-parser";
import type { ProjectSource } from "./driver-project.ts";
import { badProject, readProjectFile } from "./project-evaluate.ts";
import { emptyOptions, type MsvcOptions, readMsvcOptions, splitCommandLine } from "./project-msvc-options.ts";
import { isFile, isFolder, realPath } from "./project-paths.ts";
import type { ProjectPlace, ProjectProblems } from "./project-properties.ts";

interface Entry {
  readonly directory: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly place: ProjectPlace;
}

/** Throws UserError when the file is no compilation database. */
export function readCompileCommands(file: string, problems: ProjectProblems): ProjectSource[] {
  const text = new TextDecoder().decode(readProjectFile(file));
  const errors: ParseError[] = [];
  const root = parseTree(text, errors);
  const lineOf = (offset: number): number => text.slice(0, offset).split("\n").length;
  const firstError = errors[0];
  if (firstError !== undefined || root?.type !== "array")
    throw badProject(file, lineOf(firstError?.offset ?? 0), "The file is not a JSON array of compile commands");
  return (root.children ?? []).flatMap((node) => {
    const place = { file, line: lineOf(node.offset) };
    const entry = readEntry(node, file, place, problems);
    return entry === undefined ? [] : (sourceOf(entry, problems) ?? []);
  });
}

function readEntry(node: Node, file: string, place: ProjectPlace, problems: ProjectProblems): Entry | undefined {
  const value: unknown = getNodeValue(node);
  const member = (name: string): unknown => (typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined);
  const name = member("file");
  const list = member("arguments");
  const command = member("command");
  const args = Array.isArray(list)
    ? list.map(String)
    : typeof command === "string"
      ? splitCommandLine(command).map((part) => part.replaceAll('\\"', '"'))
      : undefined;
  if (typeof name !== "string" || args === undefined) {
    problems.warn(place, "project-compile-command", "The entry has no 'file' and 'command' or 'arguments' and is left out");
    return undefined;
  }
  const directory = member("directory");
  return { directory: typeof directory === "string" ? realPath(directory, dirname(file)) : dirname(file), file: name, args: args.slice(1), place };
}

function sourceOf({ directory, file, args, place }: Entry, problems: ProjectProblems): ProjectSource | undefined {
  const path = realPath(file, directory);
  if (!/^\.(?:c|cpp|cxx|cc|c\+\+)$/i.test(extname(path))) return undefined;
  if (!isFile(path)) throw badProject(place.file, place.line, `The source '${file}' does not exist`, `it is looked for at ${path}`);
  const options = emptyOptions();
  const plain = withoutInputs(args, file, options);
  readMsvcOptions(plain, options);
  for (const unknown of options.unknown) {
    if (realPath(unknown, directory) !== path) problems.warn(place, "project-option", `The compiler option '${unknown}' is not known and is left out`);
  }
  const { includePath, defines, undefines, compilerArgs, forcedIncludes, language } = options;
  const folders = includePath.map((folder) => realPath(folder, directory)).filter(isFolder);
  return {
    path,
    options: { includePath: folders, defines, undefines, compilerArgs, forcedIncludes, ...(language === undefined ? {} : { language }) },
    wpp: { functions: [], scanned: [], defines: [] },
  };
}

/** Takes the options of gcc and clang out that Microsoft's compiler does not have, and outputs and inputs. */
function withoutInputs(args: readonly string[], file: string, options: MsvcOptions): string[] {
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const argument = args[i] ?? "";
    if (argument === file) continue;
    if (argument === "-o" || argument === "-MF" || argument === "-MT" || argument === "-MQ" || argument === "-target" || argument === "-arch") i++;
    else if (argument === "-isystem" || argument === "-idirafter" || argument === "-iquote") options.includePath.push(args[++i] ?? "");
    else if (argument === "-include") options.forcedIncludes.push(args[++i] ?? "");
    else if (argument.startsWith("-isystem")) options.includePath.push(argument.slice("-isystem".length));
    else if (argument.startsWith("-std=")) options.compilerArgs.push(argument);
    else if (argument === "-x") options.language = /c\+\+/.test(args[++i] ?? "") ? "c++" : "c";
    else if (/^(?:-g\S*|-O\S*|-c|-M\S*|--target=.*|-W(?!no-)\S*|-pedantic\S*|-f\S*|-m\S*|--|\/c|\/nologo|-nologo)$/.test(argument)) continue;
    else rest.push(argument);
  }
  return rest;
}
