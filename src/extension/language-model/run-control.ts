// SPDX-License-Identifier: MIT
/** Run control for language models: through the editor's own commands, so that its views follow; answers when the target has stopped. */
import * as vscode from "vscode";
import type { SessionWatch } from "../session-watch.ts";
import { settled } from "../settled.ts";
import { stateText } from "./target-state.ts";

export interface ControlInput {
  readonly action: string;
  readonly statement?: number;
}

const commands: Readonly<Record<string, string>> = {
  continue: "workbench.action.debug.continue",
  pause: "workbench.action.debug.pause",
  stepOver: "workbench.action.debug.stepOver",
  stepIn: "workbench.action.debug.stepInto",
  stepOut: "workbench.action.debug.stepOut",
  stepBack: "workbench.action.debug.stepBack",
  reverseContinue: "workbench.action.debug.reverseContinue",
};

/** Longest time that a model waits for the target to stop, ms. */
const patience = 30_000;

/** What the user is asked, and shown while it happens. */
export function controlText({ action, statement }: ControlInput): string {
  return action === "goto" ? vscode.l10n.t("Take the driver to statement {0}", statement ?? 0) : vscode.l10n.t("Run control of the driver: {0}", action);
}

export async function control(watch: SessionWatch, { action, statement }: ControlInput, token: vscode.CancellationToken): Promise<string> {
  const { session } = watch;
  if (session === undefined) return "No KMDF driver is being debugged";
  const command = commands[action];
  if (command === undefined && action !== "goto") return `There is no action ${action}; there are ${[...Object.keys(commands), "goto"].join(", ")}`;
  if (action === "goto" && (statement === undefined || statement < 1)) return "goto needs a statement number of 1 or more";
  const isSettled = settled(watch, patience, token);
  if (command === undefined) await session.customRequest("kmdf/goto", { position: statement });
  else await vscode.commands.executeCommand(command);
  return (await isSettled) ? stateText(watch) : "The driver still runs; ask for its state later, or pause it";
}
