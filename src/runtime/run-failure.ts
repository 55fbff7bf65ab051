// SPDX-License-Identifier: MIT
/** Why an execution did not pass, as text with a place and an exit status. */
import { AssertionFailure, ExitStatus, UserError, formatUserError } from "../base/index.ts";
import type { RunOutcome } from "../protocol/index.ts";
import { ExpectationFailure } from "../scenario/index.ts";
import type { Guest } from "./guest.ts";
import type { SourceMap } from "./source-map.ts";
import { thrownText } from "./thrown-text.ts";

export interface RunFailure {
  readonly outcome: RunOutcome;
  /** Stable code, e.g. `scenario-stuck`. */
  readonly code: string;
  readonly text: string;
  readonly exitStatus: ExitStatus;
}

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Prefix of a message: the place in a user module, or its file when no line of it is on the stack. */
const at = (place: Place | undefined, file: string | undefined): string =>
  place === undefined ? (file === undefined ? "" : `${file}: `) : `${place.file}:${place.line}:${place.column}: `;

/** An exception out of the scenario. */
export function scenarioFailure(error: unknown, file: string | undefined, place: Place | undefined): RunFailure {
  if (error instanceof ExpectationFailure) {
    return { outcome: "expectation-failed", code: "expectation", text: `${at(place, file)}${error.message}`, exitStatus: ExitStatus.expectationFailed };
  }
  if (error instanceof UserError) return userFailure(error);
  return {
    outcome: "expectation-failed",
    code: "scenario-threw",
    text: `${at(place, file)}The scenario threw: ${thrownText(error)}`,
    exitStatus: ExitStatus.expectationFailed,
  };
}

export interface Model {
  readonly name: string;
  /** Undefined for a built-in one. */
  readonly file: string | undefined;
}

/** An exception out of the device model. */
export function modelFailure(error: unknown, { name, file }: Model, place: Place | undefined): RunFailure {
  if (error instanceof UserError) return userFailure(error);
  return {
    outcome: "configuration-error",
    code: "model-threw",
    text: `${at(place, file)}The device model "${name}" threw: ${thrownText(error)}`,
    exitStatus: ExitStatus.badConfiguration,
  };
}

export function userFailure(error: UserError): RunFailure {
  const outcome: RunOutcome =
    error.exitStatus === ExitStatus.expectationFailed
      ? "expectation-failed"
      : error.exitStatus === ExitStatus.buildFailed
        ? "build-failed"
        : "configuration-error";
  return { outcome, code: error.code, text: formatUserError(error), exitStatus: error.exitStatus };
}

/** `run` was not over after so many ms of real time. `scenarioPlace` is the prefix of the message when no driver code was running. */
export function timeLimitFailure(limitMs: number, guest: Guest, map: SourceMap, scenarioPlace = ""): RunFailure {
  const top = guest.topFrame();
  const place = top === undefined ? undefined : map.locate(top.functionIndex, top.offset);
  const where = place === undefined ? scenarioPlace : `${place.file}:${place.line}: `;
  const what = top === undefined ? "The run" : `${map.function(top.functionIndex)?.name ?? "The driver"} was still running when the run`;
  return {
    outcome: "expectation-failed",
    code: "real-time-limit",
    text: `${where}${what} exceeded ${limitMs} ms of real time (machine.timing.realLimitMs)`,
    exitStatus: ExitStatus.expectationFailed,
  };
}

/** Anything else is a bug of ours. */
export function internalFailure(error: unknown): RunFailure {
  const text = error instanceof AssertionFailure ? error.message : error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const where = process.env["KMDF_DMA_DEBUG_STACKS"] === undefined || !(error instanceof Error) ? "" : `\n${error.stack}`;
  return {
    outcome: "internal-error",
    code: "internal",
    text: `Internal error: ${text} (please report it with the configuration that shows it)${where}`,
    exitStatus: ExitStatus.internal,
  };
}
