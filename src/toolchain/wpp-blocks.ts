// SPDX-License-Identifier: MIT
/** Finds the WPP configuration blocks of a source or header, and the C enumerations that its custom types name. */

/** The lines of one block without comment marks. */
export interface WppBlock {
  readonly kind: "config" | "enum";
  /** 1-based line of the first of `lines`. */
  readonly line: number;
  readonly lines: readonly string[];
}

/** Everything between `begin_wpp config` (or `enum`) and `end_wpp`; a block that is not closed ends with the file. */
export function findWppBlocks(text: string): WppBlock[] {
  const blocks: WppBlock[] = [];
  let open: { kind: WppBlock["kind"]; line: number; lines: string[] } | undefined;
  if (!text.includes("begin_wpp")) return blocks;
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    const begin = /\bbegin_wpp\s+(config|enum)\b/.exec(line);
    if (begin) open = { kind: begin[1] === "enum" ? "enum" : "config", line: index + 2, lines: [] };
    else if (/\bend_wpp\b/.test(line)) {
      if (open) blocks.push(open);
      open = undefined;
    } else open?.lines.push(open.kind === "enum" ? line : withoutCommentMarks(line));
  }
  return open ? [...blocks, open] : blocks;
}

const withoutCommentMarks = (line: string): string => line.replace(/^\s*(?:\/\/+|\/\*+|\*+(?!\/))?\s?/, "").replace(/\s*\*\/\s*$/, "");

/** Enumerators with their values of `enum name` or `typedef enum … name` in `text`; undefined when it is not there. Values that are no plain number end the list. */
export function findEnumeration(text: string, name: string): ReadonlyMap<number, string> | undefined {
  const plain = text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, " ");
  for (const match of plain.matchAll(/\benum\b\s*(?:class\s+)?(\w*)\s*(?::\s*\w+\s*)?\{([^}]*)\}\s*(\w*)/g)) {
    if (match[1] === name || match[3] === name) return enumerators(match[2] ?? "");
  }
  return undefined;
}

/** All enumerations of a `begin_wpp enum` block by name. */
export function enumerationsOf(text: string): ReadonlyMap<string, ReadonlyMap<number, string>> {
  const plain = text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, " ");
  const found = [...plain.matchAll(/\benum\b\s*(?:class\s+)?(\w*)\s*(?::\s*\w+\s*)?\{([^}]*)\}\s*(\w*)/g)];
  return new Map(
    found.flatMap((match) => [match[1] ?? "", match[3] ?? ""].filter((name) => name !== "").map((name) => [name, enumerators(match[2] ?? "")] as const)),
  );
}

function enumerators(body: string): Map<number, string> {
  const values = new Map<number, string>();
  const known = new Map<string, number>();
  let next = 0;
  for (const part of body.split(",")) {
    const match = /^\s*(\w+)\s*(?:=\s*([\s\S]+?))?\s*$/.exec(part);
    if (!match) continue;
    const [, name = "", text] = match;
    const value = text === undefined ? next : (known.get(text) ?? Number(text.replace(/[uUlL]+$/, "")));
    if (!Number.isInteger(value)) break;
    if (!values.has(value)) values.set(value, name);
    known.set(name, value);
    next = value + 1;
  }
  return values;
}
