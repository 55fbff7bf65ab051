// SPDX-License-Identifier: MIT
/** C source as far as the editor features need it: text without comments and strings, and where functions begin. Knows no editor. */

/**
 * The text with comments, string and character literals and preprocessor lines replaced by blanks, so that offsets and lines stay. Literals keep
 * their quotes.
 */
export function codeOnly(text: string): string {
  const blank = (match: string): string => match.replaceAll(/[^\n]/g, " ");
  return text.replaceAll(/\/\*[\s\S]*?(?:\*\/|(?![\s\S]))|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|^[ \t]*#(?:\\\r?\n|[^\n])*/gm, (match) => {
    const [first = ""] = match;
    if (first !== '"' && first !== "'") return blank(match);
    return match.length < 2 ? match : `${first}${blank(match.slice(1, -1))}${match.at(-1)}`;
  });
}

export interface FunctionDefinition {
  readonly name: string;
  /** Offset of the name. */
  readonly offset: number;
  /** Offset of the opening brace. */
  readonly body: number;
  /** Offset behind the closing brace. */
  readonly end: number;
}

const notFunctions: ReadonlySet<string> = new Set(["if", "for", "while", "switch", "return", "sizeof", "do", "else", "__try", "__except", "__finally"]);

/** Function definitions at the top level of `code` (`codeOnly` of a text), in order. */
export function functionDefinitions(code: string): FunctionDefinition[] {
  const found: FunctionDefinition[] = [];
  let at = 0;
  while (at < code.length) {
    const body = code.indexOf("{", at);
    if (body < 0) break;
    const end = closing(code, body, "{", "}");
    const head = headOf(code, at, body);
    if (head !== undefined) found.push({ ...head, body, end });
    // The brace of extern "C" holds top-level text itself.
    at = /extern\s*"[^"]*"\s*$/.test(code.slice(Math.max(at, body - 40), body)) ? body + 1 : end;
  }
  return found;
}

/** The name before the parameter list that ends right before `body`. */
function headOf(code: string, from: number, body: number): { readonly name: string; readonly offset: number } | undefined {
  const before = code.slice(from, body).trimEnd();
  if (!before.endsWith(")")) return undefined;
  let depth = 0;
  for (let i = before.length - 1; i >= 0; i--) {
    if (before[i] === ")") depth++;
    else if (before[i] === "(" && --depth === 0) {
      const name = /([A-Za-z_]\w*)\s*$/.exec(before.slice(0, i));
      if (name?.[1] === undefined || notFunctions.has(name[1])) return undefined;
      return { name: name[1], offset: from + name.index };
    }
  }
  return undefined;
}

/** Offset behind the bracket that closes the one at `start`; the end of the text when none does. */
export function closing(code: string, start: number, open: string, close: string): number {
  let depth = 0;
  for (let i = start; i < code.length; i++) {
    if (code[i] === open) depth++;
    else if (code[i] === close && --depth === 0) return i + 1;
  }
  return code.length;
}

/** 1-based line of an offset. */
export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let i = text.indexOf("\n"); i >= 0 && i < offset; i = text.indexOf("\n", i + 1)) line++;
  return line;
}
