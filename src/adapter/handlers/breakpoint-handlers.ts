// SPDX-License-Identifier: MIT
/** Requests about breakpoints of all kinds. Those that come before the driver is there are kept and placed when it is. */

import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Breakpoint, BreakpointOptions, SourceBreakpointRequest } from "../../session/index.ts";
import type { AdapterState } from "../adapter-state.ts";
import { codeOffset, codeReference } from "../code-reference.ts";
import type { RequestHandlers } from "../protocol-server.ts";
import type { RequestArguments } from "../request-arguments.ts";
import { RequestError } from "../request-error.ts";
import { sourceOf } from "./source-handlers.ts";

export function breakpointHandlers(state: AdapterState): RequestHandlers {
  return {
    setBreakpoints: (request) => setBreakpoints(state, request),
    setFunctionBreakpoints: (request) => setFunctionBreakpoints(state, request),
    setInstructionBreakpoints: (request) => setInstructionBreakpoints(state, request),
    breakpointLocations: (request) => breakpointLocations(state, request),
  };
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

async function setInstructionBreakpoints(state: AdapterState, request: RequestArguments): Promise<object> {
  const requests = request.objects("breakpoints").map((breakpoint) => ({
    offset: codeOffset(breakpoint.text("instructionReference")) + (breakpoint.optionalNumber("offset") ?? 0),
    ...optionsOf(breakpoint),
  }));
  state.wanted.instructions = requests;
  const breakpoints =
    state.launched === undefined
      ? requests.map(() => notYet)
      : (await state.launched.session.setInstructionBreakpoints(requests)).map((breakpoint, i) => ({
          ...toClient(state, breakpoint),
          instructionReference: codeReference(requests[i]?.offset ?? 0),
        }));
  return { breakpoints };
}

function breakpointLocations(state: AdapterState, request: RequestArguments): object {
  const { coordinates } = state;
  const { sources, lines } = state.session.program;
  const file = sources.find(coordinates.pathFromClient(request.object("source").text("path")));
  if (file === undefined) return { breakpoints: [] };
  const start = coordinates.lineFromClient(request.number("line"));
  const end = coordinates.lineFromClient(request.optionalNumber("endLine") ?? request.number("line"));
  if (end < start) throw new RequestError(`'endLine' (${end}) is before 'line' (${start})`);
  const column = request.optionalNumber("column");
  const endColumn = request.optionalNumber("endColumn");
  const first = column === undefined ? 0 : coordinates.columnFromClient(column);
  const last = endColumn === undefined ? Number.POSITIVE_INFINITY : coordinates.columnFromClient(endColumn);
  const breakpoints = lines
    .locations(file, start, end)
    .filter((place) => (place.line > start || place.column >= first) && (place.line < end || place.column <= last))
    .map(({ line, column }) => ({ line: coordinates.lineToClient(line), column: coordinates.columnToClient(column) }));
  return { breakpoints };
}

export const notYet: DebugProtocol.Breakpoint = { verified: false, reason: "pending", message: "The driver is not built yet" };

export function optionsOf(breakpoint: RequestArguments): BreakpointOptions {
  return {
    condition: breakpoint.optionalText("condition"),
    hitCondition: breakpoint.optionalText("hitCondition"),
    logMessage: breakpoint.optionalText("logMessage"),
    // Ours: the protocol leaves triggered breakpoints to the client, which then has to be quick.
    triggeredBy: breakpoint.optionalNumber("triggeredBy"),
  };
}

export function toClient({ coordinates }: AdapterState, { id, isVerified, message, file, line, column }: Breakpoint): DebugProtocol.Breakpoint {
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
