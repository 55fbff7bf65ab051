// SPDX-License-Identifier: MIT
/** The report of an execution, and the exit status that follows from it. */
import { ExitStatus } from "../base/index.ts";
import type { Leftovers, RunOutcome, RunReport } from "../protocol/index.ts";
import { coverageReport } from "./coverage.ts";
import type { Run } from "./run.ts";

/** What the execution amounts to: a failure of ours or of the configuration first, then violations, then expectations. */
function outcomeOf(run: Run): { readonly outcome: RunOutcome; readonly exitStatus: ExitStatus; readonly message: string | undefined } {
  const { failure } = run;
  if (failure !== undefined && failure.outcome !== "expectation-failed")
    return { outcome: failure.outcome, exitStatus: failure.exitStatus, message: failure.text };
  const [first] = run.violations.all;
  if (first !== undefined) {
    const at = first.file === undefined ? "" : `${first.file}:${first.line}: `;
    return { outcome: "violation", exitStatus: ExitStatus.driverFault, message: `${at}${first.message}` };
  }
  if (failure !== undefined) return { outcome: failure.outcome, exitStatus: failure.exitStatus, message: failure.text };
  return { outcome: "passed", exitStatus: ExitStatus.ok, message: undefined };
}

export function runReport(run: Run): { readonly report: RunReport; readonly exitStatus: ExitStatus } {
  const { outcome, exitStatus, message } = outcomeOf(run);
  const { init, debug } = run.parts;
  return {
    exitStatus,
    report: {
      outcome,
      ...(message === undefined ? {} : { message }),
      requests: run.scenario.report(),
      violations: run.violations.all,
      transactions: run.wdf.transactionsReport(),
      statements: run.guest.executed(),
      virtualTimeNs: run.machine.clock.now,
      notEmulated: [...new Set([...init.notEmulated, ...run.missing])].sort(),
      coverage: coverageReport(init.module, debug.armedStatements.covered),
      ...(run.isUnloaded ? { leftovers: leftoversOf(run) } : {}),
    },
  };
}

function leftoversOf({ machine, nt, wdf }: Run): Leftovers {
  return {
    objects: wdf.handles.all().length,
    mappings: machine.dma.mappings.length,
    openFiles: nt.io.openFiles.length,
    poolBlocks: nt.pool.hostBlocks.length,
    memoryTop: machine.pages.top,
  };
}
