// SPDX-License-Identifier: MIT
/** What compiler and linker said, in the Problems view, with the corrections that the compiler offers. */
import * as vscode from "vscode";
import type { Diagnostic, FixIt } from "../toolchain/index.ts";
import type { SessionWatch } from "./session-watch.ts";

const severities: Readonly<Record<Diagnostic["severity"], vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  note: vscode.DiagnosticSeverity.Information,
};

interface Fixable {
  readonly problem: vscode.Diagnostic;
  readonly fixIts: readonly FixIt[];
}

export class BuildProblems implements vscode.CodeActionProvider, vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection("kmdf-dma");
  readonly #subscriptions: readonly vscode.Disposable[];
  /** Problems with a correction, by file. */
  #fixable = new Map<string, Fixable[]>();

  constructor(watch: SessionWatch) {
    this.#subscriptions = [
      this.#collection,
      // The adapter sends the toolchain's own diagnostics.
      watch.onDidBuild((diagnostics) => this.#show(diagnostics as readonly Diagnostic[])),
      vscode.languages.registerCodeActionsProvider([{ language: "c" }, { language: "cpp" }], this, {
        providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
      }),
    ];
  }

  provideCodeActions(document: vscode.TextDocument, _range: vscode.Range, { diagnostics }: vscode.CodeActionContext): vscode.CodeAction[] {
    const known = this.#fixable.get(document.uri.toString()) ?? [];
    return diagnostics.flatMap((diagnostic) => {
      const found = known.find(({ problem }) => problem.message === diagnostic.message && problem.range.isEqual(diagnostic.range));
      return found === undefined ? [] : [fixAction(diagnostic, found.fixIts)];
    });
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #show(diagnostics: readonly Diagnostic[]): void {
    const byFile = new Map<string, vscode.Diagnostic[]>();
    this.#fixable = new Map();
    for (const diagnostic of diagnostics) {
      if (diagnostic.file === undefined) continue;
      const shown = problem(diagnostic);
      byFile.set(diagnostic.file, [...(byFile.get(diagnostic.file) ?? []), shown]);
      if (diagnostic.fixIts.length === 0) continue;
      const key = vscode.Uri.file(diagnostic.file).toString();
      this.#fixable.set(key, [...(this.#fixable.get(key) ?? []), { problem: shown, fixIts: diagnostic.fixIts }]);
    }
    this.#collection.clear();
    for (const [file, problems] of byFile) this.#collection.set(vscode.Uri.file(file), problems);
  }
}

function problem({ line = 1, column = 1, endLine, endColumn, message, severity, code, hint, notes }: Diagnostic): vscode.Diagnostic {
  const range = new vscode.Range(line - 1, column - 1, (endLine ?? line) - 1, (endColumn ?? column) - 1);
  const result = new vscode.Diagnostic(range, hint === undefined ? message : `${message} (${hint})`, severities[severity]);
  result.source = "kmdf-dma";
  if (code !== undefined) result.code = code;
  result.relatedInformation = notes.flatMap(({ message: text, file, line: at = 1, column: from = 1 }) =>
    file === undefined
      ? []
      : [new vscode.DiagnosticRelatedInformation(new vscode.Location(vscode.Uri.file(file), new vscode.Position(at - 1, from - 1)), text)],
  );
  return result;
}

function fixAction(diagnostic: vscode.Diagnostic, fixIts: readonly FixIt[]): vscode.CodeAction {
  const [first] = fixIts;
  const what = first === undefined || first.text === "" ? vscode.l10n.t("Remove it") : vscode.l10n.t("Change to '{0}'", first.text.trim());
  const action = new vscode.CodeAction(fixIts.length > 1 ? vscode.l10n.t("Apply the compiler's correction") : what, vscode.CodeActionKind.QuickFix);
  action.edit = new vscode.WorkspaceEdit();
  action.diagnostics = [diagnostic];
  action.isPreferred = true;
  for (const { file, line, column, endLine, endColumn, text } of fixIts)
    action.edit.replace(vscode.Uri.file(file), new vscode.Range(line - 1, column - 1, endLine - 1, endColumn - 1), text);
  return action;
}
