// SPDX-License-Identifier: MIT
/** The one error of the engine for requests that make no sense now; the adapter answers the request with its message. */

export class SessionError extends Error {
  override readonly name = "SessionError";
  /** `notStopped`: would work if the target were stopped. */
  readonly code: "notStopped" | undefined;

  constructor(message: string, code?: "notStopped") {
    super(message);
    this.code = code;
  }
}
