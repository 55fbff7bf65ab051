// SPDX-License-Identifier: MIT
/** Finds the last write to each byte of a range before a place in the history. */
import type { MemoryWriter, ScoutTask, Watch, WatchHit } from "../protocol/index.ts";
import type { Run } from "./run.ts";
import type { ReverseSearch, TravelGoal } from "./unwind.ts";

export interface WriterTask {
  readonly address: number;
  readonly length: number;
  /** The bytes as they are now: what tells writes of the statement in progress from those that it has still to do. */
  readonly present: Uint8Array;
}

/** What has to be looked out for. */
export function writerWatch({ address, present: { length }, frame }: ScoutTask): Watch {
  return frame === undefined ? { id: 1, kind: "memory", address, length, access: "write" } : { id: 1, kind: "local", address, length, ...frame };
}

export class WriterSearch implements ReverseSearch {
  readonly statements: ReadonlySet<number> = new Set();
  readonly #task: WriterTask;
  readonly #until: number;
  readonly #isMidStatement: boolean;
  readonly #run: () => Run;
  readonly #writers: (MemoryWriter | undefined)[];

  /** Writes count below statement number `until`; those at it, when `isMidStatement`, if they left what is there now. */
  constructor(task: WriterTask, until: number, isMidStatement: boolean, run: () => Run) {
    this.#task = task;
    this.#until = until;
    this.#isMidStatement = isMidStatement;
    this.#run = run;
    this.#writers = Array.from({ length: task.length });
  }

  visit(): void {
    // Only writes count.
  }

  hit(hit: WatchHit): void {
    if (hit.kind !== "memory" && hit.kind !== "local") return;
    const { position, after } = hit;
    if (position > this.#until || (position === this.#until && !this.#isMidStatement)) return;
    const writer = this.#writerOf(hit);
    const { address, length, present } = this.#task;
    for (let i = 0; i < length; i++) {
      const isTouched = hit.kind === "memory" ? address + i >= hit.address && address + i < hit.address + hit.length : hit.before[i] !== after[i];
      if (!isTouched || (position === this.#until && after[i] !== present[i])) continue;
      this.#writers[i] = writer;
    }
  }

  restart(): void {
    this.#writers.fill(undefined);
  }

  get isFound(): boolean {
    return this.#writers.every((writer) => writer !== undefined);
  }

  /** Nowhere: the search is all there is. */
  result(): TravelGoal {
    return { kind: "position", position: Number.POSITIVE_INFINITY, reason: "goto" };
  }

  /** Runs of bytes with the same last write; bytes that nobody has written are left out. */
  get writers(): readonly MemoryWriter[] {
    const { address } = this.#task;
    const runs: MemoryWriter[] = [];
    for (const [i, writer] of this.#writers.entries()) {
      const last = runs.at(-1);
      if (writer === undefined) continue;
      if (last !== undefined && last.address + last.length === address + i && this.#writers[i - 1] === writer)
        runs[runs.length - 1] = { ...last, length: last.length + 1 };
      else runs.push({ ...writer, address: address + i, length: 1 });
    }
    return runs;
  }

  #writerOf(hit: Extract<WatchHit, { kind: "memory" | "local" }>): MemoryWriter {
    const { guest, machine } = this.#run();
    const place = { address: 0, length: 0, position: hit.position, sequence: hit.sequence, time: machine.clock.now };
    if (hit.kind === "local") {
      const { statements } = this.#run().parts.init.module;
      const location = { functionIndex: statements.functionIndex[hit.statement] ?? 0, offset: statements.offset[hit.statement] ?? 0 };
      return { ...place, by: "driver", location };
    }
    const location = hit.by === "device" || guest.contexts.length === 0 ? undefined : guest.topFrame();
    return {
      ...place,
      by: hit.by,
      ...(hit.routine === undefined ? {} : { routine: hit.routine }),
      ...(hit.device === undefined ? {} : { device: hit.device }),
      ...(location === undefined ? {} : { location }),
    };
  }
}
