// SPDX-License-Identifier: MIT
/**
 * Driver code that waits, on stacks of its own. A stack is left in a call of the host that has to wait, and at a statement when the thread's turn on the
 * processor is over; it goes on when the scheduler resumes the task that runs it. Exactly one stack runs at any time.
 */
import { defined } from "../base/index.ts";
import { type Blocking, type CallReason, type Machine, ThreadExit, type WaitResult, dispatchLevel, passiveLevel } from "../machine/index.ts";
import type { Departure } from "./coroutine.ts";
import type { DriverStack } from "./driver-stack.ts";
import type { ExecutionState } from "./execution-state.ts";
import type { Registers } from "./registers.ts";
import type { StackSet } from "./stack-set.ts";

/** What the host does around a call of the driver. */
export interface CallFrame {
  /** Notes the call of `name`; what is returned undoes it and makes the result. */
  enter(name: string, target: number, reason: CallReason): (result: unknown) => number;
  failed(error: unknown): never;
  badCall(name: string, target: number, reason: CallReason): never;
  hook(statement: number): void;
  /** The debugger's wish to stop at this number is told, should there be one. */
  checkStop(statement: number): void;
}

/** Where the processor was before it turned to another stack. */
interface Left {
  readonly stack: DriverStack;
  readonly registers: Registers;
  readonly irql: number;
}

/** A thread's turn on the processor while others are ready: two clock ticks, as on a Windows client, ns of virtual time. */
const turnNs = 31_250_000;

export class DriverThreads {
  readonly #machine: Machine;
  readonly #state: ExecutionState;
  readonly #frame: CallFrame;
  readonly #stacks: StackSet | undefined;

  /** Without `stacks` everything runs on the processor's own, and waits run the machine on top of themselves. */
  constructor(machine: Machine, state: ExecutionState, frame: CallFrame, stacks: StackSet | undefined) {
    this.#machine = machine;
    this.#state = state;
    this.#frame = frame;
    this.#stacks = stacks;
  }

  /** Stacks on which something runs or waits. */
  get stacks(): readonly DriverStack[] {
    return this.#stacks?.all.filter(({ isBusy }) => isBusy) ?? [];
  }

  /** Calls the driver on a stack of its own as part of the task that runs; undefined when there is none left. */
  run(name: string, target: number, args: readonly (number | bigint)[], reason: CallReason): Blocking<number> | undefined {
    const stack = this.#stacks?.take();
    return stack === undefined ? undefined : this.#runOn(stack, name, target, args, reason);
  }

  *#runOn(stack: DriverStack, name: string, target: number, args: readonly (number | bigint)[], reason: CallReason): Blocking<number> {
    const { coroutine, registers } = stack;
    const callee = registers.function(target);
    const top = registers.place;
    if (callee === undefined || coroutine === undefined) return this.#frame.badCall(name, target, reason);
    stack.thread = this.#machine.scheduler.currentThread;
    let left = this.#turnTo(stack);
    const leave = this.#frame.enter(name, target, reason);
    let departure = coroutine.start(callee, args);
    while (departure.kind === "suspended") {
      const { wait } = defined(stack.suspension, "whoever leaves a stack says what for");
      this.#turnBack(stack, left);
      const result = yield wait;
      left = this.#turnTo(stack);
      departure = this.#continue(stack, result);
    }
    const value = leave(departure.kind === "returned" ? departure.value : this.#exitStatus(departure.error));
    registers.move(top);
    const { cpu } = this.#machine;
    const { irql } = cpu;
    this.#turnBack(stack, left);
    stack.isBusy = false;
    // Code that ends at a raised level has left the processor there; whoever called it will say so.
    if (irql !== passiveLevel) cpu.setIrql(irql);
    return value;
  }

