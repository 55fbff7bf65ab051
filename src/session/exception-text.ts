// SPDX-License-Identifier: MIT
/** What a stop at a broken rule tells the developer: the rule, what happened, why it is wrong, and what Windows would do. */

import { hex, toHostPath } from "../base/index.ts";
import type { BugCheck, ReportedViolation, StackEntry, StopReason } from "../protocol/index.ts";

export interface ExceptionText {
  /** Rule id, e.g. `DMA-TX-STATE`. */
  readonly rule: string;
  /** One line for the call stack and the notification. */
  readonly summary: string;
  /** All of it, several lines. */
  readonly description: string;
  /** `WDF_VIOLATION (0x10D)`, when Windows would stop here. */
  readonly bugCheck?: string;
  /** One line a frame. */
  readonly stack: string;
}

/** Texts for `violation`, and for traps and bug checks that came without one. */
export function exceptionText(reason: StopReason, violation: ReportedViolation | undefined): ExceptionText {
  if (violation === undefined) {
    const summary = reason === "trap" ? "The driver executed an instruction that cannot be completed" : "The target stopped";
    return { rule: reason, summary, description: summary, stack: "" };
  }
  const { bugCheck, explanation } = violation;
  const lines = [`${violation.message}.`];
  if (explanation !== undefined && explanation !== "") lines.push(explanation);
  if (bugCheck) lines.push(bugCheckText(bugCheck));
  const where = whereText(violation);
  if (where !== undefined) lines.push(where);
  return {
    rule: violation.rule,
    summary: `${violation.rule}: ${violation.message}`,
    description: lines.join("\n"),
    ...(bugCheck ? { bugCheck: `${bugCheck.name} (${hex(bugCheck.code)})` } : {}),
    stack: violation.stack.map(stackLine).join("\n"),
  };
}

function bugCheckText({ name, code, parameters }: BugCheck): string {
  const values = parameters.map((parameter) => hex(parameter, 8)).join(", ");
  return `Windows would stop with bug check ${hex(code)} ${name} (${values}).`;
}

function whereText({ file, line, statement, time }: ReportedViolation): string | undefined {
  const at = file === undefined ? undefined : `${toHostPath(file)}${line === undefined ? "" : `:${line}`}`;
  return `${at === undefined ? "At" : `At ${at},`} statement ${statement}, ${timeText(time)}.`;
}

const stackLine = ({ function: name, file, line }: StackEntry): string => `    at ${name}${file === undefined ? "" : ` (${toHostPath(file)}:${line ?? "?"})`}`;

/** Virtual time with a unit a person can read: `832 ns`, `1.25 µs`, `3.5 ms`. */
export function timeText(nanoseconds: number): string {
  const [divisor, unit] = nanoseconds < 1e3 ? [1, "ns"] : nanoseconds < 1e6 ? [1e3, "µs"] : nanoseconds < 1e9 ? [1e6, "ms"] : [1e9, "s"];
  return `${Number((nanoseconds / Number(divisor)).toFixed(3))} ${unit}`;
}
