// SPDX-License-Identifier: MIT
/** Completion in launch.json for values of our configurations. */
import * as vscode from "vscode";
import { type LaunchFiles, type Suggestion, launchSuggestions } from "./launch-completion.ts";

const kinds: Readonly<Record<Suggestion["kind"], vscode.CompletionItemKind>> = {
  file: vscode.CompletionItemKind.File,
  device: vscode.CompletionItemKind.Module,
  function: vscode.CompletionItemKind.Function,
  rule: vscode.CompletionItemKind.Constant,
  status: vscode.CompletionItemKind.EnumMember,
};

/** More files would only drown those that matter. */
const mostFiles = 2000;
const wanted = "**/{*.{c,cc,cpp,cxx,h,hpp,ts,mts,js,mjs,cjs,json,vcxproj},sources}";
const unwanted = "**/{node_modules,.git,.vscode,dist,out}/**";

/** `root` is the folder of the extension, which has a page for each rule. */
export function registerLaunchCompletions(root: vscode.Uri): vscode.Disposable {
  let rules: Promise<readonly string[]> | undefined;
  return vscode.languages.registerCompletionItemProvider(
    [
      { language: "jsonc", pattern: "**/launch.json" },
      { language: "json", pattern: "**/launch.json" },
    ],
    {
      async provideCompletionItems(document, position) {
        rules ??= ruleIds(root);
        const offset = document.offsetAt(position);
        const { suggestions, literal } = launchSuggestions(document.getText(), offset, await filesAround(document.uri, await rules));
        const range =
          literal === undefined ? undefined : new vscode.Range(document.positionAt(literal.offset), document.positionAt(literal.offset + literal.length));
        return suggestions.map((suggestion) => itemOf(suggestion, range));
      },
    },
    '"',
  );
}

async function filesAround(launch: vscode.Uri, rules: readonly string[]): Promise<LaunchFiles> {
  const folder = vscode.Uri.joinPath(launch, "../..");
  const found = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, wanted), unwanted, mostFiles);
  return { files: found.map((file) => file.path.slice(folder.path.length + 1)).sort(), rules };
}

async function ruleIds(root: vscode.Uri): Promise<readonly string[]> {
  const pages = await vscode.workspace.fs.readDirectory(vscode.Uri.joinPath(root, "docs/rules"));
  return pages.map(([name]) => name.replace(/\.md$/, "")).filter((name) => name !== "README");
}

function itemOf({ value, kind, detail }: Suggestion, range: vscode.Range | undefined): vscode.CompletionItem {
  const item = new vscode.CompletionItem(value, kinds[kind]);
  item.insertText = JSON.stringify(value);
  item.filterText = JSON.stringify(value);
  if (range !== undefined) item.range = range;
  if (detail !== undefined) item.detail = detail;
  return item;
}
