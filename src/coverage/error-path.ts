// SPDX-License-Identifier: MIT
/** Which way of a condition is its error path, by what the condition says: C drivers test a status or a pointer and leave when it is bad. */

/** `then` when the way into the statement behind the condition is the error path, `else` when the other one is. */
export type ErrorSide = "then" | "else";

/** Conditions that hold when something has failed. */
const failures: readonly RegExp[] = [
  /!\s*(?:NT|WDF)_SUCCESS\s*\(/,
  /\bNT_ERROR\s*\(/,
  /!=\s*STATUS_SUCCESS\b/,
  /==\s*STATUS_(?!SUCCESS\b|PENDING\b)\w+/,
  /(?:==\s*(?:NULL|nullptr|WDF_NO_HANDLE)\b)|(?:\b(?:NULL|nullptr)\s*==)/,
  /\b(?:status|result)\w*\s*<\s*0\b/i,
];

/** Conditions that hold when all is well. A pointer that is not NULL is not among them: most such conditions guard optional work. */
const successes: readonly RegExp[] = [/(?<!!\s*)(?:NT|WDF)_SUCCESS\s*\(/, /==\s*STATUS_SUCCESS\b/, /\b(?:status|result)\w*\s*>=\s*0\b/i];

/** The error side of a condition as it stands in the source, without `if` and its parentheses; undefined when it tests something else. */
export function errorSideOf(condition: string): ErrorSide | undefined {
  if (failures.some((pattern) => pattern.test(condition))) return "then";
  if (successes.some((pattern) => pattern.test(condition))) return "else";
  return undefined;
}

/**
 * Condition of the `if` whose test stands at a place (1-based, UTF-16) of `lines`: the text in its parentheses, over several lines if need
 * be. Undefined when there is no `if` before the place on its line or the one before.
 */
export function conditionAt(lines: readonly string[], line: number, column: number): string | undefined {
  for (const row of [line, line - 1]) {
    const text = lines[row - 1] ?? "";
    // The compiler places a test at its operator or at its macro, somewhere within the parentheses.
    const limit = row === line ? column : text.length + 1;
    const start = lastIf(text, limit);
    if (start !== undefined) return balanced([text.slice(start), ...lines.slice(row, row + 20)].join("\n"));
  }
  return undefined;
}

/** Index of the parenthesis of the last `if (` that begins before `limit` (1-based). */
function lastIf(text: string, limit: number): number | undefined {
  let found: number | undefined;
  for (const match of text.matchAll(/\bif\s*\(/g)) {
    if (match.index + 1 <= limit) found = match.index + match[0].length - 1;
  }
  return found;
}

/** What stands between the parenthesis at the start of `text` and the one that closes it. */
function balanced(text: string): string | undefined {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")" && --depth === 0) return text.slice(1, i);
  }
  return undefined;
}
