// SPDX-License-Identifier: MIT
/**
 * What the debugger looks out for besides statements: accesses to memory by processor and device, calls of routines, callbacks by the name
 * the framework gives them, events of the trace. Watches live as long as the worker; each execution is attached anew and sees the same hits.
 */
import type { AccessKind } from "../machine/index.ts";
import { type DeviceAccess, type InstrumentedModule, type TraceKind, type Watch, type WatchHit, traceKinds } from "../protocol/index.ts";
import type { Context } from "./guest.ts";
import { LocalWatches } from "./local-watches.ts";
import type { Run } from "./run.ts";
import { type ArmedStatements, firstStatementOf } from "./statement-table.ts";
import { EventCounts, type EventWatch, matches } from "./watch-match.ts";

type OfKind<K extends Watch["kind"]> = Extract<Watch, { kind: K }>;
type Facts<H = WatchHit> = H extends WatchHit ? Omit<H, "watch" | "position" | "sequence"> : never;
type MutableHits = WatchHit[];

export class Watches {
  readonly #module: InstrumentedModule;
  readonly #onHits: (hits: readonly WatchHit[]) => void;
  #memory: readonly OfKind<"memory">[] = [];
  readonly #locals: LocalWatches;
  #calls: ReadonlyMap<string, readonly number[]> = new Map();
  #callbacks: ReadonlyMap<string, readonly number[]> = new Map();
  #events: readonly EventWatch[] = [];
  /** Watched bytes as they were last seen, by watch. */
  readonly #values = new Map<number, Uint8Array>();
  readonly #sequences = new Map<number, { position: number; sequence: number }>();
  #run: Run | undefined;
  #isMuted = false;
  #counts = new EventCounts();
  #device: DeviceAccess | undefined;
  /** Callbacks that were entered and have not reached their first statement. */
  #entries: { readonly serial: number; readonly statement: number; readonly name: string; readonly ids: readonly number[] }[] = [];
  /** Hits that wait until the framework has finished what it is doing. */
  #deferred: { readonly id: number; readonly facts: Facts }[] = [];

  constructor(module: InstrumentedModule, armed: ArmedStatements, onHits: (hits: readonly WatchHit[]) => void) {
    this.#module = module;
    this.#locals = new LocalWatches(module, armed, (id, facts) => this.#number(id, facts));
    this.#onHits = onHits;
  }

  /** Replaces all watches. */
  set(watches: readonly Watch[]): void {
    const of = <K extends Watch["kind"]>(kind: K): OfKind<K>[] => watches.filter((watch): watch is OfKind<K> => watch.kind === kind);
    this.#memory = of("memory");
    this.#locals.set(of("local"));
    this.#events = of("event");
    this.#calls = group(of("call"), ({ routine }) => routine);
    this.#callbacks = group(of("callback"), ({ callback }) => callback);
    this.#run?.machine.memory.setWatched(this.#watchedMemory);
    this.refresh();
  }

