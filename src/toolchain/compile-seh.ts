// SPDX-License-Identifier: MIT
/** Sources with structured exception handling are preprocessed first, rewritten (`seh-lowering.ts`), and compiled from that text. */
import type { CompilerBackend, ToolJob, ToolResult } from "./compiler-backend.ts";
import type { Language } from "./compile-flags.ts";
import { type Diagnostic, diagnostic } from "./diagnostic.ts";
import type { IncludeClosure } from "./include-closure.ts";
import { lowerSeh } from "./seh-lowering.ts";
import { SehSyntaxError } from "./seh-statements.ts";
import { PlaceFinder } from "./seh-text.ts";
import type { SourceFile } from "./source-files.ts";

const keyword = /\b__?try\b/;
/** The spelling of old drivers, in C only. */
const oldKeyword = /\btry(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*\{/;

const known = new WeakMap<SourceFile, { readonly c: boolean; readonly cpp: boolean }>();

/** Whether one of the files seems to contain `__try`; comments and inactive parts count, because only the preprocessor knows better. */
export function mayUseSeh({ files }: IncludeClosure, language: Language): boolean {
  return files.some((file) => {
    const uses = known.get(file) ?? scan(file);
    known.set(file, uses);
    return language === "c" ? uses.c : uses.cpp;
  });
}

function scan({ bytes }: SourceFile): { readonly c: boolean; readonly cpp: boolean } {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!text.includes("try")) return { c: false, cpp: false };
  const characters = text.toString("latin1");
  const cpp = keyword.test(characters);
  return { c: cpp || oldKeyword.test(characters), cpp };
}

export type LoweredSource =
  /** Preprocessed and rewritten text. */
  { readonly kind: "lowered"; readonly bytes: Uint8Array } | { readonly kind: "plain" } | { readonly kind: "error"; readonly diagnostic: Diagnostic };

/** Rewrites what the preprocessor wrote for a source. */
export function lowerPreprocessed(bytes: Uint8Array, language: Language, backend: CompilerBackend): LoweredSource {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  try {
    const lowered = lowerSeh(text, language);
    return lowered === undefined ? { kind: "plain" } : { kind: "lowered", bytes: Buffer.from(lowered, "latin1") };
  } catch (error) {
    if (!(error instanceof SehSyntaxError)) throw error;
    const place = new PlaceFinder(text).at(error.offset);
    const file = backend.hostPath(Buffer.from(place.quotedFile.slice(1, -1).replace(/\\(.)/g, "$1"), "latin1").toString("utf8"));
    const { message, hint } = error;
    return { kind: "error", diagnostic: diagnostic({ severity: "error", code: "seh", file, line: place.line, column: place.column + 1, message, hint }) };
  }
}

/** Compiles rewritten text; macros and include folders have done their work. */
export function loweredJob(language: Language, args: readonly string[], bytes: Uint8Array): ToolJob {
  return {
    tool: language === "c" ? "clang" : "clang++",
    sources: [],
    outputs: ["unit.o"],
    invocation: (scratch) => ({
      inputs: new Map([["unit.i", bytes]]),
      args: [...args, "-Qunused-arguments", "-x", language === "c" ? "cpp-output" : "c++-cpp-output", "-o", `${scratch}/unit.o`, `${scratch}/unit.i`],
    }),
  };
}

/** What a compiler says about a source whose structured exception handling could not be followed is what matters about it. */
export function withoutSehComplaints(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const others = diagnostics.filter(({ message }) => !/^SEH '_*\w+' is not supported on this target/.test(message));
  return others.some(({ severity }) => severity === "error") ? others : diagnostics;
}

/** Joins what the preprocessor and the compiler said. */
export function joinResults(preprocessed: ToolResult, compiled: ToolResult): ToolResult {
  const outputs = new Map([...preprocessed.outputs, ...compiled.outputs]);
  return {
    ...compiled,
    stderr: `${preprocessed.stderr}${preprocessed.stderr === "" || preprocessed.stderr.endsWith("\n") ? "" : "\n"}${compiled.stderr}`,
    outputs,
  };
}
