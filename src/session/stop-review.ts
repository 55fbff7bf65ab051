// SPDX-License-Identifier: MIT
/** What a stop of the runtime leads to: the user sees it, or the target goes on because nobody wanted it to stop there. */

import type { RuntimeCommand, StoppedEvent } from "../protocol/index.ts";
import { decide } from "./breakpoint-decision.ts";
import type { Breakpoint } from "./breakpoint.ts";
import type { BreakpointStore } from "./breakpoint-store.ts";
import { oneTimeWatch } from "./one-time-stop.ts";
import type { OneTimeStop } from "./one-time-stop.ts";
import type { Stop } from "./session-event.ts";
import type { StepPlan } from "./step-plan.ts";
import { stopOf } from "./stop-of.ts";
import type { StoppedTarget } from "./stopped-target.ts";
import { watchText } from "./watch-text.ts";

/** What the target was told to do. */
export interface Motion {
  /** Decides what a breakpoint whose condition does not hold leads to. */
  readonly isBackwards: boolean;
  /** The step in progress. */
  readonly step: StepPlan | undefined;
  readonly oneTime: OneTimeStop;
}

export interface StopReview {
  /** Lines of logpoints, and problems with conditions. */
  readonly log: readonly { readonly text: string; readonly isProblem: boolean }[];
  /** Where the target goes on; undefined when it stays. */
  readonly goOn?: RuntimeCommand;
  readonly stop: Stop;
}

/** `wantsPause` is asked at the end: the user may want one while conditions are looked at. */
export async function reviewStop(target: StoppedTarget, store: BreakpointStore, motion: Motion, wantsPause: () => boolean): Promise<StopReview> {
  const { event } = target;
  const { isBackwards, step, oneTime } = motion;
  const isBreakpoint = event.reason === "breakpoint" || event.reason === "watch";
  const mayHit = isBreakpoint || (event.reason === "step" && !isBackwards);
  const { stopping, log } = mayHit
    ? await decide(breakpointsAt(event, store), target, isBackwards, (breakpoint, moment) => store.isArmed(breakpoint, moment))
    : { stopping: [], log: [] };
  const isOneTime = oneTime.isReached(event);
  const isSilent = isBreakpoint && stopping.length === 0 && !isOneTime;
  const stop = stopFor(target, store, stopping, isSilent ? "pause" : stopping.length > 0 ? "breakpoint" : isOneTime ? (step ? "step" : "goto") : event.reason);
  if (wantsPause()) return { log, stop };
  if (isSilent) return { log, stop, goOn: { type: isBackwards ? "reverseContinue" : "resume" } };
  if (event.reason === "step" && stopping.length === 0 && step?.goesOnAt(event) === true)
    return { log, stop, goOn: { type: isBackwards ? "stepBack" : "step", kind: step.command, granularity: step.granularity } };
  return { log, stop };
}

function breakpointsAt({ hits, statement }: StoppedEvent, store: BreakpointStore): readonly Breakpoint[] {
  if (hits !== undefined) return hits.flatMap(({ watch }) => store.withId(watch) ?? []);
  return statement === undefined ? [] : store.at(statement);
}

function stopFor(target: StoppedTarget, store: BreakpointStore, stopping: readonly Breakpoint[], reason: Stop["reason"]): Stop {
  const { event, topFrame } = target;
  const kind = stopping[0]?.kind;
  const texts =
    reason === "pause"
      ? []
      : (event.hits ?? [])
          .filter((hit) => hit.watch !== oneTimeWatch || hit.kind === "memory" || hit.kind === "local")
          .map((hit) => watchText(hit, store.withId(hit.watch), topFrame, target.program));
  return {
    ...stopOf(event),
    reason,
    breakpointIds: stopping.map(({ id }) => id),
    breakpointKind: stopping.every((breakpoint) => breakpoint.kind === kind) ? kind : undefined,
    ...(texts.length > 0 ? { text: texts.join("; ") } : {}),
  };
}
