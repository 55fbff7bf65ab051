// SPDX-License-Identifier: MIT
/** Command "Export Trace": the trace of the active session as Chrome JSON, for Perfetto. */
import * as vscode from "vscode";
import { decodeTrace } from "../protocol/index.ts";
import { toChromeJson } from "../trace/index.ts";
import type { SessionWatch } from "./session-watch.ts";

export async function exportTrace(watch: SessionWatch): Promise<void> {
  const answer = await watch.request("kmdf/trace", {});
  if (answer === undefined) {
    await vscode.window.showErrorMessage(vscode.l10n.t("There is no trace: start debugging a driver first."));
    return;
  }
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, "trace.json") }),
    filters: { "Chrome JSON": ["json"] },
  });
  if (target === undefined) return;
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(toChromeJson(decodeTrace(answer.trace))));
  await vscode.window.showInformationMessage(vscode.l10n.t("Trace written to {0}. Open it at ui.perfetto.dev or chrome://tracing.", target.fsPath));
}
