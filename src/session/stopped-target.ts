// SPDX-License-Identifier: MIT
/** The target at one stop: its stack, its variables, expressions over them. Ends when the target goes on. */

import type { CallOutcome, Cause, RawFrame, StoppedEvent } from "../protocol/index.ts";
import { addressOf, assign, bare, cInitializer, children, completions, evaluate, readInteger, sizeOf, typeText, variableValue } from "../symbols/index.ts";
import type { Completion, ParsedExpression, Value } from "../symbols/index.ts";
import { BlockCatalog } from "./block-catalog.ts";
import { CauseCatalog } from "./cause-catalog.ts";
import { DriverCalls } from "./driver-calls.ts";
import { createInspection, evaluationScope } from "./inspection.ts";
import type { Inspection } from "./inspection.ts";
import { ObjectCatalog } from "./object-catalog.ts";
import type { Program } from "./program.ts";
import { References } from "./references.ts";
import type { ReferenceSource } from "./references.ts";
import { returnScope, scopesOf } from "./scopes.ts";
import type { Scope } from "./scopes.ts";
import { SessionError } from "./session-error.ts";
import { assembleStack } from "./stack.ts";
import type { CodeFrame, Frame } from "./stack.ts";
import { StoppedMemory } from "./stopped-memory.ts";
import type { TargetLink } from "./target-link.ts";
import { causeText, watchFrames } from "./watch-text.ts";
import { rowsOf, valueRow } from "./variable-row.ts";
import type { Container, RowOptions, VariableRow } from "./variable-row.ts";

/** 0 = nothing inside; otherwise for `variables`. */
export type Referenced<T> = T & { readonly reference: number };
export type ListedFrame = Frame & { readonly id: number };

export interface EvaluateOptions extends RowOptions {
  /** Frame the expression is evaluated in; left out, only globals are known. */
  readonly frameId?: number | undefined;
  /** Assignments are allowed; only for what the user typed to be done. */
  readonly allowSideEffects: boolean;
}

/** Something in the driver's memory; `label` says what. */
export interface Located {
  readonly address: number;
  readonly size: number;
  readonly label: string;
}

export interface StoppedTargetOptions {
  readonly program: Program;
  readonly link: TargetLink;
  readonly event: StoppedEvent;
  readonly references: ReferenceSource;
}

export class StoppedTarget {
  event: StoppedEvent;
  readonly memory: StoppedMemory;
  /** Innermost first. */
  readonly frames: readonly ListedFrame[];
  readonly program: Program;
  readonly #frameReferences: References<Frame>;
  readonly #containers: References<Container>;
  readonly #objects: ObjectCatalog;
  readonly #causes: CauseCatalog;
  readonly #blocks: BlockCatalog;
  #causeFrames: Promise<readonly ListedFrame[]> | undefined;
  readonly #link: TargetLink;
  #inspection: Inspection;
  readonly #ram: ArrayBufferLike;
  /** Frames of other threads that were asked for. */
  readonly #threadFrames = new Map<number, readonly ListedFrame[]>();

  constructor({ program, link, event, references }: StoppedTargetOptions) {
    this.program = program;
    this.#link = link;
    this.event = event;
    this.#ram = link.memory.buffer;
    this.memory = new StoppedMemory(link, program.layout.ramEnd);
    this.#objects = new ObjectCatalog(link, program.debugInfo);
    this.#causes = new CauseCatalog(link);
    this.#blocks = new BlockCatalog(link);
    this.#inspection = this.#inspect();
    this.#frameReferences = new References(references);
    this.#containers = new References(references);
    this.frames = assembleStack([...watchFrames(event), ...event.frames], program, link.memory.buffer).map((frame) => ({
      ...frame,
      id: this.#frameReferences.add(frame),
    }));
  }

