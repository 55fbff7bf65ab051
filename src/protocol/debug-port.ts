// SPDX-License-Identifier: MIT
/**
 * The one port between the session (adapter thread) and the runtime (worker thread). Commands go through a MessagePort, and the control
 * words in shared memory wake a stopped worker or make a running one look. Driver memory is shared: while the target is stopped, the
 * session reads it directly.
 */
import type { StatementCondition } from "./condition-code.ts";
import type { FaultConfiguration, LaunchConfiguration } from "./configuration.ts";
import type { CoverageRecord } from "./coverage.ts";
import type { Past } from "./input.ts";
import type { InstrumentedModule } from "./instrumented-module.ts";
import type { AddressSpace, FrameReference, MemoryRun, MemoryWriter } from "./memory-view.ts";
import type { RunReport } from "./run-report.ts";
import type { TraceSnapshot } from "./trace-snapshot.ts";
import type { ObjectView, RegisterView } from "./views.ts";
import type { ReportedViolation } from "./violation.ts";
import type { Cause, Watch, WatchHit } from "./watch.ts";

/** Indices in the control words (Int32Array on a SharedArrayBuffer of `controlBytes`). */
export const controlWord = {
  /** Counts commands; the stopped worker waits on it (Atomics.wait). Add 1 and notify after each posted command. */
  doorbell: 0,
  /** Non-zero: the running worker looks for commands at the next statement (set it, then arm the whole statement table). */
  attention: 1,
  /** One of `targetState`. */
  state: 2,
  /** How far a travel is, in parts of a thousand. */
  progress: 3,
} as const;
export const controlBytes = 64;
export const targetState = { starting: 0, running: 1, stopped: 2, idle: 3, ended: 4 } as const;

/** What the worker is created with (workerData). */
export interface RuntimeInit {
  readonly module: InstrumentedModule;
  /** Compiled from module.wasm, so that a restart does not compile again; absent = compile in the worker. */
  readonly compiled?: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: SharedArrayBuffer;
  /** The runtime's end of the MessageChannel; in transferList. */
  readonly port: unknown;
  readonly configuration: LaunchConfiguration;
  /** False: run to the end without ever stopping (`run` on the command line); violations are only reported. */
  readonly debug: boolean;
  /** Names the build reported as declared but not emulated, and what drivers call without declaration; for the report. */
  readonly notEmulated: readonly string[];
  /** Record a trace. */
  readonly trace: boolean;
  /** Count statements and branches; every statement then calls the hook. */
  readonly coverage?: boolean;
  /** This machine is a second one that repeats the past of another to find something out; it tells nothing but the answer. */
  readonly scout?: ScoutTask;
}

/** Find the last write to each of some bytes. */
export interface ScoutTask {
  readonly past: Past;
  readonly address: number;
  /** The bytes as they are where the target is. */
  readonly present: Uint8Array;
  /** Set when they lie in the frame of a function that is on the stack. */
  readonly frame?: FrameReference;
}

export type StepKind = "in" | "over" | "out";
export type StepGranularity = "statement" | "line";

/** For each group: whether to stop, or rule patterns (`parseRulePattern`) that say at which rules. */
export interface StopFilters {
  readonly bugCheck: boolean | string;
  readonly violation: boolean | string;
  readonly deviceFault: boolean | string;
  readonly trap: boolean | string;
}

/** I/O request from the user interface. */
export interface UserRequest {
  readonly kind: "read" | "write" | "ioctl" | "power" | "remove" | "surpriseRemove";
  readonly length?: number;
  /** Hexadecimal bytes for write and ioctl input. */
  readonly data?: string;
  readonly code?: number;
  readonly state?: "D0" | "D1" | "D2" | "D3";
}

