// SPDX-License-Identifier: MIT
/** A quick fix for device models and scenarios whose editor does not know "kmdf-dma-debug/sdk": puts the types into the folder. */
import * as vscode from "vscode";
import { sdkTypesFile, typeScriptConfigurationText } from "../../adapter/index.ts";

const command = "kmdfDma.addSdkTypes";
const languages = ["typescript", "javascript"];

/** `root` is the folder of the extension. */
export function registerSdkTypes(root: vscode.Uri): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand(command, (document: vscode.Uri) =>
      addTypes(root, vscode.workspace.getWorkspaceFolder(document)?.uri ?? vscode.Uri.joinPath(document, "..")),
    ),
    vscode.languages.registerCodeActionsProvider(languages, { provideCodeActions: actions }, { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] }),
  ];
}

function actions(document: vscode.TextDocument, _range: vscode.Range, { diagnostics }: vscode.CodeActionContext): vscode.CodeAction[] {
  return diagnostics
    .filter((diagnostic) => document.getText(diagnostic.range).includes("kmdf-dma-debug/sdk"))
    .map((diagnostic) => {
      const title = vscode.l10n.t("Add the types of kmdf-dma-debug/sdk to this folder");
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.command = { title, command, arguments: [document.uri] };
      action.diagnostics = [diagnostic];
      action.isPreferred = true;
      return action;
    });
}

/** Writes the types, and a tsconfig.json that names them unless there is one: then the person is told what to put into it. */
export async function addTypes(root: vscode.Uri, folder: vscode.Uri): Promise<void> {
  await vscode.workspace.fs.copy(vscode.Uri.joinPath(root, "sdk/index.d.ts"), vscode.Uri.joinPath(folder, sdkTypesFile), { overwrite: true });
  const configuration = vscode.Uri.joinPath(folder, "tsconfig.json");
  const isThere = await vscode.workspace.fs.stat(configuration).then(
    () => true,
    () => false,
  );
  if (!isThere) await vscode.workspace.fs.writeFile(configuration, new TextEncoder().encode(typeScriptConfigurationText()));
  else
    await vscode.window.showInformationMessage(
      vscode.l10n.t('Add to "compilerOptions" of tsconfig.json: {0}', `"paths": { "kmdf-dma-debug/sdk": ["./${sdkTypesFile}"] }`),
    );
}
