// SPDX-License-Identifier: MIT
/**
 * Data breakpoints: what a variable, expression or address can be watched for, and the watch behind an id that was given out. Memory is
 * watched by address; a variable in the frame of a function with that function, and a device register by its BAR and offset.
 */

import { hex } from "../base/index.ts";
import { deviceWindowBase, deviceWindowEnd, nullGuardEnd, tracePhase } from "../protocol/index.ts";
import { EvaluationError } from "../symbols/index.ts";
import type { BreakpointOptions, WatchPlan, WatchRequest } from "./breakpoint.ts";
import type { DebugSession } from "./debug-session.ts";
import { frameAt } from "./frame-at.ts";
import { SessionError } from "./session-error.ts";
import type { Located } from "./stopped-target.ts";

export type DataAccess = "read" | "write" | "readWrite";

export interface DataBreakpointQuestion {
  /** Variable, expression, or with `asAddress` an address or an expression for one. */
  readonly name: string;
  /** Container the variable is in. */
  readonly variablesReference?: number | undefined;
  readonly frameId?: number | undefined;
  readonly asAddress?: boolean;
  readonly bytes?: number | undefined;
  /** Whose accesses count; left out: everybody's. */
  readonly by?: "processor" | "device" | undefined;
}

export interface DataBreakpointAnswer {
  /** Undefined when it cannot be watched; `description` says why. */
  readonly dataId?: string;
  readonly description: string;
  readonly accesses: readonly DataAccess[];
}

export interface DataBreakpointRequest extends BreakpointOptions {
  readonly dataId: string;
  readonly access?: DataAccess | undefined;
}

const longestWatch = 1 << 20;

/** What can be watched at a place of the stopped target. @throws SessionError while it runs */
export async function dataBreakpointAt(session: DebugSession, question: DataBreakpointQuestion): Promise<DataBreakpointAnswer> {
  try {
    const place = await locate(session, question);
    return typeof place === "string" ? refused(place) : await watchable(session, place, question);
  } catch (error) {
    if (error instanceof EvaluationError) return refused(error.message);
    throw error;
  }
}

const refused = (description: string): DataBreakpointAnswer => ({ description, accesses: [] });

async function locate(session: DebugSession, { name, variablesReference, frameId, asAddress, bytes }: DataBreakpointQuestion): Promise<Located | string> {
  const { target } = session;
  if (asAddress === true) {
    const address = Number(BigInt.asUintN(32, await target.integer(name, frameId)));
    return { address, size: bytes ?? 1, label: `${bytes ?? 1} bytes at ${hex(address, 8)}` };
  }
  const found = variablesReference === undefined ? await target.locate(name, frameId) : await target.locateVariable(variablesReference, name);
  if (found === undefined) return `'${name}' has no place in memory that could be watched`;
  return { ...found, size: bytes ?? found.size, label: found.label };
}

async function watchable(session: DebugSession, { address, size, label }: Located, { by }: DataBreakpointQuestion): Promise<DataBreakpointAnswer> {
  if (!Number.isInteger(size) || size < 1 || size > longestWatch) return refused(`Between 1 and ${longestWatch} bytes can be watched, not ${size}`);
  if (address >= deviceWindowBase && address < deviceWindowEnd) return register(session, address, size, label);
  const { ramEnd } = session.program.layout;
  if (address < nullGuardEnd || address + size > ramEnd) return refused(`There is no memory of the driver at ${hex(address, 8)}`);
  const [run] = await session.query({ type: "memoryRuns", address, length: 1 });
  const description = `${label} (${size} ${size === 1 ? "byte" : "bytes"} at ${hex(address, 8)})`;
  if (run?.owner.kind !== "stack")
    return { dataId: `memory ${address} ${size} ${by ?? "anybody"} ${label}`, description, accesses: ["read", "write", "readWrite"] };
  const frame = frameAt(address, session.target.event.frames);
  if (frame === undefined) return refused(`${hex(address, 8)} lies on the stack, but in no frame of the driver`);
  if (by === "device") return refused("A device cannot write the kernel stack");
  return { dataId: `local ${address} ${size} ${frame.record} ${frame.functionIndex} ${frame.frameBase >>> 0} ${label}`, description, accesses: ["write"] };
}

async function register(session: DebugSession, address: number, size: number, label: string): Promise<DataBreakpointAnswer> {
  const found = await session.query({ type: "resolveRegister", address, length: size });
  if (found === undefined) return refused(`No device register is mapped at ${hex(address, 8)}`);
  const { bar, offset } = found;
  return { dataId: `register ${bar} ${offset} ${size} ${label}`, description: `${label} (BAR${bar} offset ${hex(offset)})`, accesses: ["read", "write"] };
}

/** The watch that `dataId` stands for. @throws SessionError for an id that was never given out */
export function dataWatch({ dataId, access = "write", ...options }: DataBreakpointRequest): WatchRequest {
  const [kind, ...rest] = dataId.split(" ");
  const key = `${access} ${dataId}`;
  const numbers = rest.slice(0, 5).map(Number);
  const [a = Number.NaN, b = Number.NaN, c = Number.NaN, d = Number.NaN, e = Number.NaN] = numbers;
  if (kind === "memory" && isWhole(a, b)) {
    const by = rest[2] === "device" || rest[2] === "processor" ? { by: rest[2] } : {};
    return { key, label: rest.slice(3).join(" "), watch: { kind, address: a, length: b, access, ...by } as WatchPlan, ...options };
  }
  if (kind === "local" && isWhole(a, b, c, d, e)) {
    const watch: WatchPlan | string =
      access === "write"
        ? { kind, address: a, length: b, record: c, functionIndex: d, frameBase: e }
        : "Reads of a function's own variables cannot be watched, only changes";
    return { key, label: rest.slice(5).join(" "), watch, ...options };
  }
  if (kind === "register" && isWhole(a, b, c)) return { key, label: rest.slice(3).join(" "), watch: registerWatch(a, b, c, access), ...options };
  throw new SessionError(`'${dataId}' is not an id of a data breakpoint; ids come from 'dataBreakpointInfo'`);
}

function registerWatch(bar: number, offset: number, size: number, access: DataAccess): WatchPlan | string {
  if (access === "readWrite") return "Device registers are watched for reads or for writes";
  const tests = [
    { argument: 0, min: bar, max: bar },
    { argument: 1, min: offset, max: offset + size - 1 },
  ] as const;
  return { kind: "event", event: access === "read" ? "registerRead" : "registerWrite", phase: tracePhase.instant, tests };
}

const isWhole = (...numbers: readonly number[]): boolean => numbers.every((number) => Number.isSafeInteger(number) && number >= 0);
