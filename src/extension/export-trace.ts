// SPDX-License-Identifier: MIT
/** Command "Export Trace": the trace of the active session in the format that the file's extension names. */
import * as vscode from "vscode";
import { type TraceSnapshot, decodeTrace } from "../protocol/index.ts";
import { joinChunks, traceFormatOf, traceFormats } from "../trace/index.ts";
import type { SessionWatch } from "./session-watch.ts";

/** `kept`: the trace to export when no session can be asked any more. */
export async function exportTrace(watch: SessionWatch, kept?: TraceSnapshot): Promise<void> {
  const answer = await watch.request("kmdf/trace", {});
  const trace = answer === undefined ? kept : decodeTrace(answer.trace);
  if (trace === undefined) {
    await vscode.window.showErrorMessage(vscode.l10n.t("There is no trace: start debugging a driver first."));
    return;
  }
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, "trace.pftrace") }),
    filters: Object.fromEntries(traceFormats.map(({ label, extension }) => [label, [extension.slice(1)]])),
  });
  if (target === undefined) return;
  const format = traceFormatOf(target.path);
  if (format === undefined) {
    await vscode.window.showErrorMessage(vscode.l10n.t("Unknown trace format; known are {0}.", traceFormats.map(({ extension }) => extension).join(", ")));
    return;
  }
  await vscode.workspace.fs.writeFile(target, joinChunks(format.chunks({ trace })));
  await vscode.window.showInformationMessage(vscode.l10n.t("Trace written to {0}. Perfetto traces and Chrome JSON open at ui.perfetto.dev.", target.fsPath));
}
