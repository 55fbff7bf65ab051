// SPDX-License-Identifier: MIT
/** Problems of the user or the environment: named, located, with the way out. Never a bug of ours, never a driver fault. */

/** Exit status of the command line (see README, "Exit status"). */
export const ExitStatus = {
  ok: 0,
  expectationFailed: 1,
  driverFault: 2,
  buildFailed: 3,
  badConfiguration: 4,
  internal: 5,
} as const;
export type ExitStatus = (typeof ExitStatus)[keyof typeof ExitStatus];

export interface SourceLocation {
  readonly file: string;
  /** 1-based; absent when the whole file is meant. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
}

export interface UserErrorDetails {
  /** Stable kebab-case code, e.g. `config-unknown-attribute`. */
  readonly code: string;
  /** What is and what should be; sentence case, no final period. */
  readonly message: string;
  readonly location?: SourceLocation;
  readonly exitStatus: ExitStatus;
  /** What to do about it, one sentence. */
  readonly hint?: string;
}

export class UserError extends Error {
  override readonly name = "UserError";
  readonly code: string;
  readonly location: SourceLocation | undefined;
  readonly exitStatus: ExitStatus;
  readonly hint: string | undefined;

  constructor(details: UserErrorDetails) {
    super(details.message);
    this.code = details.code;
    this.location = details.location;
    this.exitStatus = details.exitStatus;
    this.hint = details.hint;
  }
}

/** `file:line:column: message (hint)`; the one text form used by the command line and the adapter. */
export function formatUserError(error: UserError): string {
  const { location } = error;
  const at = location ? `${[location.file, location.line, location.column].filter((part) => part !== undefined).join(":")}: ` : "";
  return `${at}${error.message}${error.hint ? ` (${error.hint})` : ""}`;
}
