// SPDX-License-Identifier: MIT
/**
 * What re-execution needs to know about the past: inputs from outside with the place where they happened, how far the target got, and how
 * many messages the client has seen already (a re-execution repeats them silently).
 */

import type { Input, LoggedInput } from "../protocol/index.ts";

export class History {
  readonly #inputs: LoggedInput[] = [];
  /** Inputs of this execution that have been applied. */
  #applied = 0;
  /** Messages of this execution so far, and the number that the client has seen. */
  #messages = 0;
  #seen = 0;
  /** Furthest statement number reached. */
  furthest = 0;
  /** Times the machine was idle in this execution. */
  idleCount = 0;

  /** A new execution of the same history begins. */
  rewind(): void {
    this.#applied = 0;
    this.#seen = Math.max(this.#seen, this.#messages);
    this.#messages = 0;
    this.idleCount = 0;
  }

  clear(): void {
    this.#inputs.length = 0;
    this.#applied = 0;
    this.#messages = 0;
    this.#seen = 0;
    this.furthest = 0;
    this.idleCount = 0;
  }

  /** Inputs so far, in the order they happened. */
  get inputs(): readonly LoggedInput[] {
    return this.#inputs.slice(0, this.#applied);
  }

  /** Takes over the past of another machine, to repeat it in silence. */
  repeat(inputs: readonly LoggedInput[]): void {
    this.clear();
    this.#inputs.push(...inputs);
    this.#seen = Number.POSITIVE_INFINITY;
  }

  /** Something new happens here: what was in the future of this place is forgotten. True when there was such a future. */
  fork(position: number): boolean {
    const hadFuture = this.#inputs.length > this.#applied || this.furthest > position || this.#seen > this.#messages;
    this.#inputs.length = this.#applied;
    this.#seen = this.#messages;
    this.furthest = position;
    return hadFuture;
  }

  /** Logs an input that has just been applied and leaves the future as it is. */
  insert(input: Input, position: number): void {
    this.#inputs.splice(this.#applied, 0, { input, position, idle: undefined });
    this.#applied++;
  }

  /** Logs an input that has just been applied. */
  add(input: Input, position: number | undefined): void {
    this.#inputs.push({ input, position, idle: position === undefined ? this.idleCount : undefined });
    this.#applied = this.#inputs.length;
  }

  /** Statement number of the next input to repeat; infinite when the next one happened at an idle moment or there is none. */
  get nextPosition(): number {
    return this.#inputs[this.#applied]?.position ?? Number.POSITIVE_INFINITY;
  }

  /** Takes the next input if it happened at `position`. */
  takeAt(position: number): Input | undefined {
    const next = this.#inputs[this.#applied];
    if (next === undefined || next.position !== position) return undefined;
    this.#applied++;
    return next.input;
  }

  /** Takes the next input if it happened at this idle moment. */
  takeIdle(): Input | undefined {
    const next = this.#inputs[this.#applied];
    if (next === undefined || next.idle !== this.idleCount) return undefined;
    this.#applied++;
    return next.input;
  }

  /** Counts a message to the client; false when the client got it in an earlier execution. */
  shouldEmit(): boolean {
    this.#messages++;
    return this.#messages > this.#seen;
  }
}
