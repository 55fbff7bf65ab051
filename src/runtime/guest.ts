// SPDX-License-Identifier: MIT
/**
 * The instrumented module, running: counts statements, receives the hooks, calls driver callbacks and keeps the list of boundaries between
 * host and driver that the call stack needs.
 */
import { AssertionFailure, defined } from "../base/index.ts";
import type { CallReason, GuestPort, HostSignature, Machine, StatementCounter } from "../machine/index.ts";
import {
  type InstrumentedModule,
  type RawFrame,
  callRecord,
  callRecordBytes,
  exportedGlobals,
  functionTableExport,
  imageBase,
  pageSize,
} from "../protocol/index.ts";
import { wrapHostFunction } from "./host-function.ts";
import type { SourceMap } from "./source-map.ts";
import { Unwind } from "./unwind.ts";

/** A call from the host into driver code that has not returned. */
export interface Context {
  readonly serial: number;
  readonly name: string;
  readonly reason: CallReason;
  /** Shadow call-stack pointer at entry. */
  readonly callStackPointer: number;
  /** API through which the interrupted driver code had entered the host; undefined at the bottom or for an interrupt between statements. */
  readonly api: string | undefined;
  /** Statement of driver code that the call interrupted; undefined when driver code was in a call. */
  readonly interrupted: number | undefined;
  /** Statement number at entry. */
  readonly enteredAt: number;
  readonly functionIndex: number;
}

/** A callback that returned an error status. */
export interface CallbackError {
  readonly name: string;
  readonly functionIndex: number;
  readonly status: number;
  /** Statement number of its last statement. */
  readonly position: number;
}

/** Who listens to the hooks. */
export interface HookListener {
  /** Statement numbers at which `reached` is called; infinite when none. */
  readonly stopAt: number;
  reached(statement: number, position: number): void;
  /** Whether nothing is wanted of an armed statement; asked before anything else. */
  skips(statement: number, callStackPointer: number): boolean;
  /** The statement's byte in the statement table is set. */
  armed(statement: number, position: number): void;
  /** The hook was called for something else (an event, the end of a slice). */
  passed(position: number): void;
  /** The driver has entered the host through `api`. */
  called(api: string): void;
  /** The host is about to enter the driver. */
  entering(context: Context): void;
  /** The host has done what the driver called it for. */
  settled(): void;
  contextEnded(context: Context): void;
  /** A trap that V8 raised: the innermost driver frame is lost to the engine, the shadow call stack is not. */
  trapped(error: Error, topOffset: number | undefined): never;
  /** A trap that the instrumentation announced before it happens. */
  trap(kind: number): never;
  badCall(name: string, target: number, reason: CallReason): never;
}

/** Statements after which the hook is called even when nothing is due (watchdog). */
const longestSlice = 20_000_000;
const stackPages = 32;

export class Guest implements GuestPort, StatementCounter {
  readonly #module: InstrumentedModule;
  readonly #map: SourceMap;
  readonly #listener: HookListener;
  readonly contexts: Context[] = [];
  #serial = 0;
  #machine: Machine | undefined;
  #table: WebAssembly.Table | undefined;
  #budget: WebAssembly.Global = { value: 0 } as WebAssembly.Global;
  #callStackPointer: WebAssembly.Global = { value: 0 } as WebAssembly.Global;
  #stackPointer: WebAssembly.Global = { value: 0 } as WebAssembly.Global;
  /** Lowest address the driver's stack pointer may reach. */
  stackLimit = 0;
  #base = 0;
  #slice = 0;
  #clockLimit = Number.POSITIVE_INFINITY;
  #api: string | undefined;
  /** Statement whose hook is active; undefined while driver code is in a call. */
  #statement: number | undefined;
  readonly #functionIndexOf = new Map<number, number>();
  readonly #functionOfCallback = new Map<string, number>();
  #lastError: CallbackError | undefined;

  constructor(module: InstrumentedModule, map: SourceMap, listener: HookListener) {
    this.#module = module;
    this.#map = map;
    this.#listener = listener;
  }

