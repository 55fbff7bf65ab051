// SPDX-License-Identifier: MIT
/** Asks for a run to compare the timeline with: the one before, or a trace file. */
import * as vscode from "vscode";
import { UserError } from "../base/index.ts";
import { readTraceFile } from "../trace/index.ts";
import type { RecordedRun } from "./timeline-feed.ts";

export async function chooseRun(previous: RecordedRun | undefined): Promise<RecordedRun | undefined> {
  const file = vscode.l10n.t("Trace file…");
  const before = previous === undefined ? undefined : vscode.l10n.t("The run before: {0}", previous.name);
  const chosen = before === undefined ? file : await vscode.window.showQuickPick([before, file], { placeHolder: vscode.l10n.t("Run to compare with") });
  if (chosen === undefined) return undefined;
  return chosen === before ? previous : readRun();
}

async function readRun(): Promise<RecordedRun | undefined> {
  const [file] = (await vscode.window.showOpenDialog({ filters: { [vscode.l10n.t("KMDF DMA trace")]: ["kmdftrace"] } })) ?? [];
  if (file === undefined) return undefined;
  const name = file.path.replace(/^.*\//, "");
  try {
    return { name, trace: readTraceFile(await vscode.workspace.fs.readFile(file), name).trace };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    await vscode.window.showErrorMessage(error.message);
    return undefined;
  }
}
