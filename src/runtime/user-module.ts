// SPDX-License-Identifier: MIT
/**
 * Device models and scenarios of the user: TypeScript or JavaScript, ES modules or CommonJS, transformed once (sucrase keeps lines) and
 * evaluated afresh for every execution, so that module state never leaks from one execution into the next.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import vm from "node:vm";
import { transform } from "sucrase";
import { ExitStatus, UserError } from "../base/index.ts";

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

  /** Where in a user module an error came from. */
  static locate(error: unknown, files: readonly string[]): { file: string; line: number; column: number } | undefined {
    const stack = error instanceof Error ? (error.stack ?? "") : "";
    for (const line of stack.split("\n")) {
      const match = /\(?((?:[A-Za-z]:)?[^():]+):(\d+):(\d+)\)?$/.exec(line.replace(/^\s*at\s+(?:async\s+)?/, "").replace("file://", ""));
      const file = match?.[1]?.replace(/^.*\(/, "");
      if (file !== undefined && files.includes(file)) return { file, line: Number(match?.[2]), column: Number(match?.[3]) };
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
    compiled(module.exports, require, module, file, path.dirname(file), ...names.map((name) => this.#globals[name]));
    return module.exports;
  }

  #json(file: string): unknown {
    try {
      return JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
      throw new UserError({
        code: "module-syntax",
        message: `Invalid JSON: ${(error as Error).message}`,
        location: { file },
        exitStatus: ExitStatus.badConfiguration,
      });
    }
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
    return new UserError({
      code: "module-not-found",
      message: `Cannot load "${specifier}"${detail}`,
      location: { file: from },
      exitStatus: ExitStatus.badConfiguration,
    });
  }

  #compile(file: string): vm.Script {
    const known = this.#code.get(file);
    if (known !== undefined) return known;
    let text: string;
    try {
      text = readFileSync(file, "utf8");
    } catch {
      throw new UserError({ code: "module-not-found", message: "Cannot read the module", location: { file }, exitStatus: ExitStatus.badConfiguration });
    }
    const parameters = ["exports", "require", "module", "__filename", "__dirname", ...Object.keys(this.#globals)];
    try {
      const { code } = transform(text.replace(/^#!.*/, ""), {
        transforms: ["typescript", "imports"],
        filePath: file,
        production: true,
        disableESTransforms: true,
      });
      // One line with the wrapper, so that lines stay; parameters may be shadowed by the module's own imports.
      const script = new vm.Script(`(function (${parameters.join(", ")}) { "use strict"; { ${code}\n} })`, { filename: file });
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
