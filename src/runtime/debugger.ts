// SPDX-License-Identifier: MIT
/**
 * The worker's half of the debugger: decides at hooks whether to stop, blocks the worker while the target is stopped and serves commands
 * there. It lives as long as the worker; executions come and go (re-execution is how time travel works).
 */
import type { CallReason } from "../machine/index.ts";
import {
  type CallOutcome,
  type InstrumentedModule,
  type ReportedViolation,
  type RuntimeEvent,
  type RuntimeInit,
  type RuntimeMessage,
  type StopReason,
  type Violation,
  type WatchHit,
  guestLayout,
} from "../protocol/index.ts";
import type { ControlLink } from "./control-link.ts";
import { CoverageRecorder } from "./coverage-recorder.ts";
import { departure } from "./departure.ts";
import { conditionMachineOf } from "./condition.ts";
import { ConsoleCalls } from "./console-calls.ts";
import type { Context, HookListener } from "./guest.ts";
import { History } from "./history.ts";
import { QueryService } from "./query-service.ts";
import type { Run } from "./run.ts";
import { timeLimitFailure } from "./run-failure.ts";
import type { SourceMap } from "./source-map.ts";
import { ArmedStatements } from "./statement-table.ts";
import { type Step, stepFrom } from "./stepping.ts";
import { type StopDetails, stoppedEvent } from "./stopped-event.ts";
import { scenarioPlace } from "./stuck.ts";
import { StopRules } from "./stop-rules.ts";
import { badCallViolation, overrunViolation, raiseTrap, v8TrapViolation } from "./trap-violations.ts";
import { Restart, RunEnded, type TravelGoal } from "./unwind.ts";
import { Watches } from "./watches.ts";
import { violationLimit, violationLimitFailure } from "./violation-limit.ts";

/** Statements that one callback may run: in an ISR or DPC (the DPC watchdog), elsewhere when nobody debugs. */
const watchdogStatements = 300_000_000;
const passiveStatements = 4_000_000_000;

export class Debugger implements HookListener {
  readonly link: ControlLink;
  readonly history = new History();
  readonly armedStatements: ArmedStatements;
  readonly watches: Watches;
  /** Only in runs that ask for coverage. */
  readonly coverage: CoverageRecorder | undefined;
  readonly rules = new StopRules();
  readonly queries: QueryService;
  readonly #init: RuntimeInit;
  readonly #module: InstrumentedModule;
  readonly #map: SourceMap;
  #run: Run | undefined;

  #step: Step | undefined;
  #goal: TravelGoal | undefined;
  /** Statement number at which a travel ended: the target has stopped there once and does not stop there again when it goes on. */
  #arrivedAt = 0;
  #isEntryPending = false;
  #isPausePending = false;
  readonly #calls = new ConsoleCalls();
  /** Nothing is wanted of a statement but to stop where a condition holds. */
  #mayAllSkip = false;

