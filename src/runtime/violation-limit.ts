// SPDX-License-Identifier: MIT
/** A run that nobody watches ends when a driver breaks rules without end: what follows would only say the same again. */
import { ExitStatus } from "../base/index.ts";
import type { RunFailure } from "./run-failure.ts";

/** Violations after which `run` ends. In the debugger every violation stops, and the user decides. */
export const violationLimit = 100;

export const violationLimitFailure = (): RunFailure => ({
  outcome: "violation",
  code: "violation-limit",
  text: `The run ends after ${violationLimit} violations`,
  exitStatus: ExitStatus.driverFault,
});
