// SPDX-License-Identifier: MIT
/** What the engine tells its client. */

import type { CoverageRecord, ReportedViolation, RunReport, StopReason, TraceSnapshot } from "../protocol/index.ts";
import type { SourcePosition } from "../symbols/index.ts";
import type { BreakpointKind } from "./breakpoint.ts";
import type { ExceptionText } from "./exception-text.ts";

export interface Stop {
  readonly reason: StopReason;
  /** Breakpoints that were hit. */
  readonly breakpointIds: readonly number[];
  /** What kind they are of, when they are all of one. */
  readonly breakpointKind?: BreakpointKind | undefined;
  readonly cpu: number;
  /** Id of the thread that runs; 0 when code runs on the processor's own stack. */
  readonly thread: number;
  /** Present when a rule was broken, or the machine bug-checked or trapped. */
  readonly exception?: ExceptionText;
  /** One line more about the reason. */
  readonly text?: string;
}

export type OutputCategory = "driver" | "device" | "scenario" | "machine" | "logpoint" | "problem";

export type SessionEvent =
  | { readonly type: "stopped"; readonly stop: Stop }
  | { readonly type: "running" }
  /** The target waits for requests from outside. */
  | { readonly type: "idle" }
  | { readonly type: "output"; readonly category: OutputCategory; readonly text: string; readonly position?: SourcePosition | undefined }
  | { readonly type: "violation"; readonly violation: ReportedViolation }
  | { readonly type: "requestCompleted"; readonly id: number; readonly status: string; readonly information: number; readonly bytes: Uint8Array }
  /** The client changed memory or registers of the stopped target. */
  | { readonly type: "changed"; readonly reference?: string; readonly length?: number }
  /** What was changed lies in the past: the future it had is forgotten. */
  | { readonly type: "forked"; readonly position: number }
  | {
      readonly type: "ended";
      readonly report: RunReport;
      readonly exitStatus: number;
      readonly trace?: TraceSnapshot;
      /** Present when it was asked for. */
      readonly coverage?: CoverageRecord;
      readonly error?: { readonly code: string; readonly text: string };
    }
  /** The worker is gone without a report. */
  | { readonly type: "died"; readonly error: Error | undefined };
