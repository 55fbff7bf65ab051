// SPDX-License-Identifier: MIT
/**
 * Work at PASSIVE level: queued functions (work items) in order, and tasks that wait (PnP and power sequences) as generators. A wait
 * inside driver code runs the rest of the machine on the same stack until its condition holds.
 */
import type { Clock } from "./clock.ts";
import { type Cpu, passiveLevel } from "./cpu.ts";

export type WaitResult = "satisfied" | "timeout" | "deadlock";

export interface Wait {
  readonly until: () => boolean;
  /** What is awaited, for messages: `completion of 2 requests of queue …`. */
  readonly reason: string;
  readonly timeoutNs?: number;
}

/** A sequence that waits: yields what it waits for and is resumed with the result (`satisfied` or `timeout`). */
export type Task = Generator<Wait, void, WaitResult>;

interface RunningTask {
  readonly label: string;
  readonly task: Task;
  wait: Wait | undefined;
  deadline: number | undefined;
  isActive: boolean;
}

export class Scheduler {
  readonly #clock: Clock;
  readonly #cpu: Cpu;
  readonly #queue: { readonly label: string; readonly run: () => void }[] = [];
  readonly #tasks: RunningTask[] = [];

  constructor(clock: Clock, cpu: Cpu) {
    this.#clock = clock;
    this.#cpu = cpu;
  }

  /** Runs `run` once at PASSIVE level, after everything queued before. */
  queue(label: string, run: () => void): void {
    this.#queue.push({ label, run });
  }

  /** Starts a task; its first part runs at the next opportunity. */
  spawn(label: string, task: Task): void {
    this.#tasks.push({ label, task, wait: undefined, deadline: undefined, isActive: false });
  }

  get isIdle(): boolean {
    return this.#queue.length === 0 && this.#tasks.length === 0;
  }

  /** What tasks wait for, for messages about a machine that hangs. */
  get waiting(): readonly string[] {
    return this.#tasks.filter(({ wait }) => wait !== undefined).map(({ label, wait }) => `${label}: ${wait?.reason}`);
  }

  /** One step of the machine at the current time: events, interrupts, then one piece of passive work. False when there was nothing. */
  step(): boolean {
    if (this.#clock.runDue()) return true;
    if (this.#cpu.deliver()) return true;
    return this.#cpu.irql === passiveLevel && this.#runPassive();
  }

  /**
   * Runs the machine on the current stack until `wait.until()` holds. At raised IRQL only events and interrupts run. `deadlock` means that
   * nothing can happen any more.
   */
  waitUntil(wait: Wait): WaitResult {
    const deadline = wait.timeoutNs === undefined ? Number.POSITIVE_INFINITY : this.#clock.now + wait.timeoutNs;
    for (;;) {
      if (wait.until()) return "satisfied";
      if (this.#clock.now >= deadline) return "timeout";
      if (this.step()) continue;
      const next = Math.min(deadline, this.#taskDeadline());
      if (!this.#clock.jump(next) && next === Number.POSITIVE_INFINITY) return "deadlock";
    }
  }

  /** Idle: moves time to whatever comes next, an event or the timeout of a task. False when nothing ever will. */
  jump(): boolean {
    const next = this.#taskDeadline();
    return this.#clock.jump(next) || next !== Number.POSITIVE_INFINITY;
  }

  /** Whether time can move on to something. */
  get hasNext(): boolean {
    return this.#clock.nextDue !== undefined || this.#taskDeadline() !== Number.POSITIVE_INFINITY;
  }

  #taskDeadline(): number {
    return this.#tasks.reduce(
      (least, { deadline, isActive }) => (isActive ? least : Math.min(least, deadline ?? Number.POSITIVE_INFINITY)),
      Number.POSITIVE_INFINITY,
    );
  }

  #runPassive(): boolean {
    const item = this.#queue.shift();
    if (item !== undefined) {
      item.run();
      return true;
    }
    for (const running of this.#tasks) {
      if (running.isActive) continue;
      const result = this.#readiness(running);
      if (result === undefined) continue;
      this.#resume(running, result);
      return true;
    }
    return false;
  }

  #readiness(running: RunningTask): WaitResult | undefined {
    if (running.wait === undefined || running.wait.until()) return "satisfied";
    return running.deadline !== undefined && this.#clock.now >= running.deadline ? "timeout" : undefined;
  }

  #resume(running: RunningTask, result: WaitResult): void {
    running.isActive = true;
    const next = running.task.next(result);
    running.isActive = false;
    if (next.done === true) {
      this.#tasks.splice(this.#tasks.indexOf(running), 1);
      return;
    }
    running.wait = next.value;
    running.deadline = next.value.timeoutNs === undefined ? undefined : this.#clock.now + next.value.timeoutNs;
  }
}
