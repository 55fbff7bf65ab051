// SPDX-License-Identifier: MIT
/** Tokens of a C/C++ expression, with the literals of MSVC (`10ui64`, `L"x"`, `'ABCD'`) and `$name` pseudo-variables. */

import type { CharacterTypeName, IntegerTypeName } from "./ast.ts";
import { EvaluationError } from "./evaluation-error.ts";

export type Token =
  | { readonly kind: "integer"; readonly column: number; readonly text: string; readonly value: bigint; readonly type: IntegerTypeName }
  | { readonly kind: "float"; readonly column: number; readonly text: string; readonly value: number; readonly type: "float" | "double" }
  | { readonly kind: "character"; readonly column: number; readonly text: string; readonly value: bigint; readonly type: CharacterTypeName }
  | { readonly kind: "string"; readonly column: number; readonly text: string; readonly value: string; readonly isWide: boolean }
  | { readonly kind: "identifier"; readonly column: number; readonly text: string }
  | { readonly kind: "pseudo"; readonly column: number; readonly text: string }
  | { readonly kind: "punctuator"; readonly column: number; readonly text: string }
  | { readonly kind: "end"; readonly column: number; readonly text: string };

const punctuators = [
  "<<=",
  ">>=",
  "...",
  "->",
  "++",
  "--",
  "<<",
  ">>",
  "<=",
  ">=",
  "==",
  "!=",
  "&&",
  "||",
  "*=",
  "/=",
  "%=",
  "+=",
  "-=",
  "&=",
  "^=",
  "|=",
  "::",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  ".",
  ",",
  "+",
  "-",
  "*",
  "/",
  "%",
  "<",
  ">",
  "=",
  "!",
  "~",
  "&",
  "|",
  "^",
  "?",
  ":",
  ";",
  "@",
];

