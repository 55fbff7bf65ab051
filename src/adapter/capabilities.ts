// SPDX-License-Identifier: MIT
/** What this adapter can do, as it tells clients; nothing is claimed that does not work. */

import type { DebugProtocol } from "@vscode/debugprotocol";

/** Exception filters by id; all are on by default. */
export const exceptionFilters = {
  bugcheck: { label: "Bug checks", description: "Stops where Windows would stop with a blue screen" },
  violation: { label: "Driver rule violations", description: "Stops at the call or access that breaks a rule of the framework, the kernel or DMA" },
  deviceFault: { label: "Device faults", description: "Stops when the device touches memory that is not mapped for it, or reports an error of its own" },
  trap: { label: "Processor traps", description: "Stops at instructions that cannot be completed: division by zero, breakpoints, stack overflow" },
} as const;

export type ExceptionFilter = keyof typeof exceptionFilters;

export const capabilities: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsFunctionBreakpoints: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsBreakpointLocationsRequest: true,
  supportsEvaluateForHovers: true,
  supportsClipboardContext: true,
  supportsSetVariable: true,
  supportsSetExpression: true,
  supportsCompletionsRequest: true,
  completionTriggerCharacters: [".", ">", "$"],
  supportsValueFormattingOptions: true,
  supportsStepBack: true,
  supportsSteppingGranularity: true,
  supportsGotoTargetsRequest: true,
  supportsRestartRequest: true,
  supportsTerminateRequest: true,
  supportTerminateDebuggee: true,
  supportsExceptionInfoRequest: true,
  supportsDelayedStackTraceLoading: true,
  supportsLoadedSourcesRequest: true,
  supportsModulesRequest: true,
  supportsReadMemoryRequest: true,
  supportsWriteMemoryRequest: true,
  supportsCancelRequest: true,
  exceptionBreakpointFilters: Object.entries(exceptionFilters).map(([filter, { label, description }]) => ({ filter, label, description, default: true })),
};
