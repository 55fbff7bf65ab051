// SPDX-License-Identifier: MIT
/** Where in a configuration a value stands, and the errors that name it. */

import { ExitStatus, UserError } from "../../base/index.ts";
import type { SourceLocation } from "../../base/index.ts";

export type AttributePath = readonly (string | number)[];

/** Line and column of an attribute in the configuration file, when it is known. */
export type AttributeLocator = (path: AttributePath) => SourceLocation | undefined;

export interface ReadContext {
  /** Absolute folder that relative paths start from. */
  readonly baseDir: string;
  readonly locate: AttributeLocator;
}

export interface Place {
  readonly path: AttributePath;
  readonly context: ReadContext;
}

export const within = (place: Place, step: string | number): Place => ({ path: [...place.path, step], context: place.context });

/** `machine.timing.statementNs`, `faults[2].at`. */
function pathText(path: AttributePath): string {
  return path.map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`)).join("");
}

/** Throws the UserError that says what is wrong with the attribute at `place`; `problem` reads after its name. */
export function fail(place: Place, code: string, problem: string, hint?: string): never {
  const location = place.context.locate(place.path);
  const subject = place.path.length === 0 ? "Configuration" : `Attribute '${pathText(place.path)}'`;
  throw new UserError({
    code,
    message: `${subject} ${problem}`,
    exitStatus: ExitStatus.badConfiguration,
    ...(location ? { location } : {}),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Short text of a JSON value for messages. */
export function shown(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object";
  if (typeof value === "string") return `'${value.length > 40 ? `${value.slice(0, 37)}...` : value}'`;
  return JSON.stringify(value);
}
