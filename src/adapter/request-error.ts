// SPDX-License-Identifier: MIT
/** How a request fails: what the response says, and whether the editor should show it in a window of its own. */

import { AssertionFailure, UserError, formatUserError } from "../base/index.ts";
import { EvaluationError, SessionError } from "../session/index.ts";

/** The client asked for something in the wrong way or at the wrong time. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly isForUser: boolean;

  constructor(message: string, options: { readonly isForUser?: boolean } = {}) {
    super(message);
    this.isForUser = options.isForUser ?? false;
  }
}

export interface Failure {
  /** `cancelled` and `notStopped` are words of the protocol; else the text. */
  readonly message: string;
  readonly text: string;
  readonly isForUser: boolean;
  readonly id: number;
}

/** Numbers that tell the kinds apart in the protocol's error messages. */
const errorId = { request: 1, session: 2, evaluation: 3, user: 4, cancelled: 5, internal: 6 } as const;

/** What to answer for anything a handler can throw. A bug of ours is answered too, and says that it is one. */
export function failureOf(error: unknown): Failure {
  if (error instanceof RequestError) return { id: errorId.request, message: error.message, text: error.message, isForUser: error.isForUser };
  if (error instanceof SessionError) return { id: errorId.session, message: error.code ?? error.message, text: error.message, isForUser: false };
  if (error instanceof EvaluationError) return { id: errorId.evaluation, message: error.message, text: error.message, isForUser: false };
  if (error instanceof UserError) return { id: errorId.user, message: formatUserError(error), text: formatUserError(error), isForUser: true };
  if (isAbort(error)) return { id: errorId.cancelled, message: "cancelled", text: "The request was cancelled", isForUser: false };
  const text = `Internal error: ${error instanceof Error ? (error instanceof AssertionFailure ? error.message : (error.stack ?? error.message)) : String(error)}`;
  return { id: errorId.internal, message: text, text, isForUser: true };
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === "AbortError";
