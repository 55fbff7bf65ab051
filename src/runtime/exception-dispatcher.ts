// SPDX-License-Identifier: MIT
/**
 * Structured exception handling as Windows does it, in two passes (docs/seh.md). First the filters of the `__except` blocks in effect are evaluated, innermost
 * first, on top of the stack that raised the exception; nothing is undone yet. When one says EXCEPTION_EXECUTE_HANDLER, the termination blocks inside of it run, and
 * then the driver's frames are left and its handler entered. An exception that no filter of the callback takes stops the machine where it was raised.
 */
import { hex } from "../base/index.ts";
import { type CallReason, type DriverException, type Machine, apcLevel } from "../machine/index.ts";
import { exceptionPointersBytes, writeExceptionPointers } from "../nt/index.ts";
import { type InstrumentedModule, type Violation, ntStatus, ntStatusName, sehCode, sehImports, sehTagImport } from "../protocol/index.ts";
import type { Context } from "./driver-stack.ts";
import type { Guest } from "./guest.ts";
import { type ActiveScope, type RunningFunclet, SehScopes } from "./seh-scopes.ts";

/** Values of filters: 0 goes on searching, greater ones take the exception, smaller ones continue where it was raised (excpt.h). */
const continueSearch = 0;

/** An exception between its raising and the moment its handler is entered. */
interface Dispatch {
  readonly exception: DriverException;
  /** Address of its EXCEPTION_POINTERS. */
  readonly pointers: number;
  /** Number of contexts when it was raised. */
  readonly depth: number;
}

/** Where driver code goes on after the frames above have been left. */
interface Landing {
  readonly record: number;
  readonly code: number;
}

export class ExceptionDispatcher {
  readonly #machine: Machine;
  readonly #guest: Guest;
  readonly #module: InstrumentedModule;
  readonly #funclets = new Map<number, RunningFunclet>();
  readonly #scopes: SehScopes;
  readonly #tag = new WebAssembly.Tag({ parameters: [] });
  /** By list of contexts, that is, for each stack: exceptions being dispatched, the latest last. */
  readonly #dispatches = new WeakMap<readonly Context[], Dispatch[]>();
  #landing: Landing | undefined;
  /** Code of the exception whose filter or handler has just been entered. */
  #code = 0;

  constructor(machine: Machine, guest: Guest, module: InstrumentedModule) {
    this.#machine = machine;
    this.#guest = guest;
    this.#module = module;
    this.#scopes = new SehScopes(module, guest, this.#funclets);
    machine.raise = (exception) => this.raise(exception);
  }

  /** Imports of module `dbg`; modules without `__try` ask for none of them. */
  imports(): Readonly<Record<string, ((...args: never[]) => unknown) | WebAssembly.Tag>> {
    const replaced = (): never => {
      throw new Error("the instrumentation replaces this call");
    };
    return {
      [sehTagImport]: this.#tag,
      [sehImports.frame]: replaced,
      [sehImports.entry]: replaced,
      [sehImports.level]: replaced,
      [sehImports.filtered]: replaced,
      [sehImports.finished]: replaced,
      [sehImports.unwind]: (level: number) => this.#leaveScopes(level),
      [sehImports.escape]: (code: number) => this.#escape(code),
      [sehImports.code]: () => this.#code | 0,
      [sehImports.information]: () => this.#dispatchesHere().at(-1)?.pointers ?? 0,
      [sehImports.land]: (record: number) => this.#land(record >>> 0),
    };
  }

  /** See `Machine.raise`. */
  raise(exception: DriverException): void {
    if (this.#machine.cpu.irql > apcLevel || this.#guest.contexts.length === 0) this.#unhandled(exception);
    const dispatches = this.#dispatchesHere();
    this.#guest.withStack(exceptionPointersBytes, (pointers) => {
      const place = { instruction: this.#guest.topFrame()?.offset ?? 0, stackPointer: this.#guest.stackPointer };
      writeExceptionPointers(this.#machine.memory, pointers, exception, place);
      this.#note(exception.code, "raised");
      const dispatch: Dispatch = { exception, pointers, depth: this.#guest.contexts.length };
      dispatches.push(dispatch);
      this.#dispatch(dispatch);
      dispatches.pop();
    });
  }

  /** Returns when a filter continues where the exception was raised. */
  #dispatch({ exception }: Dispatch): void {
    const passed: ActiveScope[] = [];
    for (const scope of this.#scopes.all()) {
      if (scope.kind === "finally") {
        passed.push(scope);
        continue;
      }
      const value = this.#filter(scope, exception);
      if (value === continueSearch) continue;
      if (value < 0) return this.#continueExecution(exception);
      for (const block of passed) this.#terminate(block, `RtlUnwind ${statusText(exception.code)}`);
      this.#code = exception.code;
      this.#note(exception.code, `handled by ${this.#module.functions[scope.functionIndex]?.name}`);
      this.#goTo(scope, sehCode.handler(scope.scope));
    }
    this.#unhandled(exception);
  }

  #note(code: number, outcome: string): void {
    const { trace } = this.#machine;
    trace.instant("exception", 0, 0, code, trace.text(outcome));
  }

