// SPDX-License-Identifier: MIT
/** Reads the trace of the active session piece by piece at every change, once for all that count something in it. */
import * as vscode from "vscode";
import { type TraceSnapshot, decodeTrace } from "../protocol/index.ts";
import type { SessionWatch, TargetChange } from "./session-watch.ts";

/** Counts something in a trace. */
export interface TraceConsumer {
  /** Another history begins. */
  clear(): void;
  /** Events that follow those seen. */
  add(trace: TraceSnapshot): void;
}

export class TraceReader implements vscode.Disposable {
  readonly #watch: SessionWatch;
  readonly #consumers: readonly TraceConsumer[];
  readonly #read = new vscode.EventEmitter<void>();
  /** The consumers know more. */
  readonly onDidRead = this.#read.event;
  readonly #subscriptions: readonly vscode.Disposable[];
  #session = "";
  #lastEvent = 0;
  #furthest = 0;
  /** Reads go one after the other. */
  #reads: Promise<void> = Promise.resolve();

  constructor(watch: SessionWatch, consumers: readonly TraceConsumer[]) {
    this.#watch = watch;
    this.#consumers = consumers;
    this.#subscriptions = [
      this.#read,
      watch.onDidChange((change) => {
        this.#reads = this.#reads.then(() => this.#update(change));
      }),
    ];
  }

  /** Resolves when everything known now has been read. */
  whenRead(): Promise<void> {
    return this.#reads;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** What was read of a session stays until the next one begins. */
  async #update(change: TargetChange): Promise<void> {
    const { session } = this.#watch;
    if (session === undefined) return;
    const furthest = change.furthest ?? this.#furthest;
    // What is written in the past, and a restart, begin another history. Travelling alone does not.
    const isNew = session.id !== this.#session || change.reason === "written" || furthest < this.#furthest;
    this.#furthest = furthest;
    this.#session = session.id;
    const trace = await this.#request(isNew ? 1 : this.#lastEvent + 1);
    if (trace === undefined) return;
    if (trace.firstEvent === 1) for (const consumer of this.#consumers) consumer.clear();
    for (const consumer of this.#consumers) consumer.add(trace);
    this.#lastEvent = trace.firstEvent + trace.count - 1;
    this.#read.fire();
  }

  /** A trace that is shorter than expected is one of another history, and wanted as a whole. */
  async #request(fromEvent: number): Promise<TraceSnapshot | undefined> {
    const answer = await this.#watch.request("kmdf/trace", { fromEvent });
    const trace = answer === undefined ? undefined : decodeTrace(answer.trace);
    return trace === undefined || trace.firstEvent === fromEvent || fromEvent === 1 ? trace : this.#request(1);
  }
}
