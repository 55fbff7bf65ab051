// SPDX-License-Identifier: MIT
/**
 * The debugger engine: one driver on one machine in one worker, from the first statement to the last. Knows breakpoints, steps, time
 * travel and what the target looks like at a stop; knows no protocol and no editor.
 */

import { AssertionFailure } from "../base/index.ts";
import type {
  InstrumentedModule,
  LaunchConfiguration,
  ObjectView,
  RuntimeAnswers,
  RuntimeCommand,
  RuntimeEvent,
  RuntimeQuery,
  StepGranularity,
  StepKind,
  StopFilters,
  StoppedEvent,
  WriteReference,
} from "../protocol/index.ts";
import { DebugInfo } from "../symbols/index.ts";
import type {
  Breakpoint,
  BreakpointKind,
  FunctionBreakpointRequest,
  InstructionBreakpointRequest,
  SourceBreakpointRequest,
  WatchPlan,
  WatchRequest,
} from "./breakpoint.ts";
import { BreakpointStore } from "./breakpoint-store.ts";
import type { BreakpointIds } from "./breakpoint-store.ts";
import { withFunctionNames } from "./object-names.ts";
import { OneTimeStop, oneTimeWatch } from "./one-time-stop.ts";
import { createProgram } from "./program.ts";
import type { Program } from "./program.ts";
import { ReferenceSource } from "./references.ts";
import { lastWriters } from "./scout.ts";
import type { FoundWriter, Scouting } from "./scout.ts";
import { SessionError } from "./session-error.ts";
import type { SessionEvent, Stop } from "./session-event.ts";
import { onHost } from "./stack.ts";
import { StepPlan } from "./step-plan.ts";
import { reviewStop } from "./stop-review.ts";
import type { Motion } from "./stop-review.ts";
import { StoppedTarget } from "./stopped-target.ts";
import { TargetLink } from "./target-link.ts";

export interface DebugSessionOptions {
  readonly module: InstrumentedModule;
  /** The linked module before instrumentation: it has the DWARF. */
  readonly linked: Uint8Array;
  readonly configuration: LaunchConfiguration;
  /** Entry file of the runtime's worker. */
  readonly workerUrl: URL;
  /** False: run to the end and never stop. */
  readonly debug: boolean;
  readonly trace?: boolean;
  /** Count statements and branches, for the end of the run; slows it down. */
  readonly coverage?: boolean;
  /** Declared but not emulated functions the driver uses, for the report. */
  readonly notEmulated?: readonly string[];
  /** Where breakpoints get their ids from; shared by the sessions of a client that starts the driver again. */
  readonly breakpointIds?: BreakpointIds;
  readonly onEvent: (event: SessionEvent) => void;
}

/** A function that a step into a line can lead to: one that the line calls, or a callback of a routine that it calls. */
export type StepTarget =
  | { readonly kind: "function"; readonly name: string; readonly low: number }
  | { readonly kind: "callback"; readonly name: string; readonly through: string };

export type SessionState = "starting" | "ready" | "running" | "idle" | "stopped" | "ended";
type QueryOf<T extends RuntimeQuery["type"]> = Extract<RuntimeQuery, { readonly type: T }>;

export class DebugSession {
  readonly program: Program;
  readonly breakpoints: BreakpointStore;
  readonly #link: TargetLink;
  readonly #workerUrl: URL;
  readonly #onEvent: (event: SessionEvent) => void;
  readonly #references = new ReferenceSource();
  readonly #ready = Promise.withResolvers<void>();
  #state: SessionState = "starting";
  #target: StoppedTarget | undefined;
  #lastStop: Stop | undefined;
  #motion: Motion = { isBackwards: false, step: undefined, oneTime: OneTimeStop.none };
  #isPauseWanted = false;

