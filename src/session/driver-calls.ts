// SPDX-License-Identifier: MIT
/**
 * Calls of driver functions in an expression of the debug console. Expressions are evaluated at once, calls take their time: a look that
 * wants a call is given up, the call made, and the look repeated, with what the calls before it have returned.
 */

import type { CallOutcome } from "../protocol/index.ts";
import { EvaluationError } from "../symbols/index.ts";
import type { FunctionInfo } from "../symbols/index.ts";
import type { Program } from "./program.ts";
import type { TargetLink } from "./target-link.ts";

interface Wanted {
  readonly info: FunctionInfo;
  readonly arguments: readonly (number | bigint)[];
}

export class DriverCalls {
  readonly #program: Program;
  readonly #link: TargetLink;
  readonly #outcomes: CallOutcome[] = [];
  #made = 0;
  #wanted: Wanted | undefined;

  constructor(program: Program, link: TargetLink) {
    this.#program = program;
    this.#link = link;
  }

  /** A look begins. */
  begin(): void {
    this.#made = 0;
  }

  /** What the function returned; gives the look up when it has still to be called. @throws EvaluationError */
  call(info: FunctionInfo, args: readonly (number | bigint)[]): number | bigint | undefined {
    const outcome = this.#outcomes[this.#made++];
    if (outcome === undefined) {
      this.#wanted = { info, arguments: args };
      throw new EvaluationError(`Function "${info.name}" has still to be called`);
    }
    if (outcome.problem !== undefined) throw new EvaluationError(`Function "${info.name}" did not return: ${outcome.problem}`);
    return outcome.value;
  }

  /** Makes the call that was wanted; false when there is none. Rejects with a SessionError when it cannot be made. */
  async make(): Promise<boolean> {
    const wanted = this.#wanted;
    if (wanted === undefined) return false;
    this.#wanted = undefined;
    const { module } = this.#program;
    const functionIndex = module.functions.findIndex(({ low, high }) => low <= wanted.info.low && wanted.info.low < high);
    if (functionIndex < 0) throw new EvaluationError(`No code was generated for "${wanted.info.name}"`);
    this.#outcomes.push(await this.#link.query({ type: "callFunction", functionIndex, arguments: wanted.arguments }));
    return true;
  }

  /** Where the last call has left the target; undefined when none was made. */
  get place(): CallOutcome | undefined {
    return this.#outcomes.at(-1);
  }
}
