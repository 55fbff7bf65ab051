// SPDX-License-Identifier: MIT
/** Hovers over NTSTATUS values, handles and functions of framework and kernel in C sources. */
import * as vscode from "vscode";
import { hoverText } from "./hover-text.ts";
import { KitHeaders } from "./kit-headers.ts";

export function registerHovers(sdkInclude: string): vscode.Disposable {
  const headers = new KitHeaders(sdkInclude);
  return vscode.languages.registerHoverProvider([{ language: "c" }, { language: "cpp" }], {
    provideHover(document, position) {
      if (!vscode.workspace.getConfiguration("kmdfDma").get("hovers", true)) return undefined;
      const range = document.getWordRangeAtPosition(position, /[A-Za-z_]\w*|0[xX][0-9A-Fa-f]+[uUlL]*/);
      const text = range === undefined ? undefined : hoverText(document.getText(range), (name) => headers.find(name), vscode.l10n);
      return text === undefined ? undefined : new vscode.Hover(new vscode.MarkdownString(text), range);
    },
  });
}
