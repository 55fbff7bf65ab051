// SPDX-License-Identifier: MIT
/**
 * Follows the trace of the active debug session for the timeline: what there is of it, piece by piece, also while the target runs. Keeps it, so
 * that a page that was hidden, or opened after the session has ended, can be told again; and the run before, to compare with.
 */
import * as vscode from "vscode";
import { type CustomEvents, type TargetPosition, type TimelineUpdate, type TraceSnapshot, decodeTrace, ntStatusName, traceKinds } from "../protocol/index.ts";
import type { SessionWatch, TargetChange } from "./session-watch.ts";
import { joinSnapshots } from "./join-snapshots.ts";

/** While the target runs, the page is told so often, ms. */
const liveInterval = 100;

/** Requests that let the target run. */
const runningCommands: ReadonlySet<string> = new Set([
  "configurationDone",
  "continue",
  "next",
  "stepIn",
  "stepOut",
  "stepBack",
  "reverseContinue",
  "goto",
  "restart",
  "restartFrame",
]);

interface ProtocolMessage {
  readonly type: string;
  readonly command?: string;
  readonly event?: string;
  readonly body?: unknown;
}

export interface RecordedRun {
  readonly name: string;
  readonly trace: TraceSnapshot;
}

interface Run {
  readonly session: string;
  /** Name of the launch configuration. */
  readonly name: string;
  readonly chunks: TraceSnapshot[];
  lastEvent: number;
  furthest: number;
  names: Readonly<Record<string, string>>;
  position?: TargetPosition | undefined;
  hasEnded: boolean;
}

export class TimelineFeed implements vscode.DebugAdapterTrackerFactory, vscode.Disposable {
  readonly #watch: SessionWatch;
  readonly #subscription: vscode.Disposable;
  readonly #updated = new vscode.EventEmitter<TimelineUpdate>();
  readonly #runChanged = new vscode.EventEmitter<string>();
  /** What the page must be told. */
  readonly onDidUpdate = this.#updated.event;
  /** Another launch configuration runs. */
  readonly onDidChangeRun = this.#runChanged.event;
  #run: Run | undefined;
  #previous: RecordedRun | undefined;
  #isWanted = false;
  #timer: NodeJS.Timeout | undefined;
  /** Updates go out one after the other. */
  #updates: Promise<void> = Promise.resolve();

  constructor(watch: SessionWatch) {
    this.#watch = watch;
    this.#subscription = watch.onDidChange((change) => this.#queue(change));
  }

  /** The run before the one that is shown. */
  get previous(): RecordedRun | undefined {
    return this.#previous;
  }

  /** The trace that is shown, also when its session has ended. */
  get trace(): TraceSnapshot | undefined {
    return this.#run === undefined || this.#run.chunks.length === 0 ? undefined : joinSnapshots(this.#run.chunks);
  }

  /** Name of the launch configuration of the run that is shown. */
  get name(): string | undefined {
    return this.#run?.name;
  }

  createDebugAdapterTracker({ id }: vscode.DebugSession): vscode.DebugAdapterTracker {
    return {
      onDidSendMessage: ({ type, command, event, body }: ProtocolMessage) => {
        if (event === "kmdf/traceAppended") this.#appended(id, body as CustomEvents["kmdf/traceAppended"]);
        else if (event === "continued" || (type === "response" && runningCommands.has(command ?? ""))) this.#wake();
      },
    };
  }

  /** A page is there, or is not any more: without one, nobody asks a running target. */
  want(isWanted: boolean): void {
    this.#isWanted = isWanted;
    if (isWanted) this.#queue({});
    else this.#sleep();
  }

  /** Everything again, for a page that knows nothing. */
  repeat(): void {
    const run = this.#run;
    if (run !== undefined) {
      this.#updated.fire({ type: "registers", names: run.names });
      for (const [i, trace] of run.chunks.entries()) this.#updated.fire({ type: "trace", isWhole: i === 0, trace, ...positionPart(run.position) });
      if (run.hasEnded) this.#updated.fire({ type: "ended" });
    }
    this.#queue({});
  }

  dispose(): void {
    this.#sleep();
    this.#subscription.dispose();
    this.#updated.dispose();
    this.#runChanged.dispose();
  }

  #queue(change: TargetChange): void {
    // A run that nobody looked at is not kept; one that was looked at is, to its end.
    if (!this.#isWanted && (this.#run === undefined || change.reason !== "ended")) return;
    this.#updates = this.#updates.then(() => this.#update(change));
  }

