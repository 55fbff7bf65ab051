// SPDX-License-Identifier: MIT
/** Command "Try a Driver Sample": opens a copy of a sample in which F5 works at once, at the line to stop at. */
import { homedir } from "node:os";
import * as vscode from "vscode";
import { addTypes } from "../editor/sdk-types.ts";
import { type Sample, listSamples } from "./sample-list.ts";

/** What is to be shown once the window of the copy is open. */
interface Welcome {
  readonly folder: string;
  readonly file: string;
  readonly line: number;
}

const welcomeKey = "firstSteps.welcome";

export async function trySample(context: vscode.ExtensionContext): Promise<void> {
  const sample = await chooseSample(vscode.Uri.joinPath(context.extensionUri, "samples").fsPath);
  if (sample === undefined) return;
  const besides = vscode.workspace.workspaceFolders?.[0];
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t("Folder for the copy of {0}", sample.name),
    openLabel: vscode.l10n.t("Copy Here"),
    canSelectFolders: true,
    canSelectFiles: false,
    defaultUri: besides === undefined ? vscode.Uri.file(homedir()) : vscode.Uri.joinPath(besides.uri, ".."),
  });
  const [parent] = chosen ?? [];
  if (parent === undefined) return;
  const folder = await copySample(context.extensionUri, sample, parent);
  const welcome: Welcome = { folder: folder.toString(), file: sample.file, line: sample.line };
  await context.globalState.update(welcomeKey, welcome);
  await vscode.commands.executeCommand("vscode.openFolder", folder, { forceNewWindow: vscode.workspace.workspaceFolders !== undefined });
}

/** Shows what `trySample` left behind for the window that is now open. */
export async function welcomeToSample({ globalState }: vscode.ExtensionContext): Promise<void> {
  const welcome = globalState.get<Welcome>(welcomeKey);
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.toString() === welcome?.folder);
  if (welcome === undefined || folder === undefined) return;
  await globalState.update(welcomeKey, undefined);
  const uri = vscode.Uri.joinPath(folder.uri, welcome.file);
  const at = new vscode.Position(welcome.line - 1, 0);
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at) });
  vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(new vscode.Location(uri, at))]);
  const start = vscode.l10n.t("Start Debugging");
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t("This is a copy of the sample: change what you like. F5 builds it and stops at the breakpoint."),
    start,
  );
  if (answer === start) await vscode.commands.executeCommand("workbench.action.debug.start");
}

async function chooseSample(root: string): Promise<Sample | undefined> {
  const items = listSamples(root).map((sample) => ({ label: sample.name, detail: sample.description, sample }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Try a Driver Sample"),
    placeHolder: vscode.l10n.t("Which driver?"),
    matchOnDetail: true,
  });
  return chosen?.sample;
}

/** Copies into a folder of its own and adds the types of device models. The build cache of a checkout stays behind. */
async function copySample(root: vscode.Uri, { name, folder }: Sample, parent: vscode.Uri): Promise<vscode.Uri> {
  const target = await freeName(parent, name);
  await vscode.workspace.fs.copy(vscode.Uri.file(folder), target);
  await addTypes(root, target);
  return target;
}

async function freeName(parent: vscode.Uri, name: string): Promise<vscode.Uri> {
  for (let n = 1; ; n++) {
    const candidate = vscode.Uri.joinPath(parent, n === 1 ? name : `${name}-${n}`);
    const isTaken = await vscode.workspace.fs.stat(candidate).then(
      () => true,
      () => false,
    );
    if (!isTaken) return candidate;
  }
}