  constructor(init: RuntimeInit, link: ControlLink, map: SourceMap) {
    this.#init = init;
    this.#module = init.module;
    this.#map = map;
    this.link = link;
    this.coverage = init.coverage === true ? new CoverageRecorder(init.module.statements) : undefined;
    this.queries = new QueryService(this);
    this.armedStatements = new ArmedStatements(init.memory.buffer, guestLayout(init.configuration.machine.memoryMiB), init.module.statements, () =>
      conditionMachineOf(this.current),
    );
    this.watches = new Watches(init.module, this.armedStatements, (hits) => void this.#hit(hits));
  }

  get hasRun(): boolean {
    return this.#run !== undefined;
  }

  /** The execution that is going on. @throws RunEnded before the first */
  get current(): Run {
    if (this.#run === undefined) throw new RunEnded();
    return this.#run;
  }

  /** A new execution begins, towards `goal` when it is a re-execution. */
  begin(run: Run, goal: TravelGoal | undefined): void {
    this.#run = run;
    this.coverage?.reset();
    this.#goal = goal;
    this.#arrivedAt = 0;
    this.#mayAllSkip = false;
    this.#step = undefined;
    this.#isEntryPending = goal === undefined && this.#init.configuration.stopOnEntry && this.#init.debug;
    if (this.#init.debug) this.watches.attach(run);
    if (goal === undefined) this.arm();
    else this.#armForTravel(goal);
  }

  #armForTravel(goal: TravelGoal): void {
    if (goal.kind === "search") goal.run.rearm();
    else this.armedStatements.clear();
  }

  /** The execution is over. */
  finished(): void {
    if (this.#goal?.kind === "search") this.#goal.run.end();
  }

  /** Writes the statement table for the way the target runs now. */
  arm(): void {
    this.#mayAllSkip = false;
    if (this.#goal !== undefined) return;
    const all = this.#isPausePending || this.link.hasAttention || this.coverage !== undefined;
    const functions = this.#step === undefined ? undefined : this.#step.functions(this.current.guest);
    this.#mayAllSkip = !all && this.#step === undefined && !this.#isEntryPending;
    this.armedStatements.apply({ all: all || (this.#step !== undefined && functions === undefined), functions });
  }

  call(functionIndex: number, args: readonly (number | bigint)[]): Pick<CallOutcome, "value" | "problem"> {
    return this.#calls.make(this.current.guest, functionIndex, args);
  }

  get stopAt(): number {
    if (this.#calls.endsAt !== undefined) return this.#calls.endsAt;
    const goal = this.#goal;
    const travel = goal?.kind === "search" ? goal.run.stopAt : goal?.kind === "position" ? goal.position : Number.POSITIVE_INFINITY;
    return Math.min(travel, this.history.nextPosition);
  }

  reached(statement: number, position: number): void {
    if (this.#calls.isActive) this.#calls.end();
    for (let input = this.history.takeAt(position); input !== undefined; input = this.history.takeAt(position)) this.queries.apply(input);
    const goal = this.#goal;
    if (goal === undefined) return;
    if (goal.kind === "search") {
      goal.run.reached(statement, this.current.guest.callStackPointer, position);
      return;
    }
    if (goal.kind === "hit" || goal.position !== position) return;
    this.#goal = undefined;
    this.arm();
    this.#arrivedAt = position;
    this.#stop(goal.reason);
  }

  skips(statement: number, callStackPointer: number): boolean {
    const { armedStatements } = this;
    if (this.#calls.isActive) return true;
    if (!this.#mayAllSkip || !armedStatements.isConditional(statement) || armedStatements.isWatched(statement)) return false;
    if (this.watches.isEntering || this.link.hasAttention || !armedStatements.isRuledOut(statement, callStackPointer)) return false;
    armedStatements.cover(statement, true);
    return true;
  }

  armed(statement: number, position: number): void {
    if (this.#calls.isActive) return;
    this.#serviceTravel();
    const hits = this.watches.atStatement(statement, position);
    if (hits.length > 0 && this.#hit(hits)) this.#arrivedAt = position;
    const goal = this.#goal;
    if (goal?.kind === "search") {
      goal.run.visit(statement, this.current.guest.callStackPointer, position);
      return;
    }
    if (goal !== undefined) return;
    this.coverage?.visit(statement, this.current.guest.callStackPointer);
    const hasBreakpoint = this.armedStatements.breakpoints.has(statement);
    const isNeeded = this.#isPausePending || this.coverage !== undefined;
    this.armedStatements.cover(statement, hasBreakpoint || this.#step !== undefined || isNeeded);
    if (this.link.hasAttention) this.service();
    if (this.#init.debug && position !== this.#arrivedAt) this.#decide(statement, hasBreakpoint);
    this.passed(position);
  }

  #decide(statement: number, isBreakpoint: boolean): void {
    const reason = this.#stopReason(statement, isBreakpoint);
    const returned = reason === "step" ? this.#step?.returned(this.current.guest) : undefined;
    if (reason !== undefined) this.#stop(reason, returned === undefined ? {} : { returned });
  }

  #stopReason(statement: number, isBreakpoint: boolean): StopReason | undefined {
    const { guest } = this.current;
    const isReal = (this.#module.statements.line[statement] ?? 0) > 0;
    if (this.#isEntryPending && guest.contexts.at(-1)?.name === "DriverEntry") return "entry";
    // A step that ends on a breakpoint has ended, whatever the session thinks of the breakpoint's condition.
    if (isReal && this.#step?.endsAt(statement, guest) === true) return "step";
    if (isBreakpoint && this.armedStatements.mayStop(statement, guest.callStackPointer)) return "breakpoint";
    return this.#isPausePending ? "pause" : undefined;
  }

  passed(position: number): void {
    if (this.#calls.isActive) return;
    this.#serviceTravel();
    const { guest } = this.current;
    const context = guest.contexts.at(-1);
    if (context === undefined || this.#goal !== undefined) return;
    const statements = position - context.enteredAt;
    const isElevated = context.reason.kind === "interrupt" || context.reason.kind === "dpc";
    if (statements < (isElevated ? watchdogStatements : this.#init.debug ? Number.POSITIVE_INFINITY : passiveStatements)) return;
    this.bugCheck(overrunViolation(context, statements));
  }

  called(api: string): void {
    if (this.#init.debug && !this.#calls.isActive) this.watches.called(api);
  }

  entering(context: Context): void {
    this.coverage?.entered(context.functionIndex, context.name);
    const statement = this.#init.debug && !this.#calls.isActive ? this.watches.entering(context) : undefined;
    if (statement !== undefined) this.armedStatements.arm(statement);
  }

  settled(): void {
    if (!this.#calls.isActive) this.watches.settle();
  }

  /** Stops at hits of watches, or notes them on the way to another place. True when the target stopped and was told to go its way. */
  #hit(hits: readonly WatchHit[]): boolean {
    const goal = this.#goal;
    if (goal?.kind === "search") goal.run.hit(hits);
    if (goal !== undefined) {
      if (
        goal.kind !== "hit" ||
        !hits.some(({ watch, position, sequence }) => watch === goal.watch && position === goal.position && sequence === goal.sequence)
      )
        return false;
      this.#goal = undefined;
      this.arm();
    }
    return this.#stop("watch", { hits }) !== "resume";
  }

  contextEnded(context: Context): void {
    if (this.#step?.contextEnded(context) === true) this.arm();
  }

  trap(kind: number): never {
    return raiseTrap(kind, this.current.guest, (violation) => this.bugCheck(violation, "trap"));
  }

  trapped(error: Error, topOffset: number | undefined): never {
    return this.bugCheck(v8TrapViolation(error), "trap", topOffset);
  }

  badCall(name: string, target: number, reason: CallReason): never {
    return this.bugCheck(badCallViolation(name, target, reason));
  }

  /** StopPort: reports and returns when the run goes on. */
  violation(violation: Violation): void {
    const run = this.current;
    if (!run.violations.isWanted(violation)) return;
    const reported = this.#note(violation);
    if (!this.#init.debug && run.violations.all.length >= violationLimit) {
      run.fail(violationLimitFailure());
      throw new RunEnded();
    }
    if (!this.emit({ type: "violation", violation: reported }) || this.#goal !== undefined || this.#calls.isActive) return;
    const isDevice = violation.rule === "DMA-DEVICE-FAULT";
    if (this.rules.wants(isDevice ? "deviceFault" : "violation", violation.rule)) this.#stop(isDevice ? "device-fault" : "violation", { violation: reported });
  }

  #note(violation: Violation, trapOffset?: number): ReportedViolation {
    const { violations, guest, trace } = this.current;
    trace.instant("violation", violation.objectId ?? 0, 0, trace.text(violation.rule), trace.text(violation.message));
    return violations.add(violation, guest, trapOffset);
  }

  /** StopPort: the machine stops for good. */
  bugCheck(violation: Violation, reason: "bugcheck" | "trap" = "bugcheck", trapOffset?: number): never {
    const reported = this.#note(violation, trapOffset);
    this.emit({ type: "violation", violation: reported });
    if (this.#calls.isActive) this.#calls.end(violation.message);
    if (this.#goal?.kind === "search") return this.#goal.run.end();
    this.#goal = undefined;
    if (this.rules.wants(reason === "trap" ? "trap" : "bugCheck", violation.rule)) {
      this.#stop(reason, { violation: reported, canContinue: false, ...(trapOffset === undefined ? {} : { trapOffset }) });
    }
    throw new RunEnded();
  }

  /** Sends an event of the execution; false when the client has seen it in an earlier execution of the same history. */
  emit(event: RuntimeEvent): boolean {
    if (!this.history.shouldEmit()) return false;
    this.link.post(event);
    return true;
  }

  /** Stops at a moment when no driver code runs. */
  stopIdle(): void {
    this.#stop("pause");
  }

  get isPausePending(): boolean {
    return this.#isPausePending;
  }

  /** Whether the execution still repeats the past. */
  get isTravelling(): boolean {
    return this.#goal !== undefined;
  }

  /** The machine has nothing to do while it travels: the place lies at this idle moment. */
  arriveIdle(): void {
    const goal = this.#goal;
    if (goal?.kind === "search") return goal.run.end();
    this.#goal = undefined;
    this.arm();
    if (goal !== undefined) this.#stop(goal.kind === "hit" ? "pause" : goal.reason);
  }

  /** Stops and serves commands; returns the one that lets the target go on. */
  #stop(reason: StopReason, details: StopDetails = {}): RuntimeMessage["type"] | undefined {
    if (!this.#init.debug) return undefined;
    const { guest, machine } = this.current;
    this.#isEntryPending = false;
    this.#isPausePending = false;
    this.history.furthest = Math.max(this.history.furthest, guest.executed());
    this.link.setState("stopped");
    this.link.post(stoppedEvent(reason, details, guest, machine, this.history.furthest));
    let message = this.link.wait();
    while (!this.#command(message, details.canContinue ?? true, details.hits ?? [])) message = this.link.wait();
    this.link.setState("running");
    this.link.post({ type: "running" });
    this.arm();
    guest.refresh();
    return message.type;
  }

  /** Handles a message to a stopped target; true when the target goes on. */
  #command(message: RuntimeMessage, canContinue: boolean, hits: readonly WatchHit[]): boolean {
    switch (message.type) {
      case "query":
        this.queries.answer(message);
        return false;
      case "run":
      case "resume":
      case "step":
        if (!canContinue) throw new RunEnded();
        if (message.type !== "resume") this.queries.hold(message.only);
        if (message.type !== "resume") this.#step = message.type === "run" ? undefined : stepFrom(message, this.#module, this.#map, this.current.guest);
        return true;
      case "interrupt":
        return false;
      default:
        throw departure(message, { guest: this.current.guest, module: this.#module, armed: this.armedStatements, watches: this.watches, hits });
    }
  }

  /** Looks for messages: at an armed statement, and between the steps of an idle machine. */
  service(): void {
    this.link.takeAttention();
    for (let message = this.link.poll(); message !== undefined; message = this.link.poll()) this.receive(message);
    this.arm();
  }

  /** Tells how far a travel is, and looks for messages: a pause ends it where it is. */
  #serviceTravel(): void {
    const goal = this.#goal;
    if (goal === undefined) return;
    const position = this.current.guest.executed();
    this.link.setProgress(goal.kind === "search" ? goal.run.progress(position) / 2 : Math.min(1, position / goal.position));
    if (!this.link.hasAttention) return;
    this.service();
    if (this.#isPausePending) {
      this.#goal = undefined;
      this.arm();
      this.#arrivedAt = position;
      this.#stop("pause");
    } else this.#armForTravel(goal);
  }

  terminate(timeLimitMs: number | undefined): never {
    if (timeLimitMs !== undefined) this.current.fail(timeLimitFailure(timeLimitMs, this.current.guest, this.#map, scenarioPlace(this.current)));
    throw new RunEnded();
  }

  /** Handles a message to a running or idle target, which has nothing to do for run and step commands. */
  receive(message: RuntimeMessage): void {
    if (message.type === "query") this.queries.answer(message);
    else if (message.type === "interrupt") this.#isPausePending = true;
    else if (message.type === "terminate") this.terminate(message.timeLimitMs);
    else if (message.type === "restart") throw new Restart();
  }
}
