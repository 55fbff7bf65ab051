// SPDX-License-Identifier: MIT
/** A place the target is to stop at once, besides its breakpoints: lines to run to, a callback to step into, a write to travel to. */

import type { StoppedEvent, Watch } from "../protocol/index.ts";
import type { WatchPlan } from "./breakpoint.ts";

/** Id of a watch that belongs to no breakpoint; theirs begin at 1. */
export const oneTimeWatch = 0;

export class OneTimeStop {
  static readonly none = new OneTimeStop([], []);

  readonly statements: readonly number[];
  readonly watches: readonly Watch[];

  private constructor(statements: readonly number[], watches: readonly Watch[]) {
    this.statements = statements;
    this.watches = watches;
  }

  static atStatements(statements: readonly number[]): OneTimeStop {
    return new OneTimeStop(statements, []);
  }

  static atHit(watch: WatchPlan): OneTimeStop {
    return new OneTimeStop([], [{ ...watch, id: oneTimeWatch }]);
  }

  get isEmpty(): boolean {
    return this.statements.length === 0 && this.watches.length === 0;
  }

  /** Whether the target has stopped there. */
  isReached({ statement, hits = [] }: StoppedEvent): boolean {
    return (statement !== undefined && this.statements.includes(statement)) || hits.some(({ watch }) => watch === oneTimeWatch);
  }
}
