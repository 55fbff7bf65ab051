// SPDX-License-Identifier: MIT
/** Which names and members of a C function have a value worth showing while the target stands in it. Knows no editor. */
import { codeOnly, functionDefinitions, lineOf } from "./c-text.ts";

export interface InlineName {
  /** 1-based line, 0-based column. */
  readonly line: number;
  readonly column: number;
  readonly text: string;
  /** A variable by itself; else an expression that the debugger evaluates. */
  readonly isVariable: boolean;
}

const keywords: ReadonlySet<string> = new Set(
  "auto break case char const continue default do double else enum extern float for goto if inline int long register return short signed sizeof static struct switch typedef union unsigned void volatile while NULL TRUE FALSE IN OUT OPTIONAL UNREFERENCED_PARAMETER nullptr true false this".split(
    " ",
  ),
);

/** Names in the function around the stopped line, from its parameters to that line; each once on a line. Arrays by themselves say nothing. */
export function inlineNames(text: string, stoppedLine: number): InlineName[] {
  const code = codeOnly(text);
  const around = functionDefinitions(code).find(({ offset, end }) => lineOf(code, offset) <= stoppedLine && lineOf(code, end) >= stoppedLine);
  if (around === undefined) return [];
  const lines = code.split("\n");
  const found: InlineName[] = [];
  for (let line = lineOf(code, around.offset); line <= stoppedLine; line++) found.push(...namesIn(lines[line - 1] ?? "", line));
  return found;
}

function namesIn(code: string, line: number): InlineName[] {
  const seen = new Set<string>();
  const found: InlineName[] = [];
  for (const match of code.matchAll(/(?<![\w.]|->)[A-Za-z_]\w*(?:(?:->|\.)[A-Za-z_]\w*)*(?!\w)(?!\s*[([])/g)) {
    const [text] = match;
    const [first = ""] = text.split(/->|\./);
    if (keywords.has(first) || isMacroOrType(text, code.slice(match.index + text.length)) || seen.has(text)) continue;
    seen.add(text);
    found.push({ line, column: match.index, text, isVariable: first === text });
  }
  return found;
}

/** All capitals is a constant or a type; a word before another word is a type. */
const isMacroOrType = (text: string, behind: string): boolean => /^[A-Z][A-Z0-9_]*$/.test(text) || /^\s*\**\s*[A-Za-z_]/.test(behind);
