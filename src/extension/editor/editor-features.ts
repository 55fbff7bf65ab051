// SPDX-License-Identifier: MIT
/** What the extension adds to editors of drivers, device models and launch configurations. */
import * as vscode from "vscode";
import { BuildProblems } from "../build-problems.ts";
import type { SessionWatch } from "../session-watch.ts";
import { ViolationProblems } from "../violation-problems.ts";
import type { TraceReader } from "../trace-reader.ts";
import { CallbackLenses } from "./callback-lenses.ts";
import type { CallbackCounter } from "./callback-statistics.ts";
import { DriverSources } from "./driver-sources.ts";
import { registerHovers } from "./hovers.ts";
import { registerInlineValues } from "./inline-values.ts";
import { registerLaunchCompletions } from "./launch-completions.ts";
import { registerSdkTypes } from "./sdk-types.ts";

export interface EditorParts {
  readonly watch: SessionWatch;
  readonly reader: TraceReader;
  /** Filled by `reader`. */
  readonly callbacks: CallbackCounter;
  /** Folder of the extension. */
  readonly root: vscode.Uri;
}

export function registerEditorFeatures({ watch, reader, callbacks, root }: EditorParts): vscode.Disposable[] {
  const sources = new DriverSources();
  return [
    sources,
    new CallbackLenses(reader, callbacks, sources),
    new BuildProblems(watch),
    new ViolationProblems(watch, root),
    registerHovers(vscode.Uri.joinPath(root, "sdk/include").fsPath),
    ...registerInlineValues(),
    registerLaunchCompletions(root),
    ...registerSdkTypes(root),
  ];
}
