// SPDX-License-Identifier: MIT
/** Where the target stands, as text for language models. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type * as vscode from "vscode";
import type { SessionWatch } from "../session-watch.ts";

const irqls: Readonly<Record<number, string>> = { 0: "PASSIVE_LEVEL", 1: "APC_LEVEL", 2: "DISPATCH_LEVEL" };
/** Frames and variables that are told; more would only fill the window. */
const mostFrames = 30;
const mostVariables = 40;

export async function stateText(watch: SessionWatch): Promise<string> {
  const { session } = watch;
  if (session === undefined) return "No KMDF driver is being debugged";
  const position = await watch.request("kmdf/position");
  if (position === undefined) return "The driver runs, or waits for requests";
  const { stackFrames } = (await session.customRequest("stackTrace", {
    threadId: 0,
    levels: mostFrames,
  })) as DebugProtocol.StackTraceResponse["body"];
  const causes = await watch.request("kmdf/causes");
  return [
    `Stopped at statement ${position.position} of ${position.furthest}, ${position.time} ns, ${irqls[position.irql] ?? `DIRQL ${position.irql}`}, CPU ${position.cpu}`,
    "Call stack, innermost first:",
    ...stackFrames.map(({ name, source, line }) => `  ${name}${source?.path === undefined ? "" : ` (${source.path}:${line})`}`),
    ...(causes === undefined || causes.causes.length === 0
      ? []
      : ["Led there:", ...causes.causes.map(({ label, position: at }) => `  ${label} (statement ${at})`)]),
    ...(await variableLines(
      session,
      stackFrames.find(({ source }) => source?.path !== undefined),
    )),
  ].join("\n");
}

async function variableLines(session: vscode.DebugSession, frame: DebugProtocol.StackFrame | undefined): Promise<string[]> {
  if (frame === undefined) return [];
  const { scopes } = (await session.customRequest("scopes", { frameId: frame.id })) as DebugProtocol.ScopesResponse["body"];
  const lines: string[] = [];
  for (const { name, variablesReference, expensive } of scopes.filter((scope) => !/global|static|register/i.test(scope.name))) {
    if (expensive) continue;
    const { variables } = (await session.customRequest("variables", { variablesReference })) as DebugProtocol.VariablesResponse["body"];
    lines.push(`${name} of ${frame.name}:`, ...variables.slice(0, mostVariables).map((variable) => `  ${variable.name} = ${variable.value}`));
  }
  return lines;
}
