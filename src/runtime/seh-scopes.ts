// SPDX-License-Identifier: MIT
/**
 * Reads which guarded blocks are in effect: from the shadow call stack, whose records of functions with `__try` hold the function's level, and from the scope
 * tables in the driver's image (docs/seh.md).
 */
import { type InstrumentedFunction, type InstrumentedModule, callRecord, sehRecord, sehScope } from "../protocol/index.ts";
import type { Context } from "./driver-stack.ts";
import type { Guest } from "./guest.ts";

/** A scope in effect in an activation of a function. */
export interface ActiveScope {
  readonly record: number;
  readonly functionIndex: number;
  readonly scope: number;
  /** The scope around it, -1 for none. */
  readonly parent: number;
  readonly kind: "except" | "finally";
}

/** A filter or termination block that the host is running: scopes inside are those of its own record, then come those around `scope`. */
export interface RunningFunclet {
  readonly record: number;
  readonly functionIndex: number;
  readonly scope: number;
  readonly parent: number;
}

export class SehScopes {
  readonly #module: InstrumentedModule;
  readonly #guest: Guest;
  /** By serial of the context in which it runs. */
  readonly #funclets: ReadonlyMap<number, RunningFunclet>;

  constructor(module: InstrumentedModule, guest: Guest, funclets: ReadonlyMap<number, RunningFunclet>) {
    this.#module = module;
    this.#guest = guest;
    this.#funclets = funclets;
  }

  /** Scopes in effect for an exception raised now, innermost first, as far as the callback that driver code runs for. */
  *all(): Generator<ActiveScope> {
    const { contexts } = this.#guest;
    let record = this.#guest.callStackPointer;
    for (let i = contexts.length - 1; i >= 0; ) {
      const context = contexts[i];
      if (context === undefined) return;
      yield* this.#ofContext(record, context);
      const funclet = this.#funclets.get(context.serial);
      if (funclet === undefined) return;
      // Contexts between the block and the function it belongs to are being unwound.
      i--;
      while (i > 0 && (contexts[i]?.callStackPointer ?? 0) <= funclet.record) i--;
      yield* this.of(funclet.record, funclet.functionIndex, funclet.parent, this.#outermost(funclet.record, funclet.functionIndex, contexts[i]));
      record = funclet.record + this.#recordBytes(funclet.functionIndex);
    }
  }

  *#ofContext(first: number, context: Context): Generator<ActiveScope> {
    const { view } = this.#guest.machine.memory;
    for (let record = first; record < context.callStackPointer; ) {
      const functionIndex = view.getUint32(record + callRecord.functionIndex, true);
      const called = this.#module.functions[functionIndex];
      if (called === undefined) return;
      if (called.seh !== undefined) yield* this.of(record, functionIndex, this.level(record, called), this.#outermost(record, functionIndex, context));
      record += called.recordBytes;
    }
  }

  /** The scope at which those of an activation end: of a filter or block that the host runs, the ones around it belong to its owner. */
  #outermost(record: number, functionIndex: number, context: Context | undefined): number {
    if (context === undefined) return -1;
    const funclet = this.#funclets.get(context.serial);
    return funclet !== undefined && record + this.#recordBytes(functionIndex) >= context.callStackPointer ? funclet.parent : -1;
  }

  #recordBytes(functionIndex: number): number {
    return this.#module.functions[functionIndex]?.recordBytes ?? 0;
  }

  /** Scopes of one activation from `level` outwards, up to but not including `outer`. */
  *of(record: number, functionIndex: number, level: number, outer = -1): Generator<ActiveScope> {
    const called = this.#module.functions[functionIndex];
    if (called?.seh === undefined) return;
    const { view } = this.#guest.machine.memory;
    const table = view.getUint32(record + called.seh.offset + sehRecord.scopes, true);
    for (let scope = level; scope >= 0 && scope !== outer; ) {
      const entry = table + scope * sehScope.size;
      const parent = view.getUint16(entry + sehScope.parent, true) - 1;
      yield { record, functionIndex, scope, parent, kind: view.getUint8(entry + sehScope.kind) === sehScope.except ? "except" : "finally" };
      scope = parent;
    }
  }

  level(record: number, { seh }: InstrumentedFunction): number {
    return seh === undefined ? -1 : this.#guest.machine.memory.view.getInt32(record + seh.offset + sehRecord.level, true);
  }

  setLevel(record: number, functionIndex: number, level: number): void {
    const seh = this.#module.functions[functionIndex]?.seh;
    if (seh !== undefined) this.#guest.machine.memory.view.setInt32(record + seh.offset + sehRecord.level, level, true);
  }
}
