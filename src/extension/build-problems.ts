// SPDX-License-Identifier: MIT
/** What compiler and linker said, in the Problems view. */
import * as vscode from "vscode";
import type { Diagnostic } from "../toolchain/index.ts";
import type { SessionWatch } from "./session-watch.ts";

const severities: Readonly<Record<Diagnostic["severity"], vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  note: vscode.DiagnosticSeverity.Information,
};

export class BuildProblems implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection("kmdf-dma");

  constructor(watch: SessionWatch) {
    // The adapter sends the toolchain's own diagnostics.
    watch.onDidBuild((diagnostics) => this.#show(diagnostics as readonly Diagnostic[]));
  }

  dispose(): void {
    this.#collection.dispose();
  }

  #show(diagnostics: readonly Diagnostic[]): void {
    const byFile = new Map<string, vscode.Diagnostic[]>();
    for (const diagnostic of diagnostics) {
      if (diagnostic.file === undefined) continue;
      byFile.set(diagnostic.file, [...(byFile.get(diagnostic.file) ?? []), problem(diagnostic)]);
    }
    this.#collection.clear();
    for (const [file, problems] of byFile) this.#collection.set(vscode.Uri.file(file), problems);
  }
}

function problem({ line = 1, column = 1, endLine, endColumn, message, severity, code, hint }: Diagnostic): vscode.Diagnostic {
  const range = new vscode.Range(line - 1, column - 1, (endLine ?? line) - 1, (endColumn ?? column) - 1);
  const result = new vscode.Diagnostic(range, hint === undefined ? message : `${message} (${hint})`, severities[severity]);
  result.source = "kmdf-dma";
  if (code !== undefined) result.code = code;
  return result;
}
