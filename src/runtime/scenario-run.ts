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
    const run = this.#source.create();
    const finish = (state: ScenarioState): void => {
      this.#state = state;
      onEnd();
    };
    // An async wrapper turns a synchronous throw into a rejection.
    (async () => run(engine.system))().then(
      () => finish({ kind: "done" }),
      (error: unknown) => finish({ kind: "failed", error }),
    );
  }
}
