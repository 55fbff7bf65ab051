// SPDX-License-Identifier: MIT
/** What `kmdf-dma explore` tries: one change of the configuration for each run, made from what a first run did. */
import { type FaultConfiguration, type LaunchConfiguration, type TraceSnapshot, traceKinds, tracePhase } from "../protocol/index.ts";
import { failureOf } from "./failable-functions.ts";

export interface Variation {
  /** What is different, for people: `WdfTimerCreate (call 2) fails with STATUS_INSUFFICIENT_RESOURCES`. */
  readonly text: string;
  readonly configuration: LaunchConfiguration;
  /** The same as `--set` of `kmdf-dma run`. */
  readonly set: string;
  /** Whether the scenario must pass all the same: it may fail when a call fails, but not because something takes longer. */
  readonly mustPass: boolean;
}

/** Calls of one function that are made to fail, at most: the first ones, since later ones are mostly the same line again. */
const mostCalls = 8;

/** One variation for each call of the first run that can fail. `trace` is that run's; faults of the configuration stay as they are. */
export function faultVariations(configuration: LaunchConfiguration, trace: TraceSnapshot): Variation[] {
  return [...calledFunctions(trace)].flatMap(([name, count]) => {
    const failure = failureOf(name);
    if (failure === undefined) return [];
    return Array.from({ length: Math.min(count, mostCalls) }, (_, i) => {
      const fault: FaultConfiguration = { at: name, occurrence: i + 1, ...(failure === "NULL" ? {} : { status: failure }) };
      const faults = [...configuration.faults, fault];
      return {
        text: `${name} (call ${i + 1}) ${failure === "NULL" ? "returns NULL" : `fails with ${failure}`}`,
        configuration: { ...configuration, faults },
        set: `faults=${JSON.stringify(faults)}`,
        mustPass: false,
      };
    });
  });
}

/** `count` runs in which device work, interrupts and timers take other times. */
export function scheduleVariations(configuration: LaunchConfiguration, count: number): Variation[] {
  return Array.from({ length: count }, (_, i) => {
    const schedule = `s${i + 1}`;
    return { text: `the schedule is ${schedule}`, configuration: { ...configuration, schedule }, set: `schedule=${schedule}`, mustPass: true };
  });
}

/** Names of the functions that the driver called, in the order of their first call, with the number of calls. */
function calledFunctions(trace: TraceSnapshot): ReadonlyMap<string, number> {
  const calls = new Map<string, number>();
  for (let i = 0; i < trace.count; i++) {
    if (trace.kind[i] !== traceKinds.api.id || trace.phase[i] !== tracePhase.begin) continue;
    const name = trace.texts[trace.args[3 * i] ?? -1];
    if (name !== undefined) calls.set(name, (calls.get(name) ?? 0) + 1);
  }
  return calls;
}

/** The variations of shard `index` (from 1) of `count`, so that several machines can share the work. */
export function shard(variations: readonly Variation[], { index, count }: { readonly index: number; readonly count: number }): Variation[] {
  return variations.filter((_, i) => i % count === index - 1);
}
