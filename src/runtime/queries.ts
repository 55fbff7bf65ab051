// SPDX-License-Identifier: MIT
/** Answers to questions of the session that change nothing. */
import { AssertionFailure } from "../base/index.ts";
import type { RuntimeQuery } from "../protocol/index.ts";
import { causesOf } from "./causes.ts";
import { kernelViews } from "./kernel-views.ts";
import { memoryRuns } from "./memory-runs.ts";
import { readSpace, virtualOf } from "./memory-spaces.ts";
import { registerViews } from "./register-views.ts";
import type { Run } from "./run.ts";
import { runReport } from "./run-report.ts";

type ReadOnlyQuery = Exclude<
  RuntimeQuery,
  { type: "setBreakpoints" | "setWatches" | "setStopFilters" | "poke" | "writeSpace" | "writeRegister" | "sendRequest" | "callFunction" | "note" | "past" }
>;

export function answerQuery(run: Run, query: ReadOnlyQuery): unknown {
  const { machine, wdf } = run;
  switch (query.type) {
    case "objects":
      return [...wdf.objects(), ...kernelViews(run)];
    case "describeHandle":
      return wdf.describeHandle(query.handle);
    case "registers":
      return registerViews(machine);
    case "describeAddress":
      return machine.memory.describe(query.address);
    case "readVirtual":
      return readSpace(machine, "virtual", BigInt(query.address >>> 0), query.length);
    case "readSpace":
      return readSpace(machine, query.space, query.address, query.length);
    case "memoryRuns":
      return memoryRuns(machine, query.address, query.length);
    case "virtualOf":
      return virtualOf(machine, query.space, query.address);
    case "resolveRegister": {
      const location = machine.window.resolve(query.address, query.length);
      return location === undefined ? undefined : { bar: location.bar, offset: location.offset };
    }
    case "trace":
      return run.trace.snapshot(query.fromEvent);
    case "causes":
      return causesOf(run.guest.contexts, run.trace);
    case "violations":
      return run.violations.all;
    case "report":
      return runReport(run).report;
    default:
      throw new AssertionFailure(`unknown query ${(query as { type: string }).type}`);
  }
}
