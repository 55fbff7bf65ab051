// SPDX-License-Identifier: MIT
/** A scenario as a debug session of the editor that stops at breakpoints; its ending is the verdict of the test. */
import * as vscode from "vscode";
import { debugType } from "../debug-type.ts";
import type { SessionWatch } from "../session-watch.ts";
import type { DiscoveredTest } from "./scenario-discovery.ts";
import type { ScenarioResult } from "./scenario-run.ts";

/** Counts runs, to know the session of each again. */
let runs = 0;

export async function debugScenario(watch: SessionWatch, test: DiscoveredTest, run: vscode.TestRun, signal: AbortSignal): Promise<ScenarioResult> {
  const mark = `${++runs}`;
  const isOurs = (session: vscode.DebugSession): boolean => session.configuration["__testRun"] === mark;
  const result = Promise.withResolvers<ScenarioResult>();
  const none: ScenarioResult = { ending: undefined, diagnostics: [], problem: undefined };
  let started: vscode.DebugSession | undefined;
  const subscriptions = [
    watch.onDidEnd(({ session, ending }) => {
      if (isOurs(session)) result.resolve({ ...none, ending });
    }),
    vscode.debug.onDidStartDebugSession((session) => {
      if (isOurs(session)) started = session;
    }),
    // Stopped by hand before the end: there is nothing to judge.
    vscode.debug.onDidTerminateDebugSession((session) => {
      if (isOurs(session)) result.resolve(none);
    }),
  ];
  const onAbort = (): void => void (started === undefined ? result.resolve(none) : vscode.debug.stopDebugging(started));
  signal.addEventListener("abort", onAbort);
  try {
    const configuration = { ...test.attributes, type: debugType, request: "launch", name: test.label, __testRun: mark };
    const isStarted = await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(test.folder), configuration, { testRun: run });
    if (!isStarted) return { ...none, problem: vscode.l10n.t("The debug session did not start; see the Debug Console and the Problems view.") };
    return await result.promise;
  } finally {
    signal.removeEventListener("abort", onAbort);
    for (const subscription of subscriptions) subscription.dispose();
  }
}
