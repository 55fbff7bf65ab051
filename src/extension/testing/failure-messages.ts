// SPDX-License-Identifier: MIT
/** What a failed scenario has to say, each message at the line that it is about. Knows no editor. */
import type { ReportedViolation, StackEntry } from "../../protocol/index.ts";
import { formatDiagnostic } from "../../toolchain/index.ts";
import type { ScenarioResult } from "./scenario-run.ts";

export interface Place {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

export interface FailureMessage {
  readonly text: string;
  /** Absent when the message is about no line: the line of the test stands in. */
  readonly place?: Place;
  /** Driver code that was on the stack, innermost first. */
  readonly stack: readonly StackEntry[];
}

/** `failed` when driver or scenario were at fault, `errored` when there was nothing to judge. */
export type Verdict = { readonly state: "passed" | "skipped" } | { readonly state: "failed" | "errored"; readonly messages: readonly FailureMessage[] };

export function verdictOf({ ending, diagnostics, problem }: ScenarioResult): Verdict {
  if (ending === undefined) {
    if (problem === undefined) return { state: "skipped" };
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    if (errors.length === 0) return { state: "errored", messages: [withPlace(problem)] };
    return { state: "errored", messages: errors.map((item) => withPlace(formatDiagnostic(item))) };
  }
  const { outcome, text, violations } = ending;
  if (outcome === "passed") return { state: "passed" };
  const messages = violations.map(violationMessage);
  // Of a violation the text only says again what its message says.
  if (outcome !== "violation") messages.push(withPlace(text));
  return {
    state: outcome === "violation" || outcome === "expectation-failed" ? "failed" : "errored",
    messages: messages.length > 0 ? messages : [withPlace(text)],
  };
}

function violationMessage({ rule, message, explanation, file, line, stack }: ReportedViolation): FailureMessage {
  const text = `${rule}: ${message}${explanation === undefined ? "" : `\n${explanation}`}`;
  return { text, stack, ...(file === undefined ? {} : { place: { file, line: line ?? 1, column: 1 } }) };
}

/** Reads `file:line:column: text` (column optional), as all our messages with a place begin. */
export function withPlace(text: string): FailureMessage {
  const match = /^((?:[A-Za-z]:)?[^:\n]+):(\d+)(?::(\d+))?: ([\s\S]*)$/.exec(text);
  if (match === null) return { text, stack: [] };
  const [, file = "", line, column, rest = ""] = match;
  return { text: rest, place: { file, line: Number(line), column: Number(column ?? 1) }, stack: [] };
}