  #inspect(): Inspection {
    const { program, memory, event } = this;
    return createInspection({ program, memory, event, objects: this.#objects, causes: this.#causes, blocks: this.#blocks });
  }

  /** The frame, when it is one that time can go back to the start of. @throws SessionError */
  restartable(frameId: number): CodeFrame {
    const frame = this.#frame(frameId);
    if (frame.kind !== "code") throw new SessionError(`${frame.name} is no code of the driver; choose one of its frames`);
    if (frame.isInlined) throw new SessionError(`${frame.name} was inlined, so it has no start of its own; choose the frame below`);
    return frame;
  }

  /** What led here, nearest first. */
  async causes(): Promise<readonly Cause[]> {
    void this.#causes.all;
    await this.#causes.fetch();
    return this.#causes.all;
  }

  /** Rows for below the stack: what led here. */
  causeFrames(): Promise<readonly ListedFrame[]> {
    this.#causeFrames ??= this.causes().then((causes) => causes.map((cause) => this.#listed({ kind: "label", context: "cause", name: causeText(cause) })));
    return this.#causeFrames;
  }

  /** Threads besides what runs on the processor's own stack: those with driver code in progress. */
  get threads(): readonly { readonly id: number; readonly name: string }[] {
    const { thread, threadName, otherThreads } = this.event;
    const running = thread === 0 ? [] : [{ id: thread, name: threadName ?? "" }];
    const others = otherThreads
      .filter(({ id }) => id !== 0)
      .map(({ id, name, waitsFor }) => ({ id, name: waitsFor === undefined ? name : `${name} waits for ${waitsFor}` }));
    return [...running, ...others].sort((a, b) => a.id - b.id);
  }

  /** Frames of thread `id` (0: the processor's own stack), innermost first; none when it has no code in progress. */
  framesOf(id: number): readonly ListedFrame[] {
    if (id === this.event.thread) return this.frames;
    const known = this.#threadFrames.get(id);
    if (known !== undefined) return known;
    const thread = this.event.otherThreads.find((other) => other.id === id);
    if (thread === undefined) return [];
    const waits: RawFrame[] = thread.waitsFor === undefined ? [] : [{ kind: "label", context: "waiting", text: `for ${thread.waitsFor}` }];
    const frames = assembleStack([...waits, ...thread.frames], this.program, this.#ram).map((frame) => this.#listed(frame));
    this.#threadFrames.set(id, frames);
    return frames;
  }

  #listed(frame: Frame): ListedFrame {
    return { ...frame, id: this.#frameReferences.add(frame) };
  }

  /** Innermost frame with code. */
  get topFrame(): (CodeFrame & { readonly id: number }) | undefined {
    return this.frames.find((frame) => frame.kind === "code");
  }

  /** @throws SessionError for a frame of another stop */
  scopes(frameId: number): readonly Referenced<Scope>[] {
    const returned = frameId === this.topFrame?.id ? returnScope(this.event, this.program) : [];
    return [...returned, ...scopesOf(this.#frame(frameId), this.program)].map((scope) => ({ ...scope, reference: this.#containers.add(scope.content) }));
  }

  /** Rows of a scope or value; none for a reference of an earlier stop, which editors still ask for. @throws SessionError for one never given out */
  async variables(reference: number, options: RowOptions): Promise<readonly Referenced<VariableRow>[]> {
    const container = this.#containers.get(reference);
    if (container === undefined) {
      if (this.#containers.isStale(reference)) return [];
      throw new SessionError(`Unknown variables reference ${reference}`);
    }
    const rows = await this.#look((inspection) => rowsOf(container, inspection, options));
    return rows.map((row) => this.#referenced(row));
  }

  /** With `allowSideEffects` also calls of driver functions. @throws EvaluationError, or SessionError for a frame of another stop */
  async evaluate(expression: ParsedExpression | string, options: EvaluateOptions): Promise<Referenced<VariableRow>> {
    const frame = this.#codeFrame(options.frameId);
    const calls = options.allowSideEffects ? new DriverCalls(this.program, this.#link) : undefined;
    try {
      const row = await this.#look((inspection) => {
        calls?.begin();
        const value = evaluate(expression, evaluationScope(inspection, frame, options.allowSideEffects, calls));
        return valueRow(typeof expression === "string" ? expression : "", value, frame, inspection, options);
      }, calls);
      return this.#referenced(row);
    } finally {
      if (calls?.place !== undefined) this.#moved(calls.place);
    }
  }

  /** A call has left the target elsewhere in its history. */
  #moved({ position, time, irql }: CallOutcome): void {
    this.event = { ...this.event, position, time, irql, furthest: position };
    this.memory.noteStored();
    this.forgetObjects();
    this.#inspection = this.#inspect();
  }

  /** The value of `expression` as C text that initialises a variable with it; numbers and text as views show them when C has none. */
  async initializer(expression: string, frameId: number | undefined, options: RowOptions): Promise<string> {
    const frame = this.#codeFrame(frameId);
    return this.#look((inspection) => {
      const value = evaluate(expression, evaluationScope(inspection, frame, false));
      return isAggregate(value) && value.format === undefined ? cInitializer(value, inspection) : valueRow(expression, value, frame, inspection, options).text;
    });
  }

  /** What `look` makes of the value of `expression`; for conditions, which want no text. */
  async evaluateWith<T>(
    expression: ParsedExpression | string,
    frame: CodeFrame | undefined,
    look: (value: Value, scope: ReturnType<typeof evaluationScope>) => T,
  ): Promise<T> {
    return this.#look((inspection) => {
      const scope = evaluationScope(inspection, frame, false);
      return look(evaluate(expression, scope), scope);
    });
  }

