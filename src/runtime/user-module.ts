// SPDX-License-Identifier: MIT
/**
 * Device models and scenarios of the user: TypeScript or JavaScript, ES modules or CommonJS, transformed once (sucrase keeps lines) and
 * evaluated afresh for every execution, so that module state never leaks from one execution into the next.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import vm from "node:vm";
import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { transform } from "sucrase";
import { ExitStatus, UserError } from "../base/index.ts";
import { thrownText } from "./thrown-text.ts";

/** Names every user module may use without importing them, also exported by `kmdf-dma-debug/sdk`. */
export type SdkGlobals = Readonly<Record<string, unknown>>;

interface LoadedModule {
  exports: unknown;
}

const scriptExtensions = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"];

export class UserModules {
  /** Transformed code by file. */
  readonly #code = new Map<string, vm.Script>();
  readonly #globals: SdkGlobals;

  constructor(globals: SdkGlobals) {
    this.#globals = globals;
  }

  /** Evaluates `file` with fresh module state and returns its default export (or `module.exports`). */
  load(file: string): unknown {
    const exports = this.#evaluate(file, new Map());
    return typeof exports === "object" && exports !== null && "default" in exports ? exports.default : exports;
  }

  /** An exception out of the body of a module: the user's, with its place. */
  #threw(file: string, error: unknown): UserError {
    if (error instanceof UserError) return error;
    return new UserError({
      code: "module-threw",
      message: `The module threw: ${thrownText(error)}`,
      location: UserModules.locate(error, this.files) ?? { file },
      exitStatus: ExitStatus.badConfiguration,
    });
  }

  /** Where in a user module an error came from. */
  static locate(error: unknown, files: readonly string[]): { file: string; line: number; column: number } | undefined {
    const stack = error instanceof Error ? (error.stack ?? "") : "";
    for (const frame of stack.split("\n").filter((line) => line.trimStart().startsWith("at "))) {
      for (const file of files) {
        const start = frame.indexOf(`${file}:`);
        const match = start < 0 ? null : /^(\d+):(\d+)/.exec(frame.slice(start + file.length + 1));
        if (match !== null) return { file, line: Number(match[1]), column: Number(match[2]) };
      }
    }
    return undefined;
  }

  /** Files evaluated so far. */
  get files(): readonly string[] {
    return [...this.#code.keys()];
  }

  #evaluate(file: string, loaded: Map<string, LoadedModule>): unknown {
    const known = loaded.get(file);
    if (known !== undefined) return known.exports;
    if (file.endsWith(".json")) return this.#json(file);
    const module: LoadedModule = { exports: {} };
    loaded.set(file, module);
    const names = Object.keys(this.#globals);
    const compiled = this.#compile(file).runInThisContext() as (...args: unknown[]) => void;
    const require = (specifier: string): unknown => this.#require(file, specifier, loaded);
    try {
      compiled(module.exports, require, module, file, path.dirname(file), ...names.map((name) => this.#globals[name]));
    } catch (error) {
      throw this.#threw(file, error);
    }
    return module.exports;
  }

  #json(file: string): unknown {
    const errors: ParseError[] = [];
    const text = this.#read(file);
    const value: unknown = parse(text, errors, { allowTrailingComma: true });
    const [first] = errors;
    if (first === undefined) return value;
    const before = text.slice(0, first.offset).split("\n");
    throw new UserError({
      code: "module-syntax",
      message: `Not valid JSON: ${printParseErrorCode(first.error)
        .replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ")
        .toLowerCase()}`,
      location: { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 },
      exitStatus: ExitStatus.badConfiguration,
    });
  }

  #require(from: string, specifier: string, loaded: Map<string, LoadedModule>): unknown {
    if (specifier === "kmdf-dma-debug" || specifier.startsWith("kmdf-dma-debug/")) return this.#globals;
    if (!specifier.startsWith(".") && !path.isAbsolute(specifier)) {
      try {
        return createRequire(from)(specifier);
      } catch (error) {
        throw this.#missing(from, specifier, error);
      }
    }
    const base = path.resolve(path.dirname(from), specifier);
    const bare = base.replace(/\.[cm]?js$/, "");
    const file = [
      base,
      ...scriptExtensions.map((e) => base + e),
      ...scriptExtensions.map((e) => bare + e),
      path.join(base, "index.ts"),
      path.join(base, "index.js"),
    ].find((candidate) => existsSync(candidate) && path.extname(candidate) !== "");
    if (file === undefined) throw this.#missing(from, specifier, undefined);
    return this.#evaluate(file, loaded);
  }

  #missing(from: string, specifier: string, cause: unknown): UserError {
    const detail = cause instanceof Error && !/Cannot find module/.test(cause.message) ? `: ${cause.message}` : "";
    const line = this.#read(from)
      .split("\n")
      .findIndex((text) => text.includes(`"${specifier}"`) || text.includes(`'${specifier}'`));
    return new UserError({
      code: "module-not-found",
      message: `Cannot load "${specifier}"${detail}`,
      location: { file: from, ...(line < 0 ? {} : { line: line + 1 }) },
      exitStatus: ExitStatus.badConfiguration,
    });
  }

  #read(file: string): string {
    try {
      return readFileSync(file, "utf8");
    } catch {
      throw new UserError({ code: "module-not-found", message: "Cannot read the module", location: { file }, exitStatus: ExitStatus.badConfiguration });
    }
  }

  #compile(file: string): vm.Script {
    const known = this.#code.get(file);
    if (known !== undefined) return known;
    const text = this.#read(file);
    const parameters = ["exports", "require", "module", "__filename", "__dirname", ...Object.keys(this.#globals)];
    try {
      const { code } = transform(text.replace(/^#!.*/, ""), {
        transforms: ["typescript", "imports"],
        filePath: file,
        production: true,
        disableESTransforms: true,
      });
      // One line with the wrapper, so that lines stay; parameters may be shadowed by the module's own imports.
      const head = `(function (${parameters.join(", ")}) { "use strict"; { `;
      const script = new vm.Script(`${head}${code}\n} })`, { filename: file, columnOffset: -head.length });
      this.#code.set(file, script);
      return script;
    } catch (error) {
      throw syntaxError(file, error);
    }
  }
}

function syntaxError(file: string, error: unknown): UserError {
  const message = error instanceof Error ? error.message : String(error);
  const loc = typeof error === "object" && error !== null && "loc" in error ? (error.loc as { line: number; column: number }) : undefined;
  const fromStack = error instanceof Error ? /:(\d+)\n/.exec(error.stack ?? "")?.[1] : undefined;
  const line = loc?.line ?? (fromStack === undefined ? undefined : Number(fromStack));
  return new UserError({
    code: "module-syntax",
    message: `Syntax error: ${message.replace(/^Error transforming [^:]*: /, "").replace(/\s*\(\d+:\d+\)$/, "")}`,
    location: { file, ...(line === undefined ? {} : { line }), ...(loc === undefined ? {} : { column: loc.column + 1 }) },
    exitStatus: ExitStatus.badConfiguration,
  });
}
