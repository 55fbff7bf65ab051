// SPDX-License-Identifier: MIT
/** The scenario of one execution: started once the device runs, watched until it ends. */
import type { ScenarioSystem } from "../protocol/index.ts";
import type { ScenarioEngine } from "../scenario/index.ts";

/** Makes the scenario function afresh for every execution. */
export interface ScenarioSource {
  readonly file: string | undefined;
  create(): (system: ScenarioSystem) => Promise<void> | void;
}

export type ScenarioState =
  | { readonly kind: "waiting" }
  | { readonly kind: "running" }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly error: unknown };

export class ScenarioRun {
  readonly #source: ScenarioSource;
  #onEnd: () => void = () => undefined;
  #state: ScenarioState = { kind: "waiting" };

  constructor(source: ScenarioSource) {
    this.#source = source;
  }

  get state(): ScenarioState {
    return this.#state;
  }

  get file(): string | undefined {
    return this.#source.file;
  }

  /** Calls the scenario; `onEnd` when it has ended either way. */
  begin(engine: ScenarioEngine, onEnd: () => void): void {
    this.#state = { kind: "running" };
    this.#onEnd = onEnd;
    const run = this.#source.create();
    // An async wrapper turns a synchronous throw into a rejection.
    (async () => run(engine.system))().then(
      () => this.#finish({ kind: "done" }),
      (error: unknown) => this.fail(error),
    );
  }

  /** The scenario has failed: what it threw, or a promise of its that was rejected while nobody waited for it. */
  fail(error: unknown): void {
    this.#finish({ kind: "failed", error });
  }

  /** The first end counts. */
  #finish(state: ScenarioState): void {
    if (this.#state.kind !== "running") return;
    this.#state = state;
    this.#onEnd();
  }
}
