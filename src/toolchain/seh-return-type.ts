// SPDX-License-Identifier: MIT
/** The type of a function's result as the source spells it, where it is plain to see. */
import type { SehFunction } from "./seh-functions.ts";
import type { TokenList } from "./seh-tokens.ts";

/** Words of a declaration that say nothing about the type. */
// biome-ignore format: a table
const withoutMeaning: ReadonlySet<string> = new Set([
  "static", "extern", "inline", "__inline", "__inline__", "_inline", "__forceinline", "virtual", "friend", "constexpr", "register", "_Noreturn", "__extension__",
  "__stdcall", "_stdcall", "__cdecl", "_cdecl", "__fastcall", "_fastcall", "__vectorcall", "__thiscall",
]);
const withArguments: ReadonlySet<string> = new Set(["__attribute__", "__attribute", "__declspec", "_declspec", "alignas"]);
/** `void` has no value; the others are said elsewhere. */
const unknown: ReadonlySet<string> = new Set(["auto", "decltype", "template", "operator", "typename", "typeof", "__typeof__"]);

/** `NTSTATUS` of `static NTSTATUS NTAPI Read(…)`; undefined for constructors, templates and whatever else needs a real parser. */
export function returnTypeText({ tokens, partner }: TokenList, { head, open }: SehFunction): string | undefined {
  const words: string[] = [];
  for (let i = head; i < open; i++) {
    const { kind, text } = tokens[i] ?? { kind: "punctuator", text: "" };
    if (unknown.has(text)) return undefined;
    if (withArguments.has(text)) i = partner[i + 1] ?? open;
    else if (text === "[" && tokens[i + 1]?.text === "[") i = partner[i] ?? open;
    else if (text === "(") return typeBeforeName(words);
    else if (kind !== "name" && text !== "*" && text !== "::") return undefined;
    else if (!withoutMeaning.has(text)) words.push(text);
  }
  return undefined;
}

/** Takes the function's name, `Class::Name` included, off the end. */
function typeBeforeName(words: string[]): string | undefined {
  words.pop();
  while (words.at(-1) === "::") words.splice(-2);
  const last = words.at(-1);
  if (last === undefined || (words.length === 1 && last === "void")) return undefined;
  return words.join(" ");
}
