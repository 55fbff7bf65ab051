// SPDX-License-Identifier: MIT
/**
 * The instrumented module, running: counts statements, receives the hooks, calls driver callbacks and keeps the list of boundaries between
 * host and driver that the call stack needs.
 */
import { AssertionFailure, defined } from "../base/index.ts";
import type { Blocking, CallReason, GuestPort, HostSignature, Machine, StatementCounter } from "../machine/index.ts";
import { type InstrumentedModule, type RawFrame, callExportPrefix, callRecord, imageBase, pageSize, trapKind } from "../protocol/index.ts";
import { type CallbackError, CallLog } from "./call-log.ts";
import { Coroutine } from "./coroutine.ts";
import { type Context, DriverStack, framesOf } from "./driver-stack.ts";
import { DriverThreads } from "./driver-threads.ts";
import type { GuestBinding } from "./guest-binding.ts";
import { engineError } from "./engine-error.ts";
import { ExecutionState } from "./execution-state.ts";
import type { Funclet } from "./funclet.ts";
import type { HookListener } from "./hook-listener.ts";
import { wrapHostFunction } from "./host-function.ts";
import { Registers } from "./registers.ts";
import type { SourceMap } from "./source-map.ts";
import { StackSet } from "./stack-set.ts";
import { CallEnded, Unwind } from "./unwind.ts";

export type { Context } from "./driver-stack.ts";
export type { HookListener } from "./hook-listener.ts";

const stackPages = 32;

export class Guest implements GuestPort, StatementCounter {
  readonly #module: InstrumentedModule;
  readonly #map: SourceMap;
  readonly #listener: HookListener;
  readonly #state: ExecutionState;
  readonly #calls: CallLog;
  #machine: Machine | undefined;
  #threads: DriverThreads | undefined;
  #stacks: StackSet | undefined;
  readonly hasStacks = Coroutine.isSupported;

  constructor(module: InstrumentedModule, map: SourceMap, listener: HookListener) {
    this.#module = module;
    this.#map = map;
    this.#listener = listener;
    this.#state = new ExecutionState(() => listener.stopAt);
    this.#calls = new CallLog(module, this.#state, listener);
  }

  get machine(): Machine {
    return defined(this.#machine, "the machine is not attached");
  }

  /** Instantiates the module: places image and stack, runs constructors of globals. Returns the table index of DriverEntry. */
  instantiate(binding: GuestBinding): number {
    const { machine, compiled, memory, env, slow, pool } = binding;
    this.#machine = machine;
    const plain = { ...slow, trap: (kind: number): void => this.#listener.trap(kind) };
    const hook = (statement: number): void => this.#hook(statement);
    const first = new Registers(new WebAssembly.Instance(compiled, { env: { ...env, memory }, dbg: { ...plain, hook } }));
    machine.pages.placeImage(imageBase, first.heapBase);
    const base = defined(machine.pages.allocate({ pages: stackPages, label: "kernel stack" }), "no memory for the kernel stack");
    machine.memory.allow(base + pageSize, (stackPages - 1) * pageSize);
    const { callStackTop } = machine.memory.layout;
    first.move({ callStackPointer: callStackTop, stackPointer: base + stackPages * pageSize, stackLimit: base + pageSize });
    const hookOn = (stack: DriverStack, statement: number): void => this.#threads?.hook(stack, statement);
    if (pool !== undefined) this.#stacks = new StackSet({ machine, compiled, memory, env, plain, hook: hookOn, first, pool });
    this.#threads = new DriverThreads(machine, this.#state, this.#frame(), this.#stacks);
    this.#state.begin(new DriverStack(0, callStackTop, first));
    machine.scheduler.onNesting = () => this.#nest();
    return this.#begin(first);
  }

  #frame(): ConstructorParameters<typeof DriverThreads>[2] {
    return {
      enter: (name, target, reason) => this.#enter(name, this.functionOf(target) ?? -1, reason),
      failed: (error) => this.#failed(error),
      badCall: (name, target, reason) => this.#listener.badCall(name, target, reason),
      hook: (statement) => this.#hook(statement),
      checkStop: (statement) => this.#checkStop(statement),
    };
  }

  /** The machine runs on top of driver code that waits. */
  #nest(): () => void {
    const { stack } = this.#state;
    const outer = stack.waitingContexts;
    stack.waitingContexts = stack.contexts.length;
    return () => {
      stack.waitingContexts = outer;
    };
  }

