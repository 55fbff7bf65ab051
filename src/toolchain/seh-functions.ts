// SPDX-License-Identifier: MIT
/**
 * Finds the functions of preprocessed text whose own statements contain a `__try`: functions and member functions, and inside their bodies lambdas and member
 * functions of local classes, which are functions of their own.
 */
import type { Language } from "./compile-flags.ts";
import type { SehToken, TokenList } from "./seh-tokens.ts";

export interface SehFunction {
  /** Index of the first token of the declaration; for a lambda, of its body's brace. */
  readonly head: number;
  /** Indices of the braces of the body. */
  readonly open: number;
  readonly close: number;
  readonly isLambda: boolean;
  /** Bodies of lambdas and local classes inside, by the indices of their braces. */
  readonly nested: readonly (readonly [open: number, close: number])[];
}

/** Whether token `i` begins structured exception handling: `__try {`, and in C also the `try {` of old drivers. */
export function isSehTry({ tokens }: TokenList, i: number, language: Language): boolean {
  const token = tokens[i];
  if (token?.kind !== "name" || tokens[i + 1]?.text !== "{") return false;
  return token.text === "__try" || token.text === "_try" || (token.text === "try" && language === "c");
}

/** The functions with a `__try`, in the order of their bodies' ends: inner ones first. */
export function findSehFunctions(list: TokenList, language: Language): SehFunction[] {
  const search = new FunctionSearch(list, language);
  search.declarations(0, list.tokens.length);
  return search.found;
}

class FunctionSearch {
  readonly found: SehFunction[] = [];
  readonly #list: TokenList;
  readonly #language: Language;

  constructor(list: TokenList, language: Language) {
    this.#list = list;
    this.#language = language;
  }

  /** Declarations of a file, namespace or class: tokens `from` to `to`. */
  declarations(from: number, to: number): void {
    const { tokens, partner } = this.#list;
    let head = from;
    for (let i = from; i < to; i++) {
      const text = tokens[i]?.text;
      if (text === ";") head = i + 1;
      else if (text === ":" && isAccess(tokens[i - 1])) head = i + 1;
      else if (text === "(" || text === "[") i = this.#skip(i, to);
      else if (text === "{") {
        const close = partner[i] ?? -1;
        if (close < 0) return;
        const kind = classify(this.#list, head, i);
        if (kind === "scope") this.declarations(i + 1, close);
        else if (kind === "function") this.#function(head, i, close, false);
        i = close;
        // A class may be followed by declarators; an initializer always is by `;` or `,`.
        if (kind !== "initializer") head = i + 1;
      }
    }
  }

  #skip(i: number, to: number): number {
    const close = this.#list.partner[i] ?? -1;
    return close < 0 ? to : close;
  }

  #function(head: number, open: number, close: number, isLambda: boolean): void {
    const { partner } = this.#list;
    const nested: (readonly [open: number, close: number])[] = [];
    let hasTry = false;
    for (let i = open + 1; i < close; i++) {
      if (isSehTry(this.#list, i, this.#language)) hasTry = true;
      const body = this.#language === "c++" ? this.#nestedBody(i) : undefined;
      if (body === undefined) continue;
      const end = partner[body.open] ?? -1;
      if (end < 0) return;
      nested.push([body.open, end]);
      if (body.isClass) this.declarations(body.open + 1, end);
      else this.#function(body.open, body.open, end, true);
      i = end;
    }
    if (hasTry) this.found.push({ head, open, close, isLambda, nested });
  }

  /** The body of the lambda or local class that begins with token `i`. */
  #nestedBody(i: number): { open: number; isClass: boolean } | undefined {
    const { tokens, partner } = this.#list;
    const text = tokens[i]?.text;
    if (text === "class" || text === "struct" || text === "union") {
      for (let at = i + 1; at < tokens.length; at++) {
        const next = tokens[at];
        if (next?.text === "{") return { open: at, isClass: true };
        if (next?.kind !== "name" && next?.text !== ":" && next?.text !== "::" && next?.text !== ",") return undefined;
      }
    }
    if (text !== "[" || isOperand(tokens[i - 1])) return undefined;
    let at = (partner[i] ?? -1) + 1;
    if (at === 0) return undefined;
    if (tokens[at]?.text === "(") at = (partner[at] ?? -1) + 1;
    // Specifiers and a return type, which has no braces of its own.
    while (at > 0 && at < tokens.length && tokens[at]?.text !== "{") {
      const next = tokens[at];
      if (next?.text === "(") at = partner[at] ?? -2;
      else if (next?.kind !== "name" && !["->", "::", "*", "&", "<", ">"].includes(next?.text ?? "")) return undefined;
      at++;
    }
    return at > 0 && tokens[at]?.text === "{" ? { open: at, isClass: false } : undefined;
  }
}

const isAccess = (token: SehToken | undefined): boolean => token?.text === "public" || token?.text === "private" || token?.text === "protected";

/** Something that `[` subscripts. */
function isOperand(token: SehToken | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind === "name") return !["return", "co_return", "case", "else", "do", "delete"].includes(token.text);
  return token.kind === "literal" || token.text === ")" || token.text === "]" || token.text === "[";
}

const attributes: ReadonlySet<string> = new Set(["__attribute__", "__attribute", "__declspec", "_declspec", "alignas", "_Alignas", "__asm__", "noexcept"]);

/** What the brace at `open` begins, after the declaration that starts at `head`. */
function classify(list: TokenList, head: number, open: number): "scope" | "function" | "initializer" | "other" {
  const { tokens, partner } = list;
  let hasParameters = false;
  let word: "scope" | "enum" | undefined;
  let initializers = -1;
  for (let i = head; i < open; i++) {
    const text = tokens[i]?.text ?? "";
    if (text === "(" || text === "[") {
      if (text === "(" && !attributes.has(tokens[i - 1]?.text ?? "")) hasParameters = true;
      i = Math.max(i, partner[i] ?? i);
    } else if (text === "{") i = Math.max(i, partner[i] ?? i);
    else if (text === "=" && tokens[i - 1]?.text !== "operator") return "initializer";
    else if (text === "namespace" || text === "class" || text === "struct" || text === "union") word ??= "scope";
    else if (text === "enum") word = "enum";
    else if (text === "extern" && tokens[i + 1]?.kind === "literal" && i + 2 === open) return "scope";
    else if (text === ":" && hasParameters) initializers = i;
  }
  // A member in the list of a constructor: `: a{1}`.
  if (initializers >= 0 && (tokens[open - 1]?.kind === "name" || tokens[open - 1]?.text === ">")) return "initializer";
  if (hasParameters || head === open) return "function";
  return word === "scope" ? "scope" : "other";
}
