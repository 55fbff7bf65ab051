// SPDX-License-Identifier: MIT
/** Compiles small C and C++ texts against `sdk/include` with the flags of a driver build, in this process. For tests and scripts about the headers. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { commands, type Tree } from "@yowasp/clang";
import { dialectArguments, languageOf } from "../../src/toolchain/compile-flags.ts";
import type { UserArguments } from "../../src/toolchain/user-arguments.ts";

export const sdkInclude = path.resolve(import.meta.dirname, "../../sdk/include");

const noUserArguments: UserArguments = {
  includePath: [],
  systemIncludePath: [],
  forcedIncludes: [],
  macros: [],
  others: [],
  cStandard: undefined,
  cppStandard: undefined,
  diagnostics: [],
};

export interface CompileResult {
  readonly succeeded: boolean;
  /** What the compiler printed on its error output, without progress messages. */
  readonly messages: string;
  readonly stdout: string;
  /** Contents of `o.o` when the arguments ask for an object. */
  readonly object: Uint8Array | undefined;
}

function readTree(folder: string): Tree {
  const tree: Tree = {};
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const child = path.join(folder, entry.name);
    tree[entry.name] = entry.isDirectory() ? readTree(child) : new Uint8Array(readFileSync(child));
  }
  return tree;
}

let headers: Tree | undefined;

/** All headers, as a source would include them: `wdf.h`, `ddk/ke.h`, sorted. */
export function sdkHeaders(): string[] {
  return readdirSync(sdkInclude, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".h"))
    .sort();
}

/**
 * Compiles `files[main]`; other entries of `files` can be included from it. The headers are searched with `-I`, so that warnings
 * in them are not hidden as they would be in a system folder.
 */
export async function compile(main: string, files: Tree, extra: readonly string[]): Promise<CompileResult> {
  headers ??= readTree(sdkInclude);
  const language = languageOf(main);
  const args = [...dialectArguments(language, noUserArguments), "-fmessage-length=0", "-Isdk", "-Isource", ...extra, `source/${main}`];
  const out = { stdout: "", stderr: "" };
  const sink = (name: keyof typeof out) => {
    const decoder = new TextDecoder();
    return (bytes: Uint8Array | null) => {
      out[name] += bytes === null ? decoder.decode() : decoder.decode(bytes, { stream: true });
    };
  };
  const options = { stdout: sink("stdout"), stderr: sink("stderr"), fetchProgress: () => undefined };
  let object: Uint8Array | undefined;
  let succeeded = true;
  try {
    const tree = await commands[language === "c" ? "clang" : "clang++"](args, { sdk: headers, source: files }, options);
    const produced = tree?.["o.o"];
    if (produced instanceof Uint8Array) object = produced;
  } catch (error) {
    succeeded = false;
    if (!(error instanceof Error) || !("code" in error)) throw error;
  }
  return { succeeded, messages: out.stderr.trim(), stdout: out.stdout, object };
}
