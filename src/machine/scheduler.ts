// SPDX-License-Identifier: MIT
/**
 * Work at PASSIVE level on one processor: queued functions (work items) in order, and tasks that wait (threads, PnP and power sequences) as generators.
 * The ready task of the highest priority runs next, among equals the one that has waited longest for the processor. A wait of code that cannot be left
 * (host code between two pieces of driver code) runs the rest of the machine on the same stack until its condition holds.
 */
import type { Clock, ClockEvent } from "./clock.ts";
import { type Cpu, apcLevel, passiveLevel } from "./cpu.ts";
import { type KernelThread, ThreadFactory, workerPriority } from "./kernel-thread.ts";

export type WaitResult = "satisfied" | "timeout" | "deadlock";

export interface Wait {
  readonly until: () => boolean;
  /** What is awaited, for messages: `completion of 2 requests of queue …`. */
  readonly reason: string;
  readonly timeoutNs?: number;
  /** The thread has used up its time: it waits for its next turn, behind every other thread that is ready. */
  readonly isYield?: boolean;
}

/** A sequence that waits: yields what it waits for and is resumed with the result (`satisfied` or `timeout`). */
export type Task = Generator<Wait, void, WaitResult>;
/** A part of a task that has a result. */
export type Blocking<T> = Generator<Wait, T, WaitResult>;

/** Whether a function that may wait has become a task. */
export function isBlocking<T>(value: T | Blocking<T>): value is Blocking<T> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

interface RunningTask {
  readonly label: string;
  readonly task: Task;
  readonly thread: KernelThread;
  readonly onEnd: (() => void) | undefined;
  wait: Wait | undefined;
  deadline: number | undefined;
  timeout: ClockEvent | undefined;
  isActive: boolean;
  /** When it ran last, in steps of the scheduler. */
  lastRun: number;
}

/** A thread that waits, for messages and views. */
export interface WaitingThread {
  readonly thread: KernelThread;
  readonly label: string;
  readonly reason: string;
  readonly isReady: boolean;
}

interface Candidate {
  readonly running: RunningTask;
  readonly result: WaitResult;
  readonly priority: number;
}

interface Worker {
  readonly thread: KernelThread;
  isBusy: boolean;
}

export class Scheduler {
  readonly #clock: Clock;
  readonly #cpu: Cpu;
  readonly threads = new ThreadFactory();
  readonly #queue: { readonly label: string; readonly run: () => unknown }[] = [];
  readonly #tasks: RunningTask[] = [];
  readonly #workers: Worker[] = [];
  /** Waits that run the machine on top of themselves, outermost first. */
  readonly #nested: { readonly thread: KernelThread; readonly wait: Wait }[] = [];
  #current: KernelThread;
  #turns = 0;
  /** Told when the machine is about to run on top of code that waits; what it returns is called when that code goes on. */
  onNesting: () => () => void = () => () => undefined;
  #isPreemptionDue = false;
  /** Threads that get no turn, whatever their priority: a debugger lets one run alone. */
  isHeld: ((thread: KernelThread) => boolean) | undefined;

  constructor(clock: Clock, cpu: Cpu) {
    this.#clock = clock;
    this.#cpu = cpu;
    this.#current = this.threads.create("System");
  }

  /** The thread whose code runs; the initial thread of the system when none does. */
  get currentThread(): KernelThread {
    return this.#current;
  }

  /** Runs `run` once at PASSIVE level on a worker thread, after everything queued before. When it makes a task, that may wait. */
  queue(label: string, run: () => unknown): void {
    this.#queue.push({ label, run });
  }

  /** Starts a task on `thread`, or on a thread of its own; its first part runs at the next opportunity. */
  spawn(label: string, task: Task, thread: KernelThread = this.threads.create(label)): void {
    this.#tasks.push(this.#running(label, task, thread));
    this.requestPreemption(thread);
  }

  get isIdle(): boolean {
    return this.#queue.length === 0 && this.#tasks.length === 0;
  }

  /** What tasks wait for, for messages about a machine that hangs. */
  get waiting(): readonly string[] {
    return this.waiters.filter(({ isReady }) => !isReady).map(({ label, reason }) => `${label}: ${reason}`);
  }

