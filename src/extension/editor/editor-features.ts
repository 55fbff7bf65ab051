// SPDX-License-Identifier: MIT
/** What the extension adds to editors of drivers, device models and launch configurations. */
import * as vscode from "vscode";
import { BuildProblems } from "../build-problems.ts";
import type { SessionWatch } from "../session-watch.ts";
import { ViolationProblems } from "../violation-problems.ts";
import { CallbackLenses } from "./callback-lenses.ts";
import { DriverSources } from "./driver-sources.ts";
import { registerHovers } from "./hovers.ts";
import { registerInlineValues } from "./inline-values.ts";
import { registerLaunchCompletions } from "./launch-completions.ts";
import { registerSdkTypes } from "./sdk-types.ts";

/** `root` is the folder of the extension. */
export function registerEditorFeatures(watch: SessionWatch, root: vscode.Uri): vscode.Disposable[] {
  const sources = new DriverSources();
  return [
    sources,
    new CallbackLenses(watch, sources),
    new BuildProblems(watch),
    new ViolationProblems(watch, root),
    registerHovers(vscode.Uri.joinPath(root, "sdk/include").fsPath),
    ...registerInlineValues(),
    registerLaunchCompletions(root),
    ...registerSdkTypes(root),
  ];
}
