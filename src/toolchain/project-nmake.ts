// SPDX-License-Identifier: MIT
/** The parts of NMAKE's language that `sources` files use: continued lines, comments, `!IF` and its expressions ("NMAKE Reference" of Visual C++). */

/** A line with its continuations; `line` is where it begins, 1-based. */
export interface LogicalLine {
  readonly line: number;
  readonly text: string;
}

/** Lines without comments and empty ones, continued ones joined by a blank. */
export function logicalLines(text: string): LogicalLine[] {
  const result: LogicalLine[] = [];
  let open: { line: number; text: string } | undefined;
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = raw.replace(/(^|\s)#.*$/, "");
    const isContinued = /\\\s*$/.test(line);
    const body = line.replace(/\\\s*$/, " ");
    if (open) open.text += body;
    else open = { line: index + 1, text: body };
    if (isContinued) continue;
    if (open.text.trim() !== "") result.push(open);
    open = undefined;
  }
  return open && open.text.trim() !== "" ? [...result, open] : result;
}

interface Branch {
  isActive: boolean;
  wasActive: boolean;
  readonly isOuterActive: boolean;
}

/** Which lines count: the nesting of `!IF`, `!IFDEF`, `!IFNDEF`, `!ELSE…` and `!ENDIF`. */
export class NmakeConditions {
  readonly #branches: Branch[] = [];
  readonly #test: (kind: string, text: string, line: number) => boolean;

  /** `test` decides a condition of kind `if`, `ifdef` or `ifndef`. */
  constructor(test: (kind: string, text: string, line: number) => boolean) {
    this.#test = test;
  }

  get isActive(): boolean {
    return this.#branches.every(({ isActive }) => isActive);
  }

  /** True when the directive `word` (lower case) is one of conditions. */
  take(word: string, rest: string, line: number): boolean {
    if (word === "if" || word === "ifdef" || word === "ifndef") {
      const isOuterActive = this.isActive;
      const isActive = isOuterActive && this.#test(word, rest, line);
      this.#branches.push({ isActive, wasActive: isActive, isOuterActive });
      return true;
    }
    if (word === "endif") {
      this.#branches.pop();
      return true;
    }
    if (!/^else(?:if|ifdef|ifndef)?$/.test(word)) return false;
    const current = this.#branches.at(-1);
    if (current) {
      const { kind, condition } = elseParts(word, rest);
      current.isActive = current.isOuterActive && !current.wasActive && (kind === "" || this.#test(kind, condition, line));
      current.wasActive ||= current.isActive;
    }
    return true;
  }
}

function elseParts(word: string, rest: string): { readonly kind: string; readonly condition: string } {
  if (word !== "else") return { kind: word.slice("else".length), condition: rest };
  const match = /^\s*(ifdef|ifndef|if)\b\s*(.*)$/i.exec(rest);
  return { kind: match?.[1]?.toLowerCase() ?? "", condition: match?.[2] ?? "" };
}

/** Value of a condition whose macros are expanded; `exists` answers EXIST(path). Undefined when it cannot be read. */
export function evaluateNmake(text: string, exists: (path: string) => boolean): boolean | undefined {
  const tokens = text.match(/EXIST\s*\([^)]*\)|"[^"]*"|==|!=|<=|>=|&&|\|\||[()!<>]|[^\s()!<>=&|"]+/gi) ?? [];
  const parser = new NmakeExpression(tokens, exists);
  return parser.parse();
}

class NmakeExpression {
  readonly #tokens: readonly string[];
  readonly #exists: (path: string) => boolean;
  #at = 0;

  constructor(tokens: readonly string[], exists: (path: string) => boolean) {
    this.#tokens = tokens;
    this.#exists = exists;
  }

  parse(): boolean | undefined {
    const result = this.#or();
    return this.#at === this.#tokens.length ? result : undefined;
  }

  #or(): boolean | undefined {
    let result = this.#and();
    while (this.#take("||")) {
      const next = this.#and();
      result = result === undefined || next === undefined ? undefined : result || next;
    }
    return result;
  }

  #and(): boolean | undefined {
    let result = this.#factor();
    while (this.#take("&&")) {
      const next = this.#factor();
      result = result === undefined || next === undefined ? undefined : result && next;
    }
    return result;
  }

  #factor(): boolean | undefined {
    if (this.#take("!")) {
      const inner = this.#factor();
      return inner === undefined ? undefined : !inner;
    }
    if (this.#take("(")) {
      const inner = this.#or();
      return this.#take(")") ? inner : undefined;
    }
    const left = this.#value();
    const operator = this.#tokens[this.#at] ?? "";
    if (left === undefined) return undefined;
    if (!/^(?:==|!=|<=|>=|<|>)$/.test(operator)) return left !== "" && Number(left) !== 0;
    this.#at++;
    const right = this.#value();
    return right === undefined ? undefined : compare(left, operator, right);
  }

  #value(): string | undefined {
    const token = this.#tokens[this.#at++];
    if (token === undefined) return undefined;
    const exist = /^EXIST\s*\(\s*"?([^")]*)"?\s*\)$/i.exec(token);
    if (exist) return this.#exists(exist[1] ?? "") ? "1" : "0";
    return token.startsWith('"') ? token.slice(1, -1) : token;
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }
}

function compare(left: string, operator: string, right: string): boolean {
  const [a, b] = [Number(left), Number(right)];
  const isNumeric = left !== "" && right !== "" && !Number.isNaN(a) && !Number.isNaN(b);
  const order = isNumeric ? Math.sign(a - b) : left < right ? -1 : left > right ? 1 : 0;
  switch (operator) {
    case "==":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order < 0;
    case ">":
      return order > 0;
    case "<=":
      return order <= 0;
    default:
      return order >= 0;
  }
}
