// SPDX-License-Identifier: MIT
/** Values at the ends of lines while the target is stopped, and the expression under the mouse with its members. */
import * as vscode from "vscode";
import { inlineNames } from "./inline-identifiers.ts";

const languages = [{ language: "c" }, { language: "cpp" }];

export function registerInlineValues(): vscode.Disposable[] {
  return [
    vscode.languages.registerInlineValuesProvider(languages, { provideInlineValues: (document, viewPort, context) => values(document, viewPort, context) }),
    vscode.languages.registerEvaluatableExpressionProvider(languages, { provideEvaluatableExpression: expressionAt }),
  ];
}

function values(document: vscode.TextDocument, viewPort: vscode.Range, context: vscode.InlineValueContext): vscode.InlineValue[] {
  if (!vscode.workspace.getConfiguration("kmdfDma").get("inlineValues", true)) return [];
  return inlineNames(document.getText(), context.stoppedLocation.start.line + 1).flatMap(({ line, column, text, isVariable }) => {
    if (line - 1 < viewPort.start.line || line - 1 > viewPort.end.line) return [];
    const range = new vscode.Range(line - 1, column, line - 1, column + text.length);
    return [isVariable ? new vscode.InlineValueVariableLookup(range, text, true) : new vscode.InlineValueEvaluatableExpression(range, text)];
  });
}

/** `a->b` under the mouse on `b` is the whole, on `a` only `a`. */
function expressionAt(document: vscode.TextDocument, position: vscode.Position): vscode.EvaluatableExpression | undefined {
  const word = document.getWordRangeAtPosition(position, /[A-Za-z_]\w*/);
  if (word === undefined) return undefined;
  const before = document.getText(new vscode.Range(word.start.line, 0, word.start.line, word.start.character));
  const owner = /(?:[A-Za-z_]\w*(?:\[[\w\s+]*\])?\s*(?:->|\.)\s*)+$/.exec(before)?.[0] ?? "";
  return new vscode.EvaluatableExpression(word.with(word.start.translate(0, -owner.length)));
}
