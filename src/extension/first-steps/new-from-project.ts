// SPDX-License-Identifier: MIT
/** Command "Set Up My Driver Project": runs `kmdf-dma init` in the folder of a driver and shows what it wrote. */
import { execFile } from "node:child_process";
import path from "node:path";
import * as vscode from "vscode";

interface FolderChoice extends vscode.QuickPickItem {
  /** Undefined for a folder that is not open. */
  readonly folder: vscode.Uri | undefined;
}

/** Longest time that looking at a driver's sources may take, ms. */
const limitMs = 60_000;

export async function newFromProject(root: vscode.Uri, output: vscode.OutputChannel): Promise<void> {
  const folder = await chooseFolder();
  if (folder === undefined) return;
  const { text, hasFailed } = await runInit(root, folder.fsPath);
  output.appendLine(text.trimEnd());
  if (hasFailed) {
    const show = vscode.l10n.t("Show Output");
    const [first = ""] = text.split("\n");
    if ((await vscode.window.showErrorMessage(first.replace(/^kmdf-dma: /, ""), show)) === show) output.show();
    return;
  }
  output.show(true);
  const isOpen = vscode.workspace.workspaceFolders?.some(({ uri }) => folder.toString() === uri.toString() || folder.path.startsWith(`${uri.path}/`)) ?? false;
  if (!isOpen) await vscode.commands.executeCommand("vscode.openFolder", folder, { forceNewWindow: vscode.workspace.workspaceFolders !== undefined });
  else await vscode.window.showTextDocument(vscode.Uri.joinPath(folder, ".vscode/launch.json"));
}

async function chooseFolder(): Promise<vscode.Uri | undefined> {
  const open = (vscode.workspace.workspaceFolders ?? []).map(({ name, uri }): FolderChoice => ({ label: name, description: uri.fsPath, folder: uri }));
  const other: FolderChoice = { label: vscode.l10n.t("Another Folder…"), folder: undefined };
  const title = vscode.l10n.t("Set Up My Driver Project");
  const choice =
    open.length === 0
      ? other
      : await vscode.window.showQuickPick([...open, other], { title, placeHolder: vscode.l10n.t("Where are the sources of the driver?") });
  if (choice === undefined || choice.folder !== undefined) return choice?.folder;
  const [folder] = (await vscode.window.showOpenDialog({ title, openLabel: vscode.l10n.t("Set Up"), canSelectFolders: true, canSelectFiles: false })) ?? [];
  return folder;
}

/** The command line is a program of its own; VS Code's executable runs it when it is told to be Node. */
function runInit(root: vscode.Uri, folder: string): Promise<{ readonly text: string; readonly hasFailed: boolean }> {
  const program = path.join(root.fsPath, "dist/cli.js");
  return new Promise((resolve) => {
    execFile(process.execPath, [program, "init", folder], { env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" }, timeout: limitMs }, (error, stdout, stderr) => {
      resolve({ text: `${stdout}${stderr}` || (error?.message ?? ""), hasFailed: error !== null });
    });
  });
}
