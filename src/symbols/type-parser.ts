// SPDX-License-Identifier: MIT
/** Parses type names in casts and `sizeof`: specifiers in any order and an abstract declarator, as in C11 6.7.7 plus references. */

import type { TypeDerivation, TypeName } from "./ast.ts";
import { EvaluationError } from "./evaluation-error.ts";
import type { TokenStream } from "./token-stream.ts";

const basicWords = new Set([
  "void",
  "char",
  "short",
  "int",
  "long",
  "float",
  "double",
  "signed",
  "unsigned",
  "_Bool",
  "bool",
  "wchar_t",
  "__int8",
  "__int16",
  "__int32",
  "__int64",
  "char8_t",
  "char16_t",
  "char32_t",
  "__wchar_t",
]);
const tagWords = new Set(["struct", "union", "class", "enum"]);
const qualifierWords = new Set(["const", "volatile", "restrict", "__restrict", "_Atomic", "__unaligned", "__ptr32"]);
const callingConventions = new Set(["__cdecl", "__stdcall", "__fastcall", "NTAPI"]);

export type IsTypeName = (name: string) => boolean;

/** Whether the token `ahead` begins a type for certain, or by what `isTypeName` says. */
export function startsType(tokens: TokenStream, isTypeName: IsTypeName, ahead = 0): boolean {
  const token = tokens.peek(ahead);
  if (token.kind !== "identifier") return false;
  if (basicWords.has(token.text) || tagWords.has(token.text) || qualifierWords.has(token.text)) return true;
  return isTypeName(qualifiedNameAt(tokens, ahead).name);
}

/** The `A::B::c` at `ahead`, and how many tokens it takes. */
export function qualifiedNameAt(tokens: TokenStream, ahead = 0): { readonly name: string; readonly length: number } {
  let length = 1;
  let name = tokens.peek(ahead).text;
  while (tokens.isPunctuator("::", ahead + length) && tokens.peek(ahead + length + 1).kind === "identifier") {
    name += `::${tokens.peek(ahead + length + 1).text}`;
    length += 2;
  }
  return { name, length };
}

interface Specifiers {
  tag: TypeName["tag"];
  name: string | undefined;
  readonly words: string[];
  isConst: boolean;
  isVolatile: boolean;
}

/** Parses one type name. With `takeAnyName` an identifier that is not known as a type is taken for one. */
export function parseTypeName(tokens: TokenStream, isTypeName: IsTypeName, takeAnyName = false): TypeName {
  const { column } = tokens.peek();
  const specifiers: Specifiers = { tag: undefined, name: undefined, words: [], isConst: false, isVolatile: false };
  while (takeSpecifier(tokens, specifiers, isTypeName, takeAnyName));
  const name = specifiers.name ?? basicTypeName(specifiers.words, column);
  if (name === undefined) return tokens.fail("Expected a type");
  return {
    column,
    tag: specifiers.tag,
    name,
    isConst: specifiers.isConst,
    isVolatile: specifiers.isVolatile,
    derivations: abstractDeclarator(tokens, isTypeName),
  };
}

function takeSpecifier(tokens: TokenStream, into: Specifiers, isTypeName: IsTypeName, takeAnyName: boolean): boolean {
  const token = tokens.peek();
  if (token.kind !== "identifier") return false;
  if (qualifierWords.has(token.text)) {
    into.isConst ||= token.text === "const";
    into.isVolatile ||= token.text === "volatile";
    tokens.next();
    return true;
  }
  if (into.name !== undefined) return false;
  if (basicWords.has(token.text)) {
    into.words.push(token.text);
    tokens.next();
    return true;
  }
  if (into.words.length > 0) return false;
  if (tagWords.has(token.text)) {
    tokens.next();
    if (tokens.peek().kind !== "identifier") tokens.fail(`Expected a name after "${token.text}"`);
    into.tag = token.text === "struct" || token.text === "union" || token.text === "class" ? token.text : "enum";
  } else if (!takeAnyName && !startsType(tokens, isTypeName)) {
    return false;
  }
  const { name, length } = qualifiedNameAt(tokens);
  for (let i = 0; i < length; i++) tokens.next();
  into.name = name;
  return true;
}

