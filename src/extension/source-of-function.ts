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
  const place = session === undefined ? undefined : await locate(session, name);
  if (place === undefined) {
    await vscode.window.showInformationMessage(vscode.l10n.t("The place of {0} is known only while the target is stopped.", name));
    return;
  }
  const at = new vscode.Position(place.line - 1, (place.column ?? 1) - 1);
  await vscode.window.showTextDocument(vscode.Uri.file(place.path), { selection: new vscode.Range(at, at), viewColumn: vscode.ViewColumn.One });
}

async function locate(session: vscode.DebugSession, name: string): Promise<{ path: string; line: number; column?: number } | undefined> {
  try {
    const { valueLocationReference } = (await session.customRequest("evaluate", { expression: name, context: "hover" })) as Evaluated;
    if (valueLocationReference === undefined) return undefined;
    const { source, line, column } = (await session.customRequest("locations", { locationReference: valueLocationReference })) as Located;
    return source.path === undefined ? undefined : { path: source.path, line, ...(column === undefined ? {} : { column }) };
  } catch {
    // The target runs or has ended: nobody can say now.
    return undefined;
  }
}
