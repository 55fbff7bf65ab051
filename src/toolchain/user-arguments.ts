// SPDX-License-Identifier: MIT
/**
 * Sorts what the user's configuration says about compiling (`includePath`, `defines`, `undefines`, `compilerArgs`) into a form the
 * build can reason about. Folders and files named in `compilerArgs` are taken out, because the compiler sees another file tree;
 * arguments that would change what a build produces are errors.
 */
import { isAbsolute, resolve } from "node:path";
import { ExitStatus, UserError } from "../base/index.ts";
import { type Diagnostic, diagnostic } from "./diagnostic.ts";
import { foreignMacros } from "./predefined-macros.ts";

export interface UserArguments {
  /** Folders for both forms of `#include`, absolute. */
  readonly includePath: readonly string[];
  /** Folders searched after them (`-isystem`, `-idirafter`), absolute. */
  readonly systemIncludePath: readonly string[];
  /** Files included before the first line (`-include`), as written. */
  readonly forcedIncludes: readonly string[];
  /** `-D`/`-U` arguments in the order in which they take effect. */
  readonly macros: readonly string[];
  /** Everything else, untouched. */
  readonly others: readonly string[];
  /** C and C++ language standards (`-std=`), if chosen. */
  readonly cStandard: string | undefined;
  readonly cppStandard: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export interface UserArgumentSource {
  readonly includePath: readonly string[];
  readonly defines: readonly string[];
  readonly undefines: readonly string[];
  readonly compilerArgs: readonly string[];
  /** Files included before the first line of every source, as by the project's ForcedIncludeFiles. */
  readonly forcedIncludes?: readonly string[];
  /** Folder that relative paths in `compilerArgs` start from. */
  readonly baseDir?: string;
}

const refused =
  /^(?:-c|-S|-E|-o.*|-M.*|-x.*|-###|-target|--target.*|-triple|-fsyntax-only|-emit-.*|-flto.*|-cc1.*|-Xclang|-ivfsoverlay.*|-B.*|-gsplit-dwarf.*|-working-directory.*|-serialize-diagnostics|--serialize-diagnostics.*)$/;
/** Debug information and optimisation are ours; `-fcommon` crashes this compiler, and the linker merges tentative definitions anyway. */
const ignored = /^(?:-g.*|-O.*|-fcommon|-fno-common)$/;
const directories = /^(-I|-isystem|-iquote|-idirafter)(.*)$/;

/** Throws UserError `config-compiler-args` or `config-defines`, naming the argument. */
export function readUserArguments(source: UserArgumentSource): UserArguments {
  const reader = new ArgumentReader(source.baseDir);
  for (const folder of source.includePath) reader.includePath.push(reader.absolute(folder));
  for (const define of source.defines) reader.define(define, "defines");
  for (const name of source.undefines) reader.undefine(name);
  reader.forcedIncludes.push(...(source.forcedIncludes ?? []));
  reader.read(source.compilerArgs);
  return reader;
}

class ArgumentReader implements UserArguments {
  readonly includePath: string[] = [];
  readonly systemIncludePath: string[] = [];
  readonly forcedIncludes: string[] = [];
  readonly macros: string[] = [];
  readonly others: string[] = [];
  readonly diagnostics: Diagnostic[] = [];
  cStandard: string | undefined;
  cppStandard: string | undefined;
  readonly #baseDir: string | undefined;

  constructor(baseDir: string | undefined) {
    this.#baseDir = baseDir;
  }

  absolute(path: string): string {
    if (isAbsolute(path)) return resolve(path);
    if (this.#baseDir === undefined) throw badArgument(path, "is relative and there is no folder it could start from", "write an absolute path");
    return resolve(this.#baseDir, path);
  }

  read(args: readonly string[]): void {
    for (let i = 0; i < args.length; i++) {
      const argument = args[i] ?? "";
      const next = (): string => {
        const value = args[++i];
        if (value === undefined) throw badArgument(argument, "needs a value after it", "add the value as the next element");
        return value;
      };
      this.#readOne(argument, next);
    }
  }

  define(text: string, attribute: string): void {
    const name = /^([A-Za-z_$][\w$]*)(?:\([^)]*\))?(?:=|$)/.exec(text)?.[1];
    if (name === undefined) {
      const hint = "write NAME or NAME=VALUE, without -D";
      throw new UserError({
        code: "config-defines",
        message: `'${text}' in \`${attribute}\` is not a macro definition`,
        hint,
        exitStatus: ExitStatus.badConfiguration,
      });
    }
    if (foreignMacros.has(name)) {
      const hint = "the emulated machine looks like 32-bit x86; choose the Win32 platform where a project has one";
      this.diagnostics.push(diagnostic({ severity: "warning", code: "define-other-machine", message: `the definition of ${name} is ignored`, hint }));
      return;
    }
    this.macros.push(`-D${text}`);
  }

  undefine(name: string): void {
    if (!/^[A-Za-z_$][\w$]*$/.test(name)) {
      const message = `'${name}' in \`undefines\` is not the name of a macro`;
      throw new UserError({ code: "config-undefines", message, hint: "write the name only", exitStatus: ExitStatus.badConfiguration });
    }
    this.macros.push(`-U${name}`);
  }

  #readOne(argument: string, next: () => string): void {
    const directory = directories.exec(argument);
    if (directory) {
      const folder = this.absolute(directory[2] || next());
      const list = directory[1] === "-I" || directory[1] === "-iquote" ? this.includePath : this.systemIncludePath;
      list.push(folder);
    } else if (argument === "-include" || argument === "-imacros") this.forcedIncludes.push(next());
    else if (argument.startsWith("-D")) this.define(argument.slice(2) || next(), "compilerArgs");
    else if (argument.startsWith("-U")) this.undefine(argument.slice(2) || next());
    else if (argument.startsWith("-std=")) this.#standard(argument.slice(5));
    else if (refused.test(argument)) throw badArgument(argument, "would change what the build produces", "remove it");
    else if (ignored.test(argument)) this.#ignore(argument);
    else if (!argument.startsWith("-"))
      throw badArgument(argument, "is not an argument of clang", "options of the Microsoft compiler have clang equivalents that begin with -");
    else this.others.push(argument);
  }

  #standard(name: string): void {
    if (/\+\+/.test(name)) this.cppStandard = name;
    else this.cStandard = name;
  }

  #ignore(argument: string): void {
    const message = `the compiler argument ${argument} is ignored: drivers are built with full debug information and without optimisation`;
    this.diagnostics.push(diagnostic({ severity: "warning", code: "compiler-argument-ignored", message }));
  }
}

function badArgument(argument: string, problem: string, hint: string): UserError {
  return new UserError({
    code: "config-compiler-args",
    message: `'${argument}' in \`compilerArgs\` ${problem}`,
    hint,
    exitStatus: ExitStatus.badConfiguration,
  });
}
