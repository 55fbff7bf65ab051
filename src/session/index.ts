// SPDX-License-Identifier: MIT
/** The debugger engine. Knows no protocol: the adapter, the command line and tests drive it through this face. */
export { memoryReference, parseMemoryReference } from "./address-space.ts";
export type { SpaceAddress } from "./address-space.ts";
export type {
  Breakpoint,
  BreakpointKind,
  BreakpointOptions,
  FunctionBreakpointRequest,
  InstructionBreakpointRequest,
  SourceBreakpointRequest,
  WatchRequest,
} from "./breakpoint.ts";
export { dataBreakpointAt, dataWatch } from "./data-breakpoint.ts";
export type { DataBreakpointQuestion, DataBreakpointRequest } from "./data-breakpoint.ts";
export { eventWatch, frameworkEvents, isFrameworkEvent } from "./framework-events.ts";
export { BreakpointIds } from "./breakpoint-store.ts";
export { DebugSession } from "./debug-session.ts";
export type { DebugSessionOptions, SessionState, StepTarget } from "./debug-session.ts";
export { timeText } from "./exception-text.ts";
export type { ExceptionText } from "./exception-text.ts";
export { irqlName } from "./irql.ts";
export type { BreakableLocation } from "./line-index.ts";
export { readTargetMemory, writeTargetMemory } from "./memory-access.ts";
export { describeMemory } from "./memory-story.ts";
export type { Program } from "./program.ts";
export type { Scouting } from "./scout.ts";
export { SessionError } from "./session-error.ts";
export type { OutputCategory, SessionEvent, Stop } from "./session-event.ts";
export { EvaluationError } from "../symbols/index.ts";
export type { SourceFile } from "./source-index.ts";
export type { CodeFrame, Frame, LabelFrame } from "./stack.ts";
export type { EvaluateOptions, ListedFrame, Referenced, StoppedTarget } from "./stopped-target.ts";
export type { Scope } from "./scopes.ts";
export type { RowOptions, VariableRow } from "./variable-row.ts";
export { eventText } from "./watch-text.ts";
