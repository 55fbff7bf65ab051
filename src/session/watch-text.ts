// SPDX-License-Identifier: MIT
/** What a hit of a watch tells the developer, and the `$` names it gives to conditions. */

import { basename } from "node:path";
import { hex } from "../base/index.ts";
import { ntStatusName, traceKinds } from "../protocol/index.ts";
import type { Cause, RawFrame, StoppedEvent, TraceArgument, TraceKind, WatchHit } from "../protocol/index.ts";
import type { Breakpoint } from "./breakpoint.ts";
import { transactionStates } from "./framework-events.ts";
import type { Program } from "./program.ts";
import type { CodeFrame } from "./stack.ts";

type MemoryHit = Extract<WatchHit, { kind: "memory" }>;
type EventHit = Extract<WatchHit, { kind: "event" }>;
/** An event of the trace: a hit of a watch, or a cause. */
interface TracedEvent {
  readonly kind: TraceKind;
  readonly arguments: readonly [number, number, number];
  readonly text?: string;
}

/** One line about `hit`, which `breakpoint` asked for; `frame` is the innermost with code. */
export function watchText(hit: WatchHit, breakpoint: Breakpoint | undefined, frame: CodeFrame | undefined, program: Program): string {
  const label = breakpoint?.label ?? "The bytes";
  switch (hit.kind) {
    case "memory":
      return memoryText(hit, label, frame);
    case "local":
      return `${label}: ${change(hit.before, hit.after)}, written by ${statementText(hit.statement, program)}`;
    case "call":
      return `${hit.routine} is called${frame === undefined ? "" : ` by ${placeText(frame)}`}`;
    case "callback":
      return `${hit.callback} is called`;
    case "event":
      return eventText(traced(hit));
  }
}

/** A row for the top of the stack when it is not driver code that did it. */
export function watchFrames(event: StoppedEvent): readonly RawFrame[] {
  const [hit] = event.hits ?? [];
  if (hit?.kind === "memory" && hit.by === "device") return [{ kind: "label", context: "device", text: deviceText(hit) }];
  if (hit?.kind === "event" && event.frames.length === 0) return [{ kind: "label", context: "machine", text: eventText(traced(hit)) }];
  return [];
}

/** `$` names of the hit the target stopped at. */
export function watchVariables({ hits = [] }: StoppedEvent): readonly (readonly [string, number | bigint])[] {
  const [hit] = hits;
  if (hit?.kind === "memory" || hit?.kind === "local") {
    const isDevice = hit.kind === "memory" && hit.by === "device";
    const values: (readonly [string, number | bigint])[] =
      hit.before.length > 8
        ? []
        : [
            ["old", integer(hit.before)],
            ["new", integer(hit.after)],
          ];
    return [...values, ["device", isDevice ? 1 : 0]];
  }
  if (hit?.kind !== "event") return [];
  const states = hit.event === "transactionState" ? transactionStates.map((name, i) => [name, i + 1] as const) : [];
  const values = namedArguments(traced(hit)).flatMap(([name, reading, value]) => (reading === "text" ? [] : [[name, value] as const]));
  return [...values, ["object", hit.objectId], ["n", hit.n], ...states];
}

function memoryText(hit: MemoryHit, label: string, frame: CodeFrame | undefined): string {
  const who =
    hit.by === "device"
      ? `the device (${deviceText(hit)})`
      : hit.routine === undefined
        ? doer(hit, frame)
        : `${hit.routine}${frame === undefined ? "" : `, called by ${placeText(frame)}`}`;
  return hit.access === "read" ? `${label} = ${bytesText(hit.after)}, read by ${who}` : `${label}: ${change(hit.before, hit.after)}, written by ${who}`;
}

const doer = ({ by }: MemoryHit, frame: CodeFrame | undefined): string => (by === "driver" && frame !== undefined ? placeText(frame) : "the kernel");

function deviceText({ access, device }: MemoryHit): string {
  return device === undefined ? `DMA ${access}` : `DMA ${access} of ${device.length} bytes at logical address ${hex(device.logical)}`;
}

/** `transfer: offset 0, length 4096, elements 1`. */
export function eventText(event: TracedEvent): string {
  const values = namedArguments(event).map(([name, reading, value]) => `${name} ${argumentText(event, name, reading, value)}`);
  return `${traceKinds[event.kind].name}: ${values.join(", ")}`;
}

/** `[caused by] transfer: offset 0, length 4096, elements 1 (statement 345)`. */
export function causeText(cause: Cause): string {
  return `[caused by] ${eventText(cause)} (statement ${cause.position})`;
}

const traced = (hit: EventHit): TracedEvent => ({ ...hit, kind: hit.event });

function namedArguments(event: TracedEvent): readonly (readonly [string, TraceArgument, number])[] {
  return traceKinds[event.kind].args.map(([name, reading], i) => [name, reading, event.arguments[i] ?? 0]);
}

function argumentText({ kind, text }: TracedEvent, name: string, reading: TraceArgument, value: number): string {
  if (reading === "text") return text ?? "";
  if (reading === "status") return ntStatusName(value) ?? hex(value, 8);
  if (kind === "transactionState" && (name === "from" || name === "to")) return transactionStates[value - 1] ?? String(value);
  return reading === "address" || name === "value" || name === "vector" ? hex(value) : String(value);
}

/** `EvtIoRead at walk.c:130`. */
function placeText({ name, position }: CodeFrame): string {
  return position === undefined ? name : `${name} at ${basename(position.file)}:${position.line}`;
}

function statementText(id: number, { module, debugInfo }: Program): string {
  const { line, offset } = module.statements;
  const position = debugInfo.lineAt(offset[id] ?? 0);
  const name = debugInfo.inlineFramesAt(offset[id] ?? 0)[0]?.name ?? "the driver";
  return position === undefined ? `${name}, line ${line[id]}` : `${name} at ${basename(position.file)}:${position.line}`;
}

function change(before: Uint8Array, after: Uint8Array): string {
  if (before.every((byte, i) => byte === after[i])) return `${bytesText(after)} (unchanged)`;
  if (after.length <= 8) return `${bytesText(before)} → ${bytesText(after)}`;
  const at = before.findIndex((byte, i) => byte !== after[i]);
  return `byte ${at} ${hex(before[at] ?? 0, 2)} → ${hex(after[at] ?? 0, 2)}`;
}

function bytesText(bytes: Uint8Array): string {
  if (bytes.length > 8) return `${bytes.length} bytes`;
  const value = integer(bytes);
  return value < 10n ? String(value) : `${value} (${hex(value)})`;
}

/** Little-endian, unsigned. */
const integer = (bytes: Uint8Array): bigint => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
