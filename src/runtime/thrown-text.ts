// SPDX-License-Identifier: MIT
/** Text for what user code threw. */

/** What was thrown, in words; anything can be. */
export function thrownText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === "Error" ? error.message : `${error.name}: ${error.message}`;
}