  #unhandled({ unhandled, stop }: DriverException): never {
    return stop === undefined ? this.#machine.stop.bugCheck(unhandled) : stop();
  }

  #continueExecution(exception: DriverException): void {
    if (exception.isContinuable) return;
    this.raise({
      code: ntStatus.STATUS_NONCONTINUABLE_EXCEPTION,
      isContinuable: false,
      information: [],
      unhandled: notContinuable(exception),
    });
  }

  #filter(scope: ActiveScope, exception: DriverException): number {
    this.#code = exception.code;
    const label = `RtlDispatchException ${statusText(exception.code)}`;
    return this.#enter(scope, { kind: "kernel", label });
  }

  #terminate(scope: ActiveScope, label: string): void {
    this.#scopes.setLevel(scope.record, scope.functionIndex, scope.parent);
    this.#enter(scope, { kind: "kernel", label });
  }

  #enter({ record, functionIndex, scope, parent, kind }: ActiveScope, reason: CallReason): number {
    const isTermination = kind === "finally";
    const name = isTermination ? "__finally block" : "__except filter";
    let serial = 0;
    try {
      return this.#guest.funclet({ functionIndex, owner: record, code: sehCode.funclet(scope), name, reason, isTermination }, (context) => {
        serial = context.serial;
        this.#funclets.set(serial, { record, functionIndex, scope, parent });
      });
    } finally {
      this.#funclets.delete(serial);
    }
  }

  /** Driver code jumps or returns out of scopes: runs the termination blocks up to `level`. */
  #leaveScopes(level: number): void {
    const record = this.#guest.callStackPointer;
    const functionIndex = this.#functionAt(record);
    const called = this.#module.functions[functionIndex];
    if (called === undefined) return;
    for (const scope of this.#scopes.of(record, functionIndex, this.#scopes.level(record, called), level)) {
      if (scope.kind === "finally") this.#terminate(scope, "_local_unwind");
    }
    this.#scopes.setLevel(record, functionIndex, level);
  }

  /** A jump leaves the termination block that runs: what it ran for is forgotten, the function goes on at `code`. */
  #escape(code: number): never {
    const serial = this.#guest.contexts.at(-1)?.serial ?? 0;
    const funclet = this.#funclets.get(serial);
    if (funclet === undefined) throw new Error("only termination blocks that the host entered are escaped from");
    return this.#goTo({ ...funclet, kind: "finally" }, code);
  }

  /** Leaves all frames above the function of `scope`, which goes on at `code`. */
  #goTo({ record, functionIndex, parent }: ActiveScope, code: number): never {
    this.#scopes.setLevel(record, functionIndex, parent);
    this.#landing = { record, code };
    throw new WebAssembly.Exception(this.#tag, []);
  }

  /** A function with `__try` has caught an exception: where it goes on, 0 when the exception is meant for another one. */
  #land(record: number): number {
    const landing = this.#landing;
    if (landing?.record !== record) return 0;
    this.#landing = undefined;
    this.#guest.landed();
    const depth = this.#guest.contexts.length;
    const dispatches = this.#dispatchesHere();
    while ((dispatches.at(-1)?.depth ?? -1) >= depth) dispatches.pop();
    return landing.code;
  }

  #functionAt(record: number): number {
    return this.#machine.memory.view.getUint32(record, true);
  }

  #dispatchesHere(): Dispatch[] {
    const { contexts } = this.#guest;
    let dispatches = this.#dispatches.get(contexts);
    if (dispatches === undefined) {
      dispatches = [];
      this.#dispatches.set(contexts, dispatches);
    }
    return dispatches;
  }
}

const statusText = (code: number): string => ntStatusName(code) ?? hex(code, 8);

function notContinuable({ code }: DriverException): Violation {
  const { STATUS_NONCONTINUABLE_EXCEPTION } = ntStatus;
  return {
    rule: "exception-not-handled",
    message: `A filter returned EXCEPTION_CONTINUE_EXECUTION for ${statusText(code)}, which cannot be continued`,
    explanation:
      "Exceptions of ExRaiseStatus and its like are noncontinuable: the filter must take them (EXCEPTION_EXECUTE_HANDLER) or pass them on (EXCEPTION_CONTINUE_SEARCH).",
    bugCheck: { code: 0x1e, name: "KMODE_EXCEPTION_NOT_HANDLED", parameters: [STATUS_NONCONTINUABLE_EXCEPTION, 0, 0, 0] },
  };
}