  /** Stores `text`, an expression, into the variable `name` of a container. @throws EvaluationError, SessionError */
  async setVariable(reference: number, name: string, text: string, options: RowOptions): Promise<Referenced<VariableRow>> {
    const container = this.#containers.get(reference);
    if (container === undefined)
      throw new SessionError(
        this.#containers.isStale(reference) ? "The target has moved on; the variable is no longer shown" : `Unknown variables reference ${reference}`,
      );
    const frame = "frame" in container ? container.frame : undefined;
    const row = await this.#look((inspection) => {
      const value = memberOf(container, name, inspection);
      return valueRow(name, assign(value, text, evaluationScope(inspection, frame, true)), frame, inspection, options);
    });
    return this.#referenced(row);
  }

  /** Stores `text` into what `expression` names. @throws EvaluationError, SessionError */
  async setExpression(expression: string, text: string, options: RowOptions & { readonly frameId?: number | undefined }): Promise<Referenced<VariableRow>> {
    const frame = this.#codeFrame(options.frameId);
    const row = await this.#look((inspection) => {
      const place = evaluate(expression, evaluationScope(inspection, frame, false));
      return valueRow(expression, assign(place, text, evaluationScope(inspection, frame, true)), frame, inspection, options);
    });
    return this.#referenced(row);
  }

  /** What can stand at 1-based `column` of `text`. */
  async completions(text: string, column: number, frameId: number | undefined): Promise<readonly Completion[]> {
    const frame = this.#codeFrame(frameId);
    return this.#look((inspection) => completions(text, column, evaluationScope(inspection, frame, false)));
  }

  /** Address, size and type text of the lvalue `expression`; for data views. @throws EvaluationError, SessionError */
  async locate(expression: string, frameId: number | undefined): Promise<(Located & { readonly type: string }) | undefined> {
    const frame = this.#codeFrame(frameId);
    return this.#look((inspection) => place(expression, evaluate(expression, evaluationScope(inspection, frame, false))));
  }

  /** The same for the variable `name` of a container. @throws EvaluationError, SessionError */
  async locateVariable(reference: number, name: string): Promise<Located | undefined> {
    const container = this.#containers.get(reference);
    if (container === undefined) throw new SessionError(`Unknown variables reference ${reference}`);
    return this.#look((inspection) => {
      const value = memberOf(container, name, inspection);
      return place(value.evaluateName ?? name, value);
    });
  }

  /** Value of an integer or pointer expression. @throws EvaluationError, SessionError */
  async integer(expression: string, frameId: number | undefined): Promise<bigint> {
    const frame = this.#codeFrame(frameId);
    return this.#look((inspection) => readInteger(evaluate(expression, evaluationScope(inspection, frame, false)), inspection.memory));
  }

  /** Framework objects may have changed with the memory under them. */
  forgetObjects(): void {
    this.#objects.forget();
    this.#blocks.forget();
  }

  #look<T>(look: (inspection: Inspection) => T, calls?: DriverCalls): Promise<T> {
    return this.memory.settle(
      () => look(this.#inspection),
      async () => {
        if ((await calls?.make()) === true) {
          this.memory.forget();
          this.forgetObjects();
          return true;
        }
        const found = await Promise.all([this.#causes.fetch(), this.#objects.fetch(), this.#blocks.fetch()]);
        return found.includes(true);
      },
    );
  }

  #referenced(row: VariableRow): Referenced<VariableRow> {
    return { ...row, reference: row.content === undefined ? 0 : this.#containers.add(row.content) };
  }

  #frame(id: number): Frame {
    const frame = this.#frameReferences.get(id);
    if (frame) return frame;
    throw new SessionError(this.#frameReferences.isStale(id) ? "The target has moved on; the frame no longer exists" : `Unknown frame ${id}`);
  }

  #codeFrame(id: number | undefined): CodeFrame | undefined {
    const frame = id === undefined ? undefined : this.#frame(id);
    return frame?.kind === "code" ? frame : undefined;
  }
}

function isAggregate({ type }: Value): boolean {
  const { kind } = bare(type);
  return kind === "struct" || kind === "array";
}

function place(label: string, value: Value): (Located & { readonly type: string }) | undefined {
  const address = value.bitField === undefined ? addressOf(value) : undefined;
  return address === undefined ? undefined : { address, size: sizeOf(value.type), type: typeText(value.type), label };
}

/** The value called `name` in `container`, to be assigned to. */
function memberOf(container: Container, name: string, inspection: Inspection): Value {
  const refused = new SessionError(`'${name}' cannot be changed`);
  if (container.kind === "variables") {
    const variable = container.variables.find((candidate) => candidate.name === name);
    if (variable === undefined) throw new SessionError(`There is no variable called '${name}' here`);
    return variableValue(variable, container.frame?.context, inspection.memory);
  }
  if (container.kind === "value") {
    const index = /^\[(\d+)\]$/.exec(name)?.[1];
    const range = index === undefined ? undefined : { start: Number(index), count: 1 };
    const found = children(container.value, inspection, range).find((child) => child.name === name);
    if (found) return found.value;
    throw new SessionError(`There is no member called '${name}' here`);
  }
  const value = rowsOf(container, inspection).find((row) => row.name === name)?.value;
  if (value === undefined) throw refused;
  return value;
}