/** Commands without a reply. `run` starts or continues. All but `interrupt` are for a stopped (or not yet started) target. */
export type RuntimeCommand =
  /** With `only`, other threads of the driver than this one (0: the code on the processor's own stack) have no turns until the next stop. */
  | { readonly type: "run"; readonly only?: number }
  /**
   * Goes on with what the stop interrupted, a run or an unfinished step: the session sends it after a breakpoint whose condition did not
   * hold, or a logpoint.
   */
  | { readonly type: "resume" }
  | { readonly type: "step"; readonly kind: StepKind; readonly granularity: StepGranularity; readonly only?: number }
  /** Makes the running target stop at the next statement (or, when idle, at once). */
  | { readonly type: "interrupt" }
  /** Travels: re-executes to statement number `position`; later positions than the furthest reached run forward. */
  | {
      readonly type: "goto";
      readonly position: number /** Stop at this hit in the course of the statement. */;
      readonly hit?: { readonly watch: number; readonly sequence: number };
    }
  /** Back to the previous statement of this frame or of a caller (`over`), or of anybody (`in`), or to the call of this frame (`out`). */
  | { readonly type: "stepBack"; readonly kind: StepKind; readonly granularity: StepGranularity }
  /** Back to the latest earlier hit of a breakpoint statement or watch; to the start when there is none. */
  | { readonly type: "reverseContinue" }
  /** Back to the first statement of a frame on the stack, given by its call record. */
  | { readonly type: "restartFrame"; readonly record: number; readonly functionIndex: number }
  /** From the first statement again, with an empty input log. */
  | { readonly type: "restart" }
  /** Ends the target; `timeLimitMs` says that it did so because it ran longer than so many ms of real time. */
  | { readonly type: "terminate"; readonly timeLimitMs?: number };

/** Requests with a reply; allowed at any time (a running target answers at the next statement). */
export type RuntimeQuery =
  /** Statement ids at which to stop, and those among them where that depends; replaces the former set. */
  | { readonly type: "setBreakpoints"; readonly statements: readonly number[]; readonly conditions: readonly StatementCondition[] }
  /** What to look out for besides statements; replaces the former set. */
  | { readonly type: "setWatches"; readonly watches: readonly Watch[] }
  | { readonly type: "setStopFilters"; readonly filters: StopFilters }
  /** Writes driver memory; logged with the statement number, forks the history when in the past. */
  | { readonly type: "poke"; readonly address: number; readonly bytes: Uint8Array }
  /** Calls a function of the driver where the target has stopped at a statement. Logged, and forks the history when in the past. */
  | { readonly type: "callFunction"; readonly functionIndex: number; readonly arguments: readonly (number | bigint)[] }
  /** Puts the message of a logpoint into the trace, here and in every re-execution. */
  | { readonly type: "note"; readonly text: string }
  | { readonly type: "sendRequest"; readonly request: UserRequest }
  | { readonly type: "objects" }
  | { readonly type: "describeHandle"; readonly handle: number }
  | { readonly type: "registers" }
  | { readonly type: "describeAddress"; readonly address: number }
  /** Driver virtual memory; device registers are peeked. For what lies outside RAM: RAM itself the session reads directly. */
  | { readonly type: "readVirtual"; readonly address: number; readonly length: number }
  /** Bytes of any address space up to the first that is not there; device registers are peeked. */
  | { readonly type: "readSpace"; readonly space: AddressSpace; readonly address: bigint; readonly length: number }
  /** Answers how many bytes there was something for. Logged, and forks the history when in the past. */
  | { readonly type: "writeSpace"; readonly space: AddressSpace; readonly address: bigint; readonly bytes: Uint8Array }
  /** Whose the bytes are; virtual addresses. */
  | { readonly type: "memoryRuns"; readonly address: number; readonly length: number }
  /** Virtual address behind another one. */
  | { readonly type: "virtualOf"; readonly space: AddressSpace; readonly address: bigint }
  /** What a second machine needs to get to the same place. */
  | { readonly type: "past" }
  /** Which register is mapped at a virtual address. */
  | { readonly type: "resolveRegister"; readonly address: number; readonly length: number }
  | { readonly type: "writeRegister"; readonly bar: number; readonly offset: number; readonly size: number; readonly value: number }
  | { readonly type: "trace"; readonly fromEvent: number }
  /** What led to the driver code that runs, nearest first. */
  | { readonly type: "causes" }
  | { readonly type: "violations" }
  | { readonly type: "report" };

/** What came of a call from the debugger. */
export interface CallOutcome {
  /** What the function returned; undefined for nothing. */
  readonly value?: number | bigint;
  /** Why it did not return: it was ended, with whatever it had changed. */
  readonly problem?: string;
  /** Where the target is now. */
  readonly position: number;
  readonly time: number;
  readonly irql: number;
}

