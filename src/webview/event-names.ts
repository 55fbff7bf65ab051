// SPDX-License-Identifier: MIT
/**
 * Names that events have in common, as small numbers: what groups them in statistics, and what a search looks at once instead of a million times.
 * Names leave out what differs from event to event, such as addresses and values.
 */
import { type TraceKind, type TraceSnapshot, traceKinds } from "../protocol/index.ts";
import { type RegisterNames, bytesText, registerText, statusText } from "./event-text.ts";

/** Which arguments make the name: one, or two as key `first + second * 2^22` (texts are few, sizes below 2^31). */
type Key = readonly [first: 0 | 1 | 2, second?: 0 | 1 | 2];

const keys: Partial<Readonly<Record<TraceKind, Key>>> = {
  callback: [0, 2],
  api: [0],
  objectCreated: [0],
  objectDeleted: [0],
  requestArrived: [0, 1],
  requestCompleted: [0],
  transaction: [1, 0],
  transfer: [1],
  dmaMapped: [1],
  dmaUnmapped: [1],
  deviceRead: [1],
  deviceWrite: [1],
  deviceActivity: [1],
  registerRead: [0, 1],
  registerWrite: [0, 1],
  interruptRaised: [0],
  interruptLowered: [0],
  interruptDelivered: [0],
  dpcQueued: [0],
  dpc: [0],
  irql: [0],
  power: [0],
  debugPrint: [0],
  deviceLog: [0],
  violation: [0],
  workItem: [0],
  scenario: [0],
};

const secondFactor = 2 ** 22;

interface Name {
  readonly kind: TraceKind;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const kindNames = (Object.keys(traceKinds) as TraceKind[]).sort((a, b) => traceKinds[a].id - traceKinds[b].id);
const keyOfKind: readonly (Key | undefined)[] = kindNames.map((kind) => keys[kind]);

export class EventNames {
  readonly #names: Name[] = [];
  /** By kind and key. */
  readonly #ids: readonly Map<number, number>[] = kindNames.map(() => new Map());

  /** Names so far; ids are 0 to count - 1. */
  get count(): number {
    return this.#names.length;
  }

  /** Name of the event in row `i` of `chunk`. */
  idOf({ kind, args }: TraceSnapshot, i: number): number {
    const number = kind[i] ?? 0;
    const key = keyOfKind[number];
    const at = 3 * i;
    const value = key === undefined ? 0 : (args[at + key[0]] ?? 0) + (key[1] === undefined ? 0 : (args[at + key[1]] ?? 0) * secondFactor);
    const ids = this.#ids[number] ?? new Map<number, number>();
    const known = ids.get(value);
    if (known !== undefined) return known;
    ids.set(value, this.#names.length);
    return this.#names.push({ kind: kindNames[number] ?? "callback", a: args[at] ?? 0, b: args[at + 1] ?? 0, c: args[at + 2] ?? 0 }) - 1;
  }

  kindOf(id: number): TraceKind {
    return this.#names[id]?.kind ?? "callback";
  }

  /** Argument number `place` that all events of this name have; undefined when they differ in it. */
  argumentOf(id: number, place: number): number | undefined {
    const name = this.#names[id];
    const key = name === undefined ? undefined : keys[name.kind];
    if (name === undefined || key === undefined || (key[0] !== place && key[1] !== place)) return undefined;
    return place === 0 ? name.a : place === 1 ? name.b : name.c;
  }

  text(id: number, texts: readonly string[], registers: RegisterNames): string {
    const name = this.#names[id];
    return name === undefined ? "" : textOf(name, texts, registers);
  }
}

function textOf({ kind, a, b, c }: Name, texts: readonly string[], registers: RegisterNames): string {
  const text = (id: number): string => texts[id] ?? "";
  switch (kind) {
    case "callback":
      return text(c) || text(a) || kind;
    case "requestArrived":
      return b > 0 ? `${text(a)} ${bytesText(b)}` : text(a);
    case "requestPresented":
      return "presented";
    case "requestCompleted":
      return `completed ${statusText(registers, a)}`;
    case "transaction":
      return `${b === 1 ? "write" : "read"} ${bytesText(a)}`;
    case "transfer":
      return `transfer ${bytesText(b)}`;
    case "dmaMapped":
    case "dmaUnmapped":
      return `${kind === "dmaMapped" ? "map" : "unmap"} ${bytesText(b)}`;
    case "deviceRead":
    case "deviceWrite":
      return `device ${kind === "deviceRead" ? "reads" : "writes"} ${bytesText(b)}`;
    case "deviceActivity":
      return text(b) || "activity";
    case "registerRead":
    case "registerWrite":
      return `${kind === "registerRead" ? "read" : "write"} ${registerText(registers, a, b)}`;
    case "interruptRaised":
    case "interruptLowered":
      return `${kind === "interruptRaised" ? "raise" : "lower"} vector 0x${a.toString(16).toUpperCase()}`;
    case "interruptDelivered":
      return `vector 0x${a.toString(16).toUpperCase()}`;
    case "dpcQueued":
      return a === 1 ? "queue DPC" : "DPC queued already";
    case "objectCreated":
    case "objectDeleted":
      return `${kind === "objectCreated" ? "create" : "delete"} ${text(a)}`;
    case "irql":
      return `IRQL ${a}`;
    case "transactionState":
    case "timer":
      return traceKinds[kind].name;
    default:
      return text(a) || traceKinds[kind].name;
  }
}
