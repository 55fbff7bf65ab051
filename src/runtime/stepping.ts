// SPDX-License-Identifier: MIT
/** Forward steps: which armed statement ends a step. A step over or out never ends in code that an interrupt or callback nested on top. */
import { type InstrumentedModule, type StatementTable, type StepGranularity, type StepKind, callRecord } from "../protocol/index.ts";
import type { Context, Guest } from "./guest.ts";
import type { SourceMap } from "./source-map.ts";

const asynchronous: ReadonlySet<string> = new Set(["interrupt", "dpc", "timer", "work-item"]);

export class Step {
  readonly kind: StepKind;
  readonly #granularity: StepGranularity;
  readonly #statements: StatementTable;
  readonly #statement: number;
  /** Index of the stack on which it began; a step never ends on another while its frame is there. */
  readonly #stack: number;
  readonly #callStackPointer: number;
  readonly #contexts: readonly number[];
  #isFrameGone = false;
  #last: number;

  /** A step that starts at `statement` (-1 when the target is idle: then it ends at the next statement of anybody). */
  constructor(kind: StepKind, granularity: StepGranularity, statements: StatementTable, statement: number, guest: Guest) {
    this.kind = kind;
    this.#granularity = granularity;
    this.#statements = statements;
    this.#statement = statement;
    this.#last = statement;
    this.#stack = guest.stack.index;
    // A termination block is a part of its function, also when the kernel runs it.
    const owner = kind === "in" ? undefined : terminated(guest);
    this.#callStackPointer = owner ?? guest.callStackPointer;
    this.#contexts = guest.contexts.filter(({ callStackPointer }) => owner === undefined || callStackPointer > owner).map(({ serial }) => serial);
    this.#isFrameGone = statement < 0 || this.#contexts.length === 0;
  }

  /** Functions whose statements must be armed; undefined = all. */
  functions(guest: Guest): ReadonlySet<number> | undefined {
    if (this.kind === "in" || this.#isFrameGone) return undefined;
    const onStack = guest.frames(undefined, guest.stackOf(this.#stack)).flatMap((frame) => (frame.kind === "driver" ? [frame.functionIndex] : []));
    // A step out ends in a caller.
    return new Set(this.kind === "out" ? onStack.slice(1) : onStack);
  }

  /** What the function in which the step began has returned to its caller, where the step ends now. */
  returned(guest: Guest): { readonly functionIndex: number; readonly value: number } | undefined {
    const record = this.#callStackPointer;
    if (this.#isFrameGone || guest.stack.index !== this.#stack || guest.contexts.length !== this.#contexts.length || guest.callStackPointer <= record)
      return undefined;
    const { view } = guest.machine.memory;
    const functionIndex = view.getUint32(record + callRecord.functionIndex, true);
    // Another function that was called meanwhile has taken the record's place.
    if (functionIndex !== this.#statements.functionIndex[this.#statement]) return undefined;
    return { functionIndex, value: view.getUint32(record + callRecord.result, true) };
  }

  /** True when the callback in which the step began has returned, so that every statement must be armed from now on. */
  contextEnded(context: Context): boolean {
    if (this.#isFrameGone || context.serial !== this.#contexts.at(-1)) return false;
    this.#isFrameGone = true;
    return true;
  }

  /** Whether the step ends at `statement`. */
  endsAt(statement: number, guest: Guest): boolean {
    if ((this.#statements.line[statement] ?? 0) === 0) return false;
    if (this.#isFrameGone) return true;
    if (guest.stack.index !== this.#stack) return false;
    const depth = this.#contexts.length;
    const isNested = guest.contexts.length > depth;
    if (this.kind === "in") {
      const nested = guest.contexts.slice(depth);
      if (nested.some(({ reason }) => asynchronous.has(reason.kind))) return false;
      return isNested || guest.callStackPointer !== this.#callStackPointer || this.#isNewPlace(statement);
    }
    if (isNested && this.#endsInTermination(statement, guest)) return true;
    if (isNested || guest.contexts.length < depth) return !isNested;
    const pointer = guest.callStackPointer;
    if (pointer > this.#callStackPointer) return true;
    return this.kind === "over" && pointer === this.#callStackPointer && this.#isSameFunction(statement) && this.#isNewPlace(statement);
  }

  /** In a termination block of the function in which the step began, or of one of its callers: for its programmer it is no call. */
  #endsInTermination(statement: number, guest: Guest): boolean {
    const owner = terminated(guest);
    if (owner === undefined || guest.contexts.slice(this.#contexts.length).some(({ reason }) => asynchronous.has(reason.kind))) return false;
    if (owner !== this.#callStackPointer) return owner > this.#callStackPointer;
    return this.kind === "over" && this.#isNewPlace(statement);
  }

  #isSameFunction(statement: number): boolean {
    return this.#statements.functionIndex[statement] === this.#statements.functionIndex[this.#statement];
  }

  #isNewPlace(statement: number): boolean {
    if (this.#granularity === "statement") return true;
    const { line, file } = this.#statements;
    const isSameLine = line[statement] === line[this.#statement] && file[statement] === file[this.#statement];
    // Going backwards on the line is the next turn of a one-line loop.
    const isNew = !isSameLine || statement <= this.#last;
    this.#last = statement;
    return isNew;
  }
}

/** Record of the function whose termination block the host runs, when that block itself and nothing it calls is running. */
function terminated(guest: Guest): number | undefined {
  const owner = guest.contexts.at(-1)?.terminates;
  if (owner === undefined) return undefined;
  const { view } = guest.machine.memory;
  const same = (offset: number): boolean => view.getUint32(guest.callStackPointer + offset, true) === view.getUint32(owner + offset, true);
  return same(callRecord.functionIndex) && same(callRecord.frameBase) ? owner : undefined;
}

/** The step that the client asks for where the target has stopped. In the middle of a statement it begins at that statement. */
export function stepFrom(
  { kind, granularity }: { readonly kind: StepKind; readonly granularity: StepGranularity },
  { statements }: InstrumentedModule,
  map: SourceMap,
  guest: Guest,
): Step {
  const top = guest.topFrame();
  const statement = guest.statement ?? (guest.contexts.length === 0 || top === undefined ? -1 : map.statementAt(top.functionIndex, top.offset));
  return new Step(kind, granularity, statements, statement, guest);
}
