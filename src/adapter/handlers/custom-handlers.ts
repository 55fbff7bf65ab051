// SPDX-License-Identifier: MIT
/** Our own requests, for views of the framework, the device and the trace; see `CustomRequests` of the protocol. */

import { encodeTrace } from "../../protocol/index.ts";
import type { CustomRequests, TraceSnapshot, UserRequest, WriteReference } from "../../protocol/index.ts";
import { eventText } from "../../session/index.ts";
import { withOrigins } from "../object-origins.ts";
import type { AdapterState } from "../adapter-state.ts";
import { positionOf } from "../events.ts";
import type { RequestHandler, RequestHandlers } from "../protocol-server.ts";
import type { RequestArguments } from "../request-arguments.ts";
import { RequestError } from "../request-error.ts";
import { showTravel } from "../travel-progress.ts";
import { setFrameworkBreakpoints } from "./watch-handlers.ts";
import { traceRows } from "../trace-rows.ts";

/** Those that other files of this folder do not handle. */
type CustomHandlers = {
  readonly [C in Exclude<keyof CustomRequests, "kmdf/describeAddress">]: (
    request: RequestArguments,
  ) => Promise<CustomRequests[C]["body"]> | CustomRequests[C]["body"];
};

export function customHandlers(state: AdapterState): RequestHandlers {
  const handlers: CustomHandlers & Readonly<Record<string, RequestHandler>> = {
    "kmdf/objects": async () => ({ objects: withOrigins(await state.session.objects(), state) }),
    "kmdf/registers": async () => ({ registers: await state.session.query({ type: "registers" }) }),
    "kmdf/violations": async () => ({ violations: await state.session.query({ type: "violations" }) }),
    "kmdf/trace": (request) => trace(state, request),
    "kmdf/goto": (request) => goto(state, request),
    "kmdf/sendRequest": async (request) => ({ id: await state.session.query({ type: "sendRequest", request: userRequest(request) }) }),
    "kmdf/writeRegister": (request) => writeRegister(state, request),
    "kmdf/setFrameworkBreakpoints": (request) => setFrameworkBreakpoints(state, request),
    "kmdf/causes": async () => ({ causes: (await state.session.target.causes()).map((cause) => ({ ...cause, label: eventText(cause) })) }),
    "kmdf/locate": async (request) => located(await state.session.target.locate(request.text("expression"), request.optionalNumber("frameId"))),
    "kmdf/position": () => {
      const position = positionOf(state.session);
      if (position === undefined) throw new RequestError("The target is running; pause it first");
      return position;
    },
  };
  return handlers;
}

/** The client did not ask for a step or continue in the protocol's own words, so it must be told that the target runs. */
async function goto(state: AdapterState, request: RequestArguments): Promise<undefined> {
  const { session, server } = state;
  const position = request.number("position");
  const write = writeReference(request);
  if (write === undefined) session.goto(position);
  else await session.gotoWrite(position, write);
  showTravel(state, `Going to statement ${position}`);
  server.send("continued", { threadId: 1, allThreadsContinued: true });
  return undefined;
}

function writeReference(request: RequestArguments): WriteReference | undefined {
  if (Reflect.get(Object(request.raw), "write") === undefined) return undefined;
  const write = request.object("write");
  const whole = (from: RequestArguments, name: string, least: number): number => {
    const value = from.number(name);
    if (!Number.isSafeInteger(value) || value < least) throw new RequestError(`'${name}' must be a whole number of ${least} or more`);
    return value;
  };
  const frame = Reflect.get(Object(write.raw), "frame") === undefined ? undefined : write.object("frame");
  return {
    address: whole(write, "address", 0),
    length: whole(write, "length", 1),
    sequence: whole(write, "sequence", 1),
    ...(frame === undefined
      ? {}
      : { frame: { record: whole(frame, "record", 0), functionIndex: whole(frame, "functionIndex", 0), frameBase: whole(frame, "frameBase", 0) } }),
  };
}

async function trace(state: AdapterState, request: RequestArguments): Promise<CustomRequests["kmdf/trace"]["body"]> {
  const snapshot = await state.session.query({ type: "trace", fromEvent: request.optionalNumber("fromEvent") ?? 1 });
  if (request.flag("follow")) state.tracedTo = snapshot.firstEvent + snapshot.count - 1;
  return { trace: encodeTrace(timeSlice(snapshot, request.optionalNumber("fromTime") ?? 0, request.optionalNumber("toTime") ?? Number.POSITIVE_INFINITY)) };
}

/** Events come in the order of their times, so that a time range is a range of rows. */
function timeSlice(snapshot: TraceSnapshot, from: number, to: number): TraceSnapshot {
  const first = countWhere(snapshot.time, (time) => time < from);
  const end = Math.max(
    first,
    countWhere(snapshot.time, (time) => time <= to),
  );
  return traceRows(snapshot, first, end);
}

/** Length of the longest prefix of the ascending `times` that fulfils `holds`. */
function countWhere(times: Float64Array, holds: (time: number) => boolean): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(times[middle] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function located(place: { readonly address: number; readonly size: number; readonly type: string } | undefined): CustomRequests["kmdf/locate"]["body"] {
  return place === undefined ? {} : { address: place.address, size: place.size, type: place.type };
}

const requestKinds = ["read", "write", "ioctl", "power", "remove", "surpriseRemove"] as const;
const powerStates = ["D0", "D1", "D2", "D3"] as const;

function userRequest(request: RequestArguments): UserRequest {
  const kind = oneOf(request.text("kind"), requestKinds, "kind");
  const length = request.optionalNumber("length");
  const data = request.optionalText("data");
  const code = request.optionalNumber("code");
  const state = request.optionalText("state");
  if (kind === "ioctl" && code === undefined) throw new RequestError("'kmdf/sendRequest' of kind 'ioctl' needs 'code'");
  if (kind === "power" && state === undefined) throw new RequestError("'kmdf/sendRequest' of kind 'power' needs 'state'");
  if (length !== undefined && (!Number.isInteger(length) || length < 0)) throw new RequestError("'length' must be a whole number that is not negative");
  if (data !== undefined && !/^([0-9a-fA-F]{2})*$/.test(data)) throw new RequestError("'data' must be pairs of hexadecimal digits");
  return {
    kind,
    ...(length === undefined ? {} : { length }),
    ...(data === undefined ? {} : { data }),
    ...(code === undefined ? {} : { code }),
    ...(state === undefined ? {} : { state: oneOf(state, powerStates, "state") }),
  };
}

function oneOf<T extends string>(value: string, known: readonly T[], name: string): T {
  const found = known.find((candidate) => candidate === value);
  if (found === undefined) throw new RequestError(`'${name}' must be one of ${known.join(", ")}, not '${value}'`);
  return found;
}

async function writeRegister({ session }: AdapterState, request: RequestArguments): Promise<undefined> {
  // Asks for the stopped target, so that a running one is refused.
  void session.target;
  const [bar, offset, size, value] = [request.number("bar"), request.number("offset"), request.number("size"), request.number("value")];
  const isWritten = await session.query({ type: "writeRegister", bar, offset, size, value });
  if (!isWritten) throw new RequestError(`The device has no register of ${size} bytes at offset ${offset} of BAR ${bar}`);
  session.noteChange();
  return undefined;
}