  constructor(options: DebugSessionOptions) {
    const { module, linked, configuration } = options;
    this.program = createProgram({ module, debugInfo: DebugInfo.load(linked), configuration });
    this.breakpoints = new BreakpointStore(this.program, options.breakpointIds);
    this.#onEvent = options.onEvent;
    this.#workerUrl = options.workerUrl;
    // Whoever waits for it sees the rejection; when nobody does, the `died` event tells the same.
    this.#ready.promise.catch(() => undefined);
    this.#link = new TargetLink({
      program: this.program,
      workerUrl: options.workerUrl,
      debug: options.debug,
      trace: options.trace ?? true,
      coverage: options.coverage ?? false,
      notEmulated: options.notEmulated ?? [],
      onEvent: (event) => this.#receive(event),
      onText: (text) => this.#onEvent({ type: "output", category: "machine", text }),
      onExit: (error) => this.#exited(error),
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Resolves when the machine has loaded the driver and waits for `run`. Rejects when it died before. */
  whenReady(): Promise<void> {
    return this.#ready.promise;
  }

  /** The stopped target. @throws SessionError while it runs */
  get target(): StoppedTarget {
    if (this.#target === undefined) throw this.#notStopped();
    return this.#target;
  }

  /** The latest stop, while the target is stopped. */
  get lastStop(): Stop | undefined {
    return this.#target === undefined ? undefined : this.#lastStop;
  }

  setSourceBreakpoints(path: string, requests: readonly SourceBreakpointRequest[]): Promise<readonly Breakpoint[]> {
    return this.#placed(this.breakpoints.setSource(path, requests));
  }

  setFunctionBreakpoints(requests: readonly FunctionBreakpointRequest[]): Promise<readonly Breakpoint[]> {
    return this.#placed(this.breakpoints.setFunctions(requests));
  }

  setInstructionBreakpoints(requests: readonly InstructionBreakpointRequest[]): Promise<readonly Breakpoint[]> {
    return this.#placed(this.breakpoints.setInstructions(requests));
  }

  /** Data and framework breakpoints; `group` names the set that is replaced. */
  setWatches(group: string, kind: BreakpointKind, requests: readonly WatchRequest[]): Promise<readonly Breakpoint[]> {
    return this.#placed(this.breakpoints.setWatches(group, kind, requests));
  }

  async #placed(breakpoints: readonly Breakpoint[]): Promise<readonly Breakpoint[]> {
    await this.#sendBreakpoints();
    return breakpoints;
  }

  async setStopFilters(filters: StopFilters): Promise<void> {
    await this.query({ type: "setStopFilters", filters });
  }

  /** Starts the driver, or lets the stopped target go on. @throws SessionError */
  run(only?: number): void {
    if (this.#state !== "ready") this.#requireWayForward();
    this.#move({ type: "run", ...this.#alone(only) });
  }

  /** The thread that is to run alone: the one that has stopped, because it holds the processor. @throws SessionError for another */
  #alone(only: number | undefined): { readonly only?: number } {
    if (only === undefined) return {};
    if (only !== this.target.event.thread) throw new SessionError("Only the thread that has stopped can run alone: it holds the processor");
    return { only };
  }

  step(kind: StepKind, granularity: StepGranularity, only?: number): void {
    this.#requireWayForward();
    const plan = new StepPlan(kind, granularity, this.program.debugInfo, this.target.event);
    this.#move({ type: "step", kind: plan.command, granularity: plan.granularity, ...this.#alone(only) }, { step: plan });
  }

  /** Steps into `target` if the line calls it, else over the line. */
  async stepInto(target: StepTarget): Promise<void> {
    this.#requireWayForward();
    const statement = target.kind === "function" ? this.program.lines.firstOfFunction(target.low) : undefined;
    await this.#stopOnceAt(
      target.kind === "callback"
        ? OneTimeStop.atHit({ kind: "callback", callback: target.name })
        : OneTimeStop.atStatements(statement === undefined ? [] : [statement]),
    );
    this.step("over", "line");
  }

  stepBack(kind: StepKind, granularity: StepGranularity): void {
    this.#requireStopped();
    const plan = new StepPlan(kind, granularity, this.program.debugInfo, this.target.event);
    this.#move({ type: "stepBack", kind: plan.command, granularity: plan.granularity }, { isBackwards: true, step: plan });
  }

  reverseContinue(): void {
    this.#requireStopped();
    this.#move({ type: "reverseContinue" }, { isBackwards: true });
  }

