// SPDX-License-Identifier: MIT
/** What a driver that does not build lacks: headers, functions, types and other names that the compiler or the linker did not find, by how often they are used. */
import type { Diagnostic, DiagnosticLocation } from "./diagnostic.ts";

export interface MissingName {
  readonly kind: "header" | "function" | "type" | "name";
  readonly name: string;
  /** Where it is used, in the order found. */
  readonly places: readonly DiagnosticLocation[];
}

/** Messages of clang and of our own link step. A type that is not known is often called an undeclared identifier; the reader knows. */
const patterns: readonly (readonly [pattern: RegExp, kind: MissingName["kind"]])[] = [
  [/^'([^']+)' file not found$/, "header"],
  [/^call to undeclared (?:library )?function '([^']+)'/, "function"],
  [/^unresolved external symbol '([^']+)'/, "function"],
  [/^unknown type name '([^']+)'/, "type"],
  [/^use of undeclared identifier '([^']+)'/, "name"],
];

/** Missing names among the errors, most used first. */
export function missingNames(diagnostics: readonly Diagnostic[]): MissingName[] {
  const found = new Map<string, MissingName & { readonly places: DiagnosticLocation[] }>();
  for (const { severity, message, file, line } of diagnostics) {
    const [kind, name] = severity === "error" ? nameIn(message) : [];
    if (kind === undefined || name === undefined) continue;
    const missing = found.get(name) ?? { kind, name, places: [] };
    found.set(name, missing);
    if (file !== undefined) missing.places.push({ file, ...(line === undefined ? {} : { line }) });
  }
  // Without its header a source lacks everything in it: headers come first.
  return [...found.values()].sort((a, b) => Number(b.kind === "header") - Number(a.kind === "header") || b.places.length - a.places.length);
}

function nameIn(message: string): readonly [kind: MissingName["kind"], name: string] | readonly [] {
  for (const [pattern, kind] of patterns) {
    const name = pattern.exec(message)?.[1];
    if (name !== undefined) return [kind, name];
  }
  return [];
}
