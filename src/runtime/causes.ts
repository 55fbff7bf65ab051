// SPDX-License-Identifier: MIT
/**
 * What led to the driver code that runs now: interrupt, transfer, transaction, request. The trace links most events to their causes; an
 * interrupt comes from a device model that does not say why, so it is laid to the bus-master access before it.
 */
import { type Cause, traceKinds, tracePhase } from "../protocol/index.ts";
import type { RecordedEvent, TraceRecorder } from "../trace/index.ts";
import type { Context } from "./guest.ts";

/** Events looked through for what an interrupt came from. */
const reach = 20_000;
const longestChain = 32;

/** Causes of the innermost callback that has one, nearest first. */
export function causesOf(contexts: readonly Context[], trace: TraceRecorder): readonly Cause[] {
  const start = contexts.findLast(({ reason }) => (reason.cause ?? 0) !== 0)?.reason.cause ?? 0;
  const causes: Cause[] = [];
  for (let event = trace.event(start); event !== undefined && causes.length < longestChain; event = before(event, trace)) causes.push(causeOf(event, trace));
  return causes;
}

function before(event: RecordedEvent, trace: TraceRecorder): RecordedEvent | undefined {
  if (event.kind === "interruptRaised") return lastAccess(event, trace);
  if (event.kind === "deviceRead" || event.kind === "deviceWrite") return transferOf(event, trace);
  if (event.kind === "transaction") return presentation(event, trace) ?? trace.event(event.parent);
  return trace.event(event.parent);
}

/** The access of the device to a transaction's memory that came last before `event`. */
function lastAccess(event: RecordedEvent, trace: TraceRecorder): RecordedEvent | undefined {
  return search(event, trace, ({ kind, object }) => (kind === "deviceRead" || kind === "deviceWrite") && object !== 0);
}

function transferOf(event: RecordedEvent, trace: TraceRecorder): RecordedEvent | undefined {
  return search(event, trace, ({ kind, phase, object }) => kind === "transfer" && phase === tracePhase.begin && object === event.object);
}

/** The call of EvtIoXxx with the request of a transaction. */
function presentation(transaction: RecordedEvent, trace: TraceRecorder): RecordedEvent | undefined {
  const [, , request] = transaction.arguments;
  return request === 0 ? undefined : search(transaction, trace, ({ kind, object }) => kind === "requestPresented" && object === request);
}

function search({ id }: RecordedEvent, trace: TraceRecorder, isWanted: (event: RecordedEvent) => boolean): RecordedEvent | undefined {
  for (let at = id - 1; at >= Math.max(1, id - reach); at--) {
    const event = trace.event(at);
    if (event !== undefined && isWanted(event)) return event;
  }
  return undefined;
}

function causeOf({ id, kind, object, arguments: args, time, statement }: RecordedEvent, trace: TraceRecorder): Cause {
  const isText = traceKinds[kind].args[0]?.[1] === "text";
  return { event: id, kind, objectId: object, arguments: args, time, position: statement, ...(isText ? { text: trace.textOf(args[0]) } : {}) };
}
