// SPDX-License-Identifier: MIT
/** The one error of expressions and values: something the user typed or looked at has no answer, and why. */

/** `message` is a sentence for the user, without final period. */
export class EvaluationError extends Error {
  override readonly name = "EvaluationError";
  /** 1-based column in the expression, where the cause has one. */
  readonly column: number | undefined;

  constructor(message: string, column?: number) {
    super(message);
    this.column = column;
  }
}
