// SPDX-License-Identifier: MIT
/** Opens the source of a driver function: the debugger knows its place, so that no language extension is needed. */
import * as vscode from "vscode";

interface Evaluated {
  readonly valueLocationReference?: number;
}

interface Located {
  readonly source: { readonly path?: string };
  readonly line: number;
  readonly column?: number;
}

export async function openFunction(session: vscode.DebugSession | undefined, name: string): Promise<void> {
  const place = (session === undefined ? undefined : await locate(session, name)) ?? (await symbol(name));
  if (place === undefined) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t("Nobody knows where {0} is. The debugger knows callbacks while the target is stopped, a C extension the other functions.", name),
    );
    return;
  }
  const at = new vscode.Position(place.line - 1, (place.column ?? 1) - 1);
  await vscode.window.showTextDocument(place.uri, { selection: new vscode.Range(at, at), viewColumn: vscode.ViewColumn.One });
}

/** What a language extension says, for functions whose address is not taken and while the target runs. */
async function symbol(name: string): Promise<Place | undefined> {
  const found = await vscode.commands.executeCommand<vscode.SymbolInformation[] | undefined>("vscode.executeWorkspaceSymbolProvider", name);
  const location = found?.find((candidate) => candidate.name.replace(/\(.*/, "") === name)?.location;
  return location === undefined ? undefined : { uri: location.uri, line: location.range.start.line + 1, column: location.range.start.character + 1 };
}

interface Place {
  readonly uri: vscode.Uri;
  readonly line: number;
  readonly column?: number;
}

async function locate(session: vscode.DebugSession, name: string): Promise<Place | undefined> {
  try {
    const { valueLocationReference } = (await session.customRequest("evaluate", { expression: `&${name}`, context: "hover" })) as Evaluated;
    if (valueLocationReference === undefined) return undefined;
    const { source, line, column } = (await session.customRequest("locations", { locationReference: valueLocationReference })) as Located;
    return source.path === undefined ? undefined : { uri: uriOf(source.path), line, ...(column === undefined ? {} : { column }) };
  } catch {
    // The target runs or has ended: nobody can say now.
    return undefined;
  }
}

/** VS Code turns the paths of an adapter in a remote window into addresses, also in answers to an extension. */
const uriOf = (path: string): vscode.Uri => (/^[a-z][\w+.-]+:\/\//i.test(path) ? vscode.Uri.parse(path, true) : vscode.Uri.file(path));
