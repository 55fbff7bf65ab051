// SPDX-License-Identifier: MIT
/** Cursor over the tokens of an expression, shared by the expression and the type parser. */

import { defined } from "../base/index.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { tokenize } from "./lexer.ts";
import type { Token } from "./lexer.ts";

export class TokenStream {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  get position(): number {
    return this.#position;
  }

  rewind(position: number): void {
    this.#position = position;
  }

  /** The token `ahead` places after the current one; the end token beyond the end. */
  peek(ahead = 0): Token {
    return defined(this.#tokens[Math.min(this.#position + ahead, this.#tokens.length - 1)]);
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.#position++;
    return token;
  }

  isPunctuator(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "punctuator" && token.text === text;
  }

  isKeyword(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "identifier" && token.text === text;
  }

  accept(text: string): boolean {
    const found = this.isPunctuator(text);
    if (found) this.next();
    return found;
  }

  expect(text: string): void {
    if (!this.accept(text)) this.fail(`Expected "${text}"`);
  }

  fail(expectation: string): never {
    const token = this.peek();
    const found = token.kind === "end" ? "the end" : `"${token.text}"`;
    throw new EvaluationError(`${expectation} instead of ${found} at column ${token.column}`, token.column);
  }
}