  #begin({ exports, table }: Registers): number {
    const constructors = exports["__wasm_call_ctors"];
    const entry = defined(exports["DriverEntry"], "the module does not export DriverEntry");
    const first = table.grow(2);
    table.set(first, entry);
    if (typeof constructors === "function") {
      table.set(first + 1, constructors);
      this.call("constructors of global objects", first + 1, [], { kind: "kernel", label: "driver load" });
    }
    return first;
  }

  /** The execution ends: whatever driver code was in the middle of is over. */
  abandon(reason: Error): void {
    this.#stacks?.abandon(reason);
  }

  executed(): number {
    return this.#state.executed();
  }

  limit(statements: number): void {
    this.#state.limit(statements);
  }

  hostFunction(name: string, signature: HostSignature, body: (...args: never[]) => number | bigint | void): number {
    const { table } = this.#state.first.registers;
    const call = body as (...args: (number | bigint)[]) => number | bigint | undefined;
    const index = table.grow(1);
    table.set(
      index,
      wrapHostFunction(signature, (...args: never[]) => {
        const outer = this.enterApi(name);
        const result = call(...(args as (number | bigint)[]));
        this.leaveApi(outer);
        return result;
      }),
    );
    this.#stacks?.extendTables();
    return index;
  }

  /** Calls into the driver that have not returned, outermost first: those on the stack that runs. */
  get contexts(): readonly Context[] {
    return this.#state.isLoaded ? this.#state.stack.contexts : [];
  }

  get isLoaded(): boolean {
    return this.#state.isLoaded;
  }

  /** The stack that runs. */
  get stack(): DriverStack {
    return this.#state.stack;
  }

  /** Stacks of their own on which driver code runs or waits. */
  get threadStacks(): readonly DriverStack[] {
    return this.#threads?.stacks ?? [];
  }

  /** Stack `index`; undefined when nothing is on it. */
  stackOf(index: number): DriverStack | undefined {
    return index === 0 ? this.#state.first : this.threadStacks.find((stack) => stack.index === index);
  }

  get currentApi(): string | undefined {
    return this.#state.isLoaded ? this.#state.stack.api : undefined;
  }

  get stackPointer(): number {
    return this.#state.registers.stackPointer;
  }

  /** Lowest address the driver's stack pointer may reach. */
  get stackLimit(): number {
    return this.#state.registers.stackLimit;
  }

  get callStackPointer(): number {
    return this.#state.callStackPointer;
  }

  get isAtThreadRoot(): boolean {
    return this.#state.isLoaded && this.#state.stack.canSuspend && this.#state.registers === this.#state.stack.registers;
  }

  get canStartThread(): boolean {
    return this.#stacks !== undefined && this.#state.stack.contexts.length <= this.#state.stack.waitingContexts;
  }

  /** Name of the driver function that a stack began with. */
  nameOf(stack: DriverStack): string {
    return this.#module.functions[stack.contexts[0]?.functionIndex ?? -1]?.name ?? "The driver";
  }

  functionName(target: number): string | undefined {
    return this.#module.functions[this.functionOf(target) ?? -1]?.name;
  }

  /** Enters an emulated API; returns what `leaveApi` restores. */
  enterApi(name: string): string | undefined {
    const { stack } = this.#state;
    const outer = stack.api;
    stack.api = name;
    this.#listener.called(name);
    return outer;
  }

  leaveApi(outer: string | undefined): void {
    this.#listener.settled();
    this.#state.stack.api = outer;
  }

  /** Statement at which driver code is, when it is not in a call. */
  get statement(): number | undefined {
    return this.#state.isLoaded ? this.#state.stack.statement : undefined;
  }

  call(name: string, target: number, args: readonly (number | bigint)[], reason: CallReason): number {
    const plain = this.#state.first.registers;
    const callee = plain.function(target);
    if (callee === undefined) return this.#listener.badCall(name, target, reason);
    const leave = this.#enter(name, this.functionOf(target) ?? -1, reason);
    const run = (): unknown => {
      try {
        return callee(...args);
      } catch (error) {
        return this.#failed(error);
      }
    };
    // On the stack of a thread the callee runs where the caller does, but in the instance that never leaves its stack.
    return leave(this.#state.registers === plain ? run() : this.#state.within(plain, run));
  }

  /**
   * Calls a function for the debugger, on top of whatever runs; what it returned. When the call is ended, everything but memory is as it was
   * before. @throws CallEnded
   */
  invoke(functionIndex: number, args: readonly (number | bigint)[], reason: CallReason): unknown {
    const { stack, registers } = this.#state;
    const plain = this.#state.first.registers;
    const { name, wasmIndex } = defined(this.#module.functions[functionIndex], "the function exists");
    const callee = defined(plain.exports[`${callExportPrefix}${wasmIndex}`], "every function is exported") as (...all: readonly unknown[]) => unknown;
    const [depth, irql] = [stack.contexts.length, this.machine.cpu.irql];
    const { callStackPointer, stackPointer, stackLimit } = registers;
    const leave = this.#enter(name, functionIndex, reason);
    const run = (): unknown => {
      try {
        return callee(...args);
      } catch (error) {
        return this.#failed(error);
      }
    };
    try {
      const result = registers === plain ? run() : this.#state.within(plain, run);
      leave(result);
      return result;
    } catch (error) {
      if (!(error instanceof CallEnded)) throw error;
      registers.move({ callStackPointer, stackPointer, stackLimit });
      stack.contexts.length = depth + 1;
      leave(undefined);
      this.machine.cpu.setIrql(irql);
      throw error;
    } finally {
      this.#state.skipNumber();
    }
  }

  *run(name: string, target: number, args: readonly (number | bigint)[], reason: CallReason): Blocking<number> {
    const task = this.#threads?.run(name, target, args, reason);
    return task === undefined ? this.call(name, target, args, reason) : yield* task;
  }

  /** See `DriverThreads.block`. */
  block(task: Blocking<number | bigint | void>, finish: (result: number | bigint | void) => unknown): unknown {
    return defined(this.#threads, "the driver is not loaded").block(task, finish);
  }

  /** The callback that returned an error status last. */
  get lastError(): CallbackError | undefined {
    return this.#calls.lastError;
  }

  /** Function that was called last as callback `name`. */
  lastFunctionOf(name: string): number | undefined {
    return this.#calls.lastFunctionOf(name);
  }

  /** Function table index of the module behind a function pointer. */
  functionOf(target: number): number | undefined {
    return this.#calls.functionOf(target, this.#map);
  }

  /** The call stack, innermost frame first: of the stack that runs, or of another. `trapOffset` is the code offset of the top frame after a trap. */
  frames(trapOffset?: number, of?: DriverStack): RawFrame[] {
    if (!this.#state.isLoaded) return [];
    const { stack } = this.#state;
    const pointer = of === undefined || of === stack ? this.callStackPointer : of.callStackPointer;
    return framesOf(of ?? stack, pointer, this.#module, this.machine.memory.view, trapOffset);
  }

  /** Function and offset of the innermost driver frame, cheaply. */
  topFrame(): { functionIndex: number; offset: number } | undefined {
    const record = this.callStackPointer;
    if (!this.#state.isLoaded || record >= this.#state.stack.callStackTop) return undefined;
    const { view } = this.machine.memory;
    const { statement } = this.#state.stack;
    const offset = statement === undefined ? undefined : this.#module.statements.offset[statement];
    return { functionIndex: view.getUint32(record + callRecord.functionIndex, true), offset: offset ?? view.getUint32(record + callRecord.callSite, true) };
  }

  /** Runs a filter or termination block in the frame of the function it belongs to; returns the value of a filter. */
  funclet({ functionIndex, owner, code, name, reason, isTermination }: Funclet, entered: (context: Context) => void): number {
    const plain = this.#state.first.registers;
    const seh = defined(this.#module.functions[functionIndex]?.seh, "only functions with __try have filters and termination blocks");
    const leave = this.#enter(name, functionIndex, reason, isTermination ? { terminates: owner } : {});
    entered(defined(this.contexts.at(-1), "a call has a context"));
    const run = (): number => {
      try {
        return plain.enter(seh.exportName, owner, code, seh.parameters);
      } catch (error) {
        if (!(error instanceof WebAssembly.Exception)) this.#failed(error);
        leave(0);
        throw error;
      }
    };
    const value = this.#state.registers === plain ? run() : this.#state.within(plain, run);
    leave(0);
    return value;
  }

  /** Runs `body` with `bytes` of the driver's stack set aside, at the address it gets. */
  withStack<T>(bytes: number, body: (address: number) => T): T {
    return this.#state.withStack(bytes, () => this.#listener.trap(trapKind.stackOverflow), body);
  }

  /** Driver code goes on in a handler: it is in no call of the host any more. */
  landed(): void {
    this.#state.landed();
  }

  #enter(name: string, functionIndex: number, reason: CallReason, more: Pick<Context, "terminates"> = {}): (result: unknown) => number {
    const leave = this.#calls.enter(this.machine.trace, name, functionIndex, reason, more);
    const { stack } = this.#state;
    this.#threads?.entered(stack);
    return (result) => {
      const value = leave(result);
      this.#threads?.left(stack);
      return value;
    };
  }

  /** Driver code ended in an exception: the debugger is told of a trap of the engine, everything else passes. */
  #failed(error: unknown): never {
    if (error instanceof Unwind || error instanceof AssertionFailure) throw error;
    const trap = engineError(error);
    if (trap === undefined) throw error;
    const match = /wasm-function\[\d+\]:0x([0-9a-f]+)/.exec(trap.stack ?? "");
    return this.#listener.trapped(trap, match?.[1] === undefined ? undefined : this.#map.originalOffset(Number.parseInt(match[1], 16)));
  }

  /** Tells the debugger when it wants to hear of this statement number. */
  #checkStop(statement: number): void {
    const position = this.executed();
    if (position !== this.#listener.stopAt) return;
    this.#listener.reached(statement, position);
    // A call from the debugger has its place in the history, too.
    if (this.executed() !== position) this.#checkStop(statement);
  }

  #hook(statement: number): void {
    const { stack, registers } = this.#state;
    // With something left of the slice nothing is due: it is the statement's byte that called.
    if (registers.budget.value > 0 && this.#listener.skips(statement, this.callStackPointer)) return;
    const { clock, cpu, memory } = this.machine;
    stack.statement = statement;
    const position = this.executed();
    this.#checkStop(statement);
    this.#state.forgetLimit();
    clock.runDue();
    cpu.deliver();
    this.#threads?.share(stack);
    if (this.executed() !== position) {
      // The place after the nested code gets a number of its own, so that one can travel to it.
      this.#state.skipNumber();
      this.#checkStop(statement);
    }
    const before = this.executed();
    if (memory.bytes[memory.layout.statements + statement] !== 0) this.#listener.armed(statement, before);
    else this.#listener.passed(before);
    if (this.executed() !== before) {
      // The debugger has called a function here. A re-execution does so before it looks at what is due.
      this.#state.forgetLimit();
      clock.runDue();
      cpu.deliver();
      this.#state.skipNumber();
      this.#checkStop(statement);
    }
    stack.statement = undefined;
    this.#state.rearm();
  }

  /** After the listener changed `stopAt`. */
  refresh(): void {
    this.#state.rearm();
  }
}
