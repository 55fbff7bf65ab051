// SPDX-License-Identifier: MIT
/** Events in words: the label of a bar, and the arguments for the details. */
import { hex } from "../base/index.ts";
import { type DecodedEvent, type TraceSnapshot, eventFunction, eventName, namedArguments } from "../protocol/index.ts";

/** Names of registers by `BAR:offset`, and of NTSTATUS values by `status:VALUE`. The table of all statuses would be most of the panel. */
export type RegisterNames = Readonly<Record<string, string>>;

/** Texts are looked up in the store's latest piece, which has all of them. */
export function eventLabel(texts: readonly string[], event: DecodedEvent, registers: RegisterNames): string {
  const [a, b, c] = event.args;
  switch (event.kind) {
    case "callback":
      return texts[c] || texts[a] || event.info.name;
    case "requestArrived":
      return b > 0 ? `${texts[a] ?? ""} ${bytesText(b)}` : (texts[a] ?? "");
    case "requestPresented":
      return "presented";
    case "requestCompleted":
      return `completed ${statusText(registers, a)}, ${bytesText(b)}`;
    case "transaction":
      return `${b === 1 ? "write" : "read"} ${bytesText(a)}`;
    case "transfer":
      return `${bytesText(b)} at ${a}, ${c === 1 ? "1 element" : `${c} elements`}`;
    case "registerRead":
      return `${registerText(registers, a, b)} → ${hex(c)}`;
    case "registerWrite":
      return `${registerText(registers, a, b)} ← ${hex(c)}`;
    case "deviceRead":
    case "deviceWrite":
      return `device ${event.kind === "deviceRead" ? "reads" : "writes"} ${bytesText(b)} at ${hex(a)}`;
    case "dmaMapped":
    case "dmaUnmapped":
      return `${event.kind === "dmaMapped" ? "map" : "unmap"} ${bytesText(b)} at ${hex(a)}`;
    case "interruptRaised":
    case "interruptLowered":
      return `${event.kind === "interruptRaised" ? "raise" : "lower"} vector ${hex(a)}`;
    case "interruptDelivered":
      return `vector ${hex(a)}`;
    case "irql":
      return irqlText(a);
    case "dpcQueued":
      return a === 1 ? "queue DPC" : "DPC queued already";
    case "violation":
      return `${texts[a] ?? ""}: ${texts[b] ?? ""}`;
    default:
      return eventName(textsOnly(texts), event);
  }
}

/** Name of the register at `offset` in `bar`, or the offset. */
export const registerText = (registers: RegisterNames, bar: number, offset: number): string => registers[`${bar}:${offset}`] ?? hex(offset);

/** Name of an NTSTATUS, or its digits. */
export const statusText = (names: RegisterNames, status: number): string => names[`status:${status >>> 0}`] ?? hex(status >>> 0, 8);

export const bytesText = (bytes: number): string => `${bytes.toLocaleString("en")} bytes`;

export function irqlText(irql: number): string {
  return ["PASSIVE_LEVEL", "APC_LEVEL", "DISPATCH_LEVEL"][irql] ?? `DIRQL ${irql}`;
}

/** Arguments by name, those of the end where it has come. */
export function argumentRows(texts: readonly string[], begin: DecodedEvent, end: DecodedEvent | undefined): [name: string, value: string][] {
  return Object.entries(namedArguments(textsOnly(texts), end === undefined ? begin : { ...begin, args: end.args })).map(([name, value]) => [
    name,
    String(value),
  ]);
}

export const functionOf = (texts: readonly string[], event: DecodedEvent): string | undefined => eventFunction(textsOnly(texts), event);

const none = new Float64Array(0);
const noBytes = new Uint8Array(0);
const noIds = new Uint32Array(0);

/** The readers of the trace take a snapshot, but need only its texts for one event. */
function textsOnly(texts: readonly string[]): TraceSnapshot {
  return {
    firstEvent: 1,
    count: 0,
    time: none,
    statement: none,
    kind: noBytes,
    phase: noBytes,
    irql: noBytes,
    object: noIds,
    parent: noIds,
    args: none,
    texts,
  };
}
