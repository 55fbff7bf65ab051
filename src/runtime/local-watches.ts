// SPDX-License-Identifier: MIT
/**
 * Watches of variables in the frame of a function. What others write there, through pointers, the shadow memory tells; a function's own
 * stores go unchecked, but the instrumentation has noted which statement has which. So only those statements call the hook, and then the
 * statement after, where the bytes are compared.
 */
import { type FrameStores, type InstrumentedModule, type Watch, type WatchHit, callRecord } from "../protocol/index.ts";
import type { Run } from "./run.ts";
import type { ArmedStatements } from "./statement-table.ts";

export type LocalWatch = Extract<Watch, { kind: "local" }>;
type LocalFacts = Omit<Extract<WatchHit, { kind: "local" }>, "watch" | "position" | "sequence">;

/** A store that is about to happen. */
interface Pending {
  readonly statement: number;
  readonly position: number;
  readonly before: Uint8Array;
}

export class LocalWatches {
  readonly #module: InstrumentedModule;
  readonly #armed: ArmedStatements;
  /** Gives a hit its place among those of its watch. */
  readonly #number: (id: number, facts: LocalFacts) => WatchHit;
  #watches: readonly LocalWatch[] = [];
  /** Statements with stores into the bytes, by watch. */
  readonly #stores = new Map<number, ReadonlySet<number>>();
  readonly #pending = new Map<number, Pending>();
  /** Bytes before a write that the shadow memory told of, by watch. */
  readonly #before = new Map<number, Uint8Array>();
  #run: Run | undefined;

  constructor(module: InstrumentedModule, armed: ArmedStatements, number: (id: number, facts: LocalFacts) => WatchHit) {
    this.#module = module;
    this.#armed = armed;
    this.#number = number;
  }

  get all(): readonly LocalWatch[] {
    return this.#watches;
  }

  set(watches: readonly LocalWatch[]): void {
    this.#watches = watches;
    this.#stores.clear();
    for (const watch of watches) this.#stores.set(watch.id, storesInto(watch, this.#module));
    this.#armed.watched = new Set([...this.#stores.values()].flatMap((statements) => [...statements]));
    this.forget();
  }

  /** A new execution begins. */
  attach(run: Run): void {
    this.#run = run;
    this.forget();
  }

  /** Memory was changed behind the watches' back. */
  forget(): void {
    this.#pending.clear();
    this.#before.clear();
    this.#armed.giveBack();
  }

  /** An armed statement: changes that the statement before has made. */
  atStatement(statement: number, position: number): readonly WatchHit[] {
    const record = this.#run?.guest.callStackPointer ?? 0;
    const hits: WatchHit[] = [];
    for (const watch of this.#watches) {
      if (!this.#exists(watch)) this.#settle(watch);
      else if (record === watch.record) {
        const pending = this.#pending.get(watch.id);
        if (pending !== undefined && position > pending.position) {
          const after = this.#bytes(watch);
          if (!isEqual(pending.before, after))
            hits.push(this.#number(watch.id, { kind: "local", before: pending.before, after, statement: pending.statement }));
          this.#settle(watch);
        }
        if (this.#stores.get(watch.id)?.has(statement) === true) {
          this.#pending.set(watch.id, { statement, position, before: this.#bytes(watch) });
          this.#armed.lend(watch.functionIndex);
        }
      }
    }
    return hits;
  }

  /** Somebody is about to write memory that may be a variable's. */
  beforeWrite(address: number, length: number): void {
    for (const watch of this.#watches) if (overlaps(watch, address, length)) this.#before.set(watch.id, this.#bytes(watch));
  }

  /** Somebody has written it. */
  written(address: number, length: number): readonly WatchHit[] {
    const hits: WatchHit[] = [];
    for (const watch of this.#watches) {
      const before = this.#before.get(watch.id);
      this.#before.delete(watch.id);
      if (before === undefined || !overlaps(watch, address, length) || !this.#exists(watch)) continue;
      const after = this.#bytes(watch);
      const pending = this.#pending.get(watch.id);
      // What the statement itself stores later is another change.
      if (pending !== undefined) this.#pending.set(watch.id, { ...pending, before: after });
      if (!isEqual(before, after)) hits.push(this.#number(watch.id, { kind: "local", before, after, statement: this.#currentStatement() }));
    }
    return hits;
  }

  #settle({ id, functionIndex }: LocalWatch): void {
    if (!this.#pending.delete(id)) return;
    const isStillLent = this.#watches.some((other) => other.functionIndex === functionIndex && this.#pending.has(other.id));
    if (!isStillLent) this.#armed.giveBack(functionIndex);
  }

  /** Whether the frame that the watch is about is on the stack. */
  #exists({ record, functionIndex, frameBase }: LocalWatch): boolean {
    if (this.#run === undefined || this.#run.guest.callStackPointer > record) return false;
    const { view } = this.#run.machine.memory;
    return view.getUint32(record + callRecord.functionIndex, true) === functionIndex && view.getUint32(record + callRecord.frameBase, true) === frameBase;
  }

  #currentStatement(): number {
    const guest = this.#run?.guest;
    const top = guest?.topFrame();
    return guest?.statement ?? (top === undefined ? -1 : (this.#run?.parts.map.statementAt(top.functionIndex, top.offset) ?? -1));
  }

  #bytes({ address, length }: LocalWatch): Uint8Array {
    return this.#run?.machine.memory.peek(address, length) ?? new Uint8Array(length);
  }
}

/** Statements of the watch's function that store into its bytes; all of them when the module does not tell. */
function storesInto({ address, length, functionIndex, frameBase }: LocalWatch, { statements }: InstrumentedModule): ReadonlySet<number> {
  const { frameStores } = statements;
  const isOwn = (statement: number): boolean => statements.functionIndex[statement] === functionIndex;
  if (frameStores === undefined) return new Set(Array.from({ length: statements.count }, (_, id) => id).filter((id) => isOwn(id)));
  const start = address - frameBase;
  return new Set([...storesBetween(frameStores, start, start + length)].filter((statement) => isOwn(statement)));
}

function* storesBetween({ statement, offset, size }: FrameStores, start: number, end: number): Generator<number> {
  for (const [i, id] of statement.entries()) {
    const at = offset[i] ?? 0;
    if (at < end && at + (size[i] ?? 0) > start) yield id;
  }
}

const overlaps = (watch: LocalWatch, address: number, length: number): boolean => address < watch.address + watch.length && address + length > watch.address;
const isEqual = (a: Uint8Array, b: Uint8Array): boolean => a.every((byte, i) => byte === b[i]);
