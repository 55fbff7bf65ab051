// SPDX-License-Identifier: MIT
/** Requests about breakpoints that are no places in the source: data, events of the framework, exceptions. */

import type { DebugProtocol } from "@vscode/debugprotocol";
import { parseRulePattern } from "../../protocol/index.ts";
import type { CustomRequests, FrameworkBreakpointRequest, StopFilters } from "../../protocol/index.ts";
import { dataBreakpointAt, dataWatch, eventWatch, frameworkEvents, isFrameworkEvent } from "../../session/index.ts";
import type { BreakpointKind, WatchRequest } from "../../session/index.ts";
import type { AdapterState, WatchGroup } from "../adapter-state.ts";
import { exceptionFilters } from "../capabilities.ts";
import type { RequestHandlers } from "../protocol-server.ts";
import type { RequestArguments } from "../request-arguments.ts";
import { RequestError } from "../request-error.ts";
import { notYet, optionsOf, toClient } from "./breakpoint-handlers.ts";

export const watchKinds: Readonly<Record<WatchGroup, BreakpointKind>> = { data: "data", filters: "framework", framework: "framework" };

export function watchHandlers(state: AdapterState): RequestHandlers {
  return {
    dataBreakpointInfo: (request) => dataBreakpointInfo(state, request),
    setDataBreakpoints: (request) => setDataBreakpoints(state, request),
    setExceptionBreakpoints: (request) => setExceptionBreakpoints(state, request),
  };
}

async function dataBreakpointInfo({ session }: AdapterState, request: RequestArguments): Promise<object> {
  const reference = request.optionalNumber("variablesReference") ?? 0;
  const mode = request.optionalText("mode");
  const answer = await dataBreakpointAt(session, {
    name: request.text("name"),
    variablesReference: reference === 0 ? undefined : reference,
    frameId: request.optionalNumber("frameId"),
    asAddress: request.flag("asAddress"),
    bytes: request.optionalNumber("bytes"),
    by: mode === "processor" || mode === "device" ? mode : undefined,
  });
  const { dataId, description, accesses } = answer;
  return { dataId: dataId ?? null, description, ...(dataId === undefined ? {} : { accessTypes: accesses, canPersist: false }) };
}

async function setDataBreakpoints(state: AdapterState, request: RequestArguments): Promise<object> {
  const requests = request.objects("breakpoints").map((breakpoint) => {
    const access = breakpoint.optionalText("accessType");
    if (access !== undefined && access !== "read" && access !== "write" && access !== "readWrite") throw new RequestError(`'${access}' is not an access type`);
    return dataWatch({ dataId: breakpoint.text("dataId"), access, ...optionsOf(breakpoint) });
  });
  return { breakpoints: await setWatches(state, "data", requests) };
}

export async function setFrameworkBreakpoints(state: AdapterState, request: RequestArguments): Promise<CustomRequests["kmdf/setFrameworkBreakpoints"]["body"]> {
  const requests = request.objects("breakpoints").map((breakpoint) => frameworkRequest(frameworkBreakpoint(breakpoint)));
  return { breakpoints: await setWatches(state, "framework", requests) };
}

async function setWatches(state: AdapterState, group: WatchGroup, requests: readonly WatchRequest[]): Promise<DebugProtocol.Breakpoint[]> {
  state.wanted.watches.set(group, requests);
  if (state.launched === undefined) return requests.map(() => notYet);
  return (await state.launched.session.setWatches(group, watchKinds[group], requests)).map((breakpoint) => toClient(state, breakpoint));
}

function frameworkRequest({ condition, hitCondition, logMessage, triggeredBy, ...what }: FrameworkBreakpointRequest): WatchRequest {
  return { key: JSON.stringify(what), label: frameworkEvents[what.event].label, watch: eventWatch(what), condition, hitCondition, logMessage, triggeredBy };
}

function frameworkBreakpoint(request: RequestArguments): FrameworkBreakpointRequest {
  const event = request.text("event");
  if (!isFrameworkEvent(event)) throw new RequestError(`There is no event '${event}'; there are: ${Object.keys(frameworkEvents).join(", ")}`);
  const numbers = (["n", "bar", "offset", "mask", "value", "length", "triggeredBy"] as const).map((name) => [name, request.optionalNumber(name)] as const);
  const texts = (["type", "from", "to", "condition", "hitCondition", "logMessage"] as const).map((name) => [name, request.optionalText(name)] as const);
  const address = addressOf(request);
  const given = [...numbers, ...texts, ["address", address] as const].filter(([, value]) => value !== undefined);
  return { event, ...Object.fromEntries(given) };
}

/** A number, or text for what JSON numbers cannot hold. */
function addressOf(request: RequestArguments): number | undefined {
  const raw = Reflect.get(Object(request.raw), "address");
  if (typeof raw !== "string") return request.optionalNumber("address");
  const address = /^(0x[0-9a-f]+|\d+)$/i.test(raw) ? Number(raw) : Number.NaN;
  if (!Number.isSafeInteger(address)) throw new RequestError(`'${raw}' is not an address`);
  return address;
}

/** Filters come by name alone, or with conditions: patterns of rule ids for rules, expressions for events. */
async function setExceptionBreakpoints(state: AdapterState, request: RequestArguments): Promise<object> {
  const plain = request.texts("filters").map((filter) => ({ filter, condition: undefined as string | undefined }));
  const options = request.objects("filterOptions").map((option) => ({ filter: option.text("filterId"), condition: option.optionalText("condition") }));
  const all = [...plain, ...options];
  const filters: Record<keyof StopFilters, boolean | string> = { bugCheck: false, violation: false, deviceFault: false, trap: false };
  const problems = all.map((wanted) => addFilter(filters, wanted));
  const requests = all.flatMap(({ filter, condition }) =>
    isFrameworkEvent(filter) ? [frameworkRequest({ event: filter, ...(condition === undefined ? {} : { condition }) })] : [],
  );
  state.wanted.filters = filters;
  await state.launched?.session.setStopFilters(filters);
  const placed = await setWatches(state, "filters", requests);
  const breakpoints = all.map(({ filter }, i): DebugProtocol.Breakpoint => {
    const problem = problems[i];
    if (isFrameworkEvent(filter)) return placed.shift() ?? { verified: false };
    return problem === undefined ? { verified: true } : { verified: false, reason: "failed", message: problem };
  });
  return { breakpoints };
}

/** Puts a filter about rules into `filters`; the answer is why it cannot be used. */
function addFilter(
  filters: Record<keyof StopFilters, boolean | string>,
  { filter, condition }: { filter: string; condition: string | undefined },
): string | undefined {
  if (isFrameworkEvent(filter)) return undefined;
  const group = ({ bugcheck: "bugCheck", violation: "violation", deviceFault: "deviceFault", trap: "trap" } as const)[filter];
  if (group === undefined) return `There is no exception filter '${filter}'; there are: ${Object.keys(exceptionFilters).join(", ")}`;
  const pattern = condition === undefined || condition.trim() === "" ? undefined : parseRulePattern(condition);
  // One that cannot be read stops at every rule rather than at none.
  filters[group] = typeof pattern === "function" ? (condition ?? true) : true;
  return typeof pattern === "string" ? pattern : undefined;
}
