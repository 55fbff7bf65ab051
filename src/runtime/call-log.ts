// SPDX-License-Identifier: MIT
/** Calls of the host into the driver: the boundaries of the running stack, their spans in the trace, and what came of them. */
import type { CallReason } from "../machine/index.ts";
import type { InstrumentedModule, TraceSink } from "../protocol/index.ts";
import type { Context } from "./driver-stack.ts";
import type { ExecutionState } from "./execution-state.ts";
import type { HookListener } from "./hook-listener.ts";
import type { SourceMap } from "./source-map.ts";

/** A callback that returned an error status. */
export interface CallbackError {
  readonly name: string;
  readonly functionIndex: number;
  readonly status: number;
  /** Statement number of its last statement. */
  readonly position: number;
}

/** NTSTATUS of severity error. */
const firstError = 0xc000_0000;

export class CallLog {
  readonly #module: InstrumentedModule;
  readonly #state: ExecutionState;
  readonly #listener: HookListener;
  #serial = 0;
  readonly #functionIndexOf = new Map<number, number>();
  readonly #functionOfCallback = new Map<string, number>();
  #lastError: CallbackError | undefined;

  constructor(module: InstrumentedModule, state: ExecutionState, listener: HookListener) {
    this.#module = module;
    this.#state = state;
    this.#listener = listener;
  }

  /** The callback that returned an error status last. */
  get lastError(): CallbackError | undefined {
    return this.#lastError;
  }

  /** Function that was called last as callback `name`. */
  lastFunctionOf(name: string): number | undefined {
    return this.#functionOfCallback.get(name);
  }

  /** Index in the module's functions of what is behind a function pointer. */
  functionOf(target: number, map: SourceMap): number | undefined {
    const known = this.#functionIndexOf.get(target);
    if (known !== undefined || !this.#state.isLoaded) return known;
    const callee = this.#state.first.registers.function(target);
    // V8 names exported functions by their index in the module.
    const index = callee === undefined ? undefined : map.byWasmIndex(Number(callee.name));
    if (index !== undefined) this.#functionIndexOf.set(target, index);
    return index;
  }

  /** Notes a call of driver function `functionIndex`; what is returned undoes it and makes the result. */
  enter(trace: TraceSink, name: string, functionIndex: number, reason: CallReason, more: Pick<Context, "terminates">): (result: unknown) => number {
    const { stack, callStackPointer } = this.#state;
    const enteredAt = this.#state.executed();
    const { api, statement: interrupted } = stack;
    const context: Context = { serial: ++this.#serial, name, reason, callStackPointer, api, interrupted, enteredAt, functionIndex, ...more };
    stack.api = undefined;
    stack.statement = undefined;
    stack.contexts.push(context);
    this.#functionOfCallback.set(name, functionIndex);
    this.#listener.entering(context);
    const text = trace.text(name);
    const functionName = trace.text(this.#module.functions[functionIndex]?.name ?? "");
    const span = trace.begin("callback", reason.objectId ?? 0, reason.cause ?? 0, text, 0, functionName);
    return (result) => {
      stack.contexts.pop();
      stack.api = api;
      stack.statement = interrupted;
      const value = Number(result ?? 0) | 0;
      if (value >>> 0 >= firstError) this.#lastError = { name, functionIndex, status: value >>> 0, position: this.#state.executed() };
      trace.end("callback", span, text, value, functionName);
      this.#listener.contextEnded(context);
      return value;
    };
  }
}
