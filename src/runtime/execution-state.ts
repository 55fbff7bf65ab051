// SPDX-License-Identifier: MIT
/** Where the processor is: on which stack, in which instance of the module, and at which statement, counted from the start of the machine. */
import { defined } from "../base/index.ts";
import type { StatementCounter } from "../machine/index.ts";
import type { DriverStack } from "./driver-stack.ts";
import type { Registers } from "./registers.ts";

/** Statements after which the hook is called even when nothing is due (watchdog). */
const longestSlice = 20_000_000;

export class ExecutionState implements StatementCounter {
  readonly #stopAt: () => number;
  #base = 0;
  #slice = 0;
  #clockLimit = Number.POSITIVE_INFINITY;
  #stack: DriverStack | undefined;
  #registers: Registers | undefined;
  #first: DriverStack | undefined;

  /** `stopAt` is the next statement number that the debugger wants to hear of. */
  constructor(stopAt: () => number) {
    this.#stopAt = stopAt;
  }

  /** The driver is loaded; its code runs on the processor's own stack. */
  begin(first: DriverStack): void {
    this.#first = first;
    this.#stack = first;
    this.#registers = first.registers;
    first.registers.budget.value = 0;
    this.rearm();
  }

  /** The stack that runs. */
  get stack(): DriverStack {
    return defined(this.#stack, "the driver is not loaded");
  }

  /** The processor's own stack. */
  get first(): DriverStack {
    return defined(this.#first, "the driver is not loaded");
  }

  /** Globals of the code that runs. */
  get registers(): Registers {
    return defined(this.#registers, "the driver is not loaded");
  }

  get isLoaded(): boolean {
    return this.#stack !== undefined;
  }

  get callStackPointer(): number {
    return this.#registers?.callStackPointer ?? 0;
  }

  executed(): number {
    return this.#base + this.#slice - (this.#registers?.budget.value ?? 0);
  }

  limit(statements: number): void {
    const at = this.executed() + statements;
    if (at >= this.#clockLimit) return;
    this.#clockLimit = at;
    if (at < this.#base + this.#slice) this.rearm();
  }

  /** The events that the clock asked for are looked at now. */
  forgetLimit(): void {
    this.#clockLimit = Number.POSITIVE_INFINITY;
  }

  /** A place between two statements gets a number of its own, so that one can travel to it. */
  skipNumber(): void {
    this.#base++;
  }

  /** Starts a new slice that ends at the next thing that needs the hook. */
  rearm(now = this.executed()): void {
    const stopAt = this.#stopAt();
    const next = Math.min(this.#clockLimit, stopAt > now ? stopAt : Number.POSITIVE_INFINITY, now + longestSlice);
    this.#base = now;
    this.#slice = Math.max(1, next - now);
    if (this.#registers !== undefined) this.#registers.budget.value = this.#slice;
  }

  /** Code of another stack runs from now on. */
  turnTo(stack: DriverStack, registers: Registers): void {
    const now = this.executed();
    if (this.#stack !== undefined) this.#stack.callStackPointer = this.callStackPointer;
    this.#stack = stack;
    this.#registers = registers;
    this.rearm(now);
  }

  /** Runs `body`, code of another instance, on the stack that runs. */
  within<T>(inner: Registers, body: () => T): T {
    const outer = this.registers;
    const place = inner.move(outer);
    inner.budget.value = outer.budget.value;
    this.#registers = inner;
    try {
      return body();
    } finally {
      this.#registers = outer;
      outer.budget.value = inner.budget.value;
      inner.move(place);
    }
  }

  /** Runs `body` with `bytes` of the running stack set aside, at the address it gets. */
  withStack<T>(bytes: number, overflow: () => never, body: (address: number) => T): T {
    const { registers } = this;
    const { stackPointer, stackLimit, callStackPointer } = registers;
    const address = (stackPointer - bytes) & ~15;
    if (address < stackLimit) overflow();
    registers.move({ callStackPointer, stackPointer: address, stackLimit });
    try {
      return body(address);
    } finally {
      registers.move({ callStackPointer: registers.callStackPointer, stackPointer, stackLimit });
    }
  }

  /** The running code goes on in a handler: it is in no call of the host any more. */
  landed(): void {
    const { stack } = this;
    stack.api = undefined;
    stack.statement = undefined;
  }
}
