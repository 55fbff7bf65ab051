// SPDX-License-Identifier: MIT
/** Conditions of MSBuild ("MSBuild conditions" of its documentation): comparisons, and, or, !, parentheses, Exists, HasTrailingSlash. */

export interface ConditionScope {
  /** Replaces `$(…)`, `@(…)` and `%(…)`. */
  readonly expand: (text: string) => string;
  /** True when the file or folder exists. */
  readonly exists: (path: string) => boolean;
}

type Token =
  | { readonly kind: "text"; readonly text: string; readonly isQuoted: boolean }
  | { readonly kind: "operator"; readonly text: string }
  | { readonly kind: "end" };

/** What is wrong with a condition; the message reads after its text. */
export class ConditionError extends Error {}

/** Value of `condition`; an empty one is true. Throws ConditionError. */
export function evaluateCondition(condition: string, scope: ConditionScope): boolean {
  if (condition.trim() === "") return true;
  const parser = new ConditionParser(tokens(condition), scope);
  return parser.parse();
}

/** `$(…)`, `@(…)` or `%(…)` with calls inside. */
const reference = String.raw`[$@%]\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)`;
const tokenPattern = new RegExp(String.raw`\s*(?:(==|!=|<=|>=|<|>|!|\(|\)|,)|'((?:${reference}|[^'])*)'|((?:${reference}|[^\s()'!=<>,])+))`, "gy");

function tokens(text: string): Token[] {
  const result: Token[] = [];
  const trimmed = text.trim();
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < trimmed.length) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(trimmed);
    if (!match) throw new ConditionError(`cannot be read from '${trimmed.slice(at).trim()}' on`);
    const [, operator, quoted, bare] = match;
    if (operator !== undefined) result.push({ kind: "operator", text: operator });
    else result.push({ kind: "text", text: quoted ?? bare ?? "", isQuoted: quoted !== undefined });
  }
  return [...result, { kind: "end" }];
}

class ConditionParser {
  readonly #tokens: readonly Token[];
  readonly #scope: ConditionScope;
  #at = 0;

  constructor(list: readonly Token[], scope: ConditionScope) {
    this.#tokens = list;
    this.#scope = scope;
  }

  parse(): boolean {
    const value = this.#or();
    if (this.#peek().kind !== "end") throw new ConditionError(`has something after its end: '${this.#textOf(this.#peek())}'`);
    return value;
  }

  #or(): boolean {
    let value = this.#and();
    // Both sides are read, whatever the first one is.
    while (this.#takeWord("or")) value = this.#and() || value;
    return value;
  }

  #and(): boolean {
    let value = this.#factor();
    while (this.#takeWord("and")) value = this.#factor() && value;
    return value;
  }

  #factor(): boolean {
    if (this.#takeOperator("!")) return !this.#factor();
    if (this.#takeOperator("(")) {
      const value = this.#or();
      this.#expectOperator(")");
      return value;
    }
    return this.#comparison();
  }

  #comparison(): boolean {
    const left = this.#peek();
    if (left.kind !== "text") throw new ConditionError(left.kind === "end" ? "ends too early" : `has '${left.text}' where a value is expected`);
    this.#at++;
    if (!left.isQuoted && this.#isOperator("(")) return this.#function(left.text);
    const value = this.#scope.expand(left.text);
    const operator = this.#peek();
    if (operator.kind !== "operator" || !["==", "!=", "<", ">", "<=", ">="].includes(operator.text)) return this.#boolean(value, left.text);
    this.#at++;
    const right = this.#peek();
    if (right.kind !== "text") throw new ConditionError(`has no value after '${operator.text}'`);
    this.#at++;
    return compare(value, operator.text, this.#scope.expand(right.text));
  }

  #function(name: string): boolean {
    this.#expectOperator("(");
    const argument = this.#peek();
    if (argument.kind !== "text") throw new ConditionError(`calls ${name} without an argument`);
    this.#at++;
    this.#expectOperator(")");
    const value = this.#scope.expand(argument.text);
    switch (name.toLowerCase()) {
      case "exists":
        return value.trim() !== "" && this.#scope.exists(value);
      case "hastrailingslash":
        return /[\\/]$/.test(value);
      default:
        throw new ConditionError(`calls '${name}', which is not a function of conditions`);
    }
  }

  #boolean(value: string, source: string): boolean {
    const lower = value.trim().toLowerCase();
    if (["true", "on", "yes", "!false", "!off", "!no"].includes(lower)) return true;
    if (["false", "off", "no", "!true", "!on", "!yes", ""].includes(lower)) return false;
    throw new ConditionError(`has '${source}', which is '${value}' and neither true nor false`);
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: "end" };
  }

  #takeWord(word: string): boolean {
    const token = this.#peek();
    if (token.kind !== "text" || token.isQuoted || token.text.toLowerCase() !== word) return false;
    this.#at++;
    return true;
  }

  #isOperator(text: string): boolean {
    const token = this.#peek();
    return token.kind === "operator" && token.text === text;
  }

  #takeOperator(text: string): boolean {
    if (!this.#isOperator(text)) return false;
    this.#at++;
    return true;
  }

  #expectOperator(text: string): void {
    if (!this.#takeOperator(text)) throw new ConditionError(`lacks '${text}' before '${this.#textOf(this.#peek())}'`);
  }

  #textOf(token: Token): string {
    return token.kind === "end" ? "the end" : token.text;
  }
}

function compare(left: string, operator: string, right: string): boolean {
  const [a, b] = [numberOf(left), numberOf(right)];
  const order = a !== undefined && b !== undefined ? Math.sign(a - b) : versionOrder(left, right);
  switch (operator) {
    case "==":
      return order === 0 || left.toLowerCase() === right.toLowerCase();
    case "!=":
      return order !== 0 && left.toLowerCase() !== right.toLowerCase();
    default:
      break;
  }
  if (order === undefined) throw new ConditionError(`compares '${left}' with '${right}', which are not both numbers or versions`);
  return operator === "<" ? order < 0 : operator === ">" ? order > 0 : operator === "<=" ? order <= 0 : order >= 0;
}

function numberOf(text: string): number | undefined {
  return /^\s*(?:[-+]?\d+(?:\.\d+)?|0[xX][0-9A-Fa-f]+)\s*$/.test(text) ? Number(text) : undefined;
}

/** Order of two versions such as 10.0.26100; undefined when one is none. */
export function versionOrder(left: string, right: string): number | undefined {
  const parts = (text: string): number[] | undefined =>
    /^\s*v?\d+(?:\.\d+){0,3}\s*$/i.test(text) ? text.trim().replace(/^v/i, "").split(".").map(Number) : undefined;
  const [a, b] = [parts(left), parts(right)];
  if (!a || !b) return undefined;
  for (let i = 0; i < 4; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}
