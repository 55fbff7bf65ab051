// SPDX-License-Identifier: MIT
/** Finds the statement with which a function returned, by executing again up to there: nobody looks at statements while all is well. */
import { readFileSync } from "node:fs";
import { toHostPath } from "../base/index.ts";
import type { InstrumentedModule } from "../protocol/index.ts";
import type { ReverseSearch, TravelGoal } from "./unwind.ts";

/** A callback that returned an error. */
export interface FailedReturn {
  readonly functionIndex: number;
  /** Statement number of the last statement it executed. */
  readonly position: number;
}

export class ReturnPlace implements ReverseSearch {
  readonly functions: ReadonlySet<number>;
  readonly #module: InstrumentedModule;
  readonly #until: number;
  #last = -1;
  #before = -1;

  constructor({ functionIndex, position }: FailedReturn, module: InstrumentedModule) {
    this.functions = new Set([functionIndex]);
    this.#module = module;
    this.#until = position;
  }

  visit(statement: number, _pointer: number, position: number): void {
    const { line, functionIndex } = this.#module.statements;
    if (position > this.#until || line[statement] === 0 || !this.functions.has(functionIndex[statement] ?? -1)) return;
    this.#before = this.#last;
    this.#last = statement;
  }

  restart(): void {
    this.#last = -1;
    this.#before = -1;
  }

  get isFound(): boolean {
    return this.#before >= 0;
  }

  /** The statement; -1 when the function has executed none. */
  get statement(): number {
    return this.#before >= 0 && this.#isClosingBrace(this.#last) ? this.#before : this.#last;
  }

  /** All ways out of a function with several lead over its closing brace, which has code of its own then. */
  #isClosingBrace(statement: number): boolean {
    const { statements, files } = this.#module;
    const [line = 0, column = 0] = [statements.line[statement], statements.column[statement]];
    try {
      const text = readFileSync(toHostPath(files[statements.file[statement] ?? -1] ?? ""), "utf8");
      return text.split("\n")[line - 1]?.charAt(column - 1) === "}";
    } catch {
      // The source is gone: the brace it is.
      return false;
    }
  }

  /** Nowhere: the search is all there is. */
  result(): TravelGoal {
    return { kind: "position", position: Number.POSITIVE_INFINITY, reason: "goto" };
  }
}
