// SPDX-License-Identifier: MIT
/** Rules that the driver broke, in the Problems view at the lines that broke them, with what a person can do about each. */
import * as vscode from "vscode";
import type { ReportedViolation } from "../protocol/index.ts";
import { disableRule } from "./rule-edit.ts";
import type { SessionWatch } from "./session-watch.ts";

const source = "kmdf-dma rules";

export class ViolationProblems implements vscode.CodeActionProvider, vscode.Disposable {
  readonly #root: vscode.Uri;
  readonly #collection = vscode.languages.createDiagnosticCollection("kmdf-dma-rules");
  readonly #subscriptions: readonly vscode.Disposable[];
  /** Launch configuration of the session that the problems are from. */
  #configuration: { readonly name: string; readonly folder: vscode.WorkspaceFolder | undefined } | undefined;

  /** `root` is the folder of the extension, which has a page for each rule. */
  constructor(watch: SessionWatch, root: vscode.Uri) {
    this.#root = root;
    this.#subscriptions = [
      this.#collection,
      watch.onDidBuild(() => this.#collection.clear()),
      watch.onDidChange(async ({ reason }) => {
        // Of a session that is over its last event tells.
        const answer = reason === "ended" ? undefined : await watch.request("kmdf/violations");
        if (answer !== undefined && watch.session !== undefined) this.#show(watch.session, answer.violations);
      }),
      watch.onDidEnd(({ session, ending }) => this.#show(session, ending.violations)),
      vscode.languages.registerCodeActionsProvider([{ language: "c" }, { language: "cpp" }], this, {
        providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
      }),
      vscode.commands.registerCommand("kmdfDma.explainRule", (rule: string) => vscode.commands.executeCommand("markdown.showPreview", this.#page(rule))),
      vscode.commands.registerCommand("kmdfDma.disableRule", (rule: string) => this.#disable(rule)),
    ];
  }

  provideCodeActions(_document: vscode.TextDocument, _range: vscode.Range, { diagnostics }: vscode.CodeActionContext): vscode.CodeAction[] {
    return diagnostics.filter((diagnostic) => diagnostic.source === source).flatMap((diagnostic) => actionsFor(diagnostic));
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #page(rule: string): vscode.Uri {
    return vscode.Uri.joinPath(this.#root, "docs/rules", `${rule}.md`);
  }

  #show(session: vscode.DebugSession, violations: readonly ReportedViolation[]): void {
    this.#configuration = { name: session.name, folder: session.workspaceFolder };
    const byFile = Map.groupBy(violations, ({ file }) => file ?? "");
    this.#collection.clear();
    for (const [file, of] of byFile)
      if (file !== "")
        this.#collection.set(
          vscode.Uri.file(file),
          of.map((violation) => this.#problem(violation)),
        );
  }

  #problem({ rule, message, explanation, line = 1, bugCheck, stack }: ReportedViolation): vscode.Diagnostic {
    const text = explanation === undefined ? message : `${message}\n${explanation}`;
    const severity = bugCheck === undefined ? vscode.DiagnosticSeverity.Warning : vscode.DiagnosticSeverity.Error;
    const result = new vscode.Diagnostic(new vscode.Range(line - 1, 0, line - 1, Number.MAX_SAFE_INTEGER), text, severity);
    result.source = source;
    result.code = { value: rule, target: this.#page(rule) };
    result.relatedInformation = stack.flatMap(({ function: name, file, line: at = 1 }) =>
      file === undefined ? [] : [new vscode.DiagnosticRelatedInformation(new vscode.Location(vscode.Uri.file(file), new vscode.Position(at - 1, 0)), name)],
    );
    return result;
  }

  async #disable(rule: string): Promise<void> {
    const { name = "", folder = vscode.workspace.workspaceFolders?.[0] } = this.#configuration ?? {};
    const file = folder === undefined ? undefined : vscode.Uri.joinPath(folder.uri, ".vscode/launch.json");
    const document = file === undefined ? undefined : await vscode.workspace.openTextDocument(file).then(undefined, () => undefined);
    const edits = document === undefined ? undefined : disableRule(document.getText(), name, rule);
    if (document === undefined || edits === undefined) {
      await vscode.window.showInformationMessage(
        vscode.l10n.t("Add {0} to 'verifier.disable' of the launch configuration yourself: it is not in launch.json.", rule),
      );
      return;
    }
    const change = new vscode.WorkspaceEdit();
    for (const { offset, length, content } of edits)
      change.replace(document.uri, new vscode.Range(document.positionAt(offset), document.positionAt(offset + length)), content);
    if (await vscode.workspace.applyEdit(change)) await vscode.window.showTextDocument(document);
  }
}

function actionsFor(diagnostic: vscode.Diagnostic): vscode.CodeAction[] {
  const { code } = diagnostic;
  const rule = typeof code === "object" ? String(code.value) : String(code ?? "");
  const action = (title: string, command: string): vscode.CodeAction => {
    const result = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    result.command = { title, command, arguments: [rule] };
    result.diagnostics = [diagnostic];
    return result;
  };
  return [
    action(vscode.l10n.t("Explain the rule {0}", rule), "kmdfDma.explainRule"),
    action(vscode.l10n.t("Do not check {0} in this launch configuration", rule), "kmdfDma.disableRule"),
  ];
}
