// SPDX-License-Identifier: MIT
/** Roles of the functions of the driver that a document belongs to: its folder's sources and headers are read once and again after a save. */
import * as vscode from "vscode";
import { callbackRoles } from "./callback-roles.ts";

/** A folder with more sources than this is no driver's. */
const mostFiles = 200;
const source = /\.(?:c|cc|cpp|cxx|h|hpp)$/i;

export class DriverSources implements vscode.Disposable {
  readonly #roles = new Map<string, Promise<ReadonlyMap<string, string>>>();
  readonly #subscriptions: readonly vscode.Disposable[];

  constructor() {
    const forget = ({ uri }: { readonly uri: vscode.Uri }): void => void this.#roles.delete(folderOf(uri).toString());
    this.#subscriptions = [vscode.workspace.onDidSaveTextDocument(forget), vscode.workspace.onDidOpenTextDocument(forget)];
  }

  /** Roles by function name; the document's own text counts as it is shown. */
  async rolesFor(document: vscode.TextDocument): Promise<ReadonlyMap<string, string>> {
    const folder = folderOf(document.uri);
    const key = folder.toString();
    const saved = this.#roles.get(key) ?? readRoles(folder);
    this.#roles.set(key, saved);
    const own = callbackRoles([document.getText()]);
    return new Map([...own, ...(await saved)]);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

const folderOf = (uri: vscode.Uri): vscode.Uri => vscode.Uri.joinPath(uri, "..");

async function readRoles(folder: vscode.Uri): Promise<ReadonlyMap<string, string>> {
  try {
    const entries = await vscode.workspace.fs.readDirectory(folder);
    const names = entries.flatMap(([name, type]) => (type !== vscode.FileType.Directory && source.test(name) ? [name] : [])).sort();
    const files = await Promise.all(names.slice(0, mostFiles).map((name) => vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, name))));
    const decoder = new TextDecoder();
    return callbackRoles(files.map((bytes) => decoder.decode(bytes)));
  } catch {
    // A document that lies in no folder (an unsaved one, one of another version) has nothing around it.
    return new Map();
  }
}
