// SPDX-License-Identifier: MIT
/** What is looked for in memory, and where it is found. Knows no editor. */

/** Bytes of a pattern: hexadecimal digits with `??` for any byte, or a text in quotes (`L"…"` in UTF-16). Undefined when it is neither. */
export function parsePattern(text: string): readonly (number | undefined)[] | undefined {
  const quoted = /^(L?)"(.+)"$/s.exec(text.trim());
  if (quoted !== null) {
    const [, wide, inner = ""] = quoted;
    return [...Buffer.from(inner, wide === "L" ? "utf16le" : "utf8")];
  }
  const digits = text.replaceAll(/0x|[\s,]/gi, "");
  if (digits === "" || !/^(?:[0-9a-f]{2}|\?\?)+$/i.test(digits)) return undefined;
  return (digits.match(/../g) ?? []).map((pair) => (pair === "??" ? undefined : Number.parseInt(pair, 16)));
}

/** Offset of the first match at `from` or later; undefined when there is none. */
export function findPattern(bytes: Uint8Array, pattern: readonly (number | undefined)[], from: number): number | undefined {
  const [first] = pattern;
  for (let at = Math.max(0, from); at + pattern.length <= bytes.length; at++) {
    if (first !== undefined) {
      at = bytes.indexOf(first, at);
      if (at < 0 || at + pattern.length > bytes.length) return undefined;
    }
    if (pattern.every((wanted, i) => wanted === undefined || bytes[at + i] === wanted)) return at;
  }
  return undefined;
}