  /** A new execution begins. */
  attach(run: Run): void {
    this.#run = run;
    this.#counts = new EventCounts();
    this.#sequences.clear();
    this.#locals.attach(run);
    this.#entries = [];
    this.#deferred = [];
    const { memory, dma } = run.machine;
    run.trace.onEvent = (kind, phase, object, a, b, c) => this.#observe(kind, phase, object, [a, b, c]);
    memory.beforeWatched = ({ address, length }) => this.#locals.beforeWrite(address, length);
    memory.onWatched = ({ address, length, kind }) => this.#touched(address, length, kind, undefined);
    dma.onDeviceRead = (address, length) => this.#touched(address, length, "read", this.#device);
    dma.onDeviceWrite = (address, length) => this.#touched(address, length, "write", this.#device);
    memory.setWatched(this.#watchedMemory);
    this.refresh();
  }

  /** Memory was changed behind the watches' back. */
  refresh(): void {
    for (const { id, address, length } of this.#memory) this.#values.set(id, this.#bytes(address, length));
    this.#locals.forget();
  }

  /** Does `action` without looking. */
  mute<T>(action: () => T): T {
    this.#isMuted = true;
    try {
      return action();
    } finally {
      this.#isMuted = false;
      this.refresh();
    }
  }

  get #watchedMemory(): readonly { readonly address: number; readonly length: number }[] {
    return [...this.#memory, ...this.#locals.all];
  }

  /** Whether a callback has been entered whose first statement is waited for. */
  get isEntering(): boolean {
    return this.#entries.length > 0;
  }

  get isEmpty(): boolean {
    return this.#memory.length + this.#locals.all.length + this.#calls.size + this.#callbacks.size + this.#events.length === 0;
  }

  /** The driver has called `routine`. */
  called(routine: string): void {
    if (this.#deferred.length > 0) this.settle();
    const ids = this.#calls.get(routine);
    if (ids !== undefined) this.#onHits(ids.map((id) => this.#number(id, { kind: "call", routine })));
  }

  /** Kernel or framework is about to call the driver. The statement to arm, when the call is watched. */
  entering(context: Context): number | undefined {
    if (this.#deferred.length > 0) this.settle();
    if (context.serial === 1) this.refresh();
    const ids = this.#callbacks.get(context.name);
    const statement = ids === undefined ? undefined : firstStatementOf(this.#module, context.functionIndex);
    if (ids !== undefined && statement !== undefined) this.#entries.push({ serial: context.serial, statement, name: context.name, ids });
    return statement;
  }

  /** Delivers hits that had to wait. */
  settle(): void {
    const due = this.#deferred;
    if (due.length === 0) return;
    this.#deferred = [];
    this.#onHits(due.map(({ id, facts }) => this.#number(id, facts)));
  }

  /** An armed statement: hits of callbacks that begin here and of locals that have changed. */
  atStatement(statement: number, position: number): readonly WatchHit[] {
    const hits: MutableHits = [];
    if (this.#entries.length > 0) this.#enter(statement, hits);
    if (this.#locals.all.length > 0) hits.push(...this.#locals.atStatement(statement, position));
    return hits;
  }

  /** Which hits of this execution lie before the present, in which `current` is what the target stopped at. */
  earlier(position: number, current: readonly WatchHit[]): (hit: WatchHit) => boolean {
    const bounds = new Map<number, number>();
    for (const [id, last] of this.#sequences) if (last.position === position) bounds.set(id, last.sequence);
    for (const { watch, sequence } of current) bounds.set(watch, sequence - 1);
    return (hit) => hit.position < position || (hit.position === position && hit.sequence <= (bounds.get(hit.watch) ?? 0));
  }

  #enter(statement: number, hits: MutableHits): void {
    const serial = this.#run?.guest.contexts.at(-1)?.serial;
    const entry = this.#entries.find((candidate) => candidate.serial === serial && candidate.statement === statement);
    if (entry === undefined) return;
    this.#entries = this.#entries.filter((candidate) => candidate.serial < entry.serial);
    for (const id of entry.ids) hits.push(this.#number(id, { kind: "callback", callback: entry.name }));
  }

  #touched(address: number, length: number, access: AccessKind, device: DeviceAccess | undefined): void {
    if (this.#memory.length + this.#locals.all.length === 0 || this.#isMuted) return;
    const hits: MutableHits = access === "write" ? [...this.#locals.written(address, length)] : [];
    for (const watch of this.#memory) {
      if (address >= watch.address + watch.length || address + length <= watch.address) continue;
      const before = this.#values.get(watch.id) ?? new Uint8Array(watch.length);
      const after = this.#bytes(watch.address, watch.length);
      this.#values.set(watch.id, after);
      if (watch.access !== "readWrite" && watch.access !== access) continue;
      if (watch.by !== undefined && (watch.by === "device") !== (device !== undefined)) continue;
      hits.push(this.#number(watch.id, { kind: "memory", access, address, length, before, after, ...this.#accessor(device) }));
    }
    if (hits.length > 0) this.#onHits(hits);
  }

  #accessor(device: DeviceAccess | undefined): Pick<Extract<WatchHit, { kind: "memory" }>, "by" | "routine" | "device"> {
    if (device !== undefined) return { by: "device", device };
    const guest = this.#run?.guest;
    if (guest?.currentApi !== undefined) return { by: "kernel", routine: guest.currentApi };
    return { by: (guest?.contexts.length ?? 0) > 0 ? "driver" : "kernel" };
  }

  #observe(kind: TraceKind, phase: number, objectId: number, args: readonly [number, number, number]): void {
    if (kind === "deviceRead" || kind === "deviceWrite") this.#device = { logical: args[0], length: args[1], objectId };
    const n = this.#counts.next(kind, phase, objectId, args[0]);
    if (this.#events.length === 0 || this.#isMuted) return;
    const isText = traceKinds[kind].args[0]?.[1] === "text";
    const text = isText ? this.#run?.trace.textOf(args[0]) : undefined;
    const event = { kind, phase, objectId, arguments: args, text, n };
    const found = this.#events.filter((watch) => matches(watch, event));
    if (found.length === 0) return;
    const facts: Facts = { kind: "event", event: kind, objectId, arguments: args, n, ...(text === undefined ? {} : { text }) };
    // A new object is not whole yet.
    if (kind === "objectCreated") this.#deferred.push(...found.map(({ id }) => ({ id, facts })));
    else this.#onHits(found.map(({ id }) => this.#number(id, facts)));
  }

  /** Gives a hit its place among those of its watch. */
  #number(id: number, facts: Facts): WatchHit {
    const position = this.#run?.guest.executed() ?? 0;
    const last = this.#sequences.get(id);
    const sequence = last?.position === position ? last.sequence + 1 : 1;
    this.#sequences.set(id, { position, sequence });
    return { ...facts, watch: id, position, sequence };
  }

  #bytes(address: number, length: number): Uint8Array {
    return this.#run?.machine.memory.peek(address, length) ?? new Uint8Array(length);
  }
}

function group<T extends { readonly id: number }>(watches: readonly T[], key: (watch: T) => string): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>();
  for (const watch of watches) groups.set(key(watch), [...(groups.get(key(watch)) ?? []), watch.id]);
  return groups;
}