export interface RuntimeAnswers {
  setBreakpoints: undefined;
  setStopFilters: undefined;
  setWatches: undefined;
  poke: boolean;
  callFunction: CallOutcome;
  note: undefined;
  sendRequest: number;
  objects: readonly ObjectView[];
  describeHandle: string | undefined;
  registers: readonly RegisterView[];
  describeAddress: string | undefined;
  readVirtual: Uint8Array | undefined;
  readSpace: Uint8Array;
  writeSpace: number;
  memoryRuns: readonly MemoryRun[];
  virtualOf: number | undefined;
  past: Past;
  resolveRegister: { readonly bar: number; readonly offset: number } | undefined;
  writeRegister: boolean;
  trace: TraceSnapshot;
  causes: readonly Cause[];
  violations: readonly ReportedViolation[];
  report: RunReport;
}

export type RuntimeMessage = RuntimeCommand | { readonly type: "query"; readonly id: number; readonly query: RuntimeQuery };

export type RawFrame =
  | {
      readonly kind: "driver";
      /** Index in InstrumentedModule.functions. */
      readonly functionIndex: number;
      /** Code offset: of the statement for the top frame, of the call for the others. */
      readonly offset: number;
      readonly frameBase: number;
      /** Address of the shadow call record (spilled parameters). */
      readonly record: number;
    }
  | { readonly kind: "label"; readonly context: string; readonly text: string };

export type StopReason = "entry" | "breakpoint" | "watch" | "step" | "pause" | "goto" | "violation" | "bugcheck" | "device-fault" | "trap" | "start" | "end";

/** A thread with a stack of its own, or the processor's own stack, while another runs. */
export interface ThreadView {
  /** Id of the thread; 0 for the processor's own stack. */
  readonly id: number;
  readonly name: string;
  /** What it waits for; absent when it could go on. */
  readonly waitsFor?: string;
  /** Innermost first. */
  readonly frames: readonly RawFrame[];
}

export interface StoppedEvent {
  readonly type: "stopped";
  readonly reason: StopReason;
  /** Statement number: ordinal of the statement that comes next; the first statement of the driver is 1. */
  readonly position: number;
  /** Furthest statement number reached in this history. */
  readonly furthest: number;
  /** Statement id at which it stopped; absent when not at a statement. */
  readonly statement?: number;
  /** Innermost first. Empty when the target is idle. */
  readonly frames: readonly RawFrame[];
  /** Id of the thread that runs; 0 when code runs on the processor's own stack. */
  readonly thread: number;
  /** Name of that thread; absent with thread 0. */
  readonly threadName?: string;
  /** The others. */
  readonly otherThreads: readonly ThreadView[];
  readonly irql: number;
  readonly cpu: number;
  /** Virtual time, ns. */
  readonly time: number;
  readonly violation?: ReportedViolation;
  /** The function that the step left, and the i32 it returned; meaningless when it returns something else. */
  readonly returned?: { readonly functionIndex: number; readonly value: number };
  /** What was hit, for reason `watch`. */
  readonly hits?: readonly WatchHit[];
  /** False after a bug check or trap: going on is not possible, going back is. */
  readonly canContinue: boolean;
}

export type RuntimeEvent =
  | { readonly type: "ready" }
  | StoppedEvent
  | { readonly type: "running" }
  /** The target waits for requests from outside (no scenario, nothing pending). */
  | { readonly type: "idle"; readonly position: number; readonly time: number }
  | {
      readonly type: "output";
      readonly category: "driver" | "device" | "scenario" | "machine";
      readonly text: string;
      readonly location?: { readonly functionIndex: number; readonly offset: number };
    }
  | { readonly type: "violation"; readonly violation: ReportedViolation }
  /** Something was changed at a statement in the past: the future it had is forgotten. */
  | { readonly type: "forked"; readonly position: number }
  /** A scout has found what it was sent for. */
  | { readonly type: "found"; readonly writers: readonly MemoryWriter[] }
  | { readonly type: "requestCompleted"; readonly id: number; readonly status: string; readonly information: number; readonly bytes: Uint8Array }
  | {
      readonly type: "ended";
      readonly report: RunReport;
      readonly exitStatus: number;
      readonly trace?: TraceSnapshot;
      readonly coverage?: CoverageRecord;
      readonly error?: { readonly code: string; readonly text: string };
    }
  | { readonly type: "answer"; readonly id: number; readonly value?: unknown; readonly error?: string };

export type { FaultConfiguration };
