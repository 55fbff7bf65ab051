// SPDX-License-Identifier: MIT
/** What all functions of one instrumentation run share: indices of hooks and globals, and the statement table being filled. */

import { ExitStatus, UserError } from "../base/index.ts";
import { exportedGlobals, hookNames, maxStatements, type GuestLayout, type StatementTable } from "../protocol/index.ts";
import type { SehContext } from "./instrument-seh.ts";
import { externalKind, type WasmModule } from "./wasm-module.ts";

/** Function index of each import of module `dbg`. */
export type HookIndices = Readonly<Record<keyof typeof hookNames, number>>;

/** Global indices. */
export interface GlobalIndices {
  readonly stackPointer: number;
  readonly budget: number;
  readonly callStackPointer: number;
  readonly stackLimit: number;
}

export interface InstrumentContext {
  readonly module: WasmModule;
  readonly layout: GuestLayout;
  readonly hooks: HookIndices;
  readonly globals: GlobalIndices;
  readonly statements: StatementTableBuilder;
  /** Undefined for modules without `__try`. */
  readonly seh: SehContext | undefined;
}

/** Module name of the hook imports. */
export const hookModule = "dbg";

function unlinked(what: string): UserError {
  return new UserError({
    code: "instrument-not-linked-for",
    message: `Cannot instrument the module: it ${what}`,
    exitStatus: ExitStatus.buildFailed,
    hint: "link with the runtime object and --import-memory --export-table --export=__stack_pointer",
  });
}

/** Finds the hooks among the imports. Throws UserError `instrument-not-linked-for` when one is missing. */
export function findHooks(module: WasmModule): HookIndices {
  const functions = module.imports.filter((item) => item.kind === externalKind.function);
  const find = (name: string): number => {
    const index = functions.findIndex((item) => item.module === hookModule && item.name === name);
    if (index < 0) throw unlinked(`does not import "${hookModule}.${name}"`);
    return index;
  };
  const indices: Partial<Record<keyof typeof hookNames, number>> = {};
  for (const key of Object.keys(hookNames) as (keyof typeof hookNames)[]) indices[key] = find(hookNames[key]);
  return indices as HookIndices;
}

/** Finds the stack pointer among the exports. Throws UserError `instrument-not-linked-for` when it is missing. */
export function findStackPointer(module: WasmModule): number {
  const found = module.exports.find((item) => item.kind === externalKind.global && item.name === exportedGlobals.stackPointer);
  if (!found) throw unlinked('does not export "__stack_pointer"');
  return found.index;
}

/** Collects statements in the order of their ids. */
export class StatementTableBuilder {
  readonly #offset: number[] = [];
  readonly #functionIndex: number[] = [];
  readonly #line: number[] = [];
  readonly #column: number[] = [];
  readonly #file: number[] = [];
  readonly #storeStatement: number[] = [];
  readonly #storeOffset: number[] = [];
  readonly #storeSize: number[] = [];

  /** Notes a store into the frame of the function, by the statement that was added last when that is one of the function. */
  addFrameStore(functionIndex: number, offset: number, size: number): void {
    const id = this.#offset.length - 1;
    // What is stored before the first statement are arguments.
    if (this.#functionIndex[id] !== functionIndex) return;
    this.#storeStatement.push(id);
    this.#storeOffset.push(offset);
    this.#storeSize.push(size);
  }

  /** Adds a statement and returns its id. Throws UserError `instrument-too-many-statements` beyond `maxStatements`. */
  add(offset: number, functionIndex: number, line: number, column: number, file: number): number {
    const id = this.#offset.length;
    if (id >= maxStatements) {
      throw new UserError({
        code: "instrument-too-many-statements",
        message: `Driver has more than ${maxStatements} statements`,
        exitStatus: ExitStatus.buildFailed,
        hint: "leave files that need no debugging out of the project",
      });
    }
    this.#offset.push(offset);
    this.#functionIndex.push(functionIndex);
    this.#line.push(line);
    this.#column.push(column);
    this.#file.push(file);
    return id;
  }

  build(): StatementTable {
    return {
      count: this.#offset.length,
      offset: Uint32Array.from(this.#offset),
      functionIndex: Uint32Array.from(this.#functionIndex),
      line: Uint32Array.from(this.#line),
      column: Uint32Array.from(this.#column),
      file: Uint32Array.from(this.#file),
      frameStores: {
        statement: Uint32Array.from(this.#storeStatement),
        offset: Uint32Array.from(this.#storeOffset),
        size: Uint8Array.from(this.#storeSize),
      },
    };
  }
}