  get machine(): Machine {
    return defined(this.#machine, "the machine is not attached");
  }

  /** Instantiates the module: places image and stack, runs constructors of globals. Returns the table index of DriverEntry. */
  instantiate(
    machine: Machine,
    compiled: WebAssembly.Module,
    memory: WebAssembly.Memory,
    env: Readonly<Record<string, (...args: never[]) => unknown>>,
    slow: Readonly<Record<string, (...args: never[]) => unknown>>,
  ): number {
    this.#machine = machine;
    const hook = (statement: number): void => this.#hook(statement);
    const trap = (kind: number): void => this.#listener.trap(kind);
    const instance = new WebAssembly.Instance(compiled, { env: { ...env, memory }, dbg: { ...slow, hook, trap } });
    const global = (name: string): WebAssembly.Global => defined(instance.exports[name], `the module does not export ${name}`) as WebAssembly.Global;
    this.#budget = global(exportedGlobals.budget);
    this.#budget.value = 0;
    this.#callStackPointer = global(exportedGlobals.callStackPointer);
    this.#stackPointer = global(exportedGlobals.stackPointer);
    this.#callStackPointer.value = machine.memory.layout.callStackTop;
    machine.pages.placeImage(imageBase, global("__heap_base").value);
    const stack = defined(machine.pages.allocate({ pages: stackPages, label: "kernel stack" }), "no memory for the kernel stack");
    machine.memory.allow(stack + pageSize, (stackPages - 1) * pageSize);
    this.#stackPointer.value = stack + stackPages * pageSize;
    this.stackLimit = stack + pageSize;
    global(exportedGlobals.stackLimit).value = this.stackLimit;
    const table = defined(instance.exports[functionTableExport], "the module does not export its function table") as WebAssembly.Table;
    this.#table = table;
    this.#rearm();
    const constructors = instance.exports["__wasm_call_ctors"];
    const entry = defined(instance.exports["DriverEntry"], "the module does not export DriverEntry");
    const first = table.grow(2);
    table.set(first, entry);
    if (typeof constructors === "function") {
      table.set(first + 1, constructors);
      this.call("constructors of global objects", first + 1, [], { kind: "kernel", label: "driver load" });
    }
    return first;
  }

  executed(): number {
    return this.#base + this.#slice - this.#budget.value;
  }

  limit(statements: number): void {
    const at = this.executed() + statements;
    if (at >= this.#clockLimit) return;
    this.#clockLimit = at;
    if (at < this.#base + this.#slice) this.#rearm();
  }

  hostFunction(name: string, signature: HostSignature, body: (...args: never[]) => number | bigint | void): number {
    const table = defined(this.#table, "the driver is not loaded");
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
    return index;
  }

  get currentApi(): string | undefined {
    return this.#api;
  }

  get stackPointer(): number {
    return this.#stackPointer.value >>> 0;
  }

  get callStackPointer(): number {
    return this.#callStackPointer.value >>> 0;
  }

  /** Enters an emulated API; returns what `leaveApi` restores. */
  enterApi(name: string): string | undefined {
    const outer = this.#api;
    this.#api = name;
    this.#listener.called(name);
    return outer;
  }

  leaveApi(outer: string | undefined): void {
    this.#listener.settled();
    this.#api = outer;
  }

  /** Statement at which driver code is, when it is not in a call. */
  get statement(): number | undefined {
    return this.#statement;
  }

  call(name: string, target: number, args: readonly (number | bigint)[], reason: CallReason): number {
    const { trace } = this.machine;
    const callee = this.#target(target);
    if (callee === undefined) return this.#listener.badCall(name, target, reason);
    const api = this.#api;
    const interrupted = this.#statement;
    const context: Context = {
      serial: ++this.#serial,
      name,
      reason,
      callStackPointer: this.callStackPointer,
      api,
      interrupted,
      enteredAt: this.executed(),
      functionIndex: this.functionOf(target) ?? -1,
    };
    this.#api = undefined;
    this.#statement = undefined;
    this.contexts.push(context);
    this.#functionOfCallback.set(name, context.functionIndex);
    this.#listener.entering(context);
    const text = trace.text(name);
    const functionName = trace.text(this.#module.functions[context.functionIndex]?.name ?? "");
    const span = trace.begin("callback", reason.objectId ?? 0, reason.cause ?? 0, text, 0, functionName);
    let result: number | bigint | undefined;
    try {
      result = callee(...args);
    } catch (error) {
      if (error instanceof Unwind || error instanceof AssertionFailure || !(error instanceof Error)) throw error;
      if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError || error instanceof TypeError)
        return this.#listener.trapped(error, this.#trapOffset(error));
      throw error;
    }
    this.contexts.pop();
    this.#api = api;
    this.#statement = interrupted;
    const value = Number(result ?? 0) | 0;
    if (value >>> 0 >= 0xc000_0000) this.#lastError = { name, functionIndex: context.functionIndex, status: value >>> 0, position: this.executed() };
    trace.end("callback", span, text, value, functionName);
    this.#listener.contextEnded(context);
    return value;
  }

  /** The callback that returned an error status last. */
  get lastError(): CallbackError | undefined {
    return this.#lastError;
  }

  /** Function that was called last as callback `name`. */
  lastFunctionOf(name: string): number | undefined {
    return this.#functionOfCallback.get(name);
  }

  /** Function table index of the module behind a function pointer. */
  functionOf(target: number): number | undefined {
    const known = this.#functionIndexOf.get(target);
    if (known !== undefined) return known;
    const callee = this.#target(target);
    // V8 names exported functions by their index in the module.
    const index = callee === undefined ? undefined : this.#map.byWasmIndex(Number(callee.name));
    if (index !== undefined) this.#functionIndexOf.set(target, index);
    return index;
  }

  /** The call stack, innermost frame first. `trapOffset` is the code offset of the top frame after a trap of the engine. */
  frames(trapOffset?: number): RawFrame[] {
    const { view, layout } = this.machine.memory;
    const frames: RawFrame[] = [];
    const offsetOf = (statement: number | undefined): number | undefined => (statement === undefined ? undefined : this.#module.statements.offset[statement]);
    let offset = trapOffset ?? offsetOf(this.#statement);
    if (offset === undefined && this.#api !== undefined) frames.push({ kind: "label", context: "framework", text: this.#api });
    let record = this.callStackPointer;
    const walkTo = (end: number): void => {
      while (record < end && record < layout.callStackTop) {
        const functionIndex = view.getUint32(record + callRecord.functionIndex, true);
        const called = this.#module.functions[functionIndex];
        if (called === undefined) return;
        frames.push({
          kind: "driver",
          functionIndex,
          offset: offset ?? view.getUint32(record + callRecord.callSite, true),
          frameBase: view.getUint32(record + callRecord.frameBase, true),
          record,
        });
        offset = undefined;
        record += called.recordBytes || callRecordBytes;
      }
    };
    for (let i = this.contexts.length - 1; i >= 0; i--) {
      const context = this.contexts[i];
      if (context === undefined) break;
      walkTo(context.callStackPointer);
      record = context.callStackPointer;
      offset = offsetOf(context.interrupted);
      frames.push({ kind: "label", context: context.reason.kind, text: context.reason.label });
    }
    return frames;
  }

  /** Function and offset of the innermost driver frame, cheaply. */
  topFrame(): { functionIndex: number; offset: number } | undefined {
    const { view, layout } = this.machine.memory;
    const record = this.callStackPointer;
    if (record >= layout.callStackTop) return undefined;
    const offset = this.#statement === undefined ? undefined : this.#module.statements.offset[this.#statement];
    return { functionIndex: view.getUint32(record + callRecord.functionIndex, true), offset: offset ?? view.getUint32(record + callRecord.callSite, true) };
  }

  #target(target: number): ((...args: (number | bigint)[]) => number | bigint | undefined) | undefined {
    const table = this.#table;
    if (table === undefined || target <= 0 || target >= table.length) return undefined;
    return table.get(target) ?? undefined;
  }

  #trapOffset(error: Error): number | undefined {
    const match = /wasm-function\[\d+\]:0x([0-9a-f]+)/.exec(error.stack ?? "");
    return match?.[1] === undefined ? undefined : this.#map.originalOffset(Number.parseInt(match[1], 16));
  }

  #hook(statement: number): void {
    // With something left of the slice nothing is due: it is the statement's byte that called.
    if (this.#budget.value > 0 && this.#listener.skips(statement, this.callStackPointer)) return;
    const { clock, cpu, memory } = this.machine;
    this.#statement = statement;
    let position = this.executed();
    if (position === this.#listener.stopAt) this.#listener.reached(statement, position);
    this.#clockLimit = Number.POSITIVE_INFINITY;
    clock.runDue();
    cpu.deliver();
    if (this.executed() !== position) {
      // The place after the nested code gets a number of its own, so that one can travel to it.
      this.#base++;
      position = this.executed();
      if (position === this.#listener.stopAt) this.#listener.reached(statement, position);
    }
    if (memory.bytes[memory.layout.statements + statement] !== 0) this.#listener.armed(statement, position);
    else this.#listener.passed(position);
    this.#statement = undefined;
    this.#rearm();
  }

  /** Starts a new slice that ends at the next thing that needs the hook. */
  #rearm(): void {
    const now = this.executed();
    const next = Math.min(this.#clockLimit, this.#listener.stopAt > now ? this.#listener.stopAt : Number.POSITIVE_INFINITY, now + longestSlice);
    this.#base = now;
    this.#slice = Math.max(1, next - now);
    this.#budget.value = this.#slice;
  }

  /** After the listener changed `stopAt`. */
  refresh(): void {
    this.#rearm();
  }
}
