// SPDX-License-Identifier: MIT
/** Requests about breakpoints of all kinds. Those that come before the driver is there are kept and placed when it is. */

import type { DebugProtocol } from "@vscode/debugprotocol";
import type { StopFilters } from "../../protocol/index.ts";
import type { Breakpoint, BreakpointOptions, SourceBreakpointRequest } from "../../session/index.ts";
import { isExceptionFilter } from "../adapter-state.ts";
import type { AdapterState } from "../adapter-state.ts";
import { exceptionFilters } from "../capabilities.ts";
import type { ExceptionFilter } from "../capabilities.ts";
import type { RequestHandlers } from "../protocol-server.ts";
import type { RequestArguments } from "../request-arguments.ts";
import { RequestError } from "../request-error.ts";
import { sourceOf } from "./source-handlers.ts";

export function breakpointHandlers(state: AdapterState): RequestHandlers {
  return {
    setBreakpoints: (request) => setBreakpoints(state, request),
    setFunctionBreakpoints: (request) => setFunctionBreakpoints(state, request),
    setExceptionBreakpoints: (request) => setExceptionBreakpoints(state, request),
    breakpointLocations: (request) => breakpointLocations(state, request),
  };
}

/** What the runtime is told for the filters that are on. */
export function stopFilters(filters: readonly ExceptionFilter[]): StopFilters {
  const isOn = (filter: ExceptionFilter): boolean => filters.includes(filter);
  return { bugCheck: isOn("bugcheck"), violation: isOn("violation"), deviceFault: isOn("deviceFault"), trap: isOn("trap") };
}

async function setBreakpoints(state: AdapterState, request: RequestArguments): Promise<object> {
  const { coordinates, wanted, launched } = state;
  const path = coordinates.pathFromClient(request.object("source").text("path"));
  const requests = request.objects("breakpoints").map((breakpoint): SourceBreakpointRequest => {
    const column = breakpoint.optionalNumber("column");
    return {
      line: coordinates.lineFromClient(breakpoint.number("line")),
      column: column === undefined ? undefined : coordinates.columnFromClient(column),
      ...optionsOf(breakpoint),
    };
  });
  if (requests.length === 0) wanted.sources.delete(path);
  else wanted.sources.set(path, requests);
  const breakpoints =
    launched === undefined
      ? requests.map(() => notYet)
      : (await launched.session.setSourceBreakpoints(path, requests)).map((breakpoint) => toClient(state, breakpoint));
  return { breakpoints };
}

async function setFunctionBreakpoints(state: AdapterState, request: RequestArguments): Promise<object> {
  const requests = request.objects("breakpoints").map((breakpoint) => ({ name: breakpoint.text("name"), ...optionsOf(breakpoint) }));
  state.wanted.functions = requests;
  const breakpoints =
    state.launched === undefined
      ? requests.map(() => notYet)
      : (await state.launched.session.setFunctionBreakpoints(requests)).map((breakpoint) => toClient(state, breakpoint));
  return { breakpoints };
}

async function setExceptionBreakpoints(state: AdapterState, request: RequestArguments): Promise<object> {
  const names = request.texts("filters");
  const filters = names.filter(isExceptionFilter);
  state.wanted.filters = filters;
  await state.launched?.session.setStopFilters(stopFilters(filters));
  const known = Object.keys(exceptionFilters).join(", ");
  return {
    breakpoints: names.map((name) =>
      isExceptionFilter(name) ? { verified: true } : { verified: false, message: `There is no exception filter '${name}'; there are: ${known}` },
    ),
  };
}

function breakpointLocations(state: AdapterState, request: RequestArguments): object {
  const { coordinates } = state;
  const { sources, lines } = state.session.program;
  const file = sources.find(coordinates.pathFromClient(request.object("source").text("path")));
  if (file === undefined) return { breakpoints: [] };
  const start = coordinates.lineFromClient(request.number("line"));
  const end = coordinates.lineFromClient(request.optionalNumber("endLine") ?? request.number("line"));
  if (end < start) throw new RequestError(`'endLine' (${end}) is before 'line' (${start})`);
  const breakpoints = lines
    .locations(file, start, end)
    .map(({ line, column }) => ({ line: coordinates.lineToClient(line), column: coordinates.columnToClient(column) }));
  return { breakpoints };
}

const notYet: DebugProtocol.Breakpoint = { verified: false, reason: "pending", message: "The driver is not built yet" };

function optionsOf(breakpoint: RequestArguments): BreakpointOptions {
  return {
    condition: breakpoint.optionalText("condition"),
    hitCondition: breakpoint.optionalText("hitCondition"),
    logMessage: breakpoint.optionalText("logMessage"),
  };
}

function toClient({ coordinates }: AdapterState, { id, isVerified, message, file, line, column }: Breakpoint): DebugProtocol.Breakpoint {
  return {
    id,
    verified: isVerified,
    ...(isVerified ? {} : { reason: "failed" as const }),
    ...(message === undefined ? {} : { message }),
    ...(file === undefined ? {} : { source: sourceOf(file.path, coordinates) }),
    ...(line === undefined ? {} : { line: coordinates.lineToClient(line) }),
    ...(column === undefined || column === 0 ? {} : { column: coordinates.columnToClient(column) }),
  };
}
