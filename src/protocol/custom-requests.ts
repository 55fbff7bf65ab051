// SPDX-License-Identifier: MIT
/** The requests and events of ours in the Debug Adapter Protocol: names, arguments and bodies, for both ends. */

import type { FileCoverage } from "./coverage.ts";
import type { UserRequest } from "./debug-port.ts";
import type { FrameworkBreakpointRequest } from "./framework-breakpoint.ts";
import type { MemoryDescription, WriteReference } from "./memory-view.ts";
import type { TraceSnapshot } from "./trace-snapshot.ts";
import type { ObjectView, RegisterView } from "./views.ts";
import type { RunOutcome } from "./run-report.ts";
import type { ReportedViolation } from "./violation.ts";
import type { Cause } from "./watch.ts";

/** Custom requests: arguments and body of the response by command. */
export interface CustomRequests {
  /** Tree of framework objects. */
  readonly "kmdf/objects": { readonly arguments: undefined; readonly body: { readonly objects: readonly ObjectView[] } };
  /** Registers of the device, peeked. */
  readonly "kmdf/registers": { readonly arguments: undefined; readonly body: { readonly registers: readonly RegisterView[] } };
  readonly "kmdf/trace": { readonly arguments: TraceArguments; readonly body: { readonly trace: EncodedTrace } };
  /** Time travel of the stopped target. */
  readonly "kmdf/goto": { readonly arguments: GotoArguments; readonly body: undefined };
  /**
   * Whose each of `count` (default 1) bytes is, and with `writers` who wrote it last and when. `memoryReference` is an address such as
   * `0x20000` (virtual), `physical:0x1000`, `logical:0x1000` or `bar0:0x10`.
   */
  readonly "kmdf/describeAddress": {
    readonly arguments: { readonly memoryReference: string; readonly offset?: number; readonly count?: number; readonly writers?: boolean };
    readonly body: { readonly runs: readonly MemoryDescription[] };
  };
  /** I/O from the user interface; `id` comes back in `kmdf/requestCompleted`. */
  readonly "kmdf/sendRequest": { readonly arguments: UserRequest; readonly body: { readonly id: number } };
  readonly "kmdf/violations": { readonly arguments: undefined; readonly body: { readonly violations: readonly ReportedViolation[] } };
  /** Writes a device register, with its side effects; the target must be stopped. */
  readonly "kmdf/writeRegister": { readonly arguments: RegisterWrite; readonly body: undefined };
  /** Breakpoints on events of framework, kernel and device; replaces the former set. */
  readonly "kmdf/setFrameworkBreakpoints": {
    readonly arguments: { readonly breakpoints: readonly FrameworkBreakpointRequest[] };
    /** One DAP `Breakpoint` for each request, in order. */
    readonly body: { readonly breakpoints: readonly { readonly id?: number; readonly verified: boolean; readonly message?: string }[] };
  };
  /** What led to the driver code that runs, nearest first: interrupt, transfer, transaction, request. */
  readonly "kmdf/causes": { readonly arguments: undefined; readonly body: { readonly causes: readonly (Cause & { readonly label: string })[] } };
  /** Where an lvalue expression lies in the driver's memory. */
  readonly "kmdf/locate": {
    readonly arguments: { readonly expression: string; readonly frameId?: number };
    readonly body: { readonly address?: number; readonly size?: number; readonly type?: string };
  };
  /** Where the stopped target is in its history. */
  readonly "kmdf/position": { readonly arguments: undefined; readonly body: TargetPosition };
}

export interface GotoArguments {
  /** Statement number. */
  readonly position: number;
  /** A write that `kmdf/describeAddress` has told of: go to where it has just been done. */
  readonly write?: WriteReference;
}

export interface TraceArguments {
  /** Id of the first event wanted; default 1. */
  readonly fromEvent?: number;
  /** Only events from this virtual time on, ns. */
  readonly fromTime?: number;
  /** Only events up to this virtual time, ns. */
  readonly toTime?: number;
  /** The client keeps what it reads: at the end it gets the rest in `kmdf/traceAppended`. */
  readonly follow?: boolean;
}

export interface RegisterWrite {
  readonly bar: number;
  readonly offset: number;
  readonly size: number;
  readonly value: number;
}

export interface TargetPosition {
  /** Statement number. */
  readonly position: number;
  readonly furthest: number;
  /** Virtual time, ns. */
  readonly time: number;
  readonly irql: number;
  readonly cpu: number;
}

/** Why views should look again. */
export type ChangeReason = "stopped" | "idle" | "written" | "request" | "ended";

/** Custom events: body by name. */
export interface CustomEvents {
  readonly "kmdf/changed": { readonly reason: ChangeReason } & Partial<TargetPosition>;
  readonly "kmdf/requestCompleted": { readonly id: number; readonly status: string; readonly information: number; readonly data: string };
  /** How the run ended; comes before `terminated`. */
  readonly "kmdf/ended": RunEnding;
  /** At the end: the events behind those that the client has read with `kmdf/trace` and `follow`; all of them when it has read another history. */
  readonly "kmdf/traceAppended": { readonly trace: EncodedTrace };
  /** What compiler and linker said; the body is `{ diagnostics }` of the toolchain. */
  readonly "kmdf/diagnostics": { readonly diagnostics: readonly unknown[] };
}

export interface RunEnding {
  readonly outcome: RunOutcome;
  /** One sentence. */
  readonly text: string;
  /** As of `kmdf-dma run`. */
  readonly exitStatus: number;
  readonly violations: readonly ReportedViolation[];
  /** Present when the launch request had `__coverage: true`. */
  readonly coverage?: readonly FileCoverage[];
}

/** A trace snapshot as JSON: columns in base64, little-endian. */
export interface EncodedTrace {
  readonly firstEvent: number;
  readonly count: number;
  readonly columns: Readonly<Record<TraceColumn, string>>;
  readonly texts: readonly string[];
}

export type TraceColumn = "time" | "statement" | "kind" | "phase" | "irql" | "object" | "parent" | "args";

/** Inverse of what the adapter does to a snapshot. */
export function decodeTrace({ firstEvent, count, columns, texts }: EncodedTrace): TraceSnapshot {
  return {
    firstEvent,
    count,
    texts,
    time: new Float64Array(bufferOf(columns.time)),
    statement: new Float64Array(bufferOf(columns.statement)),
    kind: new Uint8Array(bufferOf(columns.kind)),
    phase: new Uint8Array(bufferOf(columns.phase)),
    irql: new Uint8Array(bufferOf(columns.irql)),
    object: new Uint32Array(bufferOf(columns.object)),
    parent: new Uint32Array(bufferOf(columns.parent)),
    args: new Float64Array(bufferOf(columns.args)),
  };
}

export function encodeTrace(trace: TraceSnapshot): EncodedTrace {
  const { firstEvent, count, texts, time, statement, kind, phase, irql, object, parent, args } = trace;
  const columns = {
    time: base64(time),
    statement: base64(statement),
    kind: base64(kind),
    phase: base64(phase),
    irql: base64(irql),
    object: base64(object),
    parent: base64(parent),
    args: base64(args),
  };
  return { firstEvent, count, texts, columns };
}

function base64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x8000) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  return btoa(pieces.join(""));
}

function bufferOf(text: string): ArrayBuffer {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes.buffer;
}
