// SPDX-License-Identifier: MIT
/** The mutable globals of one instance of the instrumented module: what a processor would keep in registers. */
import { defined } from "../base/index.ts";
import { exportedGlobals, functionTableExport, sehGlobals } from "../protocol/index.ts";

export type DriverFunction = (...args: (number | bigint)[]) => number | bigint | undefined;

export interface StackPlace {
  readonly callStackPointer: number;
  readonly stackPointer: number;
  readonly stackLimit: number;
}

export class Registers {
  readonly budget: WebAssembly.Global;
  readonly #callStackPointer: WebAssembly.Global;
  readonly #stackPointer: WebAssembly.Global;
  readonly #stackLimit: WebAssembly.Global;
  readonly table: WebAssembly.Table;
  readonly exports: WebAssembly.Instance["exports"];

  constructor({ exports }: WebAssembly.Instance) {
    const global = (name: string): WebAssembly.Global => defined(exports[name], `the module does not export ${name}`) as WebAssembly.Global;
    this.exports = exports;
    this.budget = global(exportedGlobals.budget);
    this.#callStackPointer = global(exportedGlobals.callStackPointer);
    this.#stackPointer = global(exportedGlobals.stackPointer);
    this.#stackLimit = global(exportedGlobals.stackLimit);
    this.table = defined(exports[functionTableExport], "the module does not export its function table") as WebAssembly.Table;
  }

  get callStackPointer(): number {
    return this.#callStackPointer.value >>> 0;
  }

  get stackPointer(): number {
    return this.#stackPointer.value >>> 0;
  }

  /** Lowest address the stack pointer may reach. */
  get stackLimit(): number {
    return this.#stackLimit.value >>> 0;
  }

  /** End of the image in memory. */
  get heapBase(): number {
    return (defined(this.exports["__heap_base"], "the module does not export __heap_base") as WebAssembly.Global).value >>> 0;
  }

  /** Where on which stack the code is. */
  get place(): StackPlace {
    const { callStackPointer, stackPointer, stackLimit } = this;
    return { callStackPointer, stackPointer, stackLimit };
  }

  /** Puts the code that runs next at the place `to`; returns the place where it would have run. */
  move(to: StackPlace): StackPlace {
    const { place } = this;
    this.#callStackPointer.value = to.callStackPointer | 0;
    this.#stackPointer.value = to.stackPointer | 0;
    this.#stackLimit.value = to.stackLimit | 0;
    return place;
  }

  /** Enters function `name`, which contains `__try`, at `code` in the frame of `owner`; returns the value of a filter. */
  enter(name: string, owner: number, code: number, parameters: string): number {
    const callee = defined(this.exports[name], `the module does not export ${name}`) as DriverFunction;
    const global = (exported: string): WebAssembly.Global => this.exports[exported] as WebAssembly.Global;
    global(sehGlobals.owner).value = owner | 0;
    global(sehGlobals.code).value = code;
    callee(...Array.from(parameters, (letter) => (letter === "l" ? 0n : 0)));
    return global(sehGlobals.result).value;
  }

  function(target: number): DriverFunction | undefined {
    return target <= 0 || target >= this.table.length ? undefined : (this.table.get(target) ?? undefined);
  }
}
