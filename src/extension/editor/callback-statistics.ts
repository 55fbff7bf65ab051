// SPDX-License-Identifier: MIT
/** How often each function of the driver was called back and how long that took, from the events of the trace. Knows no editor. */
import { type TraceSnapshot, tracePhase, traceKinds } from "../../protocol/index.ts";

export interface CallbackStatistics {
  readonly calls: number;
  /** Calls that have returned. */
  readonly ended: number;
  /** Virtual time of finished calls, ns, with what interrupted them. */
  readonly total: number;
  readonly longest: number;
}

interface Open {
  readonly name: string;
  readonly time: number;
}

export class CallbackCounter {
  readonly #statistics = new Map<string, CallbackStatistics>();
  /** Calls that have not returned, by the id of their event. */
  readonly #open = new Map<number, Open>();
  /** Id of the latest event seen. */
  lastEvent = 0;

  clear(): void {
    this.#statistics.clear();
    this.#open.clear();
    this.lastEvent = 0;
  }

  /** Takes events that follow those seen. */
  add(trace: TraceSnapshot): void {
    const { id: callback } = traceKinds.callback;
    for (let row = 0; row < trace.count; row++) {
      if (trace.kind[row] !== callback) continue;
      const time = trace.time[row] ?? 0;
      if (trace.phase[row] === tracePhase.begin) this.#begin(trace.firstEvent + row, trace.texts[trace.args[3 * row + 2] ?? 0] ?? "", time);
      else if (trace.phase[row] === tracePhase.end) this.#end(trace.parent[row] ?? 0, time);
    }
    if (trace.count > 0) this.lastEvent = trace.firstEvent + trace.count - 1;
  }

  /** Of the function `name` of the driver; undefined when it was never called back. */
  of(name: string): CallbackStatistics | undefined {
    return this.#statistics.get(name);
  }

  #begin(event: number, name: string, time: number): void {
    this.#open.set(event, { name, time });
    const { calls = 0, ended = 0, total = 0, longest = 0 } = this.#statistics.get(name) ?? {};
    this.#statistics.set(name, { calls: calls + 1, ended, total, longest });
  }

  #end(begin: number, time: number): void {
    const open = this.#open.get(begin);
    if (open === undefined) return;
    this.#open.delete(begin);
    const known = this.#statistics.get(open.name);
    const took = time - open.time;
    if (known !== undefined)
      this.#statistics.set(open.name, { ...known, ended: known.ended + 1, total: known.total + took, longest: Math.max(known.longest, took) });
  }
}
