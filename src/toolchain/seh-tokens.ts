// SPDX-License-Identifier: MIT
/** Tokens of preprocessed C or C++ text, as far as the lowering of `__try` needs them: names, punctuators, literals, and which brackets belong together. */

export interface SehToken {
  readonly kind: "name" | "literal" | "punctuator";
  readonly text: string;
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
}

export interface TokenList {
  readonly text: string;
  readonly tokens: readonly SehToken[];
  /** Index of the matching bracket of each `(`, `[`, `{` and of each closing one; -1 for other tokens and without a partner. */
  readonly partner: Int32Array;
}

const space = /[\s\\]/y;
const name = /[A-Za-z_$\u0080-\u00ff][\w$\u0080-\u00ff]*/y;
const rawString = /(?:u8|[uUL])?R"([^\s()\\]{0,16})\(/y;
const quoted = /(?:u8|[uUL])?(?:"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*')/y;
const number = /\.?\d(?:[eEpP][+-]|'(?=\w)|[\w.])*/y;
const comment = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const punctuator = /::|->|[=!<>]=|\.\.\.|[\s\S]/y;
const directive = /[ \t]*#[^\n]*\n?/y;

/** Tokens of `text` (one character a byte); lines that begin with `#` are left out. */
export function tokenize(text: string): TokenList {
  const tokens: SehToken[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const push = (kind: SehToken["kind"], end: number): void => {
    tokens.push({ kind, text: text.slice(at, end), start: at, end });
    at = end;
  };
  let isLineStart = true;
  while (at < text.length) {
    const line = isLineStart ? match(directive) : null;
    if (line !== null) {
      at += line[0].length;
      continue;
    }
    isLineStart = false;
    if (match(space) !== null) {
      isLineStart = text[at] === "\n";
      at++;
      continue;
    }
    const skipped = match(comment);
    if (skipped !== null) {
      at += skipped[0].length;
      continue;
    }
    const raw = match(rawString);
    if (raw !== null) {
      const close = `)${raw[1] ?? ""}"`;
      const end = text.indexOf(close, at + raw[0].length);
      push("literal", end < 0 ? text.length : end + close.length);
      continue;
    }
    const literal = match(quoted) ?? match(number);
    if (literal !== null) push("literal", at + literal[0].length);
    else {
      const word = match(name);
      if (word !== null) push("name", at + word[0].length);
      else push("punctuator", at + (match(punctuator)?.[0].length ?? 1));
    }
  }
  return { text, tokens, partner: pair(tokens) };
}

function pair(tokens: readonly SehToken[]): Int32Array {
  const partner = new Int32Array(tokens.length).fill(-1);
  const open: number[] = [];
  const closes: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
  for (const [i, { kind, text }] of tokens.entries()) {
    if (kind !== "punctuator") continue;
    if (text === "(" || text === "[" || text === "{") open.push(i);
    const wanted = closes[text];
    if (wanted === undefined) continue;
    const from = open.findLastIndex((index) => tokens[index]?.text === wanted);
    if (from < 0) continue;
    const index = open[from] ?? -1;
    open.length = from;
    partner[index] = i;
    partner[i] = index;
  }
  return partner;
}
