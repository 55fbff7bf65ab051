// SPDX-License-Identifier: MIT
/**
 * Vocabulary of the trace. An event is a row of numbers (time in virtual ns, statement number, CPU, IRQL, kind, phase, object id, parent
 * event, up to three arguments); texts are interned. Readers decode rows with `traceKinds`.
 */

export const tracePhase = { instant: 0, begin: 1, end: 2 } as const;
export type TracePhase = (typeof tracePhase)[keyof typeof tracePhase];

/** How an argument is to be read. */
export type TraceArgument = "number" | "text" | "address" | "status" | "bytes" | "time" | "object";

export interface TraceKindInfo {
  readonly name: string;
  /** Lane family in the timeline. */
  readonly lane: "cpu" | "driver" | "framework" | "device" | "interrupt" | "dpc" | "request" | "dma" | "power" | "log";
  /** Names and readings of arguments a, b, c. */
  readonly args: readonly (readonly [name: string, reading: TraceArgument])[];
}

/** Event kinds by number; the order is part of the trace format. */
export const traceKinds = {
  callback: {
    id: 0,
    name: "callback",
    lane: "driver",
    args: [
      ["name", "text"],
      ["result", "number"],
      ["function", "text"],
    ],
  },
  api: {
    id: 1,
    name: "api",
    lane: "framework",
    args: [
      ["name", "text"],
      ["result", "number"],
    ],
  },
  objectCreated: {
    id: 2,
    name: "object.created",
    lane: "framework",
    args: [
      ["type", "text"],
      ["handle", "address"],
      ["parent", "object"],
    ],
  },
  objectDeleted: { id: 3, name: "object.deleted", lane: "framework", args: [["type", "text"]] },
  requestArrived: {
    id: 4,
    name: "request",
    lane: "request",
    args: [
      ["kind", "text"],
      ["length", "bytes"],
    ],
  },
  requestPresented: { id: 5, name: "request.presented", lane: "request", args: [["queue", "object"]] },
  requestCompleted: {
    id: 6,
    name: "request.completed",
    lane: "request",
    args: [
      ["status", "status"],
      ["information", "bytes"],
    ],
  },
  transactionState: {
    id: 7,
    name: "transaction.state",
    lane: "dma",
    args: [
      ["from", "number"],
      ["to", "number"],
      ["request", "object"],
    ],
  },
  transaction: {
    id: 8,
    name: "transaction",
    lane: "dma",
    args: [
      ["length", "bytes"],
      ["direction", "number"],
      ["request", "object"],
    ],
  },
  transfer: {
    id: 9,
    name: "transfer",
    lane: "dma",
    args: [
      ["offset", "bytes"],
      ["length", "bytes"],
      ["elements", "number"],
    ],
  },
  dmaMapped: {
    id: 10,
    name: "dma.mapped",
    lane: "dma",
    args: [
      ["logical", "address"],
      ["length", "bytes"],
      ["bounced", "number"],
    ],
  },
  dmaUnmapped: {
    id: 11,
    name: "dma.unmapped",
    lane: "dma",
    args: [
      ["logical", "address"],
      ["length", "bytes"],
    ],
  },
  deviceRead: {
    id: 12,
    name: "device.dma.read",
    lane: "device",
    args: [
      ["logical", "address"],
      ["length", "bytes"],
    ],
  },
  deviceWrite: {
    id: 13,
    name: "device.dma.write",
    lane: "device",
    args: [
      ["logical", "address"],
      ["length", "bytes"],
    ],
  },
  deviceActivity: {
    id: 14,
    name: "device.activity",
    lane: "device",
    args: [
      ["lane", "text"],
      ["name", "text"],
    ],
  },
  registerRead: {
    id: 15,
    name: "register.read",
    lane: "device",
    args: [
      ["bar", "number"],
      ["offset", "address"],
      ["value", "number"],
    ],
  },
  registerWrite: {
    id: 16,
    name: "register.write",
    lane: "device",
    args: [
      ["bar", "number"],
      ["offset", "address"],
      ["value", "number"],
    ],
  },
  interruptRaised: { id: 17, name: "interrupt.raised", lane: "interrupt", args: [["vector", "number"]] },
  interruptLowered: { id: 18, name: "interrupt.lowered", lane: "interrupt", args: [["vector", "number"]] },
  interruptDelivered: {
    id: 19,
    name: "interrupt",
    lane: "interrupt",
    args: [
      ["vector", "number"],
      ["claimed", "number"],
    ],
  },
  dpcQueued: { id: 20, name: "dpc.queued", lane: "dpc", args: [["inserted", "number"]] },
  dpc: { id: 21, name: "dpc", lane: "dpc", args: [["name", "text"]] },
  irql: { id: 22, name: "irql", lane: "cpu", args: [["irql", "number"]] },
  power: { id: 23, name: "power", lane: "power", args: [["transition", "text"]] },
  debugPrint: { id: 24, name: "debug.print", lane: "log", args: [["text", "text"]] },
  deviceLog: { id: 25, name: "device.log", lane: "log", args: [["text", "text"]] },
  violation: {
    id: 26,
    name: "violation",
    lane: "log",
    args: [
      ["rule", "text"],
      ["message", "text"],
    ],
  },
  timer: { id: 27, name: "timer", lane: "dpc", args: [["period", "time"]] },
  workItem: { id: 28, name: "work-item", lane: "driver", args: [["name", "text"]] },
  scenario: { id: 29, name: "scenario", lane: "request", args: [["step", "text"]] },
  /** Message of a logpoint. */
  logpoint: { id: 30, name: "logpoint", lane: "log", args: [["text", "text"]] },
  /** Structured exception handling: `raised`, or which function's handler has taken it. */
  exception: {
    id: 31,
    name: "exception",
    lane: "cpu",
    args: [
      ["code", "status"],
      ["outcome", "text"],
    ],
  },
} as const satisfies Readonly<Record<string, TraceKindInfo & { readonly id: number }>>;

export type TraceKind = keyof typeof traceKinds;

/**
 * Where the machine writes its events. Numbers only: texts go through `text`. All methods are cheap and must not change the machine.
 * `object` is an object id (0 = none), `parent` the id of the event that caused this one (0 = none); ids start at 1.
 */
export interface TraceSink {
  /** Interns `value`. */
  text(value: string): number;
  instant(kind: TraceKind, object?: number, parent?: number, a?: number, b?: number, c?: number): number;
  begin(kind: TraceKind, object?: number, parent?: number, a?: number, b?: number, c?: number): number;
  /** Ends the span that `begin` returned; arguments that are only known now replace those of the begin row. */
  end(kind: TraceKind, span: number, a?: number, b?: number, c?: number): void;
}

/** Swallows everything; for tests. */
export const nullTrace: TraceSink = { text: () => 0, instant: () => 0, begin: () => 0, end: () => undefined };
