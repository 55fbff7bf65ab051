// SPDX-License-Identifier: MIT
/** Backwards searches over a re-execution: reverse continue, and steps back over, in and out. */
import { type GuestLayout, type StatementTable, type StepGranularity, type StepKind, type WatchHit, callStackIndexOf } from "../protocol/index.ts";
import type { Guest } from "./guest.ts";
import type { ReverseSearch, TravelGoal } from "./unwind.ts";

export interface BreakpointTest {
  /** Statements with breakpoints. */
  readonly breakpoints: ReadonlySet<number>;
  /** Whether a breakpoint there may want a stop; `record` is the innermost call record. */
  readonly mayStop: (statement: number, record: number) => boolean;
}

/** The latest hit of a breakpoint or watch before a place. */
export class ReverseContinue implements ReverseSearch {
  readonly statements: ReadonlySet<number>;
  readonly #mayStop: (statement: number, record: number) => boolean;
  readonly #until: number;
  readonly #isEarlier: (hit: WatchHit) => boolean;
  #found = 0;
  #hit: WatchHit | undefined;

  /** Breakpoints count at statement numbers below `until`, watches when `isEarlier` says so. */
  constructor({ breakpoints, mayStop }: BreakpointTest, until: number, isEarlier: (hit: WatchHit) => boolean = () => false) {
    this.#mayStop = mayStop;
    this.#until = until;
    this.#isEarlier = isEarlier;
    this.statements = breakpoints;
  }

  visit(statement: number, pointer: number, position: number): void {
    if (position >= this.#until || !this.#mayStop(statement, pointer)) return;
    this.#found = position;
    this.#hit = undefined;
  }

  hit(hit: WatchHit): void {
    if (this.#isEarlier(hit)) this.#hit = hit;
  }

  restart(): void {
    this.#found = 0;
    this.#hit = undefined;
  }

  get isFound(): boolean {
    return this.#found !== 0 || this.#hit !== undefined;
  }

  result(): TravelGoal {
    if (this.#hit !== undefined) return { kind: "hit", watch: this.#hit.watch, position: this.#hit.position, sequence: this.#hit.sequence };
    return this.#found === 0 ? { kind: "position", position: 1, reason: "start" } : { kind: "position", position: this.#found, reason: "breakpoint" };
  }
}

/** Where a frame began: the latest time its function's first statement was reached with its call record. */
export class FrameStart implements ReverseSearch {
  readonly statements: ReadonlySet<number>;
  readonly #record: number;
  readonly #current: number;
  #found = 0;

  constructor(first: number, record: number, current: number) {
    this.statements = new Set([first]);
    this.#record = record;
    this.#current = current;
  }

  visit(statement: number, pointer: number, position: number): void {
    if (position <= this.#current && pointer === this.#record && this.statements.has(statement)) this.#found = position;
  }

  restart(): void {
    this.#found = 0;
  }

  get isFound(): boolean {
    return this.#found !== 0;
  }

  result(): TravelGoal {
    return { kind: "position", position: Math.max(1, this.#found), reason: "goto" };
  }
}

/**
 * The start of the line before the current place: of this frame or a caller (`over`), of a caller (`out`), of anybody (`in`). Consecutive
 * statements of one line in one frame are one place, entered at its first statement.
 */
export class StepBack implements ReverseSearch {
  readonly functions?: ReadonlySet<number>;
  readonly #kind: StepKind;
  readonly #granularity: StepGranularity;
  readonly #table: StatementTable;
  readonly #pointer: number;
  readonly #layout: GuestLayout;
  /** Index of the stack of the frame. */
  readonly #stack: number;
  readonly #current: number;
  /** Starts of the two latest places. */
  #place = 0;
  #before = 0;
  /** Start of the first place that was seen: it may have begun before that. */
  #first = 0;
  #last: { statement: number; pointer: number } | undefined;

  constructor(kind: StepKind, granularity: StepGranularity, table: StatementTable, guest: Guest, current: number) {
    this.#kind = kind;
    this.#granularity = granularity;
    this.#table = table;
    this.#pointer = guest.callStackPointer;
    this.#layout = guest.machine.memory.layout;
    this.#stack = guest.stack.index;
    this.#current = current;
    const onStack = guest.frames().flatMap((frame) => (frame.kind === "driver" ? [frame.functionIndex] : []));
    // A step out looks at callers only.
    if (kind !== "in" && onStack.length > 0) this.functions = new Set(kind === "out" ? onStack.slice(1) : onStack);
  }

  visit(statement: number, pointer: number, position: number): void {
    if (position > this.#current || this.#table.line[statement] === 0) return;
    if (this.#kind !== "in" && callStackIndexOf(this.#layout, pointer) !== this.#stack) return;
    if (this.#kind === "over" && pointer < this.#pointer) return;
    if (this.#kind === "out" && pointer <= this.#pointer && position !== this.#current) return;
    if (this.#isNewPlace(statement, pointer)) {
      this.#before = this.#place;
      this.#place = position;
      this.#first ||= position;
    }
    this.#last = { statement, pointer };
  }

  restart(): void {
    this.#place = 0;
    this.#before = 0;
    this.#first = 0;
    this.#last = undefined;
  }

  get isFound(): boolean {
    return this.#position > this.#first;
  }

  result(): TravelGoal {
    const position = this.#position;
    return position === 0 ? { kind: "position", position: 1, reason: "start" } : { kind: "position", position, reason: "step" };
  }

  get #position(): number {
    // In the middle of a line the step goes to its start first.
    return this.#place < this.#current && this.#kind !== "out" ? this.#place : this.#before;
  }

  #isNewPlace(statement: number, pointer: number): boolean {
    const last = this.#last;
    if (last === undefined || this.#granularity === "statement" || last.pointer !== pointer) return true;
    const { line, file } = this.#table;
    return line[last.statement] !== line[statement] || file[last.statement] !== file[statement] || statement <= last.statement;
  }
}
