// SPDX-License-Identifier: MIT
/**
 * The calls in which lowered `__try` is expressed. The instrumentation puts code in the place of some of them; the others reach the host (`sehImports`
 * of the protocol says what they mean).
 */
import { sehImports } from "../protocol/index.ts";
import type { Language } from "./compile-flags.ts";
import { hookModule } from "./instrument-context.ts";

type SehCall = keyof typeof sehImports;

const symbol = (call: SehCall): string => `__dbg_seh_${call}`;

/** C names of the calls. */
export const sehNames = {
  frame: symbol("frame"),
  entry: symbol("entry"),
  level: symbol("level"),
  filtered: symbol("filtered"),
  finished: symbol("finished"),
  unwind: symbol("unwind"),
  escape: symbol("escape"),
  code: symbol("code"),
  information: symbol("information"),
} as const;

export { sehCode } from "../protocol/index.ts";

const signatures: Readonly<Record<SehCall, readonly [result: string, parameters: string]>> = {
  frame: ["void", "const char *"],
  entry: ["int", "void"],
  level: ["void", "int"],
  filtered: ["void", "int"],
  finished: ["void", "void"],
  unwind: ["void", "int"],
  escape: ["void", "int"],
  code: ["unsigned long", "void"],
  information: ["struct _EXCEPTION_POINTERS *", "void"],
  land: ["int", "int"],
};

/** Declarations for the beginning of a source, and a function that keeps the imports in the module. */
export function sehDeclarations(language: Language): string {
  const calls = Object.keys(signatures) as SehCall[];
  const declarations = calls.map((call) => {
    const [result, parameters] = signatures[call];
    return `extern ${result} ${symbol(call)}(${parameters}) __attribute__((import_module("${hookModule}"), import_name("${sehImports[call]}")));`;
  });
  const uses = calls.map((call) => `${symbol(call)}(${signatures[call][1] === "void" ? "" : "0"});`);
  const keep = `static __attribute__((used, nodebug)) void __dbg_seh_keep(void) { ${uses.join(" ")} }`;
  const [before, after] = language === "c++" ? ['extern "C" {', "}"] : ["", ""];
  return ["struct _EXCEPTION_POINTERS;", before, ...declarations, after, keep].join(" ");
}
