// SPDX-License-Identifier: MIT
/**
 * The stacks of one execution besides the processor's own. Each has an instance of the module of its own, because what may suspend a stack is decided
 * when an instance is made; all instances share memory, and their function tables are kept equal.
 */
import type { Machine } from "../machine/index.ts";
import { callStackTopOf, imageBase, maxThreadStacks, pageSize, threadCallStackBytes } from "../protocol/index.ts";
import type { Coroutine, CoroutinePool, HostFunctions, PlainImports } from "./coroutine.ts";
import { DriverStack } from "./driver-stack.ts";
import { Registers } from "./registers.ts";

/** Pages of a thread's stack, the first of which is never accessible; smaller than the processor's, which ISRs and nested callbacks share. */
const threadStackPages = 17;

export interface StackParts {
  readonly machine: Machine;
  readonly compiled: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly env: HostFunctions;
  /** Hooks of the instrumentation that never suspend. */
  readonly plain: PlainImports;
  /** The hook of statements, for a stack. */
  readonly hook: (stack: DriverStack, statement: number) => void;
  /** The instance that runs on the processor's own stack. */
  readonly first: Registers;
  readonly pool: CoroutinePool;
}

export class StackSet {
  readonly #parts: StackParts;
  readonly #stacks: DriverStack[] = [];

  constructor(parts: StackParts) {
    this.#parts = parts;
  }

  get all(): readonly DriverStack[] {
    return this.#stacks;
  }

  /** A stack on which nothing runs; undefined when all are in use. */
  take(): DriverStack | undefined {
    const stack = this.#stacks.find(({ isBusy }) => !isBusy) ?? this.#create();
    if (stack !== undefined) stack.isBusy = true;
    return stack;
  }

  /** Leaves every stack for good: what they were in the middle of ends with `reason`, which driver code cannot catch. */
  abandon(reason: Error): void {
    for (const { coroutine } of this.#stacks.splice(0)) {
      if (coroutine === undefined) continue;
      if (coroutine.isSuspended) coroutine.fail(reason);
      this.#parts.pool.give(coroutine);
    }
  }

  /** The first instance has got functions that driver code can call by pointer. */
  extendTables(): void {
    for (const { registers } of this.#stacks) this.#extend(registers.table);
  }

  #create(): DriverStack | undefined {
    const { machine, first, pool } = this.#parts;
    const index = this.#stacks.length + 1;
    if (index > maxThreadStacks) return undefined;
    const base = machine.pages.allocate({ pages: threadStackPages, label: `kernel stack ${index}` });
    if (base === undefined) return undefined;
    machine.memory.allow(base + pageSize, (threadStackPages - 1) * pageSize);
    const coroutine = pool.take();
    const top = callStackTopOf(machine.memory.layout, index);
    machine.memory.zero(top - threadCallStackBytes, top);
    const registers = this.#instantiate(coroutine, (statement) => this.#parts.hook(stack, statement));
    const stack = new DriverStack(index, top, registers, coroutine);
    registers.budget.value = first.budget.value;
    registers.move({ callStackPointer: top, stackPointer: base + threadStackPages * pageSize, stackLimit: base + pageSize });
    this.#extend(registers.table);
    this.#stacks.push(stack);
    return stack;
  }

  /** Making an instance writes the initial values of the driver's globals, which have others by now. */
  #instantiate(coroutine: Coroutine, hook: (statement: number) => void): Registers {
    const { compiled, memory, env, plain, machine, first } = this.#parts;
    const { bytes } = machine.memory;
    const image = bytes.slice(imageBase, first.heapBase);
    const instance = coroutine.instantiate(compiled, { env, dbg: { hook }, plain }, memory);
    bytes.set(image, imageBase);
    return new Registers(instance);
  }

  #extend(table: WebAssembly.Table): void {
    const { first } = this.#parts;
    const from = table.length;
    if (from < first.table.length) table.grow(first.table.length - from);
    for (let i = from; i < first.table.length; i++) table.set(i, first.table.get(i));
  }
}
