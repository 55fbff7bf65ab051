// SPDX-License-Identifier: MIT
/** Log messages of logpoints: text with expressions in braces. */

export type LogPart = { readonly kind: "text"; readonly text: string } | { readonly kind: "expression"; readonly text: string };

/**
 * Splits `count={i} last={ring[i - 1].Status,x}`. Braces inside strings, characters and nested braces belong to the expression; `\{` and
 * `\}` stand for themselves. A string is the reason why the message cannot be used.
 */
export function parseLogMessage(message: string): readonly LogPart[] | string {
  const parts: LogPart[] = [];
  let text = "";
  for (let i = 0; i < message.length; i++) {
    const char = message[i];
    const next = message[i + 1];
    if (char === "\\" && (next === "{" || next === "}")) {
      text += next;
      i++;
    } else if (char === "{") {
      const end = closingBrace(message, i);
      if (end === undefined) return `Log message has '{' at column ${i + 1} without '}'`;
      const expression = message.slice(i + 1, end).trim();
      if (expression === "") return `Log message has an empty expression at column ${i + 1}`;
      if (text !== "") parts.push({ kind: "text", text });
      parts.push({ kind: "expression", text: expression });
      text = "";
      i = end;
    } else {
      text += char;
    }
  }
  if (text !== "") parts.push({ kind: "text", text });
  return parts;
}

/** Index of the brace that closes the one at `open`. */
function closingBrace(message: string, open: number): number | undefined {
  let depth = 0;
  let quote: string | undefined;
  for (let i = open; i < message.length; i++) {
    const char = message[i];
    if (quote !== undefined) {
      if (char === "\\") i++;
      else if (char === quote) quote = undefined;
    } else if (char === '"' || char === "'") quote = char;
    else if (char === "{") depth++;
    else if (char === "}" && --depth === 0) return i;
  }
  return undefined;
}