// clang allows `$` inside names and uses it for its own, such as `_vptr$Ring`.
const identifierPattern = /[A-Za-z_][A-Za-z_0-9$]*/y;
const pseudoPattern = /\$[A-Za-z_][A-Za-z_0-9]*/y;
const floatPattern = /(?:0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][+-]?\d+|(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)[fFlL]?/y;
const integerPattern = /(0[xX][0-9a-fA-F']+|0[bB][01']+|[0-9][0-9']*)([A-Za-z_0-9]*)/y;

function matchAt(pattern: RegExp, text: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position;
  return pattern.exec(text);
}

/** All tokens of `text`, the last of kind `end`. @throws EvaluationError with the column of a character that fits nowhere */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let position = 0;
  for (;;) {
    while (position < text.length && /\s/.test(text.charAt(position))) position++;
    if (position >= text.length) break;
    const token = nextToken(text, position);
    tokens.push(token);
    position += token.text.length;
  }
  tokens.push({ kind: "end", column: text.length + 1, text: "" });
  return tokens;
}

function nextToken(text: string, position: number): Token {
  const column = position + 1;
  const quoted = /(?:u8|[LuU])?(['"])/y;
  const quote = matchAt(quoted, text, position);
  if (quote) return literalToken(text, position, quote[0].length, quote[1] === "'" ? "'" : '"');
  const first = text.charAt(position);
  if (/[0-9]/.test(first) || (first === "." && /[0-9]/.test(text.charAt(position + 1)))) return numberToken(text, position);
  const identifier = matchAt(identifierPattern, text, position);
  if (identifier) return { kind: "identifier", column, text: identifier[0] };
  const pseudo = matchAt(pseudoPattern, text, position);
  if (pseudo) return { kind: "pseudo", column, text: pseudo[0] };
  const punctuator = punctuators.find((candidate) => text.startsWith(candidate, position));
  if (punctuator !== undefined) return { kind: "punctuator", column, text: punctuator };
  throw new EvaluationError(`Unexpected character "${first}" at column ${column}`, column);
}

function numberToken(text: string, position: number): Token {
  const column = position + 1;
  const float = matchAt(floatPattern, text, position);
  if (float) {
    const end = position + float[0].length;
    if (/[A-Za-z_0-9.]/.test(text.charAt(end))) throw new EvaluationError(`Malformed number at column ${column}`, column);
    const isHex = /^0[xX]/.test(float[0]);
    const isFloat = isHex ? /[pP][+-]?\d+[fF]$/.test(float[0]) : /[fF]$/.test(float[0]);
    const digits = /[fFlL]$/.test(float[0]) && !(isHex && !/[pP][+-]?\d+[fFlL]$/.test(float[0])) ? float[0].slice(0, -1) : float[0];
    const value = isHex ? hexFloat(digits) : Number(digits);
    return { kind: "float", column, text: float[0], value: isFloat ? Math.fround(value) : value, type: isFloat ? "float" : "double" };
  }
  const integer = matchAt(integerPattern, text, position);
  if (!integer) throw new EvaluationError(`Malformed number at column ${column}`, column);
  const digits = (integer[1] ?? "").replaceAll("'", "");
  const suffix = integer[2] ?? "";
  const value = integerValue(digits, column);
  return { kind: "integer", column, text: integer[0], value, type: integerType(value, digits, suffix, column) };
}

function hexFloat(text: string): number {
  const match = /^0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)$/.exec(text);
  const fraction = match?.[2] ?? "";
  return Number(BigInt(`0x${match?.[1] ?? ""}${fraction}`)) * 2 ** (Number(match?.[3] ?? 0) - 4 * fraction.length);
}

function integerValue(digits: string, column: number): bigint {
  const isOctal = /^0[0-9]+$/.test(digits);
  if (isOctal && /[89]/.test(digits)) throw new EvaluationError(`Digit 8 or 9 in an octal number at column ${column}`, column);
  const value = BigInt(isOctal ? `0o${digits.slice(1)}` : digits);
  if (value >= 1n << 64n) throw new EvaluationError(`Number at column ${column} does not fit in 64 bits`, column);
  return value;
}

const msvcSuffixes: Readonly<Record<string, IntegerTypeName>> = {
  i8: "int",
  i16: "int",
  i32: "int",
  i64: "long long",
  ui8: "unsigned int",
  ui16: "unsigned int",
  ui32: "unsigned int",
  ui64: "unsigned long long",
};

/** C11 6.4.4.1 with 32-bit int and long. */
function integerType(value: bigint, digits: string, suffix: string, column: number): IntegerTypeName {
  const lower = suffix.toLowerCase();
  const msvc = msvcSuffixes[lower];
  if (msvc !== undefined) return msvc;
  if (!/^(u?l{0,2}|l{1,2}u)$/.test(lower)) throw new EvaluationError(`Unknown suffix "${suffix}" of the number at column ${column}`, column);
  const isUnsigned = lower.includes("u");
  const longs = lower.replace("u", "").length;
  const mayBeUnsigned = isUnsigned || !/^[1-9]/.test(digits);
  const ranks: readonly (readonly [IntegerTypeName, IntegerTypeName, bigint])[] = [
    ["int", "unsigned int", 32n],
    ["long", "unsigned long", 32n],
    ["long long", "unsigned long long", 64n],
  ];
  for (const [signed, unsigned, bits] of ranks.slice(longs)) {
    if (!isUnsigned && value < 1n << (bits - 1n)) return signed;
    if (mayBeUnsigned && value < 1n << bits) return unsigned;
  }
  return "unsigned long long";
}

const simpleEscapes: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, "0": 0, a: 7, b: 8, f: 12, v: 11, "\\": 92, "'": 39, '"': 34, "?": 63 };

function literalToken(text: string, position: number, openLength: number, quote: "'" | '"'): Token {
  const column = position + 1;
  const codes: number[] = [];
  let at = position + openLength;
  while (at < text.length && text.charAt(at) !== quote) {
    const escaped = text.charAt(at) === "\\" ? escapeAt(text, at, column) : undefined;
    const code = escaped?.code ?? text.codePointAt(at) ?? 0;
    codes.push(code);
    at += escaped?.length ?? (code > 0xffff ? 2 : 1);
  }
  if (at >= text.length) throw new EvaluationError(`Missing closing ${quote} of the literal at column ${column}`, column);
  const source = text.slice(position, at + 1);
  const isWide = /^[LuU](?!8)/.test(source);
  if (quote === '"') return { kind: "string", column, text: source, value: String.fromCodePoint(...codes), isWide };
  if (codes.length === 0) throw new EvaluationError(`Empty character literal at column ${column}`, column);
  return characterToken(codes, source, column, isWide);
}

function characterToken(codes: readonly number[], text: string, column: number, isWide: boolean): Token {
  if (isWide) return { kind: "character", column, text, value: BigInt((codes.at(-1) ?? 0) & 0xffff), type: "wchar_t" };
  const bytes = codes.flatMap((code) => (code < 0x100 ? [code] : [...new TextEncoder().encode(String.fromCodePoint(code))]));
  if (bytes.length > 4) throw new EvaluationError(`Character literal at column ${column} is longer than 4 bytes`, column);
  const [only] = bytes;
  const value =
    bytes.length === 1 && only !== undefined
      ? BigInt.asIntN(8, BigInt(only))
      : BigInt.asIntN(
          32,
          bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n),
        );
  return { kind: "character", column, text, value, type: "int" };
}

function escapeAt(text: string, position: number, column: number): { readonly code: number; readonly length: number } {
  const rest = text.slice(position);
  const hex = /^\\x([0-9a-fA-F]+)/.exec(rest);
  if (hex) return { code: Number.parseInt(hex[1] ?? "", 16) & 0xffff, length: hex[0].length };
  const universal = /^\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest);
  if (universal) return { code: Number.parseInt(universal[1] ?? universal[2] ?? "", 16), length: universal[0].length };
  const octal = /^\\([0-7]{1,3})/.exec(rest);
  if (octal) return { code: Number.parseInt(octal[1] ?? "", 8), length: octal[0].length };
  const simple = simpleEscapes[rest.charAt(1)];
  if (simple === undefined) throw new EvaluationError(`Unknown escape "\\${rest.charAt(1)}" in the literal at column ${column}`, column);
  return { code: simple, length: 2 };
}