  /** Looks again soon, if the target still runs then. */
  #wake(): void {
    if (!this.#isWanted || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#queue({});
    }, liveInterval);
  }

  #sleep(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #update(change: TargetChange): Promise<void> {
    const { session } = this.#watch;
    if (session === undefined) {
      // The trace stays; one that was never sent cannot be had any more.
      this.#end();
      return;
    }
    const position = await this.#watch.request("kmdf/position");
    const run = this.#runOf(session);
    const furthest = position?.furthest ?? run.furthest;
    // A write in the past, and a restart, begin another history. Travelling alone does not: what lies ahead will come again.
    const isWhole = change.reason === "written" || furthest < run.furthest;
    const trace = await this.#trace(run, isWhole);
    if (trace === undefined || this.#run !== run) return;
    if (run.chunks.length === 0 || trace.firstEvent === 1) await this.#nameRegisters(run);
    const startsAgain = trace.firstEvent === 1;
    this.#keep(run, trace, startsAgain);
    run.furthest = furthest;
    run.position = position;
    run.hasEnded = false;
    const isRunning = position === undefined && change.reason !== "ended";
    this.#updated.fire({ type: "trace", isWhole: startsAgain, trace, isRunning, ...positionPart(position) });
    if (change.reason === "ended") this.#end();
    else if (isRunning) this.#wake();
  }

  /** The rest of a run that has ended, and that nobody can be asked for any more. */
  #appended(session: string, { trace: encoded }: CustomEvents["kmdf/traceAppended"]): void {
    this.#updates = this.#updates.then(() => {
      const run = this.#run;
      if (run?.session !== session) return;
      const trace = decodeTrace(encoded);
      const isWhole = trace.firstEvent !== run.lastEvent + 1;
      // What came in between was read by a question that was answered meanwhile.
      if (isWhole && trace.firstEvent !== 1) return;
      this.#keep(run, trace, isWhole);
      run.position = undefined;
      this.#updated.fire({ type: "trace", isWhole, trace });
    });
  }

  #keep(run: Run, trace: TraceSnapshot, isWhole: boolean): void {
    this.#nameStatuses(run, trace);
    if (isWhole) run.chunks.length = 0;
    if (trace.count > 0 || isWhole) run.chunks.push(trace);
    run.lastEvent = trace.firstEvent + trace.count - 1;
  }

  /** What there is beyond what the page has; all of it when the target has begun another history. */
  async #trace(run: Run, isWhole: boolean): Promise<TraceSnapshot | undefined> {
    const from = isWhole ? 1 : run.lastEvent + 1;
    const answer = await this.#watch.request("kmdf/trace", { fromEvent: from, follow: true });
    const trace = answer === undefined ? undefined : decodeTrace(answer.trace);
    return trace === undefined || trace.firstEvent === from || from === 1 ? trace : this.#trace(run, true);
  }

  #runOf({ id, name }: vscode.DebugSession): Run {
    const known = this.#run;
    if (known?.session === id) return known;
    if (known !== undefined && known.chunks.length > 0) this.#previous = { name: known.name, trace: joinSnapshots(known.chunks) };
    const run: Run = { session: id, name, chunks: [], lastEvent: 0, furthest: 0, names: {}, hasEnded: false };
    this.#run = run;
    if (known?.name !== name) this.#runChanged.fire(name);
    return run;
  }

  #end(): void {
    if (this.#run !== undefined) {
      this.#run.hasEnded = true;
      this.#run.position = undefined;
    }
    this.#updated.fire({ type: "ended" });
  }

  async #nameRegisters(run: Run): Promise<void> {
    const answer = await this.#watch.request("kmdf/registers");
    if (answer === undefined) return;
    run.names = Object.fromEntries(answer.registers.map(({ bar, offset, name }) => [`${bar}:${offset}`, name]));
    this.#updated.fire({ type: "registers", names: run.names });
  }

  #nameStatuses(run: Run, trace: TraceSnapshot): void {
    const found = statusNames(trace);
    if (Object.keys(found).every((key) => run.names[key] !== undefined)) return;
    run.names = { ...run.names, ...found };
    this.#updated.fire({ type: "registers", names: run.names });
  }
}

/** Names of the statuses with which requests completed, by `status:VALUE`. */
function statusNames({ count, kind, args }: TraceSnapshot): Record<string, string> {
  const names: Record<string, string> = {};
  for (let i = 0; i < count; i++) {
    if (kind[i] !== traceKinds.requestCompleted.id) continue;
    const status = (args[3 * i] ?? 0) >>> 0;
    const name = ntStatusName(status);
    if (name !== undefined) names[`status:${status}`] = name;
  }
  return names;
}

const positionPart = (position: TargetPosition | undefined): { position?: TargetPosition } => (position === undefined ? {} : { position });