  /** Back to the first statement of a frame. @throws SessionError */
  restartFrame(frameId: number): void {
    const { record, functionIndex } = this.target.restartable(frameId);
    this.#move({ type: "restartFrame", record, functionIndex }, { isBackwards: true });
  }

  /** Travels to statement number `position`. @throws SessionError */
  goto(position: number): void {
    this.#requireStopped();
    if (!Number.isSafeInteger(position) || position < 0) throw new SessionError(`${position} is not a statement number`);
    this.#move({ type: "goto", position }, { isBackwards: position < this.target.event.position });
  }

  /** Travels to where write number `sequence` to the bytes in the course of statement `position` has just been done. @throws SessionError */
  async gotoWrite(position: number, { address, length, frame, sequence }: WriteReference): Promise<void> {
    this.#requireStopped();
    const isBackwards = position <= this.target.event.position;
    const watch: WatchPlan = frame === undefined ? { kind: "memory", address, length, access: "write" } : { kind: "local", address, length, ...frame };
    await this.#stopOnceAt(OneTimeStop.atHit(watch));
    this.#move({ type: "goto", position, hit: { watch: oneTimeWatch, sequence } }, { isBackwards });
  }

  /** Who wrote each of `length` bytes last, found by a second machine. Rejects with SessionError, or an AbortError. */
  findWriters(address: number, length: number, scouting: Scouting): Promise<readonly FoundWriter[]> {
    return lastWriters(this, this.#workerUrl, { address, length }, scouting);
  }

  /** Runs until one of `statements` is about to be executed, or something else stops the target. */
  async runTo(statements: readonly number[]): Promise<void> {
    this.#requireWayForward();
    await this.#stopOnceAt(OneTimeStop.atStatements(statements));
    this.run();
  }

  /** From the first statement again. Before the first `run` there is nothing to do. */
  async restart(): Promise<void> {
    if (this.#state === "ended") throw new SessionError("The target has ended");
    if (this.#state === "starting" || this.#state === "ready") return;
    this.breakpoints.forgetHitsAfter(-1);
    await this.#stopOnceAt(OneTimeStop.none);
    this.#move({ type: "restart" });
  }

  /** Makes the running target stop; a stopped one stays so. */
  pause(): void {
    if (this.#state !== "running" && this.#state !== "idle") throw new SessionError("The target is not running");
    this.#isPauseWanted = true;
    this.#link.post({ type: "interrupt" });
  }

  /** How far the travel in progress is, from 0 to 1. */
  get travelProgress(): number {
    return this.#link.travelProgress;
  }

  /** Asks the machine to end: it reports and is gone. `timeLimitMs` is the limit of real time it exceeded, when that is why. */
  terminate(timeLimitMs?: number): void {
    if (this.#state !== "ended") this.#link.post({ type: "terminate", ...(timeLimitMs === undefined ? {} : { timeLimitMs }) });
  }

  /** Ends the worker at once. */
  async kill(): Promise<void> {
    await this.#link.kill();
  }

  /** Trees of framework and kernel objects, with callbacks by name. Rejects with a SessionError. */
  async objects(): Promise<readonly ObjectView[]> {
    return withFunctionNames(await this.query({ type: "objects" }), this.program.debugInfo);
  }

  /** Asks the runtime something; a running target answers at its next statement. Rejects with a SessionError. */
  query<T extends RuntimeQuery["type"]>(query: QueryOf<T>): Promise<RuntimeAnswers[T]> {
    const needsMachine = query.type !== "setBreakpoints" && query.type !== "setWatches" && query.type !== "setStopFilters";
    if (needsMachine && (this.#state === "starting" || this.#state === "ready"))
      return Promise.reject(new SessionError("The machine has not been started yet"));
    return this.#link.query(query);
  }

  /** Tells clients, and what the engine remembers, that the user changed the target: what was hit later did not happen any more. */
  noteChange(range?: { readonly reference: string; readonly length: number }): void {
    const { event } = this.target;
    this.breakpoints.forgetHitsAfter(event.statement === undefined ? event.position + 0.999 : event.position);
    this.#target?.forgetObjects();
    this.#onEvent({ type: "changed", ...range });
  }

  #requireStopped(): void {
    if (this.#state !== "stopped") throw this.#notStopped();
  }

  #notStopped(): SessionError {
    return this.#state === "ended" ? new SessionError("The target has ended") : new SessionError("The target is running; pause it first", "notStopped");
  }

  #requireWayForward(): void {
    this.#requireStopped();
    if (this.#target?.event.canContinue === false) throw new SessionError("The machine has stopped for good here; step back or restart");
  }

  #move(command: RuntimeCommand, { isBackwards = false, step }: Partial<Motion> = {}): void {
    this.#motion = { isBackwards, step, oneTime: this.#motion.oneTime };
    this.#isPauseWanted = false;
    this.#target = undefined;
    this.#state = "running";
    this.#link.post(command);
  }

  async #stopOnceAt(oneTime: OneTimeStop): Promise<void> {
    if (oneTime.isEmpty && this.#motion.oneTime.isEmpty) return;
    this.#motion = { ...this.#motion, oneTime };
    await this.#sendBreakpoints();
  }

  async #sendBreakpoints(): Promise<void> {
    const { oneTime } = this.#motion;
    const statements = [...new Set([...this.breakpoints.statements, ...oneTime.statements])].sort((a, b) => a - b);
    const watches = [...this.breakpoints.watches, ...oneTime.watches];
    const conditions = this.breakpoints.conditions.filter(({ statement }) => !oneTime.statements.includes(statement));
    await Promise.all([this.query({ type: "setBreakpoints", statements, conditions }), this.query({ type: "setWatches", watches })]);
  }

  #receive(event: RuntimeEvent): void {
    switch (event.type) {
      case "ready":
        this.#state = "ready";
        this.#ready.resolve();
        return;
      case "running":
        if (this.#state !== "running") this.#onEvent({ type: "running" });
        this.#state = "running";
        return;
      case "idle":
        this.#state = "idle";
        this.#onEvent({ type: "idle" });
        return;
      case "stopped":
        this.#stopped(event).catch((error: unknown) => this.#exited(error instanceof Error ? error : new AssertionFailure(String(error))));
        return;
      case "output":
        this.#onEvent({
          type: "output",
          category: event.category,
          text: event.text,
          position: event.location && onHost(this.program.debugInfo.lineAt(event.location.offset)),
        });
        return;
      case "violation":
      case "requestCompleted":
      case "forked":
        this.#onEvent(event);
        return;
      case "ended":
        this.#state = "ended";
        this.#target = undefined;
        this.#onEvent(event);
        return;
      case "answer":
      case "found":
        throw new AssertionFailure("answers are paired with their queries by the link");
    }
  }

  async #stopped(event: StoppedEvent): Promise<void> {
    const target = new StoppedTarget({ program: this.program, link: this.#link, event, references: this.#references });
    const { log, goOn, stop } = await reviewStop(target, this.breakpoints, this.#motion, () => this.#isPauseWanted);
    for (const { text, isProblem } of log) {
      this.#onEvent({ type: "output", category: isProblem ? "problem" : "logpoint", text: `${text}\n`, position: target.topFrame?.position });
    }
    // In order with the command that follows.
    for (const { text, isProblem } of log) if (!isProblem) this.query({ type: "note", text }).catch(() => undefined);
    if (this.#isOver()) return;
    if (goOn === undefined) await this.#present(target, stop);
    else this.#link.post(goOn);
  }

  async #present(target: StoppedTarget, stop: Stop): Promise<void> {
    await this.#stopOnceAt(OneTimeStop.none);
    if (this.#isOver()) return;
    this.#target = target;
    this.#lastStop = stop;
    this.#isPauseWanted = false;
    this.#state = "stopped";
    this.#onEvent({ type: "stopped", stop });
  }

  /** A method, because the state changes while a stop is being looked at, which the compiler does not expect. */
  #isOver(): boolean {
    return this.#state === "ended";
  }

  #exited(error: Error | undefined): void {
    const failure = error ?? new SessionError("The machine ended before it was ready");
    this.#ready.reject(failure);
    if (this.#isOver()) return;
    this.#state = "ended";
    this.#target = undefined;
    this.#onEvent({ type: "died", error });
  }
}
