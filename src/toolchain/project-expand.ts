// SPDX-License-Identifier: MIT
/** Replaces `$(…)` in texts of a project: properties, methods of their values, and static functions ("Property functions" of MSBuild's documentation). */
import { callMethod, callStatic, FunctionError, type FunctionHost } from "./project-functions.ts";

export interface PropertyScope extends FunctionHost {
  readonly property: (name: string) => string | undefined;
  /** Told of what cannot be evaluated; it then counts as empty. */
  readonly warn: (message: string) => void;
}

/** `text` with every `$(…)` replaced. */
export function expandProperties(text: string, scope: PropertyScope): string {
  let result = "";
  for (let at = 0; ; ) {
    const start = text.indexOf("$(", at);
    const end = start < 0 ? -1 : closingParenthesis(text, start + 1);
    if (end < 0) return result + text.slice(at);
    result += text.slice(at, start) + evaluate(text.slice(start + 2, end), scope);
    at = end + 1;
  }
}

/** Index of the parenthesis that closes the one at `open`, or -1; those in quotes do not count. */
export function closingParenthesis(text: string, open: number): number {
  let depth = 0;
  let quote = "";
  for (let i = open; i < text.length; i++) {
    const character = text.charAt(i);
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (depth > 0 && (character === "'" || character === '"' || character === "`") && closesLater(text, i)) quote = character;
    else if (character === "(") depth++;
    else if (character === ")" && --depth === 0) return i;
  }
  return -1;
}

/** A lone apostrophe is a letter. */
const closesLater = (text: string, at: number): boolean => text.indexOf(text.charAt(at), at + 1) >= 0;

function evaluate(body: string, scope: PropertyScope): string {
  const text = body.trim();
  if (/^[A-Za-z_][\w-]*$/.test(text)) return scope.property(text) ?? "";
  // Values of the registry of the machine that builds do not exist here.
  if (/^Registry:/i.test(text)) return "";
  try {
    return asText(evaluateChain(text, scope));
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    scope.warn(`$(${text}) ${error.message}`);
    return "";
  }
}

type Value = string | number | boolean | readonly string[];

const asText = (value: Value): string =>
  typeof value === "boolean" ? (value ? "True" : "False") : typeof value === "object" ? value.join(";") : String(value);

/** `Name.Method(…).Property[…]` or `[Class]::Function(…).Method(…)`. */
function evaluateChain(text: string, scope: PropertyScope): Value {
  const head = /^(?:\[([\w.]+)\]::(\w+)|([A-Za-z_][\w-]*))/.exec(text);
  if (!head) throw new FunctionError("cannot be read");
  let at = head[0].length;
  let value: Value;
  if (head[1] !== undefined) {
    const call = argumentsAt(text, at, scope);
    at = call?.end ?? at;
    value = callStatic(head[1], head[2] ?? "", call?.args, scope);
  } else value = scope.property(head[3] ?? "") ?? "";
  while (at < text.length) {
    const member = /^\s*\.(\w+)/.exec(text.slice(at));
    const index = member ? null : /^\[(\d+)\]/.exec(text.slice(at));
    if (index) {
      value = typeof value === "object" ? (value[Number(index[1])] ?? "") : asText(value).charAt(Number(index[1]));
      at += index[0].length;
      continue;
    }
    if (!member) throw new FunctionError(`cannot be read from '${text.slice(at)}' on`);
    at += member[0].length;
    const call = argumentsAt(text, at, scope);
    at = call?.end ?? at;
    value = callMethod(value, member[1] ?? "", call?.args);
  }
  return value;
}

/** Arguments in the parentheses at `at`, expanded and without quotes; undefined when there are none. */
function argumentsAt(text: string, at: number, scope: PropertyScope): { readonly args: string[]; readonly end: number } | undefined {
  if (text.charAt(at) !== "(") return undefined;
  const end = closingParenthesis(text, at);
  if (end < 0) throw new FunctionError("lacks a closing parenthesis");
  const inside = text.slice(at + 1, end);
  return { args: inside.trim() === "" ? [] : splitArguments(inside).map((argument) => unquote(argument, scope)), end: end + 1 };
}

function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = "";
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === "'" || character === '"' || character === "`") quote = character;
    else if (character === "(") depth++;
    else if (character === ")") depth--;
    else if (character === "," && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, text.slice(start)];
}

function unquote(argument: string, scope: PropertyScope): string {
  const trimmed = argument.trim();
  const quoted = /^(['"`])([\s\S]*)\1$/.exec(trimmed);
  return expandProperties(quoted ? (quoted[2] ?? "") : trimmed, scope);
}