  /** The thread has ended in the middle of its code; anything else that was thrown is a failure. */
  #exitStatus(error: unknown): number {
    return error instanceof ThreadExit ? error.status : this.#frame.failed(error);
  }

  /** What a stack waits for has come about, or the time for it is over. */
  #continue(stack: DriverStack, result: WaitResult): Departure {
    const coroutine = defined(stack.coroutine, "the processor's own stack is never left");
    const suspension = defined(stack.suspension, "a stack that is continued has been left");
    let value: unknown;
    try {
      const next = suspension.task.next(result);
      if (next.done !== true) {
        suspension.wait = next.value;
        return { kind: "suspended" };
      }
      stack.suspension = undefined;
      value = suspension.finish(next.value);
    } catch (error) {
      stack.suspension = undefined;
      // The routine has raised an exception that a handler of the driver takes: the driver is not in the routine any more.
      if (error instanceof WebAssembly.Exception) suspension.finish(0);
      return coroutine.fail(error);
    }
    return coroutine.resume(value);
  }

  /**
   * Completes a routine that has to wait: the stack it was called on is left until it can go on. Where host code lies in between, the machine runs on
   * top of it instead. Returns what `finish` makes of the result.
   */
  block(task: Blocking<number | bigint | void>, finish: (result: number | bigint | void) => unknown): unknown {
    const { stack, registers } = this.#state;
    let step = task.next("satisfied");
    if (step.done !== true && registers === stack.registers && stack.canSuspend && this.#machine.cpu.irql < dispatchLevel) {
      stack.suspension = { task, wait: step.value, finish };
      stack.coroutine?.suspend();
      return undefined;
    }
    while (step.done !== true) step = task.next(this.#machine.scheduler.waitUntil(step.value));
    return finish(step.value);
  }

  /** The hook of a stack that can be left: where the thread must give way it does so before anything else. */
  hook(stack: DriverStack, statement: number): void {
    if (!this.#mustGiveWay(stack)) {
      this.#frame.hook(statement);
      return;
    }
    stack.statement = statement;
    this.#frame.checkStop(statement);
    const isYield = stack.isTurnOver;
    const task = (function* (): Blocking<void> {
      yield { until: () => true, reason: "its turn on the processor", isYield };
    })();
    this.block(task, () => {
      // Others have run meanwhile.
      this.#state.skipNumber();
      this.#frame.hook(statement);
    });
  }

  /** Driver code was called: on the processor's own stack its turn begins, as that of a thread does when it gets the processor. */
  entered(stack: DriverStack): void {
    if (this.#stacks !== undefined && stack.coroutine === undefined && stack.contexts.length === 1) this.#beginTurn(stack);
  }

  left(stack: DriverStack): void {
    if (stack.coroutine === undefined && stack.contexts.length === 0) this.#endTurn(stack);
  }

  /** At a statement of code that cannot be left: when its turn is over, another thread runs for a while on top of it, as an interrupt would. */
  share(stack: DriverStack): void {
    if (!stack.isTurnOver || stack.canSuspend || this.#machine.cpu.irql !== passiveLevel || this.#stacks === undefined) return;
    this.#beginTurn(stack);
    this.#machine.scheduler.shareProcessor();
  }

  #mustGiveWay(stack: DriverStack): boolean {
    const { scheduler, cpu } = this.#machine;
    if (!stack.canSuspend || cpu.irql >= dispatchLevel) return false;
    if (!stack.isTurnOver) return scheduler.takePreemption();
    if (scheduler.hasReady) return true;
    this.#beginTurn(stack);
    return false;
  }

  /** The processor leaves the stack it is on for `stack`. */
  #turnTo(stack: DriverStack): Left {
    const { cpu } = this.#machine;
    const left = { stack: this.#state.stack, registers: this.#state.registers, irql: cpu.irql };
    this.#state.turnTo(stack, stack.registers);
    cpu.setIrql(stack.irql);
    stack.resumedAt = this.#state.executed();
    this.#beginTurn(stack);
    return left;
  }

  /** The stack is left or done: back to where the processor was before. */
  #turnBack(stack: DriverStack, left: Left): void {
    const { cpu } = this.#machine;
    this.#endTurn(stack);
    stack.irql = stack.contexts.length === 0 ? passiveLevel : cpu.irql;
    this.#state.turnTo(left.stack, left.registers);
    cpu.setIrql(left.irql);
  }

  #endTurn(stack: DriverStack): void {
    if (stack.turn !== undefined) this.#machine.clock.cancel(stack.turn);
    stack.turn = undefined;
    stack.isTurnOver = false;
  }

  #beginTurn(stack: DriverStack): void {
    this.#endTurn(stack);
    stack.turn = this.#machine.clock.after(turnNs, () => {
      stack.turn = undefined;
      stack.isTurnOver = true;
      this.#state.limit(0);
    });
  }
}
