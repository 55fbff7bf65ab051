// SPDX-License-Identifier: MIT
/**
 * The language of WPP configuration: what stands between `begin_wpp config` and `end_wpp`, in the -func arguments of a project, and in .ini files
 * ("WPP Preprocessor" and "How do I add a prefix and suffix to a trace message?" of the WDK).
 */

/** One trace function. */
export interface WppFunction {
  readonly name: string;
  /** `{LEVEL=TRACE_LEVEL_ERROR}`: conditions the function has of its own. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  /** Parameters before MSG, by name: LEVEL, FLAGS and others. */
  readonly parameters: readonly string[];
  readonly hasMessage: boolean;
  readonly isVariadic: boolean;
  /** What is written in a second pair of parentheses: nothing, message and arguments, or the whole list. */
  readonly parentheses: "none" | "message" | "all";
}

/** USEPREFIX or USESUFFIX: a format and the source text of its arguments. */
export interface WppAffix {
  /** A string literal as it stands in the source, with quotes. */
  readonly format: string;
  readonly args: readonly string[];
}

/** CUSTOM_TYPE: a number shown by name. */
export interface WppCustomType {
  readonly name: string;
  readonly kind: "list" | "set" | "enum";
  readonly bytes: number;
  /** Names from value (or bit) 0 on; for `enum` the name of the C enumeration. */
  readonly items: readonly string[];
}

export type WppStatement =
  | { readonly kind: "function"; readonly function: WppFunction }
  | { readonly kind: "prefix" | "suffix"; readonly function: string; readonly affix: WppAffix | undefined }
  | { readonly kind: "type"; readonly type: WppCustomType }
  /** Understood, and without meaning here. */
  | { readonly kind: "ignored" };

/** A statement with the line it begins in, 1-based within the text; `problem` says what could not be read. */
export interface WppLine {
  readonly line: number;
  readonly statement?: WppStatement;
  readonly problem?: string;
}

const keyword = /^(FUNC|USEPREFIX|USESUFFIX|NOPREFIX|NOSUFFIX|CUSTOM_TYPE|DEFINE_\w+|WPP_FLAGS)\b\s*/;

/** Reads the lines of a block; comment marks must be gone. Lines that are no statement are comments. */
export function readWppConfiguration(lines: readonly string[]): WppLine[] {
  const result: WppLine[] = [];
  for (let i = 0; i < lines.length; i++) {
    const match = keyword.exec((lines[i] ?? "").trim());
    if (!match) continue;
    const line = i + 1;
    let text = (lines[i] ?? "").trim();
    // A statement ends with a semicolon outside quotes; a next keyword ends one that lacks it.
    while (!endsStatement(text) && i + 1 < lines.length && !keyword.test((lines[i + 1] ?? "").trim())) text += ` ${(lines[++i] ?? "").trim()}`;
    result.push({ line, ...readStatement(match[1] ?? "", text.slice(match[0].length)) });
  }
  return result;
}

/** A list of trace functions as a project gives them: `TraceEvents(LEVEL,FLAGS,MSG,...);Hexdump((LEVEL,FLAGS,MSG,...))`. */
export function readWppFunctions(text: string): { readonly functions: readonly WppFunction[]; readonly problems: readonly string[] } {
  const functions: WppFunction[] = [];
  const problems: string[] = [];
  for (const part of splitTopLevel(text, ";")) {
    if (part === "") continue;
    const parsed = readFunction(part);
    if (parsed === undefined) problems.push(`'${part}' is not a trace function`);
    else functions.push(parsed);
  }
  return { functions, problems };
}

