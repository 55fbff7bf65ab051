// SPDX-License-Identifier: MIT
/** Tools for language models, as package.json describes them: what looks changes nothing, what lets the driver run asks first. */
import * as vscode from "vscode";
import { decodeTrace } from "../../protocol/index.ts";
import type { SessionWatch } from "../session-watch.ts";
import { objectsText, registersText, violationsText } from "./object-text.ts";
import { type ControlInput, control, controlText } from "./run-control.ts";
import { stateText } from "./target-state.ts";
import { type TimelineQuestion, answerTimelineQuestion } from "./timeline-query.ts";

const none = "No KMDF driver is being debugged, or it does not answer";

export function registerLanguageModelTools(watch: SessionWatch): vscode.Disposable[] {
  return [
    reader("kmdf-dma_getState", () => stateText(watch)),
    reader<{ readonly type?: string }>("kmdf-dma_listObjects", async ({ type }) => objectsText(await watch.objects(), type)),
    reader("kmdf-dma_getRegisters", async () => {
      const answer = await watch.request("kmdf/registers");
      return answer === undefined ? none : registersText(answer.registers);
    }),
    reader<TimelineQuestion>("kmdf-dma_queryTimeline", async (question) => {
      const answer = await watch.request("kmdf/trace", {});
      return answer === undefined ? none : answerTimelineQuestion(decodeTrace(answer.trace), question);
    }),
    reader("kmdf-dma_listViolations", async () => {
      const answer = await watch.request("kmdf/violations");
      return answer === undefined ? none : violationsText(answer.violations);
    }),
    vscode.lm.registerTool<ControlInput>("kmdf-dma_control", {
      prepareInvocation: ({ input }) => ({
        invocationMessage: controlText(input),
        confirmationMessages: { title: vscode.l10n.t("Control the debugged driver?"), message: controlText(input) },
      }),
      invoke: async ({ input }, token) => result(await control(watch, input, token)),
    }),
  ];
}

/** A tool that only looks. */
function reader<T extends object>(name: string, read: (input: T) => Promise<string>): vscode.Disposable {
  return vscode.lm.registerTool<T>(name, { invoke: async ({ input }) => result(await read(input)) });
}

const result = (text: string): vscode.LanguageModelToolResult => new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