const wordAliases: Readonly<Record<string, readonly string[]>> = {
  __int8: ["char"],
  __int16: ["short"],
  __int32: ["int"],
  __int64: ["long", "long"],
  __wchar_t: ["wchar_t"],
  bool: ["_Bool"],
};

/** One spelling for each basic type, whatever the order of its words; undefined for none. */
function basicTypeName(words: readonly string[], column: number): string | undefined {
  if (words.length === 0) return undefined;
  const sorted = words.flatMap((word) => wordAliases[word] ?? [word]);
  const count = (word: string): number => sorted.filter((other) => other === word).length;
  const longs = count("long");
  const rest = sorted.filter((word) => !["signed", "unsigned", "long", "int"].includes(word));
  const sign = count("unsigned") > 0 ? "unsigned " : "";
  const [only] = rest;
  const bad = rest.length > 1 || longs > 2 || (count("unsigned") > 0 && count("signed") > 0);
  if (bad) throw new EvaluationError(`"${words.join(" ")}" at column ${column} is not a type`, column);
  if (only === "char") return count("signed") > 0 ? "signed char" : `${sign}char`;
  if (only === "double" && longs === 1) return "long double";
  if (only !== undefined && only !== "short") return only;
  if (only === "short") return `${sign}short`;
  if (longs > 0) return `${sign}${"long ".repeat(longs).trim()}`;
  return `${sign}int`;
}

/** Derivations in the order in which they apply to the named type. */
function abstractDeclarator(tokens: TokenStream, isTypeName: IsTypeName): TypeDerivation[] {
  const pointers: TypeDerivation[] = [];
  for (;;) {
    const token = tokens.peek();
    if (tokens.accept("*")) pointers.push({ kind: "pointer" });
    else if (tokens.accept("&") || tokens.accept("&&")) pointers.push({ kind: "reference" });
    else if (token.kind === "identifier" && (qualifierWords.has(token.text) || callingConventions.has(token.text))) tokens.next();
    else break;
  }
  let inner: TypeDerivation[] = [];
  const nested = tokens.isPunctuator("(") && (["*", "&", "["].some((text) => tokens.isPunctuator(text, 1)) || callingConventions.has(tokens.peek(1).text));
  if (nested) {
    tokens.next();
    inner = abstractDeclarator(tokens, isTypeName);
    tokens.expect(")");
  }
  return [...pointers, ...declaratorSuffixes(tokens, isTypeName), ...inner];
}

function declaratorSuffixes(tokens: TokenStream, isTypeName: IsTypeName): TypeDerivation[] {
  const suffixes: TypeDerivation[] = [];
  for (;;) {
    if (tokens.accept("[")) {
      const token = tokens.peek();
      if (token.kind === "integer") tokens.next();
      tokens.expect("]");
      // `int [2][3]` is two arrays of three: the leftmost dimension applies last.
      suffixes.unshift({ kind: "array", count: token.kind === "integer" ? Number(token.value) : undefined });
    } else if (tokens.isPunctuator("(")) {
      suffixes.unshift(functionSuffix(tokens, isTypeName));
    } else {
      return suffixes;
    }
  }
}

function functionSuffix(tokens: TokenStream, isTypeName: IsTypeName): TypeDerivation {
  tokens.expect("(");
  const parameters: TypeName[] = [];
  let isVariadic = false;
  while (!tokens.isPunctuator(")")) {
    if (tokens.accept("...")) isVariadic = true;
    else parameters.push(parseTypeName(tokens, isTypeName));
    if (!tokens.accept(",")) break;
  }
  tokens.expect(")");
  const [first] = parameters;
  const isVoid = parameters.length === 1 && first !== undefined && first.name === "void" && first.derivations.length === 0;
  return { kind: "function", parameters: isVoid ? [] : parameters, isVariadic };
}