function readStatement(word: string, text: string): Omit<WppLine, "line"> {
  switch (word) {
    case "FUNC": {
      const parsed = readFunction(beforeSemicolon(text));
      return parsed ? { statement: { kind: "function", function: parsed } } : { problem: `the trace function '${beforeSemicolon(text)}' cannot be read` };
    }
    case "USEPREFIX":
    case "USESUFFIX":
      return readAffix(word === "USEPREFIX" ? "prefix" : "suffix", text);
    case "NOPREFIX":
    case "NOSUFFIX": {
      const name = /^\(?\s*([\w*]+)/.exec(text)?.[1];
      return name === undefined
        ? { problem: `${word} names no function` }
        : { statement: { kind: word === "NOPREFIX" ? "prefix" : "suffix", function: name, affix: undefined } };
    }
    case "CUSTOM_TYPE":
      return readCustomType(text);
    default:
      return { statement: { kind: "ignored" } };
  }
}

function readFunction(text: string): WppFunction | undefined {
  const head = /^([A-Za-z_]\w*)\s*(?:\{([^}]*)\})?\s*\(/.exec(text.trim());
  const inner = head === null ? undefined : insideParentheses(text.trim().slice(head[0].length - 1));
  if (!head || inner === undefined) return undefined;
  const settings = (head[2] ?? "")
    .split(",")
    .map((pair) => pair.trim())
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      return equals < 0 ? ([pair, ""] as const) : ([pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()] as const);
    });
  const all = inner.trim().startsWith("(") ? insideParentheses(inner.trim()) : undefined;
  const outer = splitTopLevel(all ?? inner, ",").filter((part) => part !== "");
  const nested = outer.find((part) => part.startsWith("("));
  const message = nested === undefined ? [] : splitTopLevel(insideParentheses(nested) ?? "", ",");
  const words = [...outer.filter((part) => part !== nested), ...message];
  const parameters = words.filter((part) => part !== "MSG" && part !== "...");
  if (!parameters.every((part) => /^[A-Za-z_]\w*$/.test(part))) return undefined;
  return {
    name: head[1] ?? "",
    settings,
    parameters,
    hasMessage: words.includes("MSG"),
    isVariadic: words.includes("..."),
    parentheses: all !== undefined ? "all" : nested !== undefined ? "message" : "none",
  };
}

function readAffix(kind: "prefix" | "suffix", text: string): Omit<WppLine, "line"> {
  const parts = splitTopLevel(insideParentheses(text.trim()) ?? "", ",");
  const [name, format, ...args] = parts;
  if (name === undefined || !/^(?:[A-Za-z_]\w*|\*)$/.test(name) || format === undefined || !/^L?"/.test(format)) {
    return { problem: `the ${kind} '${beforeSemicolon(text)}' cannot be read` };
  }
  return { statement: { kind, function: name, affix: { format, args } } };
}

function readCustomType(text: string): Omit<WppLine, "line"> {
  const [name, definition = ""] = splitTopLevel(insideParentheses(text.trim()) ?? "", ",");
  const match = /^Item(List|Set|Enum)(Byte|Short|Long)?\s*\(/.exec(definition);
  const items = match === null ? undefined : insideParentheses(definition.slice(match[0].length - 1));
  if (name === undefined || !match || items === undefined) return { problem: `the type '${beforeSemicolon(text)}' cannot be read` };
  const bytes = match[2] === "Byte" ? 1 : match[2] === "Short" ? 2 : 4;
  const kind = match[1] === "List" ? "list" : match[1] === "Set" ? "set" : "enum";
  return { statement: { kind: "type", type: { name, kind, bytes, items: splitTopLevel(items, ",") } } };
}

const endsStatement = (text: string): boolean => splitTopLevel(text, ";").length > 1;

const beforeSemicolon = (text: string): string => splitTopLevel(text, ";")[0] ?? "";

/** What stands in the parentheses that `text` begins with; undefined when they do not close. */
function insideParentheses(text: string): string | undefined {
  const end = text.startsWith("(") ? closing(text) : -1;
  return end < 0 ? undefined : text.slice(1, end);
}

function closing(text: string): number {
  let depth = 0;
  for (const [at, character] of outsideQuotes(text)) {
    if (character === "(") depth++;
    else if (character === ")" && --depth === 0) return at;
  }
  return -1;
}

/** Parts of `text` between separators that stand outside parentheses, braces and quotes, trimmed. */
export function splitTopLevel(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const [at, character] of outsideQuotes(text)) {
    if (character === "(" || character === "{") depth++;
    else if (character === ")" || character === "}") depth--;
    else if (character === separator && depth === 0) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}

function* outsideQuotes(text: string): Generator<readonly [at: number, character: string]> {
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (isQuoted && character === "\\") at++;
    else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted) yield [at, character];
  }
}
