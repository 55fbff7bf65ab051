// SPDX-License-Identifier: MIT
/** What compiler, linker and our own checks have to say about a driver, as data: views, reports and editors make text of it. */

export type Severity = "error" | "warning" | "note";

/** A place in a source file; absolute host path, 1-based line, 1-based column in UTF-16 units. */
export interface DiagnosticLocation {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** Replace the text from start up to (not including) end. */
export interface FixIt {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly text: string;
}

export interface DiagnosticNote extends Partial<DiagnosticLocation> {
  readonly message: string;
}

export interface Diagnostic extends Partial<DiagnosticLocation> {
  readonly severity: Severity;
  /** End of the range the message is about, when the compiler gives one. */
  readonly endLine?: number;
  readonly endColumn?: number;
  readonly message: string;
  /** `-Wfoo` for compiler warnings and downgradable errors, a kebab-case code for ours. */
  readonly code?: string;
  /** What to do about it, one sentence. */
  readonly hint?: string;
  /** Files through which `file` was included, innermost first. */
  readonly includedFrom: readonly DiagnosticLocation[];
  readonly notes: readonly DiagnosticNote[];
  readonly fixIts: readonly FixIt[];
}

type DiagnosticParts = Pick<Diagnostic, "severity" | "message"> & Partial<Diagnostic>;

/** A diagnostic with the lists that were left out empty. */
export function diagnostic(parts: DiagnosticParts): Diagnostic {
  return { includedFrom: [], notes: [], fixIts: [], ...parts };
}

export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean => diagnostics.some(({ severity }) => severity === "error");

/** One line as compilers print it: `file:line:column: severity: message [code] (hint)`. */
export function formatDiagnostic(item: Diagnostic): string {
  const at = [item.file, item.line, item.column].filter((part) => part !== undefined).join(":");
  const code = item.code ? ` [${item.code}]` : "";
  const hint = item.hint ? ` (${item.hint})` : "";
  return `${at ? `${at}: ` : ""}${item.severity}: ${item.message}${code}${hint}`;
}
