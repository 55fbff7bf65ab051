// SPDX-License-Identifier: MIT
/**
 * A WebAssembly stack that can be left in the middle of a call of the host and entered again later, by the engine's stack switching (JavaScript promise
 * integration). The engine resumes a stack in a microtask, which a thread that never returns to its event loop does not get; so each stack has a realm
 * with a microtask queue of its own, which is emptied whenever code of the realm has been run. Seen from outside, entering a stack is a plain call.
 */
import vm from "node:vm";
import { assert } from "../base/index.ts";

/** How a stack was left. */
export type Departure =
  | { readonly kind: "suspended" }
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "threw"; readonly error: unknown };

export type HostFunctions = Readonly<Record<string, (...args: never[]) => unknown>>;
/** Host functions that never suspend, and the tag of exceptions. */
export type PlainImports = Readonly<Record<string, ((...args: never[]) => unknown) | WebAssembly.Tag>>;

interface Realm {
  readonly cell: { suspends: boolean; departure: Departure };
  instantiate(module: WebAssembly.Module, env: HostFunctions, dbg: HostFunctions, plain: PlainImports, memory: WebAssembly.Memory): WebAssembly.Instance;
  prepareStart(callee: unknown, args: readonly (number | bigint)[]): void;
  prepareReturn(value: unknown): void;
  prepareThrow(error: unknown): void;
}

const realmSource = new vm.Script(`(() => {
  const cell = { suspends: false, departure: { kind: "suspended" } };
  let settle, action;
  const suspending = (host) => new WebAssembly.Suspending((...args) => {
    const result = host(...args);
    if (!cell.suspends) return result;
    cell.suspends = false;
    cell.departure = { kind: "suspended" };
    return new Promise((resolve, reject) => { settle = { resolve, reject }; });
  });
  const all = (functions) => Object.fromEntries(Object.entries(functions).map(([name, host]) => [name, suspending(host)]));
  const returned = (value) => { cell.departure = { kind: "returned", value }; };
  const threw = (error) => { cell.departure = { kind: "threw", error }; };
  globalThis.enter = () => action();
  return {
    cell,
    instantiate: (module, env, dbg, plain, memory) => new WebAssembly.Instance(module, { env: { ...all(env), memory }, dbg: { ...plain, ...all(dbg) } }),
    prepareStart: (callee, args) => { action = () => void WebAssembly.promising(callee)(...args).then(returned, threw); },
    prepareReturn: (value) => { const { resolve } = settle; action = () => resolve(value); },
    prepareThrow: (error) => { const { reject } = settle; action = () => reject(error); },
  };
})()`);
const enterSource = new vm.Script("enter()");

export class Coroutine {
  /** Whether the engine can switch stacks: Node.js 24 and later, and engines of its age. */
  static readonly isSupported = typeof Reflect.get(WebAssembly, "Suspending") === "function";

  readonly #context = vm.createContext({}, { microtaskMode: "afterEvaluate" });
  readonly #realm = realmSource.runInContext(this.#context) as Realm;
  #isSuspended = false;

  /** An instance of `module` whose calls of `env` and `dbg` may suspend this stack; those of `plain` are more of `dbg` that may not. */
  instantiate(
    module: WebAssembly.Module,
    imports: { env: HostFunctions; dbg: HostFunctions; plain: PlainImports },
    memory: WebAssembly.Memory,
  ): WebAssembly.Instance {
    return this.#realm.instantiate(module, imports.env, imports.dbg, imports.plain, memory);
  }

  get isSuspended(): boolean {
    return this.#isSuspended;
  }

  /** Calls a function of the instance on this stack. */
  start(callee: unknown, args: readonly (number | bigint)[]): Departure {
    assert(!this.#isSuspended, "a stack runs one function at a time");
    this.#realm.prepareStart(callee, args);
    return this.#enter();
  }

  /** For the host function that is being called: the stack is left when it returns; what it returns does not matter. */
  suspend(): void {
    this.#realm.cell.suspends = true;
  }

  /** Returns `value` from the call of the host in which the stack was left. */
  resume(value: unknown): Departure {
    this.#realm.prepareReturn(value);
    return this.#enter();
  }

  /** Throws `error` out of that call. */
  fail(error: unknown): Departure {
    this.#realm.prepareThrow(error);
    return this.#enter();
  }

  #enter(): Departure {
    this.#isSuspended = false;
    enterSource.runInContext(this.#context);
    const { departure } = this.#realm.cell;
    this.#isSuspended = departure.kind === "suspended";
    // As an object of this realm.
    return { ...departure };
  }
}

/** Stacks of the engine outlive an execution: making one takes longer than many a travel in time. */
export class CoroutinePool {
  readonly #free: Coroutine[] = [];

  take(): Coroutine {
    return this.#free.pop() ?? new Coroutine();
  }

  /** Takes back a stack on which nothing runs. */
  give(coroutine: Coroutine): void {
    if (!coroutine.isSuspended) this.#free.push(coroutine);
  }
}