  /** Every thread that could go on or waits, in the order of creation, then waits on top of each other. */
  get waiters(): readonly WaitingThread[] {
    const tasks = this.#tasks
      .filter(({ isActive }) => !isActive)
      .map((running) => ({
        thread: running.thread,
        label: running.label,
        reason: running.wait?.reason ?? "its first turn on the processor",
        isReady: this.#readiness(running) !== undefined,
      }));
    return [...tasks, ...this.#nested.map(({ thread, wait }) => ({ thread, label: thread.name, reason: wait.reason, isReady: wait.until() }))];
  }

  /** Whether a wait that cannot be left yet is satisfied: what runs on top of it must end first. */
  get isBlockedByNesting(): boolean {
    return this.#nested.slice(0, -1).some(({ wait }) => wait.until());
  }

  /** One step of the machine at the current time: events, interrupts, then one piece of passive work. False when there was nothing. */
  step(): boolean {
    if (this.#clock.runDue()) return true;
    if (this.#cpu.deliver()) return true;
    return this.#cpu.irql === passiveLevel && this.#runPassive();
  }

  /**
   * Runs the machine on the current stack until `wait.until()` holds. At DISPATCH_LEVEL and above only events and interrupts run. `deadlock` means that
   * nothing can happen any more.
   */
  waitUntil(wait: Wait): WaitResult {
    const deadline = wait.timeoutNs === undefined ? Number.POSITIVE_INFINITY : this.#clock.now + wait.timeoutNs;
    const irql = this.#cpu.irql;
    // The level belongs to the thread: others run at theirs while it waits.
    if (irql === apcLevel) this.#cpu.setIrql(passiveLevel);
    this.#nested.push({ thread: this.#current, wait });
    const end = this.onNesting();
    const result = this.#runUntil(wait, deadline);
    end();
    this.#nested.pop();
    if (irql === apcLevel) this.#cpu.setIrql(irql);
    return result;
  }

  #runUntil(wait: Wait, deadline: number): WaitResult {
    for (;;) {
      if (wait.until()) return "satisfied";
      if (this.#clock.now >= deadline) return "timeout";
      if (this.step()) continue;
      if (!this.#clock.jump(deadline) && deadline === Number.POSITIVE_INFINITY) return "deadlock";
    }
  }

  /** Idle: moves time to whatever comes next. False when nothing ever will. */
  jump(): boolean {
    return this.#clock.jump();
  }

  /** Whether time can move on to something. */
  get hasNext(): boolean {
    return this.#clock.nextDue !== undefined;
  }

  /** `thread` has become ready: when it goes before the one that runs, that one is to give way at its next statement. */
  requestPreemption(thread: KernelThread): void {
    if (thread.priority <= this.#current.priority || thread === this.#current) return;
    this.#isPreemptionDue = true;
    this.#cpu.requestAttention();
  }

  /** Somebody's priority has changed: the running thread looks at its next statement whether it is still the one to run. */
  priorityChanged(): void {
    this.#isPreemptionDue = true;
    this.#cpu.requestAttention();
  }

  /** Whether a thread of a higher priority than the running one waits for the processor. Asked at statements after `requestPreemption`. */
  takePreemption(): boolean {
    if (!this.#isPreemptionDue) return false;
    this.#isPreemptionDue = false;
    const best = this.#best();
    return best !== undefined && best.priority > this.#current.priority;
  }

  /**
   * Runs the first part of a task at once, on a worker thread; when it waits it goes on later, and whoever began it goes on now. True when nothing of it
   * is left.
   */
  detach(label: string, task: Task): boolean {
    const worker = this.#freeWorker();
    worker.isBusy = true;
    return this.#begin(label, task, worker);
  }

  /** The running code cannot be left, and its turn is over: gives somebody else a turn on top of it. */
  shareProcessor(): void {
    const end = this.onNesting();
    this.#runPassive();
    end();
  }

  /** Whether anybody else could use the processor. */
  get hasReady(): boolean {
    return this.#queue.length > 0 || this.#best() !== undefined;
  }

  #runPassive(): boolean {
    const best = this.#best();
    const item = best !== undefined && best.priority > workerPriority ? undefined : this.#queue.shift();
    if (item !== undefined) {
      this.#runItem(item.label, item.run);
      return true;
    }
    if (best === undefined) return false;
    this.#resume(best.running, best.result);
    return true;
  }

  #runItem(label: string, run: () => unknown): void {
    const worker = this.#freeWorker();
    worker.isBusy = true;
    const outer = this.#current;
    this.#current = worker.thread;
    const task = run();
    this.#current = outer;
    if (!isTask(task)) {
      worker.isBusy = false;
      return;
    }
    this.#begin(label, task, worker);
  }

  #begin(label: string, task: Task, worker: Worker): boolean {
    const running = this.#running(label, task, worker.thread, () => {
      worker.isBusy = false;
    });
    this.#tasks.push(running);
    this.#resume(running, "satisfied");
    return !this.#tasks.includes(running);
  }

  #freeWorker(): Worker {
    const free = this.#workers.find(({ isBusy }) => !isBusy);
    if (free !== undefined) return free;
    const worker = { thread: this.threads.create(`system worker ${this.#workers.length + 1}`, workerPriority), isBusy: false };
    this.#workers.push(worker);
    return worker;
  }

  #running(label: string, task: Task, thread: KernelThread, onEnd?: () => void): RunningTask {
    return { label, task, thread, onEnd, wait: undefined, deadline: undefined, timeout: undefined, isActive: false, lastRun: this.#turns };
  }

  /** The ready task that runs next. */
  #best(): Candidate | undefined {
    let best: Candidate | undefined;
    for (const running of this.#tasks) {
      if (running.isActive || this.isHeld?.(running.thread) === true) continue;
      const result = this.#readiness(running);
      if (result === undefined) continue;
      const priority = running.wait?.isYield === true ? 0 : running.thread.priority;
      const isBetter = best === undefined || priority > best.priority || (priority === best.priority && running.lastRun < best.running.lastRun);
      if (isBetter) best = { running, result, priority };
    }
    return best;
  }

  #readiness(running: RunningTask): WaitResult | undefined {
    if (running.wait === undefined || running.wait.until()) return "satisfied";
    return running.deadline !== undefined && this.#clock.now >= running.deadline ? "timeout" : undefined;
  }

  #resume(running: RunningTask, result: WaitResult): void {
    running.isActive = true;
    running.lastRun = ++this.#turns;
    if (running.timeout !== undefined) this.#clock.cancel(running.timeout);
    running.timeout = undefined;
    const outer = this.#current;
    this.#current = running.thread;
    const next = running.task.next(result);
    this.#current = outer;
    running.isActive = false;
    if (next.done === true) {
      this.#tasks.splice(this.#tasks.indexOf(running), 1);
      running.onEnd?.();
      return;
    }
    running.wait = next.value;
    const { timeoutNs } = next.value;
    running.deadline = timeoutNs === undefined ? undefined : this.#clock.now + timeoutNs;
    if (timeoutNs !== undefined) running.timeout = this.#clock.after(timeoutNs, () => this.requestPreemption(running.thread));
  }
}

function isTask(value: unknown): value is Task {
  return isBlocking(value);
}
