// SPDX-License-Identifier: MIT
/** Options of Microsoft's compiler as projects write them, and what they are for clang. */

export interface MsvcOptions {
  readonly includePath: string[];
  readonly defines: string[];
  readonly undefines: string[];
  readonly forcedIncludes: string[];
  readonly compilerArgs: string[];
  /** Set by /TC and /TP. */
  language?: "c" | "c++";
  /** Options that are not known. */
  readonly unknown: string[];
}

export const emptyOptions = (): MsvcOptions => ({ includePath: [], defines: [], undefines: [], forcedIncludes: [], compilerArgs: [], unknown: [] });

/** Warnings of both compilers by the number of Microsoft's ("Compiler warnings by version"); the others have no counterpart that is on. */
const warnings: Readonly<Record<string, string>> = {
  "4005": "macro-redefined",
  "4013": "implicit-function-declaration",
  "4018": "sign-compare",
  "4022": "int-conversion",
  "4024": "incompatible-pointer-types",
  "4047": "int-conversion",
  "4057": "pointer-sign",
  "4065": "switch",
  "4067": "extra-tokens",
  "4068": "unknown-pragmas",
  "4090": "incompatible-pointer-types-discards-qualifiers",
  "4101": "unused-variable",
  "4102": "unused-label",
  "4133": "incompatible-pointer-types",
  "4113": "incompatible-function-pointer-types",
  "4189": "unused-but-set-variable",
  "4146": "unary-minus",
  "4311": "pointer-to-int-cast",
  "4312": "int-to-pointer-cast",
  "4700": "uninitialized",
  "4716": "return-type",
  "4996": "deprecated-declarations",
};

/** Arguments for clang that silence the warnings with these numbers. */
export function disabledWarnings(numbers: readonly string[]): string[] {
  const names = numbers
    .map((number) => warnings[number.replace(/^C/i, "").trim()])
    .filter((name) => name !== undefined && name !== "implicit-function-declaration" && name !== "unary-minus");
  return [...new Set(names)].map((name) => `-Wno-${name}`);
}

/** `stdcpp17`, `stdc11` as -std=; undefined for the default and for names that are not known. */
export function standardArgument(name: string): string | undefined {
  const match = /^stdc(pp)?(\d+|latest)$/i.exec(name.trim());
  if (!match) return undefined;
  const isCpp = match[1] !== undefined;
  const year = match[2]?.toLowerCase() === "latest" ? "23" : match[2];
  return isCpp ? `-std=c++${year}` : `-std=gnu${year}`;
}

/** Options that change nothing of what a debug build for the emulated machine does. */
const meaningless =
  /^(?:W.*|w[d1-4eo]\d*|wd.*|O.*|G.*|Z.*|R.*|M[TD]d?|F[adopRSimx].*|kernel-?|permissive-?|EH.*|nologo|bigobj|MP\d*|c|showIncludes|sdl-?|analyze.*|errorReport:.*|diagnostics:.*|Qspectre.*|Q.*|utf-8|source-charset:.*|execution-charset:.*|external:.*|volatile:.*|fp:.*|arch:.*|homeparams|hotpatch|Y.*|d1.*|d2.*|guard:.*|cgthreads\d+|favor:.*|fsanitize.*|validate-charset-?|JMC-?|await.*|openmp.*|TC|TP|X|u|V.*)$/;

/** Reads command line options; those of clang (`-Wno-…`) are kept. */
export function readMsvcOptions(args: readonly string[], options: MsvcOptions): void {
  for (let i = 0; i < args.length; i++) {
    const argument = args[i] ?? "";
    const body = argument.slice(1);
    const argumentOf = (length: number): string => (body.length > length ? body.slice(length) : (args[++i] ?? ""));
    if (!/^[-/]/.test(argument)) options.unknown.push(argument);
    else if (body.startsWith("FI")) options.forcedIncludes.push(argumentOf(2));
    else if (body.startsWith("external:I")) options.includePath.push(argumentOf("external:I".length));
    else if (body.startsWith("I")) options.includePath.push(argumentOf(1));
    else if (body.startsWith("D")) options.defines.push(defineText(argumentOf(1)));
    else if (body.startsWith("U")) options.undefines.push(argumentOf(1));
    else if (body.startsWith("wd")) options.compilerArgs.push(...disabledWarnings([body.slice(2)]));
    else if (body.startsWith("std:")) options.compilerArgs.push(...standard(body.slice(4)));
    else if (body === "TC" || body === "TP") options.language = body === "TC" ? "c" : "c++";
    else if (/^-(?:Wno-|f|m)/.test(argument)) options.compilerArgs.push(argument);
    else if (/^(?:Zc:char8_t-?|J)$/.test(body)) options.compilerArgs.push(...(body === "J" ? ["-funsigned-char"] : []));
    else if (!meaningless.test(body)) options.unknown.push(argument);
  }
}

function standard(name: string): string[] {
  const argument = standardArgument(`std${name.replace("c++", "cpp")}`);
  return argument === undefined ? [] : [argument];
}

/** `NAME#value` is another way to write `NAME=value`; quotes may be escaped for the command line. */
export const defineText = (text: string): string =>
  text
    .trim()
    .replace(/^(\w+)#/, "$1=")
    .replaceAll('\\"', '"');

/** Splits a command line as Windows does: by blanks outside quotes; quotes are taken away, `\"` is a quote. */
export function splitCommandLine(text: string): string[] {
  const found = text.match(/(?:[^\s"\\]|\\[^"]|\\"|"(?:[^"\\]|\\.)*"?|\\$)+/g) ?? [];
  return found.map((part) => part.replace(/\\"|"/g, (quote) => (quote === '"' ? "" : '\\"')));
}
