// SPDX-License-Identifier: MIT
/** Whether the target stops at a statement with breakpoints: conditions, hit counts and logpoints have their say here. */

import { EvaluationError, isTrue } from "../symbols/index.ts";
import type { Breakpoint } from "./breakpoint.ts";
import { isHitDue } from "./hit-count.ts";
import { momentOf } from "./hit-log.ts";
import type { Moment } from "./hit-log.ts";
import type { LogPart } from "./log-message.ts";
import type { StoppedTarget } from "./stopped-target.ts";

export interface BreakpointDecision {
  /** Breakpoints that want a stop. */
  readonly stopping: readonly Breakpoint[];
  /** Lines of logpoints, and problems with conditions. */
  readonly log: readonly { readonly text: string; readonly isProblem: boolean }[];
}

/**
 * Asks each of `breakpoints`; when going `backwards`, logpoints are silent and hits are not counted anew. `isArmed`
 * tells whether a breakpoint that waits for another need wait no longer.
 */
export async function decide(
  breakpoints: readonly Breakpoint[],
  target: StoppedTarget,
  backwards: boolean,
  isArmed: (breakpoint: Breakpoint, moment: Moment) => boolean,
): Promise<BreakpointDecision> {
  const stopping: Breakpoint[] = [];
  const log: { text: string; isProblem: boolean }[] = [];
  const { position, hits = [] } = target.event;
  for (const breakpoint of breakpoints) {
    const moment = momentOf(position, hits.find(({ watch }) => watch === breakpoint.id)?.sequence ?? 0);
    if (!isArmed(breakpoint, moment)) continue;
    const answer = await conditionHolds(breakpoint, target);
    if (typeof answer === "string") {
      stopping.push(breakpoint);
      log.push({ text: answer, isProblem: true });
      continue;
    }
    if (!answer) continue;
    const isNew = breakpoint.hits.add(moment);
    if (breakpoint.hitCondition && !isHitDue(breakpoint.hitCondition, breakpoint.hits.countUpTo(moment))) continue;
    breakpoint.fired.add(moment);
    if (breakpoint.log === undefined) stopping.push(breakpoint);
    else if (isNew && !backwards) log.push({ text: await logText(breakpoint.log, target), isProblem: false });
  }
  return { stopping, log };
}

/** A string tells why the condition has no answer: better to stop and say so than to run past. */
async function conditionHolds({ condition, line, label }: Breakpoint, target: StoppedTarget): Promise<boolean | string> {
  if (condition === undefined) return true;
  try {
    return await target.evaluateWith(condition, target.topFrame, isTrue);
  } catch (error) {
    if (error instanceof EvaluationError)
      return `The condition of the breakpoint${line !== undefined ? ` at line ${line}` : label !== undefined ? ` on ${label}` : ""} has no value: ${error.message}`;
    throw error;
  }
}

async function logText(parts: readonly LogPart[], target: StoppedTarget): Promise<string> {
  const texts: string[] = [];
  for (const part of parts) texts.push(part.kind === "text" ? part.text : await valueText(part.text, target));
  return texts.join("");
}

async function valueText(expression: string, target: StoppedTarget): Promise<string> {
  try {
    return (await target.evaluate(expression, { frameId: target.topFrame?.id, allowSideEffects: false })).text;
  } catch (error) {
    if (error instanceof EvaluationError) return `{${expression}: ${error.message}}`;
    throw error;
  }
}
