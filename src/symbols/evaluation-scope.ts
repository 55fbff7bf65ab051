// SPDX-License-Identifier: MIT
/** Where an expression is evaluated: the program, a stopped frame if there is one, and what the user may do there. */

import type { DebugInfo } from "./debug-info.ts";
import type { FunctionInfo } from "./debug-info-model.ts";
import type { FrameContext, TargetContext } from "./target.ts";
import type { Value } from "./value.ts";

/** A number, or a value with a type of its own. */
export type PseudoValue = number | bigint | Value;

export interface EvaluationScope extends TargetContext {
  readonly debugInfo: DebugInfo;
  /** Absent: only globals, types and constants are in scope. */
  readonly frame?: FrameContext | undefined;
  /** 0 for the innermost source-level frame at the frame's offset, as listed by `DebugInfo.inlineFramesAt`. */
  readonly inlineDepth?: number | undefined;
  /** Values of `$irql`, `$cpu`, `$time`, `$statement`, … keyed without `$`. */
  readonly pseudoVariables?: ReadonlyMap<string, PseudoValue> | undefined;
  /** Address of the context of a type that a WDF object has; undefined when it has none, or that is not known yet. */
  readonly contextOf?: ((handle: number, typeName: string) => number | undefined) | undefined;
  /** Runs a function of the driver: what it returned. Only where the user wants driver code to run. */
  readonly call?: ((info: FunctionInfo, args: readonly (number | bigint)[]) => number | bigint | undefined) | undefined;
  /** Live WDF objects, for completion. */
  readonly liveHandles?: (() => readonly { readonly handle: number; readonly type: string; readonly text: string }[]) | undefined;
  /** Assignments, `++` and `--` are allowed; false (the default) for hover and watch. */
  readonly allowSideEffects?: boolean | undefined;
}
