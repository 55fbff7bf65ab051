// SPDX-License-Identifier: MIT
/** Patterns over rule ids, for stops at some rules only: `txn-* !txn-state-*`. */

/**
 * Reads patterns separated by spaces or commas; `*` stands for any characters, letter case does not matter, `!` excludes. A rule matches when
 * one pattern without `!` matches (or there is none) and none with `!` does. A string is the reason why the text cannot be used.
 */
export function parseRulePattern(text: string): ((rule: string) => boolean) | string {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  const bad = words.find((word) => !/^!?[A-Za-z0-9*_-]+$/.test(word));
  if (bad !== undefined) return `'${bad}' is not a pattern of rule ids; use letters, digits, '-' and '*', with '!' before what to leave out`;
  const expressions = (list: readonly string[]): readonly RegExp[] => list.map((word) => new RegExp(`^${word.replaceAll("*", ".*")}$`, "i"));
  const wanted = expressions(words.filter((word) => !word.startsWith("!")));
  const unwanted = expressions(words.filter((word) => word.startsWith("!")).map((word) => word.slice(1)));
  return (rule) => (wanted.length === 0 || wanted.some((pattern) => pattern.test(rule))) && !unwanted.some((pattern) => pattern.test(rule));
}
