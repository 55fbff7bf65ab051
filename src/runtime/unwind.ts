// SPDX-License-Identifier: MIT
/** Signals that leave driver code in the middle: thrown through the WebAssembly frames, caught only by the run loop. */

import type { WatchHit } from "../protocol/index.ts";
import type { SearchRun } from "./search-run.ts";

/** Base of the signals; whoever catches foreign errors lets these pass. */
export abstract class Unwind extends Error {}

/** The run is over: bug check without continuation, or the client said so. */
export class RunEnded extends Unwind {
  override readonly name = "RunEnded";
}

/** A call from the debugger is ended; caught where it was made. */
export class CallEnded extends Unwind {
  override readonly name = "CallEnded";
  /** Why. */
  readonly problem: string;

  constructor(problem: string) {
    super();
    this.problem = problem;
  }
}

/** How a re-execution ends. */
export type TravelGoal =
  /** Stop at a statement number. */
  | { readonly kind: "position"; readonly position: number; readonly reason: "goto" | "step" | "breakpoint" | "start" }
  /** Stop at a hit of a watch. */
  | { readonly kind: "hit"; readonly watch: number; readonly position: number; readonly sequence: number }
  /** Run to the current position while looking for a place to travel to. */
  | { readonly kind: "search"; readonly run: SearchRun };

/** What a backwards search looks for; fed with every armed statement in order. */
export interface ReverseSearch {
  /** Functions whose statements matter; undefined = the statements of `statements`, or all. */
  readonly functions?: ReadonlySet<number>;
  readonly statements?: ReadonlySet<number>;
  visit(statement: number, callStackPointer: number, position: number): void;
  /** A hit of a watch; left out: they do not matter. */
  hit?(hit: WatchHit): void;
  /** Forgets what was seen: statements have been left out. */
  restart(): void;
  /** Whether `result` stays what it is whatever came before the first statement that was seen. */
  readonly isFound: boolean;
  /** The place found, 1 when there is none. */
  result(): TravelGoal;
}

/** Start again and run towards `goal`. */
export class Travel extends Unwind {
  override readonly name = "Travel";
  readonly goal: TravelGoal;

  constructor(goal: TravelGoal) {
    super();
    this.goal = goal;
  }
}

/** Start again with an empty history. */
export class Restart extends Unwind {
  override readonly name = "Restart";
}
