// SPDX-License-Identifier: MIT
/** One run of a scenario from build to end through a debug adapter that never stops. Knows no editor. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { RunEnding } from "../../protocol/index.ts";
import type { Diagnostic } from "../../toolchain/index.ts";
import { AdapterConversation, type InlineAdapter } from "./adapter-conversation.ts";
import type { Attributes } from "./scenario-catalog.ts";

export interface ScenarioRunInput {
  readonly adapter: InlineAdapter;
  readonly attributes: Attributes;
  readonly wantsCoverage: boolean;
  readonly signal: AbortSignal;
  readonly onOutput: (output: DebugProtocol.OutputEvent["body"]) => void;
}

export interface ScenarioResult {
  /** Undefined when the run did not come to an end of its own. */
  readonly ending: RunEnding | undefined;
  /** What the compiler said. */
  readonly diagnostics: readonly Diagnostic[];
  /** Why there is no ending: the driver did not build, the configuration is wrong, the machine died. */
  readonly problem: string | undefined;
}

/** Builds and runs; when `signal` aborts, the machine is ended and the result has no ending. */
export async function runScenario({ adapter, attributes, wantsCoverage, signal, onOutput }: ScenarioRunInput): Promise<ScenarioResult> {
  let ending: RunEnding | undefined;
  let diagnostics: readonly Diagnostic[] = [];
  const initialized = Promise.withResolvers<void>();
  const terminated = Promise.withResolvers<void>();
  const conversation = new AdapterConversation(adapter, (event, body) => {
    if (event === "initialized") initialized.resolve();
    else if (event === "terminated") terminated.resolve();
    else if (event === "output") onOutput(body as DebugProtocol.OutputEvent["body"]);
    else if (event === "kmdf/ended") ending = body as RunEnding;
    else if (event === "kmdf/diagnostics") diagnostics = (body as { diagnostics: readonly Diagnostic[] }).diagnostics;
  });
  const onAbort = (): void => terminated.resolve();
  signal.addEventListener("abort", onAbort);
  try {
    await conversation.request("initialize", { adapterID: "kmdf-dma", linesStartAt1: true, columnsStartAt1: true, pathFormat: "path" });
    const launch = { ...attributes, request: "launch", noDebug: true, ...(wantsCoverage ? { __coverage: true } : {}) };
    const launched = conversation.request("launch", launch);
    await Promise.race([launched.then(() => initialized.promise), terminated.promise]);
    if (!signal.aborted) await conversation.request("configurationDone");
    await terminated.promise;
    return { ending, diagnostics, problem: ending === undefined && !signal.aborted ? "The machine ended without a report" : undefined };
  } catch (error) {
    return { ending, diagnostics, problem: signal.aborted ? undefined : error instanceof Error ? error.message : String(error) };
  } finally {
    signal.removeEventListener("abort", onAbort);
    conversation.dispose();
  }
}
