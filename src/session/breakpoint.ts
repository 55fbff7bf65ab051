// SPDX-License-Identifier: MIT
/** Breakpoints as the client asks for them and as the engine keeps them. */

import type { Watch } from "../protocol/index.ts";
import type { ParsedExpression } from "../symbols/index.ts";
import type { HitCondition } from "./hit-count.ts";
import type { HitLog } from "./hit-log.ts";
import type { LogPart } from "./log-message.ts";
import type { SourceFile } from "./source-index.ts";

/** What makes a breakpoint speak or hold its tongue. */
export interface BreakpointOptions {
  /** C expression; stops only when it is true. */
  readonly condition?: string | undefined;
  /** See `parseHitCondition`. */
  readonly hitCondition?: string | undefined;
  /** See `parseLogMessage`; prints instead of stopping. */
  readonly logMessage?: string | undefined;
  /** Id of a breakpoint: this one waits until that one has stopped the target, or printed its message. */
  readonly triggeredBy?: number | undefined;
}

export interface SourceBreakpointRequest extends BreakpointOptions {
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column?: number | undefined;
}

export interface FunctionBreakpointRequest extends BreakpointOptions {
  /**
   * Source name, qualified or not, `/regular expression/`, a routine that the driver calls, or a callback as the framework calls it
   * (`EvtProgramDma`), whatever the driver's function is called.
   */
  readonly name: string;
}

export interface InstructionBreakpointRequest extends BreakpointOptions {
  /** Offset in the code section. */
  readonly offset: number;
}

type WithoutId<W> = W extends Watch ? Omit<W, "id"> : never;
/** A watch before it has its breakpoint's id. */
export type WatchPlan = WithoutId<Watch>;

/** A breakpoint that is a watch; a string as `watch` is the reason why it cannot be placed. */
export interface WatchRequest extends BreakpointOptions {
  /** Names the watch: the same key is the same breakpoint. */
  readonly key: string;
  readonly label: string;
  readonly watch: WatchPlan | string;
}

export type BreakpointKind = "source" | "function" | "data" | "framework" | "instruction";

export interface Breakpoint {
  readonly id: number;
  readonly kind: BreakpointKind;
  /** What is watched, for texts. */
  readonly label?: string | undefined;
  /** What the runtime looks out for, besides `statements`. */
  readonly watch?: Watch | undefined;
  /** Statements it stops at; empty when it could not be placed. */
  readonly statements: readonly number[];
  readonly isVerified: boolean;
  /** Why it is not verified, or not where it was asked for. */
  readonly message?: string | undefined;
  readonly file?: SourceFile | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly condition?: ParsedExpression | undefined;
  readonly hitCondition?: HitCondition | undefined;
  readonly log?: readonly LogPart[] | undefined;
  readonly triggeredBy?: number | undefined;
  /** When it was reached with its condition fulfilled. */
  readonly hits: HitLog;
  /** When it stopped the target or printed its message. */
  readonly fired: HitLog;
}

/** Two requests with the same key are the same breakpoint, which keeps its id and its hits. */
export function breakpointKey(place: string, options: BreakpointOptions): string {
  return JSON.stringify([
    place,
    options.condition ?? "",
    options.hitCondition ?? "",
    options.logMessage ?? "",
    ...(options.triggeredBy === undefined ? [] : [options.triggeredBy]),
  ]);
}
