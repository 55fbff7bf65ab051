// SPDX-License-Identifier: MIT
/** From code offsets to functions and lines, with the tables of the instrumented module alone (the DWARF stays with the session). */
import type { SourceLocation } from "../base/index.ts";
import type { InstrumentedFunction, InstrumentedModule } from "../protocol/index.ts";

/** Index of the last entry that is <= value in an ascending array; -1 when none is. */
function lastAtMost(ascending: Uint32Array, count: number, value: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export class SourceMap {
  readonly #module: InstrumentedModule;
  readonly #byWasmIndex: ReadonlyMap<number, number>;

  constructor(module: InstrumentedModule) {
    this.#module = module;
    this.#byWasmIndex = new Map(module.functions.map(({ wasmIndex }, index) => [wasmIndex, index]));
  }

  function(index: number): InstrumentedFunction | undefined {
    return this.#module.functions[index];
  }

  /** Index in the function table of the module, by WebAssembly function index. */
  byWasmIndex(wasmIndex: number): number | undefined {
    return this.#byWasmIndex.get(wasmIndex);
  }

  /** The statement that contains a code offset; -1 when the function has none. */
  statementAt(functionIndex: number, offset: number): number {
    const { statements } = this.#module;
    let id = lastAtMost(statements.offset, statements.count, offset);
    if (statements.functionIndex[id] !== functionIndex) id = statements.functionIndex.indexOf(functionIndex);
    while (id > 0 && statements.line[id] === 0) id--;
    return id;
  }

  /** The line of the statement that contains a code offset. */
  locate(functionIndex: number, offset: number): SourceLocation | undefined {
    const { statements, files } = this.#module;
    const id = this.statementAt(functionIndex, offset);
    const file = files[statements.file[id] ?? -1];
    return file === undefined ? undefined : { file, line: statements.line[id] ?? 0 };
  }

  /** First line of a function. */
  locateFunction(functionIndex: number): SourceLocation | undefined {
    return this.locate(functionIndex, 0);
  }

  /** Original code offset of an instruction of the instrumented module, given by file offset (as V8 prints it). */
  originalOffset(instrumented: number): number {
    const { instrumentedOffset, originalOffset } = this.#module;
    return originalOffset[lastAtMost(instrumentedOffset, instrumentedOffset.length, instrumented)] ?? 0;
  }
}
