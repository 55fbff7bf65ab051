// SPDX-License-Identifier: MIT
/** What this adapter can do, as it tells clients; nothing is claimed that does not work. */

import type { DebugProtocol } from "@vscode/debugprotocol";
import { frameworkEvents } from "../session/index.ts";

interface ExceptionFilterInfo {
  readonly label: string;
  readonly description: string;
  readonly isOn: boolean;
  readonly conditionDescription: string;
}

const rules = "Rule ids with *, such as txn-*; ! before what to leave out";

/** Exception filters by id: broken rules, on by default, and events of framework and device. */
export const exceptionFilters: Readonly<Record<string, ExceptionFilterInfo>> = {
  bugcheck: { label: "Bug checks", description: "Stops where Windows would stop with a blue screen", isOn: true, conditionDescription: rules },
  violation: {
    label: "Driver rule violations",
    description: "Stops at the call or access that breaks a rule of the framework, the kernel or DMA",
    isOn: true,
    conditionDescription: rules,
  },
  deviceFault: {
    label: "Device faults",
    description: "Stops when the device touches memory that is not mapped for it, or reports an error of its own",
    isOn: true,
    conditionDescription: rules,
  },
  trap: {
    label: "Processor traps",
    description: "Stops at instructions that cannot be completed: division by zero, breakpoints, stack overflow",
    isOn: true,
    conditionDescription: rules,
  },
  ...Object.fromEntries(
    Object.entries(frameworkEvents).map(([id, { label, description }]) => [id, { label, description, isOn: false, conditionDescription: description }]),
  ),
};

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
  supportsRestartFrame: true,
  supportsSteppingGranularity: true,
  supportsStepInTargetsRequest: true,
  supportsGotoTargetsRequest: true,
  supportsSingleThreadExecutionRequests: true,
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
  supportsDataBreakpoints: true,
  supportsDataBreakpointBytes: true,
  supportsInstructionBreakpoints: true,
  supportsDisassembleRequest: true,
  supportsExceptionFilterOptions: true,
  breakpointModes: [
    { mode: "processor", label: "Processor", description: "Accesses of the driver and the kernel", appliesTo: ["data"] },
    { mode: "device", label: "Device", description: "Accesses of the device as bus master", appliesTo: ["data"] },
  ],
  exceptionBreakpointFilters: Object.entries(exceptionFilters).map(([filter, { label, description, isOn, conditionDescription }]) => ({
    filter,
    label,
    description,
    default: isOn,
    supportsCondition: true,
    conditionDescription,
  })),
};
